"""One difference in words: how much, how sure, and between which settings; never more than the interval says."""

from __future__ import annotations

from dataclasses import dataclass

from .languages import comma, say, translated, using
from .load import ArmInfo, OutcomeInfo, Study
from .paired import Interval, Paired
from .tables import against
from .words import amount_and_ends, capital, instead, level_words, listing, noun, value


@dataclass(frozen=True, slots=True)
class Contrast:
    """What differs between an arm and its reference, and what both share."""

    subject: str
    reference: str
    condition: str


def contrast(study: Study, arm: ArmInfo, reference: ArmInfo) -> Contrast:
    """Say what an arm has that its reference has not, and under which shared settings."""
    differ = [name for name in arm.factors if arm.factors[name] != reference.factors.get(name)]
    shared = conditions(arm, [name for name in study.varied if name not in differ])
    if not differ or "policy" in differ:
        with using("en"):  # labels in a manifest are English
            tail = f", {conditions(arm, [name for name in study.varied if name not in differ])}"
        if not shared or not all(one.label.endswith(tail) for one in (arm, reference)):
            return Contrast(translated(arm.label), translated(reference.label), "")
        return Contrast(translated(arm.label.removesuffix(tail)), translated(reference.label.removesuffix(tail)), shared)
    return Contrast(
        listing([level_words(name, arm.factors[name]) for name in differ]),
        listing([level_words(name, reference.factors[name]) for name in differ]),
        shared,
    )


def conditions(arm: ArmInfo, factors: list[str]) -> str:
    """Say the settings of an arm in some factors: ``load 0.95, cases first``."""
    return comma().join(level_words(name, arm.factors[name]) for name in factors if name in arm.factors)


def size(pair: Paired, unit: str) -> str:
    """Say a clear difference: in percent of the reference where that can be said, else in its own unit."""
    return "".join(_size_and_ends(pair, unit))


def _size_and_ends(pair: Paired, unit: str) -> tuple[str, str]:
    relative, difference = pair.relative, pair.difference
    if relative is not None and relative.low is not None:
        percent = relative.times(100)
        return amount_and_ends(percent.mean, percent.low, percent.high, "%")
    scale, shown = (100.0, "percentage points") if "share" in unit.split() else (1.0, unit)
    return amount_and_ends(*_scaled(difference, scale), shown)


def _scaled(interval: Interval, factor: float) -> tuple[float, float | None, float | None]:
    scaled = interval.times(factor)
    return scaled.mean, scaled.low, scaled.high


def finding(pair: Paired, outcome: OutcomeInfo) -> str:
    """Say one difference as a clause, such as ``41 % lower (35 to 47)`` or ``no clear effect``.

    Without an interval only the two values are told, and that nothing is known about chance.
    """
    interval = pair.difference
    if interval.replicates == 0:
        return say("not measured")
    if interval.low is None:
        values = instead(pair.mean, pair.reference_mean, outcome.unit)
        return say("{values} in one replicate, which cannot be told from chance", values=values)
    if interval.mean == 0 and interval.low == 0 == interval.high:
        return say("no difference in any replicate")
    if not interval.clear:
        return say("no clear effect")
    amount, ends = _size_and_ends(pair, outcome.unit)
    return (say("{size} higher", size=amount) if interval.mean > 0 else say("{size} lower", size=amount)) + ends


def sentence(study: Study, arm: ArmInfo, outcome: str, reference: ArmInfo | None = None) -> str:
    """Compare one arm with its reference in one outcome, in one sentence.

    Examples
    --------
    ``72 posts against 40 posts, load 0.95: waiting 41 % lower (35 to 47), 1.9 instead of 3.2 working days.``
    ``72 posts against 40 posts, load 0.5: no clear effect on waiting.``
    """
    other = reference or study.arm(arm.reference)
    info = study.outcomes[outcome]
    pair = against(study, arm.name, other.name, outcome)
    words = contrast(study, arm, other)
    said = told(pair, info) if pair.difference.replicates else one_sided(study, arm, other, info)
    head = say("{subject} against {reference}", subject=words.subject, reference=words.reference)
    head = say("{head}, {condition}", head=head, condition=words.condition) if words.condition else head
    return say("{head}: {said}.", head=capital(head), said=said)


def one_sided(study: Study, arm: ArmInfo, reference: ArmInfo, outcome: OutcomeInfo) -> str:
    """Say an outcome that exists on one side of a comparison only, such as the hours of heads that the other has not."""
    what = noun(outcome)
    for other in (arm, reference):
        values = study.values(other.name, outcome.name)
        if len(values):
            mean = value(float(values.mean()), outcome.unit)
            if other == arm:
                return say("{outcome} {value}, here only", outcome=what, value=mean)
            return say("{outcome} {value}, in the reference only", outcome=what, value=mean)
    return say("{outcome}: not measured", outcome=what)


def told(pair: Paired, outcome: OutcomeInfo) -> str:
    """Say one difference as a clause that names the outcome, with both values when the difference is clear."""
    said, what = finding(pair, outcome), noun(outcome)
    if said == say("no clear effect"):
        return say("no clear effect on {outcome}", outcome=what)
    if not pair.difference.clear:
        return say("{outcome}: {said}", outcome=what, said=said)
    values = instead(pair.mean, pair.reference_mean, outcome.unit)
    return say("{outcome} {change}, {values}", outcome=what, change=said, values=values)
