"""Ties: both ends hold them, in order, at most K each; a full list gives up its weakest tie for a stronger one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.mechanisms.given import make
from tests.scenarios import CoCreateModel, scenario

from cocreate_sim.world.ties import Ties, empty_ties, find, remove

PEOPLE, MOST = 7, 3
person = st.integers(0, PEOPLE - 1)
strength = st.sampled_from([0.1, 0.2, 0.3, 0.5, 0.5, 0.8])


def as_dict(ties: Ties) -> dict[tuple[int, int], tuple[float, bool]]:
    """Every directed entry: (who, knows whom) -> strength, everyday."""
    return {
        (i, int(ties.other[i, k])): (float(ties.strength[i, k]), bool(ties.everyday[i, k]))
        for i in range(len(ties.number))
        for k in range(ties.number[i])
    }


def check(ties: Ties) -> None:
    """What must hold for any lists of ties."""
    entries = as_dict(ties)
    assert np.all((ties.number >= 0) & (ties.number <= ties.other.shape[1])), "nobody has more than K"
    assert len(entries) == int(ties.number.sum()), "nobody is listed twice"
    for i in range(len(ties.number)):
        mine = ties.other[i, : ties.number[i]]
        assert np.all(np.diff(mine) > 0), "ascending"
        assert i not in mine, "nobody knows themselves"
    for (i, j), value in entries.items():
        assert entries.get((j, i)) == value, "both ends hold the same tie"


class TiesAgainstADictionary(RuleBasedStateMachine):
    """The lists and a dictionary of pairs go through the same adding and removing."""

    def __init__(self) -> None:
        super().__init__()
        self.ties = empty_ties(PEOPLE, MOST)
        self.pairs: dict[frozenset[int], tuple[float, bool]] = {}

    def weakest(self, i: int) -> frozenset[int] | None:
        """The tie that ``i`` gives up: the weakest, of equals the one to the lowest id; None while there is room."""
        mine = [(value[0], min(pair - {i}), pair) for pair, value in self.pairs.items() if i in pair]
        return min(mine)[2] if len(mine) == MOST else None

    @rule(i=person, j=person, w=strength, everyday=st.booleans())
    def adds(self, i: int, j: int, w: float, everyday: bool) -> None:
        pair = frozenset((i, j))
        if i == j or pair in self.pairs:
            return  # callers look with find() first
        given_up = [self.weakest(i), self.weakest(j)]
        welcome = all(old is None or self.pairs[old][0] < w for old in given_up)
        assert make(self.ties, i, j, w, everyday) == welcome
        if welcome:
            for old in given_up:
                if old is not None:
                    self.pairs.pop(old, None)
            self.pairs[pair] = (w, everyday)

    @rule(i=person, j=person)
    def removes(self, i: int, j: int) -> None:
        if i != j:
            remove(self.ties, i, j)
            self.pairs.pop(frozenset((i, j)), None)

    @precondition(lambda self: self.pairs)
    @rule(data=st.data())
    def removes_one_that_exists(self, data: st.DataObject) -> None:
        pair = data.draw(st.sampled_from(sorted(self.pairs, key=sorted)))
        self.removes(*pair)

    @invariant()
    def same(self) -> None:
        check(self.ties)
        expected = {(i, j): value for pair, value in self.pairs.items() for i in pair for j in pair - {i}}
        assert as_dict(self.ties) == expected
        for i in range(PEOPLE):
            for j in range(PEOPLE):
                at = find(self.ties, i, j)
                assert (at >= 0) == (frozenset((i, j)) in self.pairs and i != j)
                assert at < 0 or self.ties.other[i, at] == j


TiesAgainstADictionary.TestCase.settings = hypothesis_settings(stateful_step_count=40)
TestTies = TiesAgainstADictionary.TestCase


def test_a_full_list_keeps_its_ties_when_the_new_one_is_not_stronger() -> None:
    ties = empty_ties(5, 2)
    for j, w in ((1, 0.5), (2, 0.7)):
        assert make(ties, 0, j, w, False)
    assert not make(ties, 0, 3, 0.5, False), "as strong as the weakest is not enough"
    assert sorted(j for i, j in as_dict(ties) if i == 0) == [1, 2]
    assert make(ties, 0, 3, 0.6, False)
    assert sorted(j for i, j in as_dict(ties) if i == 0) == [2, 3]
    assert ties.number[1] == 0, "the one given up loses the tie, too"


@pytest.mark.parametrize("most", [1, 4, 15])
def test_ties_stay_in_order_through_a_lively_year(most: int) -> None:
    lively = {
        "participation.base": -0.5,
        "participation.everyone_knows": True,
        "ties.most": most,
        "ties.fade": 2.0,
        "ties.gain": 0.3,
    }
    model = CoCreateModel(scenario("quarter", weeks=20, settings=lively, partition="25"))
    check(model.world.ties)
    before = as_dict(model.world.ties)
    model.run()
    check(model.world.ties)
    after = as_dict(model.world.ties)
    assert model.world.ties.number.max() == most, "the bound was reached"
    assert set(after) - set(before), "people met"
    assert not {True for value, _ in after.values() if not 0 < value <= 1}


def test_ties_at_the_start_join_people_of_one_building_and_not_of_one_household() -> None:
    world = CoCreateModel(scenario("quarter")).world
    people, homes = world.residents, world.households
    for i, j in as_dict(world.ties):
        a, b = people.household[i], people.household[j]
        assert a != b
        assert homes.building[a] == homes.building[b] >= 0


def test_in_a_complete_building_everybody_knows_everybody() -> None:
    world = CoCreateModel(scenario("tiny", settings={"ties.complete": True})).world
    check(world.ties)
    inside = ~world.households.collective[world.residents.household]
    assert np.all(world.ties.number[inside] == inside.sum() - 1)
    assert np.all(world.ties.number[~inside] == 0)
