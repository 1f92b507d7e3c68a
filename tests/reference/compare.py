"""Both models side by side, day by day: do they decide the same, and does everybody feel the same afterwards?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from cocreate_sim.config import Scenario
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.partings import as_rows, first_parting
from cocreate_sim.world.issues import STATES
from cocreate_sim.world.stations import STAGES as STATION_STAGES
from cocreate_sim.world.world import N_ISSUES

from .model import ReferenceModel

TOLERANCE = 1e-12
MOST_ISSUES = 10_000


class TooLarge(Exception):
    """The plain model would take minutes: more issues are to be expected than a comparison is worth."""


class Column(NamedTuple):
    """One quantity of all entities of a kind: what it is, whose, and its values in both models."""

    what: str
    whose: Sequence[Any]
    fast: Any
    plain: Sequence[Any]


def _columns(table: Any, entities: Sequence[Any], whose: Sequence[Any], *names: str, **renamed: str) -> Iterator[Column]:
    """Columns of a table that are attributes of the reference's entities, under the same or another name."""
    for name, attribute in ({n: n for n in names} | renamed).items():
        yield Column(name, whose, getattr(table, name), [getattr(e, attribute) for e in entities])


def _people(fast: CoCreateModel, plain: ReferenceModel) -> Iterator[Column]:
    r, people, t = fast.world.residents, plain.residents, fast.world.ties
    whose = [f"resident {one.number}" for one in people]
    yield from _columns(
        r, people, whose, "kind", "baseline", "budget", "reports_rate", "belonging", "belonging_rest", "trust", "takes_part",
        "took_part", "asked", "last_active", "weeks_active", "hours", "volunteer_since", "willing_to_head", "willing_to_lead",
        "rests_until", "on_board", "interest", "talent", "moved_in", "newcomer",
    )  # fmt: skip
    for name in ("club", "club_meeting"):
        yield Column(name, whose, getattr(r, name), [club.number if (club := getattr(one, name)) else -1 for one in people])
    yield Column("is a head", whose, r.head_of >= 0, [one.heads is not None for one in people])
    yield Column("is head above the unit", whose, r.leads >= 0, [one.leads is not None for one in people])
    above = fast.world.above
    for name, values in (("level", above.seats.level), ("role", above.seats.role)):
        has = r.leads >= 0
        mine = [getattr(one.leads, name) for one in people if one.leads]
        yield Column(f"{name} of the seat", [w for w, yes in zip(whose, has, strict=True) if yes], values[r.leads[has]], mine)
    ordered = sorted(plain.seats, key=lambda seat: (seat.level, seat.group.number))
    whose = [f"seat {seat.group.number} of level {seat.level}" for seat in ordered]
    yield from _columns(above.seats, ordered, whose, "below", hours_left="helper_hours")
    homes = [f"household {home.number}" for home in plain.households]
    yield from _columns(above, plain.households, homes, cover="cover", part="heads_above")
    whose = [f"resident {one.number}" for one in people]
    yield Column("ties", whose, t.number, [len(one.ties) for one in people])
    pairs = [(one, number) for one in people for number in sorted(one.ties)]
    held = np.arange(t.other.shape[1]) < t.number[:, None]
    whose = [f"{one.number} with {number}" for one, number in pairs]
    yield Column("tie", whose, r.id[t.other[held]], [number for _, number in pairs])
    yield Column("strength of the tie", whose, t.strength[held], [one.ties[number].strength for one, number in pairs])
    yield Column("everyday tie", whose, t.everyday[held], [one.ties[number].everyday for one, number in pairs])


def _homes(fast: CoCreateModel, plain: ReferenceModel) -> Iterator[Column]:
    n, homes, sites = fast.world.neighbourhood, plain.households, fast.world.sites
    whose = [f"household {home.number}" for home in homes]
    yield from _columns(n, homes, whose, "visits", "has_head", "sessions", "story")
    calls = np.where(n.call >= 0, sites.id[n.call], -1)
    yield Column("site that calls", whose, calls, [home.call.number if home.call else -1 for home in homes])


