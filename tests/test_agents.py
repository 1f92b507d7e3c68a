"""The Mesa face: agents are live views of columns, and every operation gives what Mesa's own AgentSet gives."""

from __future__ import annotations

import copy
import doctest
import gc
import operator
import pickle
import random
import statistics
import tracemalloc
import warnings
import weakref
from types import SimpleNamespace

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from cocreate_sim import agents as agents_module
from cocreate_sim.agent_sets import AgentModel, AgentViews
from cocreate_sim.agents import (
    FIRST_ADDED,
    FIRST_POST,
    Column,
    PartyMember,
    Resident,
    Staff,
    View,
    Volunteer,
)  # fmt: skip
from cocreate_sim.engine.columns import table
from cocreate_sim.errors import CoCreateError, ConfigError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.world.residents import Residents
from cocreate_sim.world.staff import POSTS

from .scenarios import scenario


@pytest.fixture(scope="module")
def saved() -> bytes:
    """A district after three weeks, with a few volunteers whatever the mechanisms did."""
    model = CoCreateModel(scenario("tiny", weeks=6))
    for _ in range(21):
        model.step()
    adults = np.flatnonzero(model.world.residents.adult)
    model.world.residents.volunteer_since[adults[::7]] = 1
    model.world.residents.party[adults[::5]] = True
    return pickle.dumps(model)


@pytest.fixture
def model(saved: bytes) -> CoCreateModel:
    return pickle.loads(saved)


class Courier(mesa.Agent):
    """An ordinary Mesa agent that a user adds."""

    def __init__(self, model: mesa.Model, speed: float = 1.0) -> None:
        super().__init__(model)
        self.speed = speed


def everybody(m: CoCreateModel) -> AgentViews:
    return m.agents.select(agent_type=Resident)


# Each operation is asked of our set and of Mesa's own, which holds the same agents; both must answer alike.
OPERATIONS = {
    "len": len,
    "iterate": list,
    "index": lambda a: (a[0], a[5], a[-1]),
    "slice": lambda a: a[3:9:2],
    "in": lambda a: (a[3] in a, "nobody" in a, None in a),
    "position": lambda a: (a.index(a[7]), a.count(a[7])),
    "reversed": lambda a: list(reversed(a)),
    "get": lambda a: a.get("unique_id"),
    "get several": lambda a: a.get(["unique_id", "skill"]),
    "get missing": lambda a: a.get("beauty", handle_missing="default", default_value=-1),
    "agg": lambda a: a.agg("skill", np.mean),
    "agg builtin": lambda a: a.agg("skill", max),
    "agg several": lambda a: a.agg("skill", [min, np.max, statistics.fmean, np.ptp]),
    "agg own function": lambda a: a.agg("skill", lambda values: values.count(values[0])),
    "map method": lambda a: a.map("__repr__"),
    "map function": lambda a: a.map(lambda x, plus: x.unique_id + plus, plus=1),
    "do method": lambda a: a.do("step") is a,
    "do function": lambda a: (lambda seen: (a.do(seen.append), seen)[1])([]),
    "shuffle": lambda a: list(a.shuffle()),
    "shuffle twice": lambda a: list(a.shuffle().shuffle()),
    "shuffle in place": lambda a: (a.shuffle(inplace=True) is a, list(a)),
    "shuffle_do": lambda a: (lambda seen: (a.shuffle_do(seen.append), seen)[1])([]),
    "select": lambda a: list(a.select(lambda x: x.unique_id % 3 == 0)),
    "select nothing said": lambda a: list(a.select()),
    "select at most": lambda a: list(a.select(lambda x: x.unique_id % 2 == 0, at_most=4)),
    "select a share": lambda a: list(a.select(at_most=0.25)),
    "select all of it": lambda a: len(a.select(at_most=1.0)),
    "select none": lambda a: len(a.select(lambda x: False)),
    "select type": lambda a: list(a.select(agent_type=Volunteer)),
    "select type and its subclasses": lambda a: len(a.select(agent_type=Resident)),
    "select any type": lambda a: len(a.select(agent_type=mesa.Agent)),
    "select in place": lambda a: (a.select(lambda x: x.unique_id % 2 == 0, inplace=True) is a, list(a)),
    "sort": lambda a: list(a.sort("skill")),
    "sort ascending": lambda a: list(a.sort("skill", ascending=True)),
    "sort function": lambda a: list(a.sort(lambda x: -x.unique_id % 10)),
    "sort in place": lambda a: (a.sort("unique_id", inplace=True) is a, list(a)),
    "groupby": lambda a: {k: list(v) for k, v in a.groupby("skill")},
    "groupby order": lambda a: list(a.groupby("skill").groups),
    "groupby function": lambda a: a.groupby(lambda x: x.unique_id % 4).count(),
    "groupby list": lambda a: a.groupby("skill", result_type="list").groups,
    "groupby agg": lambda a: a.groupby("skill").agg("unique_id", max),
    "groupby map": lambda a: a.groupby(lambda x: x.unique_id % 2).map(len),
    "groupby do": lambda a: len(a.groupby("skill").do("do", "step")),
    "copy": lambda a: (copy.copy(a) == a, copy.copy(a) is a),
    "intersection": lambda a: list(a & a[2:5]),
    "union": lambda a: list(a.select(at_most=3) | a[1:6]),
    "difference": lambda a: list(a - a[2:]),
    "symmetric difference": lambda a: set(a.select(at_most=3) ^ a[1:6]),
    "subset": lambda a: (a.select(at_most=3) <= a, a <= a.select(at_most=3), a == set(a), a != set(a)),
    "disjoint": lambda a: (a.isdisjoint(a[:2]), a.isdisjoint([])),
    "discard and add": lambda a: (lambda x: (a.discard(x), a.discard(x), a.add(x), a.add(x), list(a)))(a[0]),
    "remove": lambda a: (a.remove(a[1]), list(a)),
    "pop": lambda a: (a.pop(), len(a)),
    "empty it": lambda a: (a.clear(), len(a)),
}


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # Mesa 3.5 warns of indexing its own sets
@pytest.mark.parametrize("choose", [everybody, lambda m: m.agents_by_type[Staff], lambda m: m.agents], ids=["residents", "staff", "all"])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_answers_as_mesa_does(model, operation, choose):
    ours = choose(model)
    held = list(ours)  # Mesa's set does not keep its agents alive
    theirs = AgentSet(held, random=random.Random(5))
    ours.random = random.Random(5)
    assert operation(ours) == operation(theirs)


