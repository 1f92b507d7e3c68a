"""The sections of a report on one study: question, answer, figures, tables, falsifiers, limits, method, provenance."""

from __future__ import annotations

from dataclasses import dataclass

from ...analysis.falsifiers import falsifiers
from ...analysis.languages import current, say, translated
from ...analysis.sentences import question
from ...analysis.words import listing, times
from .. import words
from ..figures import FIGURES
from ..figures.inline import inline_svg
from ..tables import NotOffered, StudyTables
from . import answer, tables
from .elements import Markup, element, listed, together

FIGURE_NAMES = {
    "trajectories": "Week by week",
    "differences": "What each policy changes",
    "many": "Many policies, one reference",
    "waiting": "How long cases wait",
    "unit_size": "By size of unit",
    "load": "More posts, by load",
    "funnel": "Projects, stage by stage",
    "map_participation": "Where: participation",
    "map_backlog": "Where: open issues",
    "map_ties": "Where: neighbours known",
    "ties": "Who knows whom in one building",
}
"""What a figure is called in a report; one that is not listed goes by its own name."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section: the end of its id, its heading, and what it holds."""

    name: str
    heading: str
    content: Markup


def figure_name(name: str) -> str:
    """Return what a figure is called."""
    return say(FIGURE_NAMES[name]) if name in FIGURE_NAMES else words.capital(translated(name.replace("_", " ")))


def sections(study: StudyTables, prefix: str, remake: str) -> list[Section]:
    """Return all sections of a report on one study; ids of its figures begin with ``prefix``."""
    return [
        Section("question", say("The question"), _question(study)),
        Section("answer", say("The answer in five sentences"), _answer(study)),
        Section("figures", say("Figures"), _figures(study, prefix)),
        Section("tables", say("Tables"), _tables(study)),
        Section("falsifiers", say("What would prove it wrong"), _falsifiers(study)),
        Section("limits", say("What the model leaves out"), _limits()),
        Section("method", say("How this was made, without formulas"), _method(study.study.weeks)),
        Section("provenance", say("Where these numbers come from, and how to make them again"), _provenance(study, remake)),
    ]


def question_of(study: StudyTables) -> str:
    """Return the question of a study; one that names none asks what happens."""
    asked = question(study.study)
    if asked:
        return asked
    return say("What happens under {arms}?", arms=listing([translated(arm.label) for arm in study.arms[:4]]))


def missing(study: StudyTables) -> list[str]:
    """Say what a study lacks: runs still to do, runs that failed, arms without a run."""
    manifest, found = study.study.manifest, []
    runs = manifest.get("runs") or {}
    asked = int(runs.get("asked", 0))
    if manifest.get("status", "complete") != "complete" and asked:
        done = len(study.study.done)
        found.append(
            say(
                "This study is not finished: {done} of {asked} runs are there, {left} are missing. Everything below may still "
                "change; `cocreate resume {folder}` goes on with it.",
                done=done,
                asked=asked,
                left=asked - done,
                folder=study.study.folder,
            )
        )
    empty = [translated(arm.label) for arm in study.study.arms if arm not in study.arms]
    if empty:
        found.append(say("No run is there yet of: {arms}.", arms=listing(empty)))
    if study.failed:
        error = str(study.study.failed["error"].iloc[0])
        found.append(say("{n} failed and are left out; the first error: {error}.", n=times(study.failed, "run"), error=error))
    return found


def _question(study: StudyTables) -> Markup:
    warnings = [element("p", warning, class_="warning", role="note") for warning in missing(study)]
    return together(element("p", question_of(study), class_="question"), *warnings)


def _answer(study: StudyTables) -> Markup:
    return element("ol", *(element("li", sentence) for sentence in answer.sentences(study)), class_="answer")


def _figures(study: StudyTables, prefix: str) -> Markup:
    drawn, left_out = [], []
    for name, draw in FIGURES.items():
        heading = figure_name(name)
        try:
            figure = draw(study, current())
        except NotOffered as reason:
            left_out.append(say("{figure}: {reason}", figure=heading, reason=reason))
            continue
        svg = Markup(inline_svg(figure, f"{prefix}-{name}"))
        drawn.append(element("figure", element("h4", heading), svg, id=f"{prefix}-figure-{name}"))
    why = element(
        "details", element("summary", say("Figures that this study's data does not support")), listed(left_out), class_="minor"
    )
    return together(*drawn, why if left_out else "")