def _offices(fast: CoCreateModel, plain: ReferenceModel) -> Iterator[Column]:
    w, offices, posts = fast.world, plain.offices, plain.posts
    whose = [f"office {office.number}" for office in offices]
    yield from _columns(
        w, offices, whose, "speed", "busy_share", "free_hours", "support", "asked_by_staff", offered_cases="offered",
        background_cases="outside",
    )  # fmt: skip
    yield Column("budget", whose, w.budget, [office.budget for office in offices if not office.is_community])
    whose = [f"post {post.number} of office {post.office.number}" for post in posts]
    yield from _columns(
        w.posts, posts, whose, "established", "filled", "since", "skill", "burnout", "present", "came", "hold", "grade", "post_type",
    )  # fmt: skip
    on_ladder = [k for k, post in enumerate(posts) if post.grade > 0]
    yield Column("graded", [whose[k] for k in on_ladder], w.posts.graded[on_ladder], [posts[k].graded for k in on_ladder])
    case, none = w.issues[w.posts.serving], w.posts.serving < 0
    for what, values in (("a", case.a), ("b", case.b)):
        plain_values = [getattr(post.case, what) if post.case else -1 for post in posts]
        yield Column(f"case in hand, {what}", whose, np.where(none, -1, values), plain_values)
    yield Column("done at", whose, np.where(none, 0, w.posts.free_at), [post.done_at * bool(post.case) for post in posts])
    for name in ("skill_members", "skill_hours"):
        plain_values = [number for office in offices if office.is_community for number in getattr(office, name)]
        yield Column(name, range(len(plain_values)), getattr(w, name).ravel(), plain_values)
    for channel, column, attribute in (("pooling", w.unit_hours, "helper_hours"), ("coordination", w.activity_rate, "activity_rate")):
        groups = plain.groups[channel]
        yield Column(attribute, [f"group {g.number}" for g in groups], column, [getattr(g, attribute) for g in groups])
    yield Column("condition", [f"compound {k}" for k in range(len(w.condition))], w.condition, [c.condition for c in plain.compounds])


def _sites(fast: CoCreateModel, plain: ReferenceModel) -> Iterator[Column]:
    s, sites = fast.world.sites, plain.sites
    whose = [f"site {site.number}" for site in sites]
    yield from _columns(
        s, sites, whose, "condition", "stage", "since", "rota_hours", "build_hours", "upkeep_hours", "balance", number="project"
    )
    yield Column("keeper", whose, s.keeper, [site.keeper.number if site.keeper else -1 for site in sites])
    begun = s.number > 0
    initiators = np.where(s.initiator >= 0, fast.world.residents.id[s.initiator], -1)[begun]
    whose_begun = [w for w, yes in zip(whose, begun, strict=True) if yes]
    yield Column("initiator", whose_begun, initiators, [x.initiator.number if x.initiator else -1 for x in sites if x.project > 0])
    yield from _columns(
        s[begun], [site for site in sites if site.project > 0], whose_begun,
        "proposed", "by_residents", "meetings", "options", "support", "hours_needed", "hours_got", "money_needed", "funded",
        "helpers_needed", "skill", "skill_found", "corrections", "brokered", "space_lent", "helped",
    )  # fmt: skip


def _clubs(fast: CoCreateModel, plain: ReferenceModel) -> Iterator[Column]:
    table, clubs = fast.world.clubs, plain.clubs
    whose = [f"club {club.number}" for club in clubs]
    yield from _columns(table, clubs, whose, "interest", "stage", "begun", "founded", "members", id="number")
    leaders = np.where(table.founder >= 0, fast.world.residents.id[table.founder], -1)
    yield Column("leader", whose, leaders, [club.founder.number if club.founder else -1 for club in clubs])


def _issues(fast: CoCreateModel, plain: ReferenceModel) -> Iterator[Column]:
    w, issues = fast.world, plain.issues
    born = w.issues[: int(w.roster.length[N_ISSUES])]
    whose = [f"issue {i.b} of {i.a}" for i in issues]
    yield from _columns(
        born, issues, whose, "a", "b", "scope", "priority", "needs_posts", "skill", "hours", "born", "reported", "by", "due",
        "level", "handoffs", "attempts", "queued", "gives_up", "work", "waited", "solved", "reopened", "escalated", "in_unit",
    )  # fmt: skip
    yield Column("state", whose, born.state, [STATES.index(i.state) for i in issues])
    reporters = np.where(born.reporter >= 0, w.residents.id[born.reporter], -1)
    yield Column("reporter", whose, reporters, [i.reporter.number if i.reporter else -1 for i in issues])
    yield Column("target", whose, born.target, [i.target.number if i.target else -1 for i in issues])
    inside = born.household >= 0
    touched = [i.touches for i in issues if i.modelled]
    yield Column("first household", whose, born.first[inside], [t[0].number for t in touched])
    yield Column("last household", whose, born.end[inside] - 1, [t[-1].number for t in touched])


