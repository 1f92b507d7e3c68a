"""Random scenarios for property tests: worlds, levers, channels, switches and every setting of every mechanism."""

from __future__ import annotations

import dataclasses
from enum import Enum
from functools import cache
from typing import Any

from hypothesis import strategies as st

from cocreate_sim.config import RunSettings, Scenario
from cocreate_sim.engine.settings import Meta, build, meta_of, types_of
from cocreate_sim.schedule import MECHANISMS
from cocreate_sim.world.levers import CHANNELS, Channels, Levers
from cocreate_sim.world.listed import LARGEST_HOUSEHOLD, ListedCompound, totals
from cocreate_sim.world.listed import in_order as together
from cocreate_sim.world.settings import WorldSettings
from cocreate_sim.world.timeline import DATED, Change, Timeline, in_order

PARTITIONS = ("1", "2", "3", "5", "7", "12", "10-20", "20", "nested", "grid")
SANE: dict[str, tuple[float, float]] = {
    # settings whose full range would only make a run long: everything else is drawn from its whole range
    "arrivals.rate": (0.0, 60.0), "arrivals.hours_median": (0.01, 12.0), "arrivals.hours_cv": (0.0, 3.0), "ties.most": (1, 60),
    "ties.start_degree": (0.0, 30.0), "renovation.attendees": (1.0, 60.0), "renovation.hours_low": (0.1, 300.0),
    "renovation.hours_high": (0.1, 3000.0), "renovation.money_high": (0.0, 1e6), "renovation.money_low": (0.0, 1e5),
    "renovation.meetings_low": (1, 4), "renovation.meetings_high": (1, 6), "renovation.plan_weeks": (1, 12),
    "renovation.build_weeks": (1, 12), "renovation.evaluate_after": (1, 4), "renovation.share_weeks": (1, 3),
    "renovation.helpers_low": (1, 8), "renovation.helpers_high": (1, 15), "participation.base": (-8.0, 8.0),
    "participation.session_hours": (0.0, 8.0), "participation.party_minimum": (1, 8), "heads.rest_weeks": (0, 8),
    "heads.step_forward_weeks": (0.0, 12.0), "casework.teams": (1, 3), "staff_time.paid_hours": (1.0, 60.0),
    "councils.meeting_weeks": (1, 4), "councils.willingness": (-5.0, 5.0), "councils.memory_months": (0.1, 24.0),
    "leaders.attention_weeks": (1, 8), "levers.leaders_sent_down": (0, 30), "stations.give_up_weeks": (1, 8), "stations.opening_weeks": (0, 3),
    "turnover.leave_posts": (0.0, 5.0), "turnover.refill_months": (0.0, 12.0), "upkeep.rota_size": (1, 20),
    "recognition.weeks_on_board": (1, 8), "casework.patience_days": (0.01, 100.0), "casework.rereport_days": (0.1, 20.0),
    "casework.reopen_days": (0.1, 20.0), "routing.unit_days": (0.0, 21.0), "routing.handoff_days": (0.0, 5.0),
    "clubs.lessons": (1, 3), "clubs.minimum": (1, 6), "clubs.find_rate": (0.0, 50.0), "levers.user_fee": (0.0, 3.0),
    "club_facilities.running_cost": (0.0, 30.0), "club_facilities.reserve": (0.0, 100.0),
    "career.review_months": (0.1, 2.0), "career.years_per_grade": (0.1, 3.0), "career.path_months": (0.0, 3.0),
    "career.path_grade": (1, 12), "moving.rate": (0.0, 5.0),
}  # fmt: skip
PAIRS = tuple(("renovation", what) for what in ("meetings", "options", "hours", "money", "helpers"))


@cache
def between(low: float, high: float) -> st.SearchStrategy[float]:
    """A number on a grid of ten thousand steps, both ends included."""
    return st.integers(0, 10_000).map(lambda k: low + (high - low) * k / 10_000)


def _value(draw: st.DrawFn, address: str, kind: Any, meta: Meta, default: Any) -> Any:
    """Half of the time the default; otherwise a value of the prior, of the whole range, or one of its ends."""
    if draw(st.booleans()):
        return default
    if isinstance(kind, type) and issubclass(kind, Enum):
        return draw(st.sampled_from(list(kind)))
    if kind is bool:
        return draw(st.booleans())
    if kind is str:
        return default
    low = meta.low if meta.low is not None else default / 4
    high = meta.high if meta.high is not None else default * 4
    narrow = SANE.get(address, (low, high))
    low, high = max(low, narrow[0]), min(high, narrow[1])
    if kind is int:
        return draw(st.integers(int(low), int(high)))
    if kind == (float | None) and draw(st.integers(0, 3)) == 0:
        return None
    if meta.prior is not None and draw(st.booleans()):
        value = meta.prior.quantile(draw(between(0.01, 0.99)))
        return min(max(value, low), high)
    return draw(between(low, high))


