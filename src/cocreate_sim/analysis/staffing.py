"""What more posts did, never without the load they met, the rule staff followed, and what they add to the front line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .effects import conditions, size
from .languages import comma, current, say
from .load import ArmInfo, Study
from .paired import Interval
from .tables import against, compared
from .words import amount_and_ends, capital, figures, level_words, listing, noun, times

SMALLEST_USEFUL_FALL = 0.1
"""Working days: the claim "more posts helped" fails at a load at which waiting falls by less (fixed before any run)."""
POSTS, LOAD, RULE = "levers.posts", "uncertainties.casework.rho_40", "levers.staff_rule"
POSTS_WAIT, ALL_WAIT = "wait_posts_mean_days", "wait_mean_days"
OUTCOMES = (POSTS_WAIT, ALL_WAIT, "mobilisation_hours", "participation_week")
"""What more posts are said to change: waiting, the hours left for mobilisation, and what these bring about."""

REFERENCE_POSTS = 40
"""Posts to which the load refers (S32)."""
_FRONT_LINE_WORKERS = (102.0, 163.0)
"""Community workers beside 40 posts in a subdistrict of 90,750 residents: 11.2 to 18 per 10,000 (C09)."""


@dataclass(frozen=True, slots=True)
class Case:
    """Two arms that differ in the number of posts only."""

    arm: ArmInfo
    reference: ArmInfo
    posts: float
    before: float
    load: str
    """At which load, in words."""
    rules: str
    """Under which staff rule, and which other settings, in words."""


def sentences(study: Study) -> list[str]:
    """Say by load and by staff rule what more posts did to waiting, and whether the claim survives.

    Returns
    -------
    list of str
        For each pair of numbers of posts and each rule a title over all loads; for each load the test of the claim.
        Empty when no two arms differ in the number of posts only.
    """
    outcomes = [o for o in OUTCOMES if o in study.runs.columns]
    found = []
    for group in _groups(study):
        found += [title(study, group, outcome) for outcome in outcomes]
        found += _verdict_of(study, group)
    return [sentence for sentence in found if sentence]


def verdicts(study: Study) -> list[str]:
    """Say of each pair of numbers of posts and each rule whether the claim that more posts helped survives."""
    return [told for group in _groups(study) for told in _verdict_of(study, group)]


def _groups(study: Study) -> list[list[Case]]:
    cases = cases_of(study)
    keys = dict.fromkeys((c.posts, c.before, c.rules) for c in cases)
    return [[c for c in cases if (c.posts, c.before, c.rules) == key] for key in keys]


def _verdict_of(study: Study, group: Sequence[Case]) -> list[str]:
    """The test of the claim in one group; none where posts become fewer, as nobody claims that fewer help."""
    waiting = next((o for o in (POSTS_WAIT, ALL_WAIT) if o in study.runs.columns), None)
    told = verdict(study, group, waiting) if waiting and group[0].posts > group[0].before else ""
    return [told] if told else []


def notes(study: Study) -> list[str]:
    """Say what must be read with any effect of posts: the size of the front line, the load, and the horizon.

    When no arm differs from its reference in the number of posts, only queues that never settle are told of.
    """
    pairs = [(a, r) for a, r in compared(study) if study.setting(a, POSTS) != study.setting(r, POSTS)]
    if not pairs:
        return overload(study)
    numbers = dict.fromkeys((float(study.setting(a, POSTS)), float(study.setting(r, POSTS))) for a, r in pairs)
    found = [front_line(posts, before) for posts, before in numbers]
    found.append(
        say(
            "Load is the work that reaches the posts over what 40 posts can work off; here it is an assumption, not a "
            "measurement."
        )
    )
    given, built = set(), set()
    for _, reference in pairs:
        asked, realised = study.setting(reference, LOAD), realised_load(study, reference.name)
        if not isinstance(asked, int | float):
            built |= set() if realised is None else {realised}
            continue
        given.add(float(asked))
        if realised is not None and abs(realised - asked) > 0.02 * asked:
            found.append(
                say("At load {asked} the built worlds had {built} (mean over runs).", asked=f"{asked:g}", built=figures(realised))
            )
    if built:
        loads = listing([figures(load) for load in sorted(built)])
        found.append(say("The load of 40 posts was {loads} (mean over runs).", loads=loads))
    if any(load >= 1 for load in given | built):
        weeks = times(study.weeks, "week")
        found.append(
            say(
                "At a load of 1 or more the queue of 40 posts never settles: waiting depends on the horizon, here {weeks}.",
                weeks=weeks,
            )
        )
    return list(dict.fromkeys(found))


def overload(study: Study) -> list[str]:
    """Say so where posts have more work than they can do: then waiting has no level of its own, and the horizon decides it."""
    found = []
    for arm in study.arms:
        load, posts = realised_load(study, arm.name), float(study.setting(arm, POSTS))
        if load is not None and load * REFERENCE_POSTS / posts >= 1:
            own = load * REFERENCE_POSTS / posts
            found.append(
                say(
                    "At a load of {load} for {posts} posts their queue never settles: waiting depends on the horizon, "
                    "here {weeks}.",
                    load=figures(own), posts=f"{posts:g}", weeks=times(study.weeks, "week"),
                )
            )
    return list(dict.fromkeys(found))


def cases_of(study: Study) -> list[Case]:
    """Return the comparisons in which nothing but the number of posts differs."""
    others = [name for name in study.varied if name not in ("posts", "rho_40", "staff_rule", "policy")]
    found = []
    for arm, reference in compared(study):
        posts, before = study.setting(arm, POSTS), study.setting(reference, POSTS)
        if posts == before or arm.without(POSTS) != reference.without(POSTS):
            continue
        rule = study.setting(arm, RULE)
        words = [level_words("staff_rule", str(rule)) if rule else "", conditions(arm, others)]
        rules = comma().join(w for w in words if w)
        found.append(Case(arm, reference, float(posts), float(before), _load(study, reference), rules))
    return found


def _load(study: Study, arm: ArmInfo) -> str:
    asked = study.setting(arm, LOAD)
    if isinstance(asked, int | float):
        return say("load {}", f"{asked:g}")
    realised = realised_load(study, arm.name)
    return say("a load that was not recorded") if realised is None else say("load {}", figures(realised))


def realised_load(study: Study, arm: str) -> float | None:
    """Return the load of the posts in the built worlds of an arm, as the mean over its runs."""
    if "realised_rho_40" not in study.runs.columns:
        return None
    values = study.values(arm, "realised_rho_40")
    return float(values.mean()) if len(values) else None


def title(study: Study, cases: Sequence[Case], outcome: str) -> str:
    """Say one outcome over all loads in one sentence that can stand above a figure.

    For example: ``72 posts cut waiting at the posts by 41 % (35 to 47) at load 0.95; no clear effect at load 0.5.``
    """
    info = study.outcomes[outcome]
    moved: dict[bool, list[str]] = {True: [], False: []}
    unclear: list[str] = []
    alone: list[str] = []
    for case in cases:
        pair = against(study, case.arm.name, case.reference.name, outcome)
        if pair.difference.low is None:
            alone.append(case.load)
        elif pair.difference.clear:
            found = say("by {size} at {load}", size=size(pair, info.unit), load=case.load)
            moved[pair.difference.mean < 0].append(found)
        else:
            unclear.append(case.load)
    subject, what = level_words("posts", cases[0].posts), noun(info)
    clauses = [say("cut {outcome} {amounts}", outcome=what, amounts=listing(moved[True]))] if moved[True] else []
    clauses += [say("raised {outcome} {amounts}", outcome=what, amounts=listing(moved[False]))] if moved[False] else []
    parts = [say("{subject} {findings}", subject=subject, findings=say(" but ").join(clauses))] if clauses else []
    if unclear and parts:
        parts.append(say("no clear effect at {loads}", loads=_loads(unclear)))
    elif unclear:
        parts.append(say(
            "no clear effect of {subject} on {outcome} at {loads}",
            subject=subject, outcome=what, loads=_loads(unclear,
        )))
    if alone and parts:
        parts.append(say("no interval at {loads}, as there is one replicate", loads=_loads(alone)))
    elif alone:
        parts.append(
            say(
                "no interval of the effect of {subject} on {outcome} at {loads}, as there is one replicate",
                subject=subject, outcome=what, loads=_loads(alone),
            )
        )
    told = capital(say("; |list").join(parts))
    told = say("{subject} ({rule})", subject=told, rule=cases[0].rules) if cases[0].rules else told
    return say("{sentence}.", sentence=told)


def verdict(study: Study, cases: Sequence[Case], outcome: str) -> str:
    """Test at each load the claim that more posts helped: it fails when waiting falls by less than 0.1 working day.

    With an interval on both sides of that limit the claim is undecided, with one replicate it is not tested.
    """
    told: dict[str, list[str]] = {standing: [] for standing in _STANDINGS}
    for case in cases:
        fall = against(study, case.arm.name, case.reference.name, outcome).difference.negative()
        if fall.replicates:
            told[_standing(fall)].append(say("at {load} ({change})", load=case.load, change=_moves(fall)))
    said = [say(what, listing(told[standing])) for standing, what in _STANDINGS.items() if told[standing]]
    if not said:
        return ""
    claim = {
        "posts": level_words("posts", cases[0].posts), "outcome": noun(study.outcomes[outcome]),
        "days": f"{SMALLEST_USEFUL_FALL:g}", "verdicts": say("; it ").join(said),
    }  # fmt: skip
    if not cases[0].rules:
        return say(
            "The claim that {posts} helped (it needs {outcome} to fall by at least {days} working day) {verdicts}.",
            **claim,
        )
    return say(
        "The claim that {posts} helped ({rules}; it needs {outcome} to fall by at least {days} working day) {verdicts}.",
        rules=cases[0].rules, **claim,
    )  # fmt: skip


_STANDINGS = {
    "stands": "stands {}", "fails": "fails {}", "undecided": "is undecided {}", "alone": "is not tested (one replicate) {}",
}


def _standing(fall: Interval) -> str:
    if fall.low is None or fall.high is None:
        return "alone"
    if fall.high < SMALLEST_USEFUL_FALL:
        return "fails"
    return "stands" if fall.low >= SMALLEST_USEFUL_FALL else "undecided"


def _moves(fall: Interval) -> str:
    if fall.mean == 0:
        return say("no change")
    size, ends = amount_and_ends(fall.mean, fall.low, fall.high, "working days")
    ends = f", {ends[2:-1]}" if ends and current() == "en" else ends
    return (say("a fall of {size}", size=size) if fall.mean > 0 else say("a rise of {size}", size=size)) + ends


def _loads(loads: Sequence[str]) -> str:
    """Join loads without saying "load" each time: ``load 0.5, 0.8 and 1.5``."""
    first, *rest = loads
    word = say("load {}", "")
    return listing([first, *(load.removeprefix(word) if first.startswith(word) else load for load in rest)])


def front_line(posts: float, before: float) -> str:
    """Say what more posts are beside the community workers who stand next to them."""
    low, high = (100 * (posts - before) / (before + workers) for workers in reversed(_FRONT_LINE_WORKERS))
    few, many = _FRONT_LINE_WORKERS
    return say(
        "From {before} to {posts} posts is {more} % of the posts, but only {low} to {high} % of the front line, as {few} to "
        "{many} community workers stand beside {before} posts (C09).",
        before=f"{before:g}", posts=f"{posts:g}", more=f"{100 * (posts - before) / before:+.0f}", low=f"{low:+.0f}",
        high=f"{high:+.0f}", few=f"{few:g}", many=f"{many:g}",
    )  # fmt: skip
