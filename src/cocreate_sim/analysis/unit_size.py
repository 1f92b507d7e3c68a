"""Which size of governance unit did best, in both arms of head hours, and whether 10 to 20 households is better."""

from __future__ import annotations

from collections.abc import Sequence

from .effects import told
from .ensemble import drawn, listed_worlds
from .languages import say
from .load import ArmInfo, Study
from .partitions import Group, groups_of, realised_size, top
from .tables import against
from .words import capital, figures, level_words, listing, noun, times, value

OUTCOMES = ("participation_week", "solved_in_unit_share")
"""What small units are said to raise."""
LARGE = ("100", "grid")
"""What small units are compared with."""


def sentences(study: Study) -> list[str]:
    """Say which partition did best in each arm of head hours, and whether 10 to 20 households beat 100 and grids.

    Returns
    -------
    list of str
        Empty when no arms differ in their partition only.
    """
    groups = groups_of(study)
    outcomes = [o for o in OUTCOMES if o in study.runs.columns]
    found = []
    for group in groups:
        for outcome in outcomes:
            found += [best(study, group, outcome), *small_against_large(study, group, outcome)]
    if not groups:
        return []
    arms = {g.head_hours for g in groups}
    if len(arms) == 2:
        for outcome in outcomes:
            found += _in_both(study, groups, outcome)
    else:
        run, other = ("per_head", "equal_total") if "per_head" in arms else ("equal_total", "per_head")
        found.append(
            say(
                "Only {run} was run, not {other}: a difference between sizes may come from the hours of heads.",
                run=level_words("head_hours", run), other=level_words("head_hours", other),
            )
        )
    return [sentence for sentence in found if sentence]


def best(study: Study, group: Group, outcome: str) -> str:
    """Say which partition has the most of an outcome, as far as the intervals allow."""
    found = top(study, group, outcome)
    if found is None:
        return ""
    info, first = study.outcomes[outcome], found.first
    size = realised_size(study, group.arms[first])
    mean = float(study.values(group.arms[first].name, outcome).mean())
    shown = value(mean, info.unit)
    if size is not None:
        shown = say("{value}; realised mean size {size} households", value=shown, size=figures(size))
    about = {"rules": group.words, "outcome": noun(info), "units": _units(first), "shown": shown}
    head = say("With {rules}, {outcome} is highest in {units} ({shown})", **about)
    if not found.known:
        return say("{head} in one replicate, which cannot be told from chance.", head=head)
    if not found.alone:
        return say(
            "With {rules}, no unit size stands out in {outcome}: none can be told apart from the highest, "
            "{units} ({shown}).", **about
        )
    if found.tied:
        return say("{head}, but cannot be told apart from {others}.", head=head, others=listing([_units(p) for p in found.tied]))
    return say("{head}, clearly above every other size that was run.", head=head)


def small_against_large(study: Study, group: Group, outcome: str) -> list[str]:
    """Say whether units of 10 to 20 households have more of an outcome than units of 100, and than grids."""
    small = group.small
    if small is None:
        return []
    info, found = study.outcomes[outcome], []
    for large in LARGE:
        if large not in group.arms:
            continue
        pair = against(study, group.arms[small].name, group.arms[large].name, outcome)
        if not pair.difference.replicates:
            continue
        higher = _replicates_higher(study, group.arms[small], group.arms[large], outcome)
        found.append(
            say(
                "{small} against {large}, {rules}: {finding}; more in {count}.",
                small=capital(_units(small)), large=_units(large), rules=group.words, finding=told(pair, info), count=higher,
            )
        )
    return found


def falsifier(study: Study) -> list[str]:
    """Say in how many replicates 10 to 20 households had more participation than 100, and what would count against the claim."""
    found = []
    for group in groups_of(study):
        small = group.small
        if small is None or "100" not in group.arms or OUTCOMES[0] not in study.runs.columns:
            continue
        higher, total = _count_higher(study, group.arms[small], group.arms["100"], OUTCOMES[0])
        if not total:
            continue
        head = say(
            "With {rules}, {units} had more participation than units of 100 households in {n} of {all}",
            rules=group.words, units=_units(small), n=higher, all=times(total, "replicate"),
        )
        if not drawn(study):
            found.append(
                say(
                    "{head}. These share one set of parameters: they do not test over the priors the claim that smaller units "
                    "help, which fails below half of the draws.",
                    head=head,
                )
            )
        elif listed_worlds(study) and 2 * higher < total:
            found.append(
                say(
                    "{head}, each in a world of a table: the claim that smaller units help fails there (it fails below half of "
                    "the worlds).",
                    head=head,
                )
            )
        elif listed_worlds(study):
            found.append(
                say(
                    "{head}, each in a world of a table: the claim that smaller units help is not refuted there (it fails below "
                    "half of the worlds).",
                    head=head,
                )
            )
        elif 2 * higher < total:
            found.append(
                say(
                    "{head}, each with its own draw from the priors: the claim that smaller units help fails (it fails below "
                    "half of the draws).",
                    head=head,
                )
            )
        else:
            found.append(
                say(
                    "{head}, each with its own draw from the priors: the claim that smaller units help is not refuted (it fails "
                    "below half of the draws).",
                    head=head,
                )
            )
    return found


def _in_both(study: Study, groups: Sequence[Group], outcome: str) -> list[str]:
    """Say whether the two arms of head hours agree on the sizes that do best, as far as the intervals tell sizes apart."""
    found = []
    for rules in dict.fromkeys(group.rules for group in groups):
        pair = [group for group in groups if group.rules == rules]
        tops = [t for t in (top(study, group, outcome) for group in pair) if t is not None and t.known and t.alone]
        if len(tops) < 2:
            continue  # no size stands out in one of them, which has been said
        shared = [p for p in pair[0].arms if all(p in (t.first, *t.tied) for t in tops)]
        what = capital(noun(study.outcomes[outcome]))
        what = say("{subject} ({rule})", subject=what, rule=rules) if rules else what
        if shared:
            sizes = listing([_units(p) for p in shared])
            told_of = say(
                "{outcome}: {sizes} are among the highest however head hours follow the partition.",
                outcome=what, sizes=sizes,
            )
        else:
            told_of = say(
                "{outcome}: no size is among the highest in both arms of head hours, so a gain may come from hours, "
                "not from size.",
                outcome=what,
            )
        found.append(told_of)
    return found


def _units(partition: str) -> str:
    if partition in ("grid", "nested"):
        return say("grids") if partition == "grid" else say("nested units")
    return say("units of {size} households", size=partition)


def _count_higher(study: Study, small: ArmInfo, large: ArmInfo, outcome: str) -> tuple[int, int]:
    difference = (study.values(small.name, outcome) - study.values(large.name, outcome)).dropna()
    return int((difference > 0).sum()), len(difference)


def _replicates_higher(study: Study, small: ArmInfo, large: ArmInfo, outcome: str) -> str:
    higher, total = _count_higher(study, small, large, outcome)
    return say("{n} of {all}|counted", n=higher, all=times(total, "replicate"))
