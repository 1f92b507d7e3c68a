"""The Dash application: the address makes the page, controls change what is asked, and a clock shows how far the runs are."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from ..errors import CoCreateError
from . import acting, asked, page, reporting, results
from .acting import Controls
from .guard import guard
from .places import Places
from .runs import Runs
from .text import TAGS
from .watching import Player, Sight, look

GRAPHS = {"what": "graph", "place": ALL}
SEEN = {"what": "seen", "place": ALL}
LABELS = {"what": "label", "card": ALL}


def application(places: Places, runs: Runs, hosts: Sequence[str] = ()) -> Dash:
    """Return the page as an application that a server can run.

    Parameters
    ----------
    places
        The worlds and policies to choose from.
    runs
        What does the runs.
    hosts
        Names under which the page may be asked for, besides those of this machine.
    """
    app = Dash(
        "cocreate", assets_folder=str(Path(__file__).parent / "assets"), serve_locally=True, suppress_callback_exceptions=True,
        title="cocreate", update_title="", include_pages_meta=False, add_log_handler=False,
    )  # fmt: skip
    app.layout = page.frame
    _in_the_browser(app)
    _building(app, places)
    _asking(app, places)
    _watching(app, places, runs)
    _downloads(app, places, runs)
    guard(app, hosts)
    return app


def _in_the_browser(app: Any) -> None:
    """What the browser does itself: the address bar, the clock, and sliders that follow their number."""
    app.clientside_callback(
        ClientsideFunction("page", "address"), Output("told", "data"), Input("query", "data"), State("language", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("page", "press"), Output("pressed", "data"),
        Input("query", "data"), Input("play", "n_clicks"), Input("again", "n_clicks"), Input("week", "value"),
        Input("pace", "value"), Input("smooth", "value"), State("player", "data"), prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("page", "beat"), Output("beaten", "data"), Input("beat", "data"), Input("alive", "n_intervals"),
        prevent_initial_call=True,
    )  # fmt: skip
    number, slider = ({"what": what, "name": MATCH, "card": MATCH} for what in ("number", "slider"))
    app.clientside_callback(
        ClientsideFunction("page", "slide"), Output(number, "value"), Output(slider, "value"),
        Input(slider, "value"), Input(number, "value"), State(number, "min"), State(number, "max"), State(number, "step"),
        prevent_initial_call=True,
    )  # fmt: skip


def _building(app: Dash, places: Places) -> None:
    """Build the page from its address, and anew when cards come and go or the language changes."""

    def built(now: asked.Asked) -> tuple[Any, Any, str]:
        return page.build(now, places), {"query": now.query(places), "wrong": list(now.wrong), "typed": False}, TAGS[now.language]

    @app.callback(
        Output("page", "children"), Output("query", "data"), Output("language", "data"), Output("page-key", "data"),
        Input("url", "search"), State("page-key", "data"),
    )  # fmt: skip
    def build(search: str | None, key: str | None) -> Any:
        return *built(asked.read(search or "", places)), key or secrets.token_hex(8)

    @app.callback(
        Output("page", "children", allow_duplicate=True), Output("query", "data", allow_duplicate=True),
        Output("language", "data", allow_duplicate=True), Input({"what": "act", "name": ALL, "card": ALL}, "n_clicks"),
        Input({"what": "policy", "card": ALL}, "value"), Input("choose-language", "value"), State("query", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def act(_clicks: Any, _policies: Any, language: str, told: Any) -> Any:
        before = asked.read(told["query"], places)
        value = ctx.triggered[0]["value"] if ctx.triggered else None
        after = acting.acted(before, places, ctx.triggered_id, value, language)
        return (no_update,) * 3 if after == before else built(after)


def _asking(app: Dash, places: Places) -> None:
    @app.callback(
        Output("query", "data", allow_duplicate=True), Output(LABELS, "children"),
        Input("world", "value"), Input("weeks", "value"), Input("seed", "value"), Input("repeat", "value"),
        Input({"what": "lever", "name": ALL, "card": ALL}, "value"), Input({"what": "number", "name": ALL, "card": ALL}, "value"),
        Input({"what": "since", "card": ALL}, "value"), Input({"what": "chart", "place": ALL}, "value"), State("query", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def ask(world: Any, weeks: Any, seed: Any, repeat: Any, *rest: Any) -> Any:
        *_, shown, told = rest
        before = asked.read(told["query"], places)
        nothing = no_update, [no_update] * len(ctx.outputs_list[1])
        controls = Controls([*ctx.inputs_list[4], *ctx.inputs_list[5]], ctx.inputs_list[6])
        if controls.cards != len(before.policies):
            return nothing  # the page is being built anew
        typed = {"weeks": weeks, "seed": seed, "repeat": repeat, "world": world}
        after, wrong = acting.moved(before, places, typed, controls, shown)
        if after == before and not wrong and not told["typed"]:
            return nothing
        query = {"query": after.query(places), "wrong": wrong, "typed": bool(wrong)}
        return query, page.labels(after, places, [each["id"]["card"] for each in ctx.outputs_list[1]])


def _watching(app: Dash, places: Places, runs: Runs) -> None:
    @app.callback(
        Output(GRAPHS, "figure"), Output(SEEN, "aria-label"), Output("table", "children"), Output("sure", "children"),
        Output("status", "children"), Output("when", "children"), Output("week", "value"), Output("week", "max"),
        Output("play", "children"), Output("player", "data"), Output("beat", "data"), Output("messages", "children"),
        Output("command", "children"), Input("pressed", "data"), Input("tick", "data"), State("query", "data"),
        State("player", "data"), State("page-key", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def watch(pressed: Any, _tick: Any, told: Any, player: Any, key: Any) -> Any:
        now = asked.read(told["query"], places)
        what = pressed["what"] if "pressed.data" in ctx.triggered_prop_ids else None
        before = Player(player["on"], player["week"], pressed["pace"])
        sight = look(now, places, runs, str(key), before, what, pressed["week"], pressed["smooth"])
        beat = {"moving": sight.moving, "at": time.time(), "count": pressed["count"]}
        return shown(now, sight, told["wrong"], len(ctx.outputs_list[0]), beat)

    def shown(now: asked.Asked, sight: Sight, wrong: Sequence[str], graphs: int, beat: dict[str, Any]) -> Any:
        nothing: list[Any] = [no_update] * graphs
        return (
            sight.figures or nothing, sight.seen or nothing, sight.table, sight.sure, sight.status, sight.when, sight.player.week,
            sight.total, page.play_word(sight.player.on, now.language), {"on": sight.player.on, "week": sight.player.week},
            beat, page.messages([*wrong, *sight.wrong], now.language), sight.command,
        )  # fmt: skip


def _downloads(app: Dash, places: Places, runs: Runs) -> None:
    @app.callback(
        Output("file", "data"), Input("weekly-csv", "n_clicks"), Input("table-csv", "n_clicks"), State("query", "data"),
        State("page-key", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def download(weekly: Any, table: Any, told: Any, key: Any) -> Any:
        if not (weekly or table):
            return no_update
        now = asked.read(told["query"], places)
        name, content = results.file_of(str(ctx.triggered_id), now, places, runs, str(key))
        return {"filename": name, "content": content, "type": "text/csv;charset=utf-8"}

    @app.callback(
        Output("file", "data", allow_duplicate=True), Output("making", "children"), Input("report-html", "n_clicks"),
        State("query", "data"), running=[(Output("report-html", "disabled"), True, False)], prevent_initial_call=True,
    )  # fmt: skip
    def report(clicks: Any, told: Any) -> Any:
        if not clicks:
            return no_update, no_update
        now = asked.read(told["query"], places)
        try:
            return {"filename": "cocreate-report.html", "content": reporting.report(now, places), "type": "text/html"}, ""
        except CoCreateError as error:
            return no_update, str(error)