def _couriers(fast: CoCreateModel, plain: ReferenceModel) -> Iterator[Column]:
    whose = [f"courier {c.number} of subdistrict {c.subdistrict.place}" for c in plain.couriers]
    yield from _columns(fast.world.couriers, plain.couriers, whose, "number", "belonging")
    member_of = [c.station.number if c.station else -1 for c in plain.couriers]
    yield Column("station", whose, fast.world.couriers.station, member_of)
    whose = [f"station of community {s.number}" for s in plain.stations]
    yield from _columns(fast.world.stations, plain.stations, whose, "since", "plans", "meetings", "managers", "rent")
    yield Column("stage", whose, fast.world.stations.stage, [STATION_STAGES.index(s.stage) for s in plain.stations])
    whose = [f"compound {k}" for k in range(len(plain.compounds))]
    yield Column("hazard of couriers", whose, fast.world.rides.hazard, [c.passing for c in plain.compounds])


def _envoys(fast: CoCreateModel, plain: ReferenceModel) -> Iterator[Column]:
    whose = [envoy.name for envoy in plain.envoys]
    yield from _columns(fast.world.envoys, plain.envoys, whose, "number", "until")
    yield Column("attends to", whose, fast.world.envoys.site, [e.site.number if e.site else -1 for e in plain.envoys])


def _towers(fast: CoCreateModel, plain: ReferenceModel) -> Iterator[Column]:
    whose = [f"tower {tower.number}" for tower in plain.towers]
    yield from _columns(
        fast.world.towers, plain.towers, whose, "founded", "relationship", "given", "received", "owed", "places_shared", "rooms_shared"
    )
    whose = [f"community {k}" for k in range(len(plain.needs))]
    yield from _columns(fast.world.needs, plain.needs, whose, "cars", "places", "classes_wanted", "classes")


def _differing(column: Column) -> str | None:
    fast, plain = np.asarray(column.fast), np.asarray(column.plain)
    if fast.shape != plain.shape:
        return f"{column.what}: {len(fast)} in the fast model, {len(plain)} in the reference"
    if fast.dtype.kind == "f":
        same = np.abs(fast - plain) <= TOLERANCE * np.maximum(1.0, np.abs(plain))
    else:
        same = fast == plain
    if same.all():
        return None
    at = int(np.argmin(same))
    return f"{column.what} of {column.whose[at]}: {fast[at]} in the fast model, {plain[at]} in the reference"


def state_difference(fast: CoCreateModel, plain: ReferenceModel) -> str | None:
    """The first quantity that differs between the two models, in words, or None."""
    parts = (_issues, _offices, _sites, _clubs, _homes, _people, _couriers, _envoys, _towers)
    columns = (column for part in parts for column in part(fast, plain))
    return next((told for told in map(_differing, columns) if told), None)


def first_difference(scenario: Scenario) -> str | None:
    """Run both models side by side and say where they first part, or None when they never do.

    The events of each day are compared, and the state of everything before the first day and at the end of each week.
    """
    fast = CoCreateModel(scenario)
    weekly = scenario.uncertainties["arrivals"].rate * len(fast.world.households.id) * 7 / 365 + fast.world.background_cases.sum()
    if weekly * fast.world.arrivals_scale * fast.weeks > MOST_ISSUES:
        raise TooLarge
    plain = ReferenceModel(scenario)
    fast.listen()
    if found := state_difference(fast, plain):
        return f"before the first day: {found}"
    for day in range(fast.weeks * 7):
        fast.step()
        plain.step()
        if parted := first_parting(fast.events(), as_rows(plain.events), TOLERANCE):
            return parted.told("the fast model", "the reference")
        if day % 7 == 6 and (found := state_difference(fast, plain)):
            return f"at the end of day {day}: {found}"
    return None
