"""The career ladder: given community workers and their service, who stands on which grade, who stays, and who moves up.

Days pass here for the staff alone: nobody leaves or burns out unless a test says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.mechanisms.given import counts, days, on_its_way
from tests.scenarios import run, scenario, world_settings

from cocreate_sim.errors import ConfigError, InvariantError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes import career as outcomes
from cocreate_sim.world import counters as c
from cocreate_sim.world.staff import COMMUNITY, FIRST_GRADES, GRADES, POST_TYPES, SUBDISTRICT

YEAR = 365


def staff(workers: float = 40.0, posts: int = 4, *, on: tuple[str, ...] = ("turnover", "career"), **given: Any) -> CoCreateModel:
    """Some community workers of one community beside some posts; all came on the first day, at full pace, without degrees."""
    levers = {"career_ladder": True} | {k: given.pop(k) for k in ("career_ladder", "grade_pay", "pay") if k in given}
    settings = {"turnover.leave_community": 0.0, "turnover.leave_posts": 0.0, "career.graduate_share": 0.0} | {
        (k if "." in k else f"career.{k}"): v for k, v in given.items()
    }
    place = identical(10, background=True, community_households=10_000, subdistrict_households=10)
    given = scenario(place, weeks=1000, settings=settings, switches=alone(*on), posts=posts, community_workers_per_10k=workers, **levers)
    model = CoCreateModel(given)
    model.world.posts.came[:] = 0
    return model


def live(model: CoCreateModel, count: int, *names: str) -> CoCreateModel:
    """Let days pass for the staff."""
    days(model, count, *(names or ("turnover", "career")))
    return model


def workers(model: CoCreateModel) -> np.recarray:
    return model.world.posts[model.world.posts.tier == COMMUNITY]


# entering


@pytest.mark.parametrize("given", [{"career_ladder": False}, {"on": ("turnover",)}], ids=["no lever", "switched off"])
def test_without_a_ladder_there_are_no_grades_and_nothing_holds_anybody(given: dict[str, Any]) -> None:
    model = live(staff(**given), 400)
    posts = model.world.posts
    assert len(workers(model)) == 40
    assert not posts.grade.any()
    assert not posts.hold.any()
    assert np.all(posts.post_type == -1)
    assert outcomes.grade_pay(model.world) == 0.0
    assert np.isnan(list(outcomes.summary(model.world, model.world.week_counts, 1.0).values())).all()
    assert np.isnan(outcomes.weekly(model.world)["grade_mean"])


def test_without_the_lever_the_same_people_leave_as_without_the_mechanism() -> None:
    given = {"turnover.leave_community": 1.0, "turnover.leave_posts": 1.0, "career.ladder_effect": 2.0}
    left = [live(staff(100, career_ladder=lever, on=on, **given), 200) for lever, on in ((False, ("turnover", "career")), (True, ("turnover",)))]
    assert np.array_equal(*(m.world.posts.since for m in left))
    assert left[0].world.week_counts[c.LEAVERS] > 10


def test_whoever_comes_starts_at_the_first_grade() -> None:
    model = live(staff(), 1)
    assert np.all(workers(model).grade == 1)
    assert np.all(workers(model).post_type == 0)
    posts = model.world.posts
    assert not posts.grade[posts.tier == SUBDISTRICT].any(), "the ladder is for community workers"


@pytest.mark.parametrize(("share", "grade"), [(0.46, 3), (1.0, 3), (0.46, 7), (0.0, 5), (0.46, 18)])
def test_graduates_enter_higher(share: float, grade: int) -> None:
    """Expect the share of graduates of S36 at their grade, all others at the first."""
    grades = workers(live(staff(100, graduate_share=share, graduate_grade=grade), 1)).grade
    assert set(grades.tolist()) <= {1, grade}
    assert (grades == grade).mean() == pytest.approx(share, abs=0.2 * (0 < share < 1))


@pytest.mark.parametrize(
    ("years", "per_grade", "grade"), [(0.0, 2.0, 1), (1.9, 2.0, 1), (2.1, 2.0, 2), (9.0, 2.0, 5), (9.0, 1.0, 10), (39.0, 1.0, 18)]
)
def test_service_before_the_ladder_counts(years: float, per_grade: float, grade: int) -> None:
    model = staff(years_per_grade=per_grade)
    model.world.posts.came[:] = -round(years * YEAR)
    assert np.all(workers(live(model, 1)).grade == grade)


def test_the_staff_at_the_start_came_when_turnover_says() -> None:
    """Given a tenth that leaves each year, expect ten years of service on average, at most forty, and grades to match."""
    model = CoCreateModel(
        scenario(
            identical(10, background=True, community_households=100_000), weeks=4, switches=alone("turnover", "career"),
            settings={"turnover.leave_community": 0.1, "career.graduate_share": 0.0, "career.years_per_grade": 2.0},
            community_workers_per_10k=100.0, career_ladder=True,
        )
    )  # fmt: skip
    came = workers(model).came.copy()
    assert came.max() <= 0
    assert came.min() >= -40 * YEAR
    years = -came / YEAR
    assert years.mean() == pytest.approx(10.0 * (1 - np.exp(-4.0)), rel=0.15)
    live(model, 1, "career")
    assert np.array_equal(workers(model).grade, np.minimum(1 + np.floor(years / 2.0), GRADES))


def test_who_leaves_takes_the_grade_along_and_who_comes_starts_anew() -> None:
    model = staff(**{"turnover.refill_months": 0.1})
    model.world.posts.came[:] = -20 * YEAR
    live(model, 1)
    posts = model.world.posts
    assert np.all(workers(model).grade == 11)
    posts.filled[:10] = False
    live(model, 1, "career")
    assert not posts.grade[:10].any()
    assert not posts.hold[:10].any()
    live(model, 60)
    assert posts.filled[:10].all()
    assert np.all(posts.grade[:10] == 1)
    assert np.all(posts.came[:10] > 0)
    assert np.all(posts.grade[10:40] == 11)


# rising


@pytest.mark.parametrize(("grade", "kind"), [(1, 0), (5, 0), (6, 1), (10, 1), (11, 2), (14, 2), (15, 3), (18, 3)])
def test_eighteen_grades_make_four_posts(grade: int, kind: int) -> None:
    assert (len(POST_TYPES), len(FIRST_GRADES), GRADES) == (4, 4, 18)
    model = staff(years_per_grade=1.0)
    model.world.posts.came[:] = -(grade - 1) * YEAR - 10
    live(model, 1)
    assert np.all(workers(model).grade == grade)
    assert np.all(workers(model).post_type == kind)


@pytest.mark.parametrize(
    ("per_grade", "review", "grades"),
    [
        pytest.param(1.0, 12.0, [1, 2, 3, 4], id="a grade a year"),
        pytest.param(2.0, 12.0, [1, 1, 2, 2], id="a grade in two years"),
        pytest.param(0.5, 12.0, [1, 2, 3, 4], id="one grade a review, no more"),
        pytest.param(0.5, 6.0, [1, 3, 5, 7], id="reviews twice a year"),
        pytest.param(1.5, 12.0, [1, 1, 2, 2], id="whoever is not due waits for the next review"),
    ],
)
def test_grades_rise_at_reviews(per_grade: float, review: float, grades: list[int]) -> None:
    model = staff(4, years_per_grade=per_grade, review_months=review)
    reached = []
    for _ in range(4):
        reached.append(int(workers(live(model, 1)).grade[0]))
        assert np.all(workers(model).grade == reached[-1])
        live(model, YEAR - 1)
    assert reached == grades


def test_a_rise_is_counted() -> None:
    model = live(staff(4, years_per_grade=1.0), YEAR + 1)
    assert counts(model, c.RISES) == 4
    assert outcomes.summary(model.world, model.world.week_counts, 1.0)["rises_year"] == 1.0


@pytest.mark.parametrize(("skill", "rises"), [(0.89, False), (0.9, True), (1.0, True)])
def test_who_has_not_learnt_enough_does_not_rise(skill: float, rises: bool) -> None:
    model = live(staff(4, years_per_grade=1.0, skill_needed=0.9), 1)
    model.world.posts.skill[:] = skill
    live(model, YEAR, "career")
    assert np.all(workers(model).grade == 1 + rises)


def test_nobody_rises_above_the_eighteenth_grade() -> None:
    model = staff(4, years_per_grade=1.0)
    model.world.posts.came[:] = -30 * YEAR
    live(model, YEAR + 1)
    assert np.all(workers(model).grade == GRADES)
    assert counts(model, c.RISES) == 0


# staying


@pytest.mark.parametrize(
    ("effect", "pay_effect", "grade_pay", "grade", "hold"),
    [
        (0.0, 0.0, 100.0, 9, 0.0),
        (0.5, 0.0, 100.0, 9, 0.5),
        (-0.5, 0.0, 100.0, 1, -0.5),
        (0.0, 1.0, 0.0, 9, 0.0),
        (0.0, 1.0, 500.0, 1, 0.0),
        (0.0, 1.0, 500.0, 9, np.log(2.0)),
        (0.3, 2.0, 500.0, 9, 0.3 + 2 * np.log(2.0)),
    ],
)
def test_prospects_and_pay_hold_people(effect: float, pay_effect: float, grade_pay: float, grade: int, hold: float) -> None:
    """At 4,000 yuan for the first grade: 500 a grade double the pay at the ninth."""
    model = staff(4, ladder_effect=effect, years_per_grade=1.0, grade_pay=grade_pay, pay=4000.0, **{"turnover.pay_effect": pay_effect})
    model.world.posts.came[:] = -(grade - 1) * YEAR - 5
    live(model, 1)
    assert workers(model).hold == pytest.approx(hold, abs=1e-12)


@pytest.mark.parametrize("effect", [-0.7, 0.0, 0.7, 5.0])
def test_leaving_falls_by_the_hold(effect: float) -> None:
    """After 100 days without refills, exp(-h0 exp(-hold) x 100 / 365) are still there."""
    given = {"turnover.leave_community": 1.0, "turnover.refill_months": 60.0, "turnover.pay_effect": 0.0, "ladder_effect": effect}
    left = live(staff(100, **given), 100).world.week_counts[c.LEAVERS]
    expected = 1 - np.exp(-np.exp(-effect) * 100 / YEAR)
    assert abs(left / 100 - expected) <= 4 * np.sqrt(expected * (1 - expected) / 100)


def test_the_subdistricts_posts_are_not_held_by_it() -> None:
    given = {"turnover.leave_posts": 2.0, "ladder_effect": 5.0, "path_grade": GRADES}
    same = [live(staff(4, 100, career_ladder=lever, **given), 60).world.posts.since[-100:] for lever in (False, True)]
    assert np.array_equal(*same)


@pytest.mark.compiled
@pytest.mark.parametrize("effect", [0.0, 1.0])
def test_limit_of_vacancies(effect: float) -> None:
    """Vacancy = k f / (1 + k f), with f = h0 exp(-hold) and k the months of a refill: 2 a year and 3 months give a third."""
    given = {"turnover.leave_community": 2.0, "turnover.refill_months": 3.0, "turnover.pay_effect": 0.0, "ladder_effect": effect}
    model, vacant = staff(100, path_grade=GRADES, **given), []
    for _ in range(40):
        live(model, 30)
        vacant.append(1 - workers(model).filled.mean())
    kf = 3 / 12 * 2.0 * np.exp(-effect)
    assert np.mean(vacant[6:]) == pytest.approx(kf / (1 + kf), rel=0.15)


def test_those_who_stay_without_the_ladder_stay_with_it() -> None:
    """The same people under the same luck: with refills out of reach, the ladder only ever keeps somebody."""
    given = {"turnover.leave_community": 1.0, "turnover.refill_months": 60.0, "ladder_effect": 1.0}
    without, with_it = (workers(live(staff(100, career_ladder=lever, **given), 150)) for lever in (False, True))
    stayed = without.filled & (without.since == 0)
    assert np.all(with_it.filled[stayed] & (with_it.since[stayed] == 0))
    assert with_it.filled.sum() > without.filled.sum() + 5


# paying


def test_pay_rises_with_the_grade() -> None:
    model = staff(4, years_per_grade=1.0, grade_pay=250.0)
    model.world.posts.came[:] = [0, -YEAR, -2 * YEAR, -30 * YEAR, 0, 0, 0, 0]
    live(model, 1)
    assert outcomes.grade_pay(model.world) == 250.0 * (0 + 1 + 2 + 17)


def test_public_money_follows() -> None:
    """A ladder that changes nothing but the pay costs what it pays, week by week."""
    given = {"career.ladder_effect": 0.0, "turnover.pay_effect": 0.0, "career.path_grade": GRADES, "career.graduate_share": 0.0}
    off, on = (
        run(identical(40), weeks=3, settings=given, switches=alone("turnover", "career"), career_ladder=lever, grade_pay=100.0)
        for lever in (False, True)
    )
    extra = (on.weekly["grade_mean"] - 1.0) * 100.0 * 12 / (365 / 7)  # of the one community worker here
    assert on.weekly["public_yuan"] - off.weekly["public_yuan"] == pytest.approx(extra)
    assert np.all(extra > 0)


# moving up


def vacancy(model: CoCreateModel) -> int:
    """Let the first post of the subdistrict be vacant; its row."""
    row = int(np.flatnonzero(model.world.posts.tier == SUBDISTRICT)[0])
    model.world.posts.filled[row] = False
    return row


def ladder(grades: list[int], **given: Any) -> CoCreateModel:
    """Community workers of given grades, who have been graded."""
    settings = {"path_months": 0.0, "path_grade": 10, "years_per_grade": 1.0, "turnover.refill_months": 60.0} | given
    model = staff(len(grades), 2, **settings)
    model.world.posts.came[: len(grades)] = [-(g - 1) * YEAR - 9 for g in grades]
    days(model, 1, "career")
    assert workers(model).grade.tolist() == grades
    return model


def test_a_vacant_post_goes_to_the_highest_grade() -> None:
    model = ladder([9, 12, 14, 11])
    posts = model.world.posts
    posts.skill[:] = [0.6, 0.7, 0.8, 0.9, 1.0, 1.0]
    posts.burnout[:] = 0.5
    row, came = vacancy(model), int(posts.came[2])
    days(model, 1, "career")
    assert posts.filled[row]
    assert (posts.skill[row], posts.came[row], posts.burnout[row], posts.since[row]) == (0.8, came, 0.5, 1)
    assert posts.grade[row] == 0, "a post of the subdistrict is not on the ladder"
    assert (posts.filled[2], posts.left[2], posts.since[2], posts.grade[2], posts.burnout[2]) == (False, True, 1, 0, 0.0)
    assert posts.filled[[0, 1, 3]].all()
    assert counts(model, c.MOVED_UP) == 1
    assert counts(model, c.LEAVERS) == counts(model, c.HIRES) == 0
    assert outcomes.summary(model.world, model.world.week_counts, 1.0)["moved_up_year"] == 0.25


def test_of_equal_grades_the_longest_in_service_moves_up_and_of_equal_service_the_first_post() -> None:
    model = ladder([12, 12, 12])
    model.world.posts.came[:3] = [-4300, -4310, -4310]
    vacancy(model)
    days(model, 1, "career")
    assert model.world.posts.filled[:3].tolist() == [True, False, True]


def test_below_the_grade_of_the_path_nobody_moves_up() -> None:
    model = ladder([9, 3, 1])
    row = vacancy(model)
    days(model, 5, "career")
    assert not model.world.posts.filled[row]
    assert counts(model, c.MOVED_UP) == 0


def test_two_vacant_posts_take_two_people() -> None:
    model = ladder([11, 12, 13])
    model.world.posts.filled[3:] = False
    days(model, 1, "career")
    assert model.world.posts.filled.tolist() == [True, False, False, True, True]
    assert counts(model, c.MOVED_UP) == 2


@pytest.mark.parametrize(("months", "expected"), [(3.0, 1 - np.exp(-1.0)), (30.0, 1 - np.exp(-0.1))])
def test_a_vacant_post_is_offered_after_a_while(months: float, expected: float) -> None:
    """Given 60 vacancies and workers enough, of 3 months later so many are filled."""
    model = staff(100, 60, path_months=months, path_grade=1, **{"turnover.refill_months": 60.0})
    live(model, 1, "career")
    model.world.posts.filled[100:] = False
    live(model, 91, "career")
    share = counts(model, c.MOVED_UP) / 60
    assert abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / 60)


def test_only_workers_of_the_own_subdistrict_move_up() -> None:
    place = world_settings("quarter", subdistricts=2, background=False, community_households=300)
    given = {"career.path_months": 0.0, "career.path_grade": 1, "turnover.leave_posts": 0.0, "turnover.leave_community": 0.0}
    model = CoCreateModel(
        scenario(place, settings=given, switches=alone("turnover", "career"), career_ladder=True, community_workers_per_10k=50.0)
    )
    days(model, 1, "career")
    posts, owner = model.world.posts, model.world.places.community_subdistrict
    assert owner.tolist() == [0, 1]
    second = int(np.flatnonzero((posts.tier == SUBDISTRICT) & (posts.place == 1))[0])
    posts.filled[second] = False
    days(model, 1, "career")
    gone = np.flatnonzero(~posts.filled)
    assert len(gone) == 1
    assert posts.place[gone[0]] == 1


def test_the_case_in_hand_of_who_moves_up_goes_back_to_its_line() -> None:
    model = ladder([12], on=("turnover", "career", "casework"))
    world = model.world
    world.background_cases[:] = 0.0
    row = on_its_way(model, 0, household=0, office=0, target=0, scope=0, first=0, end=1, hours=500.0)
    days(model, 1, "casework")
    assert world.posts.serving[0] == row
    vacancy(model)
    days(model, 1, "career", "casework")
    assert world.posts.serving[0] == -1
    assert world.posts.serving[1:].max() == -1, "the person serves the subdistrict now, the case stays with the community"
    assert world.pools.waiting[0] == 1


# bad input, books, and the whole model


@pytest.mark.parametrize("name", ["graduate_grade", "path_grade"])
@pytest.mark.parametrize("grade", [0, 19, -1])
def test_a_grade_that_does_not_exist_is_refused(name: str, grade: int) -> None:
    with pytest.raises(ConfigError, match=rf"uncertainties.career.{name} = {grade} is outside its range 1 to 18 grade"):
        staff(**{name: grade})


def test_a_grade_without_a_person_stops_the_run() -> None:
    model = live(staff(), 1)
    outcomes.check(model.world)
    model.world.posts.filled[0] = False
    with pytest.raises(InvariantError, match="day 1: grades do not fit the people in post"):
        outcomes.check(model.world)
    model.world.posts.filled[0] = True
    model.world.posts.grade[0] = 19
    with pytest.raises(InvariantError, match="grades do not fit"):
        outcomes.check(model.world)


def test_nobody_in_post_has_no_length_of_service() -> None:
    model = staff()
    posts = model.world.posts
    posts.came[:] = np.where(posts.tier == COMMUNITY, -2 * YEAR + 1, -9 * YEAR)
    assert outcomes.weekly(model.world)["tenure_mean"] == 2.0, "of community workers"
    posts.filled[posts.tier == COMMUNITY] = False
    assert np.isnan(outcomes.weekly(model.world)["tenure_mean"])


SIGNS: list[tuple[float, str, int]] = [
    (1.5, "tenure_mean", +1), (1.5, "vacancy_share", -1), (1.5, "leavers_year", -1), (1.5, "skill_mean", +1),
    (-1.0, "tenure_mean", -1), (-1.0, "vacancy_share", +1), (-1.0, "leavers_year", +1), (-1.0, "skill_mean", -1),
]  # fmt: skip


@pytest.mark.compiled
@pytest.mark.parametrize(("effect", "outcome", "sign"), SIGNS, ids=[f"{s[0]}-{s[1]}" for s in SIGNS])
def test_the_ladder_keeps_people_by_the_sign_of_its_effect(effect: float, outcome: str, sign: int) -> None:
    """S35: the ladder lengthens service. Two years before and after, with 200 community workers; nobody moves up."""
    place = identical(40, background=True, community_households=20_000)
    given = {
        "turnover.leave_community": 0.5, "career.ladder_effect": effect, "turnover.pay_effect": 0.0, "career.path_grade": GRADES,
        "career.years_per_grade": 40.0,
    }  # fmt: skip
    before, after = (
        run(
            place, weeks=104, settings=given, switches=alone("turnover", "career"), community_workers_per_10k=100.0, posts=1,
            career_ladder=lever,
        ).summary[outcome]
        for lever in (False, True)
    )  # fmt: skip
    assert sign * (after - before) > 0.02 * abs(before), (before, after)