@pytest.mark.parametrize("name", ["select", "shuffle", "sort", "groupby", "copy", "union"])
def test_derived_sets_do_not_lose_their_agents(model, name):
    a = everybody(model)
    made = {
        "select": lambda: a.select(lambda x: x.adult), "shuffle": a.shuffle, "sort": lambda: a.sort(lambda x: x.age_band),
        "groupby": lambda: a.groupby("adult").groups[True], "copy": a.copy, "union": lambda: a | a[:3],
    }[name]()  # fmt: skip
    gc.collect()
    assert isinstance(made, AgentViews)
    assert len(list(made)) == len(made) > 0
    assert made.to_list() == list(made)


def test_select_by_attribute(model):
    a = everybody(model)
    assert list(a.select("is_volunteer")) == [x for x in a if x.is_volunteer]
    assert len(a.select("adult", at_most=5)) == 5


def test_numbers_of_small_columns_do_not_overflow(model):
    model.world.residents.skill[:2] = (-100, 100)  # one byte each
    assert everybody(model).agg("skill", np.ptp) == 200


def test_unknown_attributes_are_refused_as_mesa_does(model):
    with pytest.raises(AttributeError, match="beauty"):
        everybody(model).get("beauty")
    with pytest.raises(AttributeError, match="belonging"):
        model.agents.get("belonging")  # staff have none
    with pytest.raises(ValueError, match="handle_missing"):
        model.agents.get("unique_id", handle_missing="perhaps")


# --- who is who


def test_types_part_the_residents_and_name_the_staff(model):
    by_type, r = model.agents_by_type, model.world.residents
    assert list(by_type) == model.agent_types == [Resident, PartyMember, Volunteer, Staff]
    volunteers, party = r.volunteer_since >= 0, r.party
    assert (volunteers & party).any(), "the case of somebody with both roles must occur"
    assert [a.row for a in by_type[Volunteer]] == np.flatnonzero(volunteers).tolist()
    assert [a.row for a in by_type[PartyMember]] == np.flatnonzero(party & ~volunteers).tolist()
    assert [a.row for a in by_type[Resident]] == np.flatnonzero(~party & ~volunteers).tolist()
    assert len(by_type[Staff]) == len(model.world.posts)
    assert sum(map(len, by_type.values())) == len(model.agents)
    for kind, found in by_type.items():
        assert all(type(a) is kind for a in found)
    both = model.agents[int(np.flatnonzero(volunteers & party)[0])]
    assert isinstance(both, Volunteer)
    assert both.party
    assert both.is_volunteer


