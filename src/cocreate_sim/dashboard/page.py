"""The parts of the page: what stands where, in the reader's language; every text is shown as text, never as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from . import asked as asking
from . import levers, limits, text
from .asked import Asked, Chosen
from .charts import LOOKS
from .levers import LEVERS, OFFERED, Lever
from .places import Places
from .plans import label, value


def frame() -> Any:
    """Return what is there before the address is read: it stays when the page is built anew."""
    return html.Div([
        dcc.Location(id="url", refresh=False), dcc.Store(id="query"), dcc.Store(id="language"), dcc.Store(id="page-key"),
        dcc.Store(id="told"), dcc.Store(id="player", data={"on": True, "week": 0}), dcc.Download(id="file"),
        dcc.Store(id="pressed"), dcc.Store(id="tick"), dcc.Store(id="beat"), dcc.Store(id="beaten"),
        dcc.Interval(id="alive", interval=5000), html.Div(id="page"),
    ])  # fmt: skip


TICK = 250
"""Milliseconds from an answer to the next look at how far the runs are; `assets/page.js` keeps the time."""


def build(asked: Asked, places: Places) -> Any:
    """Return the whole page."""
    say, graphs = _speaker(asked.language), [_chart(k, asked) for k in range(len(asking.CHARTS))]
    return [
        html.Header([
            html.Div([html.H1(say("title")), html.P(say("lead"), className="lead")]),
            html.Div([html.Label(say("language"), htmlFor="choose-language"), dcc.RadioItems(
                id="choose-language", value=asked.language, inline=True,
                options=[{"label": name, "value": tag} for tag, name in text.LANGUAGES.items()],
            )], className="languages"),
        ]),
        html.Div(id="messages", role="alert", className="messages"),
        html.Div([
            html.Aside([_settings(asked, places), _base(asked, places), *_cards(asked, places), _add(asked)]),
            html.Main([_player(asked), html.Div(graphs, className="charts"), _numbers(asked)]),
        ], className="columns"),
    ]  # fmt: skip


def _speaker(language: str) -> Any:
    return lambda key, **values: text.say(key, language, **values)


def _field(name: str, control: Any, note: str = "") -> Any:
    return html.Div(
        [html.Div(name, className="name"), control, *([html.Div(note, className="note")] if note else [])], className="field"
    )


def _settings(asked: Asked, places: Places) -> Any:
    say = _speaker(asked.language)
    worlds = []
    for name in places.worlds():
        households = places.households(name)
        large = households > limits.LARGEST
        size = say("too_large" if large else "households", n=f"{households:,}")
        worlds.append({"label": f"{text.world(name, asked.language)} ({size})", "value": name, "disabled": large})
    weeks = sorted({*asking.WEEKS, asked.weeks})
    repeats = [
        {"label": say("times", n=n) if n > 1 else say("once"), "value": n} for n in sorted({*asking.REPEATS, asked.repeat})
    ]
    luck = dcc.Input(id="seed", type="number", min=0, max=asking.LARGEST_SEED, step=1, value=asked.seed, debounce=0.5)
    return html.Section([
        html.H2(say("settings")),
        _field(say("world"), dcc.Dropdown(worlds, asked.world, id="world", clearable=False, searchable=False)),
        _field(say("weeks"), dcc.Dropdown(weeks, asked.weeks, id="weeks", clearable=False, searchable=False)),
        _field(say("seed"), luck),
        _field(say("repeat"), dcc.Dropdown(repeats, asked.repeat, id="repeat", clearable=False, searchable=False)),
    ], className="card")  # fmt: skip


def _base(asked: Asked, places: Places) -> Any:
    say = _speaker(asked.language)
    values = [f"{say(name)}{say('colon')}{value(name, asked.base.values[name], asked.language)}" for name in OFFERED]
    again = (
        [] if asked.base == asking.default(places).base else [html.Button(say("as_usual"), id=_act("usual"), className="quiet")]
    )
    return html.Section([
        _title(0, say("baseline") + say("colon"), label(asked.base, places, asked.language)),
        html.P(text.say("then", asked.language).join(values), className="note"), *again,
    ], className="card")  # fmt: skip


def _act(name: str, card: int = 0) -> dict[str, Any]:
    return {"what": "act", "name": name, "card": card}


def _title(k: int, name: str, said: str) -> Any:
    colour, line = LOOKS[k]
    style = {"dash": "dashed", "solid": "solid", "dashdot": "dashed", "dot": "dotted", "longdash": "dashed"}[line]
    hidden: dict[str, Any] = {"aria-hidden": "true"}
    swatch = html.Span(className="swatch", style={"borderTop": f"3px {style} {colour}"}, **hidden)
    return html.H2([swatch, html.Span(name), html.Span(said, id={"what": "label", "card": k}, className="label")])


def _cards(asked: Asked, places: Places) -> list[Any]:
    return [_card(k, chosen, asked, places) for k, chosen in enumerate(asked.policies, 1)]


def _card(k: int, chosen: Chosen, asked: Asked, places: Places) -> Any:
    say = _speaker(asked.language)
    policies = [{"label": text.policy(places.label(name), asked.language), "value": name} for name in places.policies()]
    months = [
        {"label": say("at_start"), "value": ""},
        *({"label": m, "value": m} for m in levers.months(places.start, asked.weeks)),
    ]
    start = dcc.Dropdown(policies, chosen.policy, id={"what": "policy", "card": k}, clearable=False)
    since = dcc.Dropdown(months, chosen.since or "", id={"what": "since", "card": k}, clearable=False, searchable=False)
    data: dict[str, Any] = {"data-card": str(k)}
    return html.Section([
        _title(k, say("policy", n=k) + say("colon"), label(chosen, places, asked.language)),
        _field(say("start_from"), start), *[_lever(LEVERS[name], k, chosen, asked.language) for name in OFFERED],
        _field(say("since"), since, say("since_note")),
        html.Div([
            html.Button(say("save"), id=_act("save", k), className="quiet"),
            html.Button(say("remove"), id=_act("remove", k), className="quiet"),
        ], className="buttons"),
    ], className="card", **data)  # fmt: skip


def _lever(lever: Lever, k: int, chosen: Chosen, language: str) -> Any:
    name, given = lever.name, chosen.values[lever.name]
    ident = {"what": "lever", "name": name, "card": k}
    said = text.say(name, language)
    if lever.kind == "switch":
        control: Any = dcc.Checklist([{"label": said, "value": "on"}], ["on"] if given else [], id=ident)
        return html.Div(control, className="field switch")
    if lever.kind == "size":
        sizes = [{"label": value(name, size, language), "value": size} for size in dict.fromkeys([*levers.SIZES, str(given)])]
        return _field(said, dcc.Dropdown(sizes, given, id=ident, clearable=False, searchable=False))
    number = float(given)
    slide = dcc.Slider(
        0, levers.STEPS, 0.25, id={"what": "slider", "name": name, "card": k}, marks=None, updatemode="drag",
        value=levers.position(number, lever.low, lever.high), allow_direct_input=False,
    )  # fmt: skip
    box = dcc.Input(
        id={**ident, "what": "number"}, type="number", min=lever.low, max=lever.high, step=lever.step, value=given, debounce=0.25,
    )  # fmt: skip
    unit = text.say(f"unit_{name}", language)
    span = text.say("range", language, low=f"{lever.low:,.10g}", high=f"{lever.high:,.10g}", unit=unit)
    return _field(said, html.Div([slide, box], className="number"), span)


def _add(asked: Asked) -> Any:
    full = len(asked.policies) >= limits.MOST_POLICIES
    return html.Button(text.say("add", asked.language), id=_act("add"), disabled=full, className="add")


def _player(asked: Asked) -> Any:
    say = _speaker(asked.language)
    paces = [{"label": say(f"pace_{pace}"), "value": pace} for pace in asking.PACES]
    weeks = dcc.Slider(0, 130, 1, value=0, id="week", marks=None, updatemode="drag", allow_direct_input=False)
    named: dict[str, Any] = {"data-name": say("week")}
    pace = dcc.RadioItems(paces, "all", id="pace", inline=True)
    return html.Section([
        html.Button(say("pause"), id="play", className="play"), html.Button(say("again"), id="again", className="quiet"),
        html.Div([html.Span(say("pace"), className="name"), pace], className="pace"),
        html.Div(weeks, className="weeks", **named),
        html.Div(id="when", className="when"),
        dcc.Checklist([{"label": say("smooth"), "value": "on"}], ["on"], id="smooth"),
        html.Div(id="status", className="status", role="status"),
    ], className="player card")  # fmt: skip


def _chart(k: int, asked: Asked) -> Any:
    labels = {name: text.outcome(name, asked.language) for name in dict.fromkeys([*text.SHOWN, *text.WEEKLY])}
    options = [{"label": f"{said} ({unit})", "value": name} for name, (said, unit) in labels.items()]
    label: dict[str, Any] = {"aria-label": text.say("chart", asked.language, n=k + 1)}
    return html.Section([
        dcc.Dropdown(options, asked.charts[k], id={"what": "chart", "place": k}, clearable=False),
        html.Div(dcc.Graph(
            id={"what": "graph", "place": k}, figure={"data": [], "layout": {"height": 250}},
            config={"displayModeBar": False, "responsive": True},
        ), id={"what": "seen", "place": k}, role="img", **label),
    ], className="card chart")  # fmt: skip


def _numbers(asked: Asked) -> Any:
    say = _speaker(asked.language)
    return html.Section([
        html.H2(say("table")), html.Div(id="table", className="table"), html.P(id="sure", className="note"),
        html.Div([
            html.Span(say("download"), className="name"),
            html.Button(say("weekly_csv"), id="weekly-csv", className="quiet"),
            html.Button(say("table_csv"), id="table-csv", className="quiet"),
            html.Button(say("report_html"), id="report-html", className="quiet"), html.Span(id="making", role="status"),
        ], className="buttons"),
        html.P(say("report_note"), className="note"),
        html.Details([html.Summary(say("command")), html.Pre(id="command")]),
        html.P(say("caveat"), className="note"),
    ], className="card")  # fmt: skip


def table(head: Sequence[str], rows: Sequence[tuple[Sequence[str], Sequence[str]]]) -> Any:
    """Return a table of cells and the classes of all but the first cell, which is the head of its row."""
    top = html.Thead(html.Tr([html.Th(cell, scope="col") for cell in head]))
    body = [
        html.Tr([html.Th(first, scope="row"), *(html.Td(cell, className=kind) for cell, kind in zip(cells, kinds, strict=True))])
        for (first, *cells), kinds in rows
    ]
    return html.Table([top, html.Tbody(body)])


def lines(found: Sequence[str]) -> Any:
    """Return short texts side by side."""
    return [html.Span(line) for line in found]


def play_word(on: bool, language: str) -> str:
    """Return what the play button does next."""
    return text.say("pause" if on else "play", language)


def labels(asked: Asked, places: Places, cards: Sequence[int]) -> list[str]:
    """Return what the cards are called; the first is the baseline."""
    every = [label(chosen, places, asked.language) for chosen in (asked.base, *asked.policies)]
    return [every[card] for card in cards]


def messages(found: Sequence[str], language: str) -> Any:
    """Return what the reader must be told, or nothing."""
    if not found:
        return []
    return [html.Strong(text.say("wrong", language)), html.Ul([html.Li(message) for message in found])]