@st.composite
def settings_of(draw: st.DrawFn, mechanism: Any) -> Any:
    """Settings of one mechanism, consistent among themselves."""
    cls = mechanism.Settings
    hints = types_of(cls)
    values = {
        f.name: _value(draw, f"{mechanism.name}.{f.name}", hints[f.name], f.metadata["setting"], f.default)
        for f in dataclasses.fields(cls)
    }
    for owner, stem in PAIRS:
        if owner == mechanism.name:
            values[f"{stem}_low"], values[f"{stem}_high"] = sorted((values[f"{stem}_low"], values[f"{stem}_high"]))
    if mechanism.name == "renovation":
        values["plan_weeks"] = max(values["plan_weeks"], values["meetings_high"] + 1)
    if mechanism.name == "participation":
        kinds = [values[k] for k in ("conditional_share", "free_rider_share", "hump_share")]
        if sum(kinds) > 1.0:
            for k, share in zip(("conditional_share", "free_rider_share", "hump_share"), kinds, strict=True):
                values[k] = share / (sum(kinds) + 1e-9)
    if mechanism.name == "arrivals" and not any(values[k] for k in values if k.startswith("scope_")):
        values["scope_stair"] = 1.0
    return build(cls, values, mechanism.name)


@st.composite
def worlds(draw: st.DrawFn) -> WorldSettings:
    """From one household to a quarter of a few hundred."""
    households = draw(st.integers(1, 160))
    compounds = draw(st.integers(1, min(4, households)))
    communities = draw(st.integers(1, compounds))
    grids = draw(st.integers(compounds, min(households, compounds + 4)))
    return build(
        WorldSettings,
        {
            "name": "drawn", "households": households, "compounds": compounds, "communities": communities,
            "subdistricts": draw(st.integers(1, communities)), "grids": grids, "compound_cv": draw(between(0.0, 1.5)),
            "building_min": draw(st.integers(1, 60)), "building_mean": draw(between(1.0, 90.0)), "building_cv": draw(between(0.0, 1.5)),
            "stair_size": draw(st.integers(1, 30)), "persons_per_household": draw(between(1.0, 4.0)),
            "collective_share": draw(st.sampled_from((0.0, 0.1815, 0.5))), "children_share": draw(between(0.0, 0.4)),
            "newcomer_share": draw(between(0.0, 1.0)), "party_share": draw(between(0.0, 0.5)), "skill_share": draw(between(0.0, 0.3)),
            "households_per_site": draw(st.integers(5, 200)), "background": draw(st.booleans()),
            "couriers_per_10k": draw(between(0.0, 1000.0)), "courier_round": draw(st.integers(1, 5)),
            "towers": draw(st.integers(0, 8)),
            "subdistrict_households": draw(st.integers(1, 3000)), "community_households": draw(st.integers(1, 400)),
        },
        "world",
    )  # fmt: skip


@st.composite
def listed_worlds(draw: st.DrawFn) -> WorldSettings:
    """Up to four compounds as a table may list them, in up to two communities of each of two subdistricts."""
    rows = []
    for k in range(draw(st.integers(1, 4))):
        households = draw(st.integers(1, 40))

        def maybe(low: int, high: int) -> int | None:
            return draw(st.none() | st.integers(low, high))

        rows.append(
            ListedCompound(
                f"c{k}", households, f"s{k // 2}", draw(st.sampled_from((None, f"m{k}"))), maybe(1, min(3, households)),
                maybe(1, min(4, households)), maybe(1, 20), maybe(households, LARGEST_HOUSEHOLD * households), maybe(0, 5),
                maybe(1, min(3, households)),
            )
        )  # fmt: skip
    rows = together(rows)
    return dataclasses.replace(draw(worlds()), listed=tuple(rows), **totals(rows))


def _lever(draw: st.DrawFn, name: str) -> Any:
    if name == "partition":
        return draw(st.sampled_from(PARTITIONS))
    if name == "posts":
        return draw(st.integers(1, 60))
    return _value(draw, f"levers.{name}", types_of(Levers)[name], meta_of(Levers, name), getattr(Levers(), name))


@st.composite
def levers(draw: st.DrawFn) -> Levers:
    """Any policy."""
    return build(Levers, {f.name: _lever(draw, f.name) for f in dataclasses.fields(Levers)}, "levers")


@st.composite
def timelines(draw: st.DrawFn, subdistricts: int, weeks: int) -> Timeline:
    """Up to six changes of levers, at most one of each lever in a week and place."""
    when = st.tuples(st.integers(0, weeks - 1), st.integers(0, subdistricts - 1), st.sampled_from(DATED))
    drawn = draw(st.sets(when, max_size=6)) if draw(st.booleans()) else set()
    return in_order([Change(*key, _lever(draw, key[2])) for key in sorted(drawn)])


@st.composite
def scenarios(draw: st.DrawFn, weeks: int = 5) -> Scenario:
    """A random world under a random policy with random beliefs, for a few weeks."""
    burn_in = draw(st.integers(0, 2))
    off = draw(st.sets(st.sampled_from([m.name for m in MECHANISMS]), max_size=4))
    shut = draw(st.sets(st.sampled_from(list(CHANNELS)), max_size=10))
    world = draw(worlds())
    horizon = draw(st.integers(1, weeks))
    return Scenario(
        world=world,
        levers=draw(levers()),
        channels=Channels(**{c: c not in shut for c in CHANNELS}),
        switches={m.name: m.name not in off for m in MECHANISMS},
        uncertainties={m.name: draw(settings_of(m)) for m in MECHANISMS},
        timeline=draw(timelines(world.subdistricts, horizon)),
        run=RunSettings(weeks=horizon, burn_in_weeks=burn_in, seed=draw(st.integers(0, 2**63))),
    )