def test_types_are_there_before_anybody_has_the_role():
    model = CoCreateModel(scenario("tiny", weeks=1))
    model.world.residents.volunteer_since[:] = -1
    nobody = model.agents_by_type[Volunteer]
    assert len(nobody) == 0
    assert list(nobody.shuffle().sort("trust")) == nobody.get("trust") == []
    assert nobody.set("trust", 0.5) is nobody
    assert nobody.groupby("trust").groups == {}
    assert nobody.agg("trust", sum) == 0


def test_unique_ids_are_unique_and_permanent(model):
    ids = model.agents.get("unique_id")
    assert len(set(ids)) == len(ids)
    assert model.agents_by_type[Staff].get("unique_id") == [FIRST_POST + i for i in range(len(model.world.posts))]
    smaller = CoCreateModel(scenario("tiny", weeks=1), without=[3])
    assert smaller.agents[3].unique_id == 4
    assert smaller.agents[3].row == 3


def test_views_of_one_row_are_equal(model, saved):
    a, b, post = model.agents[5], model.agents[5], model.agents_by_type[Staff][5]
    assert a == b
    assert a is not b
    assert len({a, b, post, model.agents[6]}) == 3
    assert a != post
    other = pickle.loads(saved)
    assert a != other.agents[5]
    assert a in model.agents
    assert a not in other.agents
    assert repr(post) == f"Staff({FIRST_POST + 5})"


def test_a_view_stays_equal_when_its_role_changes(model):
    before = model.agents_by_type[Resident][0]
    before.volunteer_since = 2
    now = model.agents[before.row]
    assert isinstance(now, Volunteer)
    assert before == now
    assert before.is_volunteer


def test_no_column_hides_something_of_mesa():
    for kind in (Resident, Staff):
        own = [n for n in dir(kind) if isinstance(getattr(kind, n), Column)]
        assert len(own) > 10
        assert not [n for n in own if hasattr(mesa.Agent, n)]


def test_every_column_can_be_read(model):
    r, p = model.world.residents, model.world.posts
    resident, post = model.agents[7], model.agents_by_type[Staff][2]
    assert {n: getattr(resident, n) for n in Residents._fields} == {n: getattr(r, n)[7].item() for n in Residents._fields}
    assert {n: getattr(post, n) for n in POSTS} == {n: p[n][2].item() for n in POSTS}
    assert resident.unit == model.world.units.of_resident[7]
    assert resident.building == model.world.buildings.of_resident[7]
    assert resident.community == model.world.households.community[r.household[7]]
    assert resident.is_head == (r.head_of[7] >= 0)
    assert type(resident.adult) is bool
    assert type(resident.trust) is float
    assert resident.pos is None


# --- writing


def test_writing_an_agent_writes_the_column(model):
    view, r, p = model.agents[4], model.world.residents, model.world.posts
    view.belonging, view.trust, view.asked, view.rests_until = 0.25, 1, True, 12
    assert (r.belonging[4], r.trust[4], r.asked[4], r.rests_until[4]) == (0.25, 1.0, True, 12)
    r.belonging[4] = 0.75
    assert view.belonging == model.agents[4].belonging == 0.75
    post = model.agents_by_type[Staff][0]
    post.skill, post.burnout = 0.5, 0.125
    assert (p.skill[0], p.burnout[0]) == (0.5, 0.125)


