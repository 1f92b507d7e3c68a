"""Participation: who hears of an activity, what moves them to come, and what becomes of those who came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.limits.common import PLAIN, alone, identical
from tests.scenarios import scenario, world_settings

from cocreate_sim.errors import ConfigError
from cocreate_sim.mechanisms.participation import pivotality
from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.residents import CONDITIONAL, FREE_RIDER, HUMP, UNCONDITIONAL
from cocreate_sim.world.sites import BUILD
from cocreate_sim.world.world import World

Prepare = Callable[[World], None]
ONLY = {
    CONDITIONAL: {"participation.conditional_share": 1.0, "participation.free_rider_share": 0.0, "participation.hump_share": 0.0},
    FREE_RIDER: {"participation.conditional_share": 0.0, "participation.free_rider_share": 1.0, "participation.hump_share": 0.0},
    HUMP: {"participation.conditional_share": 0.0, "participation.free_rider_share": 0.0, "participation.hump_share": 1.0},
    UNCONDITIONAL: {
        "participation.conditional_share": 0.0,
        "participation.free_rider_share": 0.0,
        "participation.hump_share": 0.0,
    },
}


def made(changes: dict[str, Any] | None = None, world: Any = None, burn_in: int = 0, **levers: Any) -> CoCreateModel:
    """Two hundred alike adults in one building, half of whom would come if nothing moved them."""
    given = PLAIN | {"participation.base": 0.0} | (changes or {})
    place = world or identical(200)
    switches = alone("participation", "recognition")
    return CoCreateModel(scenario(place, weeks=4, burn_in=burn_in, settings=given, switches=switches, **levers))


def one_week(model: CoCreateModel, prepare: Prepare | None = None) -> np.ndarray:
    """Let residents decide once; who came."""
    if prepare:
        prepare(model.world)
    next(m for m in model.mechanisms if m.name == "participation").step(model.world)
    return model.world.residents.takes_part.copy()


def came(changes: dict[str, Any], prepare: Prepare | None = None, **levers: Any) -> np.ndarray:
    """Who comes under these settings."""
    return one_week(made(changes, **levers), prepare)


def building_site(world: World, got: float = 0.0, helpers: int = 1) -> None:
    """The first site calls all its households for helpers."""
    sites = world.sites
    sites.stage[0], sites.hours_needed[0], sites.hours_got[0], sites.helpers_needed[0] = BUILD, 100.0, got, helpers
    world.neighbourhood.call[sites.first[0] : sites.end[0]] = 0


def all_came_last_week(world: World) -> None:
    world.residents.takes_part[:] = True


def everybody_asked(world: World) -> None:
    world.asked_by_staff[:] = 1.0


def everybody_belongs(world: World) -> None:
    world.residents.belonging[:] = 1.0


def everybody_in_the_party(world: World) -> None:
    world.residents.party[:] = True


def half_built(world: World) -> None:
    building_site(world, got=50.0)


def many_come_as_a_rule(world: World) -> None:
    world.activity_rate[:] = 1.0


# ------------------------------------------------------------------------------------------------ what moves residents


@pytest.mark.parametrize(
    ("given", "changed", "prepare", "levers", "sign"),
    [
        pytest.param({}, {"participation.base": 1.0}, None, {}, +1, id="willingness"),
        pytest.param({}, {"participation.belonging": 2.0}, everybody_belongs, {}, +1, id="belonging"),
        pytest.param({}, {"participation.party": 1.0}, everybody_in_the_party, {}, +1, id="party"),
        pytest.param({}, {"participation.party": -1.0}, everybody_in_the_party, {}, -1, id="party may put off"),
        pytest.param({"participation.asked": 0.0}, {"participation.asked": 2.0}, everybody_asked, {}, +1, id="asked in person"),
        pytest.param({"ties.complete": True}, {"participation.peers": 2.0}, all_came_last_week, {}, +1, id="peers"),
        pytest.param({"ties.complete": True, "participation.peers": 2.0}, {"participation.known_weight": 100.0}, all_came_last_week, {}, -1, id="few known people weigh less"),
        pytest.param({"participation.party_minimum": 1}, {"participation.pivotal": 2.0}, None, {}, +1, id="own coming decides"),
        pytest.param({"participation.visible": 0.0}, {"participation.visible": 4.0}, half_built, {}, +1, id="visible progress"),
        pytest.param({}, {"participation.cost": 1.0}, None, {}, -1, id="cost"),
        pytest.param({"participation.cost": 0.3}, {"participation.session_hours": 6.0}, None, {}, -1, id="long sessions"),
        pytest.param({"participation.cost": 0.3}, {"participation.budget_median": 5.0}, None, {}, +1, id="free time"),
        pytest.param({"participation.cost": 0.3, "heads.pair_hours": 0.0}, {"heads.pair_hours": 0.1}, many_come_as_a_rule, {}, -1, id="talk of many"),
        pytest.param({"ties.complete": True, "recognition.board_effect": 0.0}, {"recognition.board_effect": 2.0}, None, {"red_board": True}, +1, id="red board"),
        pytest.param({"participation.base": -1.0}, {"participation.noise": 5.0}, None, {}, +1, id="noise draws towards one half"),
    ],
)  # fmt: skip
def test_each_term_moves_residents_its_way(
    given: dict[str, Any], changed: dict[str, Any], prepare: Prepare | None, levers: dict[str, Any], sign: int
) -> None:
    """The same luck, one term changed: some change their mind that way, and nobody the other way."""
    before, after = came(given, prepare, **levers), came(given | changed, prepare, **levers)
    more, less = (after & ~before).sum(), (before & ~after).sum()
    assert (more if sign > 0 else less) >= 5
    assert (less if sign > 0 else more) == 0


@pytest.mark.parametrize(
    ("name", "given", "prepare"),
    [
        ("belonging", {}, lambda w: w.residents.belonging.fill(0.0)),
        ("party", {}, lambda w: w.residents.party.fill(False)),
        ("asked", {}, None),
        ("visible", {}, building_site),
        ("pivotal", {"participation.party_minimum": 1}, all_came_last_week),
        ("peers", {"ties.complete": True}, None),
    ],
)
def test_a_motive_without_occasion_moves_nobody(name: str, given: dict[str, Any], prepare: Prepare | None) -> None:
    """No belonging, no party, not asked, nothing built yet, others do it anyway, nobody came last week."""
    few, many = (came(given | {f"participation.{name}": size, "participation.memory_weeks": 1.0}, prepare) for size in (0.0, 5.0))
    if name == "pivotal":  # one of 200 who is expected with 1 - 1/e is as good as never decisive
        assert (few != many).sum() <= 1
    else:
        assert np.array_equal(few, many)


@pytest.mark.parametrize(
    ("kind", "all_came", "half_came"),
    [(CONDITIONAL, +1, +1), (FREE_RIDER, 0, 0), (HUMP, 0, +1), (UNCONDITIONAL, 0, 0)],
)
def test_kinds_answer_to_their_peers_each_in_their_way(kind: int, all_came: int, half_came: int) -> None:
    """Conditional cooperators follow the many, hump-shaped ones give most at one half, the others do not look."""
    given = ONLY[kind] | {"ties.complete": True, "participation.known_weight": 0.0, "participation.kind_gap": 0.0}

    def last_week(share: float) -> Prepare:
        def prepare(world: World) -> None:
            world.residents.takes_part[:] = np.arange(200) < 200 * share

        return prepare

    for share, sign in ((1.0, all_came), (0.5, half_came)):
        alone_, together = (came(given | {"participation.peers": j}, last_week(share)) for j in (0.0, 3.0))
        assert np.sign(int(together.sum()) - int(alone_.sum())) == sign


def test_free_riders_are_less_and_unconditional_givers_more_willing() -> None:
    shares = {kind: came(ONLY[kind] | {"participation.kind_gap": 2.0}).mean() for kind in ONLY}
    assert shares[FREE_RIDER] < 0.25 < 0.4 < shares[CONDITIONAL] < 0.6 < 0.75 < shares[UNCONDITIONAL]
    assert shares[HUMP] == shares[CONDITIONAL]


@pytest.mark.compiled
def test_kinds_are_drawn_with_their_shares() -> None:
    model = made(
        {"participation.conditional_share": 0.5, "participation.free_rider_share": 0.3, "participation.hump_share": 0.14},
        identical(2000),
    )
    shares = np.bincount(model.world.residents.kind, minlength=4) / 2000
    assert shares == pytest.approx([0.5, 0.3, 0.14, 0.06], abs=0.035)


def test_shares_of_kinds_above_one_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"= 1\.1 is above 1"):
        made({"participation.conditional_share": 0.6, "participation.free_rider_share": 0.3, "participation.hump_share": 0.2})


def test_residents_differ_more_with_a_larger_spread() -> None:
    narrow, wide = (made({"participation.base_sd": sd, "participation.budget_sigma": sd}).world.residents for sd in (0.1, 1.0))
    assert wide.baseline.std() == pytest.approx(10 * narrow.baseline.std())
    assert np.log(wide.budget).std() == pytest.approx(10 * np.log(narrow.budget).std())


# ------------------------------------------------------------------------------------------------ who hears of it


def hears(prepare: Prepare, changes: dict[str, Any] | None = None) -> float:
    """Share of residents who come, when all who hear of something come."""
    given = {
        "participation.everyone_knows": False, "participation.base": 30.0, "participation.word_of_mouth": 0.0,
        "participation.story_reach": 0.0, "participation.known_weight": 0.0, "ties.complete": True,
    } | (changes or {})  # fmt: skip
    return float(came(given, prepare).mean())


def calls(world: World) -> None:
    world.broadcast[:] = 0.0
    building_site(world)


def messages(reach: float, happening: bool = True) -> Prepare:
    def prepare(world: World) -> None:
        world.broadcast[:] = reach
        if happening:
            building_site(world)

    return prepare


def meetings(number: float) -> Prepare:
    def prepare(world: World) -> None:
        world.broadcast[:] = 0.0
        world.neighbourhood.sessions[:] = number

    return prepare


def visits(number: float) -> Prepare:
    def prepare(world: World) -> None:
        calls(world)
        world.neighbourhood.visits[:] = number

    return prepare


def staff_ask(chance: float) -> Prepare:
    def prepare(world: World) -> None:
        world.broadcast[:] = 0.0
        world.asked_by_staff[:] = chance

    return prepare


def active_last_week(share: float) -> Prepare:
    def prepare(world: World) -> None:
        calls(world)
        world.residents.takes_part[:] = np.arange(200) < share * 200

    return prepare


def story(until: int) -> Prepare:
    def prepare(world: World) -> None:
        calls(world)
        world.day = 70
        world.neighbourhood.story[:] = until

    return prepare


@pytest.mark.parametrize(
    ("given", "changes", "expect"),
    [
        pytest.param(messages(1.0, happening=False), {}, 0.0, id="messages about nothing"),
        pytest.param(calls, {}, 0.0, id="a call that nobody hears"),
        pytest.param(messages(0.3), {}, 0.3, id="messages reach some"),
        pytest.param(messages(1.0), {}, 1.0, id="messages reach all"),
        pytest.param(meetings(0.5), {}, 0.5, id="a meeting every other week"),
        pytest.param(meetings(1.0), {}, 1.0, id="a meeting every week"),
        pytest.param(staff_ask(0.4), {}, 0.4, id="staff ask some"),
        pytest.param(visits(1.0), {"participation.ask_per_visit": 0.5}, 0.5, id="a visiting head asks"),
        pytest.param(visits(0.4), {"participation.ask_per_visit": 0.5}, 0.2, id="two visits in five weeks"),
        pytest.param(visits(2.4), {"participation.ask_per_visit": 0.5}, 1 - 0.5 * 0.5 * 0.8, id="two visits, or three"),
        pytest.param(visits(1.0), {"participation.ask_per_visit": 0.0}, 0.0, id="a head who does not ask"),
        pytest.param(active_last_week(1.0), {"participation.word_of_mouth": 0.6}, 0.6, id="word of mouth"),
        pytest.param(active_last_week(0.5), {"participation.word_of_mouth": 0.6}, 0.3, id="half the word of mouth"),
        pytest.param(active_last_week(0.0), {"participation.word_of_mouth": 0.6}, 0.0, id="nobody to tell"),
        pytest.param(story(10), {"participation.story_reach": 0.5}, 0.5, id="a story still told"),
        pytest.param(story(9), {"participation.story_reach": 0.5}, 0.0, id="a story of last week"),
    ],
)
def test_residents_come_only_when_they_hear_of_something(given: Prepare, changes: dict[str, Any], expect: float) -> None:
    """200 adults: the share that hears lies within 3.5 binomial standard errors."""
    assert hears(given, changes) == pytest.approx(expect, abs=3.5 * np.sqrt(expect * (1 - expect) / 200) + 1e-12)


def test_who_hears_of_nothing_keeps_nobody_else_away() -> None:
    # given units of a hundred, of which only the second holds a meeting
    model = made({"participation.everyone_knows": False, "participation.base": 30.0}, partition="100")
    model.world.broadcast[:] = 0.0
    model.world.neighbourhood.sessions[100:] = 1.0
    # expect all of the second to come, and nobody of the first
    assert one_week(model).tolist() == [False] * 100 + [True] * 100


def test_who_was_asked_is_noted_and_counted_by_who_asked() -> None:
    model = made({"participation.ask_per_visit": 1.0})

    def prepare(world: World) -> None:
        world.neighbourhood.visits[:60] = 50.0
        world.asked_by_staff[:] = 1.0

    one_week(model, prepare)
    assert np.all(model.world.residents.asked)
    assert model.world.week_counts[c.ASKED_BY_HEAD] == 60
    assert model.world.week_counts[c.ASKED_BY_STAFF] == 140


def test_children_never_come() -> None:
    model = made({"participation.base": 30.0}, world_settings("tiny", children_share=0.5))
    r = model.world.residents
    assert 10 < (~r.adult).sum() < len(r.adult)
    assert np.array_equal(one_week(model), r.adult)


def test_residents_of_dormitories_have_no_unit_before_which_a_board_could_honour_them() -> None:
    """Givers whom an honour puts off: the board keeps some families away, and nobody of the dormitories."""
    given = ONLY[UNCONDITIONAL] | {"participation.kind_gap": 0.0, "recognition.board_effect": 2.0}
    place = identical(100, collective_share=0.5, collective_size=4)
    without, with_board = (
        made(given | {"recognition.crowding_out": loss}, place, partition="10", red_board=True) for loss in (0.0, 2.0)
    )
    put_off = one_week(without) & ~one_week(with_board)
    dormitory = without.world.households.collective[without.world.residents.household]
    assert put_off[~dormitory].sum() > 10
    assert dormitory.sum() > 50
    assert not put_off[dormitory].any()


# ------------------------------------------------------------------------------------------------ working parties and hours


def party(attendance: list[int], minimum: int = 3, helpers: int = 1, calling: bool = True, **changes: Any) -> CoCreateModel:
    """Units of six; from each the given number comes, in a week of 2-hour sessions."""
    given = {"participation.party_minimum": minimum, "participation.session_hours": 2.0, "heads.pair_hours": 0.0} | {
        k.replace("__", "."): v for k, v in changes.items()
    }
    model = made(given, identical(6 * len(attendance)), partition="6")

    def prepare(world: World) -> None:
        comes = np.concatenate([np.arange(6) < n for n in attendance])
        world.residents.baseline[:] = np.where(comes, 50.0, -50.0)
        if calling:
            building_site(world, helpers=helpers)

    one_week(model, prepare)
    assert model.world.residents.takes_part.sum() == sum(attendance)
    return model


@pytest.mark.parametrize(
    ("attendance", "minimum", "tried", "formed", "in_vain"),
    [
        ([4, 3, 2, 0], 3, 3, 2, 2),
        ([4, 3, 2, 0], 1, 3, 3, 0),
        ([4, 3, 2, 0], 5, 3, 0, 9),
        ([0, 0], 3, 0, 0, 0),
        ([6, 6], 6, 2, 2, 0),
    ],
)
def test_a_working_party_needs_enough_helpers_of_one_unit(
    attendance: list[int], minimum: int, tried: int, formed: int, in_vain: int
) -> None:
    model = party(attendance, minimum)
    counts, r = model.world.week_counts, model.world.residents
    assert counts[c.PARTIES_TRIED] == tried
    assert counts[c.PARTIES_FORMED] == formed
    assert counts[c.IN_VAIN] == in_vain
    small = np.repeat([n < minimum for n in attendance], 6)
    assert np.array_equal(model.world.feelings.bad, (r.takes_part & small).astype(int))
    assert np.array_equal(model.world.feelings.good, (r.takes_part & ~small).astype(int))


@pytest.mark.parametrize(
    ("attendance", "minimum", "helpers", "hours"),
    [([3, 2], 2, 5, 10.0), ([3, 2], 2, 6, 0.0), ([3, 2], 3, 3, 6.0), ([3, 2], 3, 4, 0.0), ([3, 2], 4, 1, 0.0)],
)
def test_hours_are_credited_only_when_enough_helpers_are_there(
    attendance: list[int], minimum: int, helpers: int, hours: float
) -> None:
    """Helpers of all parties that formed count together; those who came in vain do not."""
    model = party(attendance, minimum, helpers)
    assert model.world.sites.hours_got[0] == pytest.approx(hours)
    assert model.world.sites.build_hours[0] == pytest.approx(hours)
    assert model.world.week_counts[c.BUILD_HOURS] == pytest.approx(hours)


def test_without_a_call_nobody_comes_in_vain_and_nothing_is_built() -> None:
    model = party([1, 2], minimum=3, calling=False)
    counts = model.world.week_counts
    assert counts[c.CAME] == 3
    assert counts[c.IN_VAIN] == counts[c.BUILD_HOURS] == 0
    assert model.world.feelings.good.sum() == 3


@pytest.mark.parametrize(("kappa", "talk"), [(0.0, 0.0), (0.1, 0.2), (0.5, 1.0)])
def test_talk_in_pairs_lengthens_the_session_of_those_who_came(kappa: float, talk: float) -> None:
    """Five attendees: each talks kappa x 4 / 2 hours more; building is done in the session itself."""
    model = party([5, 0], heads__pair_hours=kappa)
    counts, r = model.world.week_counts, model.world.residents
    assert counts[c.MEETING_HOURS] == pytest.approx(5 * talk)
    assert counts[c.RESIDENT_HOURS] == pytest.approx(5 * (2.0 + talk))
    assert r.hours[r.takes_part] == pytest.approx(2.0 + talk)
    assert counts[c.BUILD_HOURS] == pytest.approx(10.0)


@pytest.mark.parametrize(("burn_in", "counted"), [(0, 1), (1, 0)])
def test_hours_of_persons_count_after_burn_in(burn_in: int, counted: int) -> None:
    model = made({"participation.base": 30.0, "heads.pair_hours": 0.0}, burn_in=burn_in)
    one_week(model)
    r = model.world.residents
    assert np.all(r.weeks_active == counted)
    assert r.hours == pytest.approx(2.0 * counted)
    assert np.all(r.last_active == 0)


@pytest.mark.parametrize("memory", [1.0, 8.0])
def test_attendance_is_remembered_with_its_memory(memory: float) -> None:
    model = made({"participation.base": 30.0, "participation.memory_weeks": memory})
    for weeks in (1, 2, 3):
        one_week(model)
        assert model.world.activity_rate == pytest.approx(1.0 - np.exp(-weeks / memory))


def test_where_nobody_lives_nobody_is_expected() -> None:
    # given a unit whose people are all left out
    given = scenario(
        identical(20), settings=PLAIN | {"participation.base": 30.0}, switches=alone("participation"), partition="10"
    )
    model = CoCreateModel(given, without=range(10))
    one_week(model)
    assert model.world.activity_rate == pytest.approx([0.0, 1.0 - np.exp(-1 / 8)])


def test_residents_remember_who_came_last_week() -> None:
    model = made()
    first = one_week(model)
    model.world.day = 7
    second = one_week(model)
    assert np.array_equal(model.world.residents.took_part, first)
    assert not np.array_equal(first, second)


# ------------------------------------------------------------------------------------------------ switched off


def test_without_it_nobody_comes() -> None:
    given = PLAIN | {"participation.base": 30.0}
    off, on = (
        CoCreateModel(scenario(identical(50), weeks=3, settings=given, switches=alone(*names)))
        for names in ((), ("participation",))
    )
    assert on.run().summary["participation_week"] == 1.0
    summary = off.run().summary
    assert summary["participation_week"] == summary["participation_ever"] == summary["resident_hours"] == 0.0
    assert not off.world.residents.takes_part.any()


@pytest.mark.parametrize(
    ("people", "chance", "needed", "expect"),
    [
        pytest.param(5, 0.5, 0, 0.0, id="nobody is needed"),
        pytest.param(4, 0.5, 5, 0.0, id="more are needed than there are"),
        pytest.param(5, 0.0, 1, 1.0, id="nobody else comes, one is enough"),
        pytest.param(5, 0.0, 2, 0.0, id="nobody else comes, one is not enough"),
        pytest.param(5, 1.0, 5, 1.0, id="all others come, all are needed"),
        pytest.param(5, 1.0, 4, 0.0, id="all others come and are enough"),
        pytest.param(5, 0.5, 3, 6 / 16, id="two of four others"),
    ],
)
def test_one_more_decides_when_one_fewer_than_needed_come(people: int, chance: float, needed: int, expect: float) -> None:
    assert pivotality(people, chance, needed) == pytest.approx(expect)
