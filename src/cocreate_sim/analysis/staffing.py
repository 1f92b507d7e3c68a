"""What more posts did, never without the load they met, the rule staff followed, and what they add to the front line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .effects import NO_CLEAR_EFFECT, conditions, size
from .load import ArmInfo, Study
from .paired import Interval
from .tables import against, compared
from .words import amount, capital, figures, level_words, listing, noun, times

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
        "Load is the work that reaches the posts over what 40 posts can work off; here it is an assumption, not a measurement."
    )
    given, built = set(), set()
    for _, reference in pairs:
        asked, realised = study.setting(reference, LOAD), realised_load(study, reference.name)
        if not isinstance(asked, int | float):
            built |= set() if realised is None else {realised}
            continue
        given.add(float(asked))
        if realised is not None and abs(realised - asked) > 0.02 * asked:
            found.append(f"At load {asked:g} the built worlds had {figures(realised)} (mean over runs).")
    if built:
        found.append(f"The load of 40 posts was {listing([figures(load) for load in sorted(built)])} (mean over runs).")
    if any(load >= 1 for load in given | built):
        weeks = times(study.weeks, "week")
        found.append(f"At a load of 1 or more the queue of 40 posts never settles: waiting depends on the horizon, here {weeks}.")
    return list(dict.fromkeys(found))


def overload(study: Study) -> list[str]:
    """Say so where posts have more work than they can do: then waiting has no level of its own, and the horizon decides it."""
    found = []
    for arm in study.arms:
        load, posts = realised_load(study, arm.name), float(study.setting(arm, POSTS))
        if load is not None and load * REFERENCE_POSTS / posts >= 1:
            own = load * REFERENCE_POSTS / posts
            found.append(
                f"At a load of {figures(own)} for {posts:g} posts their queue never settles: waiting depends on the horizon, "
                f"here {times(study.weeks, 'week')}."
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
        found.append(Case(arm, reference, float(posts), float(before), _load(study, reference), ", ".join(w for w in words if w)))
    return found


def _load(study: Study, arm: ArmInfo) -> str:
    asked = study.setting(arm, LOAD)
    if isinstance(asked, int | float):
        return f"load {asked:g}"
    realised = realised_load(study, arm.name)
    return "a load that was not recorded" if realised is None else f"load {figures(realised)}"


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
    told: dict[str, list[str]] = {"cut": [], "raised": [], "unclear": [], "one replicate": []}
    for case in cases:
        pair = against(study, case.arm.name, case.reference.name, outcome)
        if pair.difference.low is None:
            told["one replicate"].append(case.load)
        elif pair.difference.clear:
            told["cut" if pair.difference.mean < 0 else "raised"].append(f"by {size(pair, info.unit)} at {case.load}")
        else:
            told["unclear"].append(case.load)
    subject = level_words("posts", cases[0].posts)
    moved = [f"{way} {noun(info)} {listing(told[way])}" for way in ("cut", "raised") if told[way]]
    parts = [f"{subject} {' but '.join(moved)}"] if moved else []
    if told["unclear"]:
        on = "" if moved else f" of {subject} on {noun(info)}"
        parts.append(f"{NO_CLEAR_EFFECT}{on} at {_loads(told['unclear'])}")
    if told["one replicate"]:
        on = "" if len(parts) else f" of the effect of {subject} on {noun(info)}"
        parts.append(f"no interval{on} at {_loads(told['one replicate'])}, as there is one replicate")
    return capital("; ".join(parts)) + (f" ({cases[0].rules})." if cases[0].rules else ".")


def verdict(study: Study, cases: Sequence[Case], outcome: str) -> str:
    """Test at each load the claim that more posts helped: it fails when waiting falls by less than 0.1 working day.

    With an interval on both sides of that limit the claim is undecided, with one replicate it is not tested.
    """
    told: dict[str, list[str]] = {"stands": [], "fails": [], "is undecided": [], "is not tested (one replicate)": []}
    for case in cases:
        fall = against(study, case.arm.name, case.reference.name, outcome).difference.negative()
        if fall.replicates:
            told[_standing(fall)].append(f"at {case.load} ({_moves(fall)})")
    said = [f"{what} {listing(where)}" for what, where in told.items() if where]
    if not said:
        return ""
    rules = f"{cases[0].rules}; " if cases[0].rules else ""
    return (
        f"The claim that {level_words('posts', cases[0].posts)} helped ({rules}it needs {noun(study.outcomes[outcome])} "
        f"to fall by at least {SMALLEST_USEFUL_FALL:g} working day) {'; it '.join(said)}."
    )


def _standing(fall: Interval) -> str:
    if fall.low is None or fall.high is None:
        return "is not tested (one replicate)"
    if fall.high < SMALLEST_USEFUL_FALL:
        return "fails"
    return "stands" if fall.low >= SMALLEST_USEFUL_FALL else "is undecided"


def _moves(fall: Interval) -> str:
    if fall.mean == 0:
        return "no change"
    size, _, ends = amount(fall.mean, fall.low, fall.high, "working days").partition(" (")
    return f"{'a fall' if fall.mean > 0 else 'a rise'} of {size}{f', {ends[:-1]}' if ends else ''}"


def _loads(loads: Sequence[str]) -> str:
    """Join loads without saying "load" each time: ``load 0.5, 0.8 and 1.5``."""
    first, *rest = loads
    return listing([first, *(load.removeprefix("load ") if first.startswith("load ") else load for load in rest)])


def front_line(posts: float, before: float) -> str:
    """Say what more posts are beside the community workers who stand next to them."""
    low, high = (100 * (posts - before) / (before + workers) for workers in reversed(_FRONT_LINE_WORKERS))
    few, many = _FRONT_LINE_WORKERS
    return (
        f"From {before:g} to {posts:g} posts is {100 * (posts - before) / before:+.0f} % of the posts, but only {low:+.0f} to "
        f"{high:+.0f} % of the front line, as {few:g} to {many:g} community workers stand beside {before:g} posts (C09)."
    )