def _tables(study: StudyTables) -> Markup:
    headline = study.study.headline
    rest = [name for name in study.study.outcomes if study.has(name) and name not in headline]
    how = element("p", say("A click on a heading sorts by it; a second click turns the order around."), class_="note no-print")
    if not study.compared:
        first = tables.means(study, headline[:8], say("Means over replicates, with 95 % intervals"))
        return together(how, first, _more(tables.means(study, rest, say("All other outcomes")) if rest else None))
    first = tables.differences(study, headline, say("Outcomes that the study asks about"))
    others = tables.differences(study, rest, say("All other outcomes")) if rest else None
    return together(how, first, _more(others))


def _more(table: Markup | None) -> Markup:
    if table is None:
        return Markup("")
    return element("details", element("summary", say("All other outcomes")), table, class_="minor screen-only")


def _falsifiers(study: StudyTables) -> Markup:
    found = falsifiers(study.study)
    fixed = say(
        "These tests were fixed before any run: more posts must shorten waiting by at least 0.1 working day at the load in "
        "question; small units must have the higher participation in at least half of the draws from the priors."
    )
    if not found:
        none = say(
            "This study tests neither of them: it compares no numbers of posts alone, nor units of 10 to 20 households with "
            "units of 100. What would count against its own findings: intervals that reach zero with more replicates, or other "
            "signs when the uncertain parameters are drawn from their priors."
        )
        return together(element("p", fixed), element("p", none))
    return together(element("p", fixed), listed(found))


def _limits() -> Markup:
    return listed(
        [
            say("Property management companies, conflict and protest, and the politics of who is listened to."),
            say("Prices, seasons and epidemics; money is counted, but no market sets it."),
            say(
                "Streets, distances and plans of buildings: places are nested (building in compound in community), they have "
                "no map."
            ),
            say(
                "Why people change their minds: willingness, belonging and trust follow simple rules whose strength is an "
                "assumption."
            ),
            say(
                "Anything that the newspaper article on Wuchang does not report and no study has measured: there, priors stand "
                "in, and say so."
            ),
            say(
                "The article reports successes only. It gives inputs, and examples of what can happen, never proof that a policy "
                "works."
            ),
        ]
    )


def _method(weeks: int) -> Markup:
    return together(
        *(
            element("p", paragraph)
            for paragraph in (
                say(
                    "A computer builds neighbourhoods with residents, unit heads, staff and couriers, as many as the figures of "
                    "Wuchang say, and lets {weeks} weeks pass, day by day: issues arise, somebody notices and reports them, "
                    "neighbours or staff solve them; people come to activities or stay away, get to know each other, keep up or "
                    "neglect what was built.",
                    weeks=weeks,
                ),
                say(
                    "Each policy meets the same neighbourhoods with the same luck: the same pipe bursts on the same day. What "
                    "then differs comes from the policy. This is done several times over with other neighbourhoods and other "
                    "luck (replicates); the spread of the differences gives the interval: where it excludes zero, the text says "
                    "higher or lower, else that no clear effect is seen."
                ),
                say(
                    "What people do rests on published studies where there are any, and else on ranges that the authors hold to "
                    "be plausible (priors). The result says what would follow if the world were like this. It does not say what "
                    "the world is like."
                ),
            )
        )
    )


def _provenance(study: StudyTables, remake: str) -> Markup:
    manifest = study.study.manifest
    seeds = list(manifest.get("seeds") or [manifest.get("base_seed", "")])
    told = f"{seeds[0]}" if len(seeds) == 1 else say("{low} to {high}", low=seeds[0], high=seeds[-1])
    packages = ", ".join(f"{name} {version}" for name, version in (manifest.get("packages") or {}).items())
    rows = [
        (say("Command that made the study"), study.command),
        (say("Command that makes this report"), remake),
        (say("Folder"), str(study.study.folder)),
        (say("Version, and mark of the rules"), f"cocreate-sim {manifest.get('version', '')}, {manifest.get('code', '')}"),
        (say("Runs"), str(len(study.study.done))),
        (say("Seeds"), told),
        (say("Begun and ended"), f"{manifest.get('started') or ''} \N{EN DASH} {manifest.get('ended') or ''}"),
        (say("Python and packages"), f"Python {manifest.get('python', '')}; {packages}"),
    ]
    note = say("The same command with the same version gives the same numbers, digit by digit; `cocreate verify DIR` checks it.")
    return together(tables.settings(rows, say("Provenance")), element("p", note, class_="note"))