def test_writing_a_set_writes_its_rows_only(model):
    chosen = model.agents_by_type[Volunteer]
    before = model.world.residents.belonging.copy()
    assert chosen.set("belonging", 0.625) is chosen
    after = model.world.residents.belonging
    inside = model.world.residents.volunteer_since >= 0
    assert (after[inside] == 0.625).all()
    assert np.array_equal(after[~inside], before[~inside])
    with pytest.raises(AttributeError, match="belonging"):
        model.agents.set("belonging", 0.5)  # staff have none


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("belonging", 1.2), ("belonging", -0.1), ("trust", float("nan")), ("budget", float("inf")), ("belonging", "0.5"),
        ("belonging", None), ("asked", 2), ("rests_until", 1.5), ("skill", 1000), ("hours", [1.0, 2.0]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_changes_nothing(model, name, value):
    column = getattr(model.world.residents, name)
    before = column.copy()
    with pytest.raises(ValueError, match=name):
        setattr(model.agents[1], name, value)
    with pytest.raises(ValueError, match=name):
        everybody(model).set(name, value)
    assert np.array_equal(column, before)


@pytest.mark.parametrize("name", ["unique_id", "id", "household", "head_of", "is_volunteer", "unit"])
def test_what_other_tables_depend_on_is_read_only(model, name):
    with pytest.raises(AttributeError, match=f"{name} of residents can be read, not set"):
        setattr(model.agents[1], name, 1)


def test_an_agent_stores_nothing_of_its_own(model):
    with pytest.raises(AttributeError, match="did you mean 'belonging'"):
        model.agents[1].belongng = 0.5
    with pytest.raises(AttributeError, match=r"\[agent.row\]"):
        model.agents[1].mood = 0.5
    with pytest.raises(AttributeError, match="belongng"):
        _ = model.agents[1].belongng


def test_a_rule_in_plain_python_does_what_it_does_over_columns(model, saved):
    def invite(m: CoCreateModel) -> None:
        for volunteer in m.agents_by_type[Volunteer]:
            volunteer.belonging = min(volunteer.belonging + 0.05, 1.0)
            volunteer.trust *= 0.5

    invite(model)
    r = pickle.loads(saved).world.residents
    inside = r.volunteer_since >= 0
    r.belonging[inside] = np.minimum(r.belonging[inside] + 0.05, 1.0)
    r.trust[inside] *= 0.5
    assert np.array_equal(model.world.residents.belonging, r.belonging)
    assert np.array_equal(model.world.residents.trust, r.trust)
    model.run()  # and the district goes on with it


# --- what it costs


def test_a_million_residents_cost_nothing_until_somebody_looks(monkeypatch):
    people, posts = 1_200_000, 2_400
    rows = np.arange(people)
    columns = {"id": rows, "belonging": np.zeros(people), "party": rows % 10 == 0, "volunteer_since": np.where(rows % 1000, -1, 5)}
    model = AgentModel(rng=1)
    model.world = SimpleNamespace(
        residents=Residents(**{n: columns.get(n, np.zeros(0)) for n in Residents._fields}), posts=table(POSTS, posts)
    )
    made = 0
    begin = View.__init__

    def count(self: View, *given: object) -> None:
        nonlocal made
        made += 1
        begin(self, *given)

    monkeypatch.setattr(View, "__init__", count)
    tracemalloc.start()
    agents = model.agents
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(agents) == people + posts
    assert peak < 50 * 2**20
    volunteers = model.agents_by_type[Volunteer]
    assert len(volunteers) == people // 1000
    residents = agents.select(agent_type=Resident)
    assert len(residents) == people
    residents.set("belonging", 0.5)
    assert residents.agg("belonging", np.mean) == 0.5
    assert len(residents.get("belonging")) == people
    assert len(residents.select("party")) == people // 10
    assert residents.groupby("party").agg("belonging", np.sum) == {True: people / 20, False: people * 9 / 20}
    assert len(residents.sort("belonging", ascending=True)) == people
    assert made == 0, "nothing so far needed an agent as an object"
    assert agents[3] in agents
    assert len(agents.select(lambda a: True, at_most=10)) == 10
    assert made == 11


@pytest.mark.parametrize("couriers", [0, 3])
def test_a_finished_model_is_freed(couriers):
    model = CoCreateModel(scenario("tiny", weeks=1))
    for _ in range(couriers):
        Courier(model)
    list(model.agents)
    model.agents_by_type[Staff].do(lambda a: a.burnout)
    model.run()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


# --- the rest of Mesa


def test_pickle_of_a_view_brings_its_model(model):
    view = pickle.loads(pickle.dumps(model.agents_by_type[Volunteer][2]))
    assert isinstance(view, Volunteer)
    assert view == view.model.agents_by_type[Volunteer][2]
    view.belonging = 0.125
    assert view.model.world.residents.belonging[view.row] == 0.125
    assert copy.copy(view) == view


def test_pickle_of_sets_and_of_a_model_that_holds_views(model):
    Courier(model)
    model.favourites = model.agents.shuffle()
    model.best = {model.agents[3]: "good"}
    again = pickle.loads(pickle.dumps(model))
    assert again.favourites.get("unique_id") == model.favourites.get("unique_id")
    assert again.best == {again.agents[3]: "good"}
    assert copy.deepcopy(model).best.keys() != model.best.keys()


def test_data_collector_with_reporters_of_every_kind(model):
    collector = mesa.DataCollector(
        model_reporters={"volunteers": lambda m: len(m.agents_by_type[Volunteer]), "day": "steps"},
        agent_reporters={"belonging": lambda a: getattr(a, "belonging", None)},
        agenttype_reporters={Staff: {"burnout": "burnout"}, Volunteer: {"trust": "trust"}},
    )
    for _ in range(2):
        model.step()
        collector.collect(model)
    assert len(collector.get_model_vars_dataframe()) == 2
    frame = collector.get_agent_vars_dataframe()
    last = frame.xs(frame.index[-1][0])["belonging"]
    assert list(last.index) == model.agents.get("unique_id")
    assert np.array_equal(last.dropna().to_numpy(), model.world.residents.belonging)
    assert len(collector.get_agenttype_vars_dataframe(Staff)) == 2 * len(model.world.posts)
    assert set(collector.get_agenttype_vars_dataframe(Volunteer).columns) == {"trust"}


class Watched(CoCreateModel):
    """What batch_run needs: a collector, filled every day."""

    def __init__(self, scenario, rng=None):
        super().__init__(scenario, rng=rng)
        self.datacollector = mesa.DataCollector(
            model_reporters={"seed": lambda m: m.cocreate.run.seed, "mean": lambda m: everybody(m).agg("trust", np.mean)},
            agenttype_reporters={Volunteer: {"trust": "trust"}},
        )

    def step(self):
        super().step()
        self.datacollector.collect(self)


def test_batch_run_stops_with_the_horizon():
    scenarios = [scenario("tiny", weeks=2, seed=seed) for seed in (1, 2)]
    runs = mesa.batch_run(Watched, {"scenario": scenarios}, display_progress=False)
    assert {run["seed"] for run in runs} == {1, 2}
    by_hand = CoCreateModel(scenarios[1])
    by_hand.run()
    assert by_hand.steps == 14
    assert not by_hand.running
    assert {run["mean"] for run in runs if run["seed"] == 2} == {everybody(by_hand).agg("trust", np.mean)}


def test_a_seed_may_come_as_rng():
    one = CoCreateModel(scenario("tiny", weeks=1, seed=7)).run()
    two = CoCreateModel(scenario("tiny", weeks=1, seed=1), rng=7).run()
    assert one.summary == pytest.approx(two.summary, nan_ok=True, rel=0, abs=0)
    with pytest.raises(ConfigError, match="rng"):
        CoCreateModel(scenario("tiny", weeks=1), rng=-1)


def test_the_documented_example_runs():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = doctest.testmod(agents_module)
    assert found.attempted > 5
    assert found.failed == 0


# --- agents that a user adds


def test_ordinary_agents_stand_beside_the_columns(model):
    residents_and_posts = len(model.agents)
    couriers = [Courier(model, speed) for speed in (3.0, 1.0, 2.0)]
    assert [c.unique_id for c in couriers] == [FIRST_ADDED, FIRST_ADDED + 1, FIRST_ADDED + 2]
    assert len(model.agents) == residents_and_posts + 3
    assert model.agents[-1] is couriers[2]
    assert model.agent_types[-1] is Courier
    assert list(model.agents_by_type[Courier].sort("speed")) == sorted(couriers, key=operator.attrgetter("speed"), reverse=True)
    assert list(model.agents.select(agent_type=(Courier, Staff)))[-3:] == couriers
    assert model.agents_by_type[Courier].set("speed", 5.0).agg("speed", sum) == 15.0
    assert len(model.agents_by_type[Volunteer] | couriers) == len(model.agents_by_type[Volunteer]) + 3
    assert couriers[0] not in pickle.loads(pickle.dumps(model)).agents


def test_a_removed_agent_leaves_every_set(model):
    couriers = [Courier(model) for _ in range(4)]
    everyone, few = model.agents, model.agents_by_type[Courier]

    def chase(courier: Courier) -> None:
        couriers[1].remove()
        seen.append(courier)

    seen: list[Courier] = []
    few.do(chase)
    assert seen == [couriers[0], couriers[2], couriers[3]]
    assert couriers[1] not in everyone
    assert len(few) == 3
    assert len(everyone) == len(model.agents)
    assert Courier(model).unique_id == FIRST_ADDED + 4


def test_a_resident_or_post_cannot_be_removed(model):
    for agent in (model.agents[3], model.agents_by_type[Staff][0]):
        with pytest.raises(ValueError, match="stays"):
            agent.remove()


def test_remove_all_agents(model):
    Courier(model)
    trust = model.world.residents.trust.copy()
    model.remove_all_agents()
    assert len(model.agents) == 0
    assert all(len(found) == 0 for found in model.agents_by_type.values())
    assert np.array_equal(model.world.residents.trust, trust)


def test_agents_of_another_model_are_strangers(model, saved):
    other = pickle.loads(saved)
    with pytest.raises(ValueError, match="not an agent of this model"):
        model.agents.add(other.agents[1])
    with pytest.raises(ValueError, match="not an agent of this model"):
        _ = model.agents | [5]


def test_a_model_does_not_step_beyond_its_horizon() -> None:
    model = CoCreateModel(scenario("tiny", weeks=1, burn_in=0))
    model.run()
    with pytest.raises(CoCreateError, match="over after 1 weeks"):
        model.step()
