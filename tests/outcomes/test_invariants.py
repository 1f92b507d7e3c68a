"""The books must balance: whatever is lost, counted twice or without a place is named."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import pytest
from tests.scenarios import scenario

from cocreate_sim.errors import InvariantError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.invariants import check
from cocreate_sim.world import counters as c
from cocreate_sim.world.issues import IN_UNIT, LAPSED, LATENT, MOVING, SERVED, SOLVED, WAITING
from cocreate_sim.world.world import N_IN_UNIT, N_ISSUES, N_LATENT, N_MOVING

Books = CoCreateModel


@pytest.fixture(scope="module")
def busy() -> CoCreateModel:
    """A quarter after some weeks, with issues in every state, on its last Sunday."""
    model = CoCreateModel(scenario("quarter", weeks=8, settings={"casework.rho_40": 1.2}, partition="10"))
    model.run()
    model.world.day -= 1
    return model


@pytest.fixture
def books(busy: CoCreateModel) -> CoCreateModel:
    """A copy that a test may spoil."""
    spoilt = copy.copy(busy)
    spoilt.world = copy.deepcopy(busy.world)
    spoilt.record = copy.deepcopy(busy.record)
    return spoilt


def audit(model: CoCreateModel) -> None:
    """Check the books as every Sunday does."""
    check(model.world, model.record.census, model.record.sums)


def test_honest_books_balance(books: CoCreateModel) -> None:
    audit(books)
    assert np.all(books.record.census.states.sum(axis=0)[[LATENT, MOVING, WAITING, SERVED, SOLVED, LAPSED]] > 0), (
        "something to lose in every state"
    )


def lose_an_issue(model: Books) -> None:
    model.record.census.states[0, LATENT] -= 1


def two_issues_too_many(model: Books) -> None:
    model.world.roster.length[N_ISSUES] += 2


def forget_a_birth(model: Books) -> None:
    model.record.sums[c.BORN] -= 1


def forget_a_background_birth(model: Books) -> None:
    model.record.sums[c.BACKGROUND_BORN] -= 1


def forget_a_latent_issue(model: Books) -> None:
    model.world.roster.length[N_LATENT] -= 1


def invent_an_issue_in_a_unit(model: Books) -> None:
    model.world.roster.length[N_IN_UNIT] += 1


def forget_an_issue_on_its_way(model: Books) -> None:
    model.world.roster.length[N_MOVING] -= 1


def count_a_solution_twice(model: Books) -> None:
    model.record.sums[c.SOLVED] += 1


def count_a_lapse_twice(model: Books) -> None:
    model.record.sums[c.LAPSED] += 1


def count_who_gave_up_twice(model: Books) -> None:
    model.record.sums[c.GAVE_UP] += 1


def solve_a_background_case_twice(model: Books) -> None:
    model.record.sums[c.BACKGROUND_SOLVED] += 1


def drop_a_case_from_the_line(model: Books) -> None:
    model.world.pools.waiting[int(np.flatnonzero(model.world.pools.waiting)[0])] -= 1


def take_a_case_out_of_hand(model: Books) -> None:
    posts = model.world.posts
    posts.serving[int(np.flatnonzero(posts.serving >= 0)[0])] = -1


def put_a_case_in_two_hands(model: Books) -> None:
    posts = model.world.posts
    posts.serving[int(np.flatnonzero(posts.serving < 0)[0])] = posts.serving.max()


def dismiss_somebody(model: Books) -> None:
    model.world.posts.filled[int(np.flatnonzero(model.world.posts.filled)[0])] = False


def crown_a_head_nobody_knows(model: Books) -> None:
    model.world.head[int(np.flatnonzero(model.world.head < 0)[0])] = 0


def lengthen_the_waiting(model: Books) -> None:
    model.world.pools.area[-1] += 1


def forget_a_sojourn(model: Books) -> None:
    model.world.pools.sojourns[0] -= 1


def enter_the_line_later(model: Books) -> None:
    model.world.pools.entered[0] += 1


def better_than_new(model: Books) -> None:
    model.world.sites.condition[0] = 1.001


def worse_than_nothing(model: Books) -> None:
    model.world.sites.condition[-1] = -1e-9


def no_condition_at_all(model: Books) -> None:
    model.world.sites.condition[0] = np.nan


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lose_an_issue, "issues born = latent"),
        (two_issues_too_many, "issues born = latent"),
        (forget_a_birth, "modelled issues born"),
        (forget_a_background_birth, "background cases born"),
        (forget_a_latent_issue, "latent issues"),
        (invent_an_issue_in_a_unit, "issues in units"),
        (forget_an_issue_on_its_way, "issues on their way"),
        (count_a_solution_twice, "solved issues"),
        (count_a_lapse_twice, "lapsed issues"),
        (count_who_gave_up_twice, "lapsed issues"),
        (solve_a_background_case_twice, "solved background cases"),
        (drop_a_case_from_the_line, "cases in line"),
        (take_a_case_out_of_hand, "cases in hand"),
        (put_a_case_in_two_hands, "cases in hand"),
        (dismiss_somebody, "people in post"),
        (crown_a_head_nobody_knows, "heads do not balance"),
        (lengthen_the_waiting, "Little's law fails in pool"),
        (forget_a_sojourn, "Little's law fails in pool 0"),
        (enter_the_line_later, "Little's law fails in pool 0"),
        (better_than_new, "condition of a site is outside 0 to 1"),
        (worse_than_nothing, "condition of a site is outside 0 to 1"),
        (no_condition_at_all, "condition of a site is outside 0 to 1"),
    ],
)
def test_what_does_not_balance_is_named(books: CoCreateModel, spoil: Callable[[Books], None], named: str) -> None:
    spoil(books)
    with pytest.raises(InvariantError, match=named) as error:
        audit(books)
    assert str(error.value).startswith("day 55: ")


@pytest.mark.parametrize(
    ("column", "state", "named"),
    [("state", SOLVED, "latent issues"), ("state", IN_UNIT, "latent issues"), ("household", -1, "modelled issues born")],
)
def test_a_spoilt_row_stops_the_run_on_the_next_sunday(column: str, state: int, named: str) -> None:
    """A latent issue is called solved, or in a unit, or a stranger's, behind the model's back, on a Saturday night."""
    model = CoCreateModel(scenario("quarter", weeks=2, seed=3))
    for _ in range(13):
        model.step()
    row = int(np.flatnonzero(model.world.issues.state[: model.world.roster.length[N_ISSUES]] == LATENT)[0])
    model.world.issues[column][row] = state
    with pytest.raises(InvariantError, match=f"day 13: {named}"):
        model.step()


def test_a_spoilt_line_stops_the_run_on_the_next_sunday() -> None:
    model = CoCreateModel(scenario("quarter", weeks=2))
    for _ in range(4):
        model.step()
    model.world.pools.area[0] += 5
    with pytest.raises(InvariantError, match="Little's law fails in pool 0"):
        model.run()
