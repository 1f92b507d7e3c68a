"""Staff: posts per subdistrict are a lever, community workers follow residents; a post keeps its number for ever."""

from __future__ import annotations

import numpy as np
import pytest
from tests.scenarios import world_settings

from cocreate_sim.world.build import build_world
from cocreate_sim.world.levers import Levers
from cocreate_sim.world.staff import COMMUNITY, SUBDISTRICT
from cocreate_sim.world.world import World


def _build(world: str = "quarter", settings: dict[str, object] | None = None, **levers: object) -> World:
    return build_world(world_settings(world, **(settings or {})), Levers(**levers), 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("world", ["tiny", "quarter", "subdistrict"])
@pytest.mark.parametrize("posts", [1, 40, 72])
def test_every_world_faces_all_posts_of_its_subdistrict(world: str, posts: int) -> None:
    built = _build(world, posts=posts)
    assert int((built.posts.tier == SUBDISTRICT).sum()) == posts == built.counts()["posts"]


def test_several_subdistricts_have_their_posts_each() -> None:
    built = _build("subdistrict", {"subdistricts": 3}, posts=9)
    at_posts = built.posts[built.posts.tier == SUBDISTRICT]
    assert np.bincount(at_posts.place).tolist() == [9, 9, 9]


def test_posts_lie_together_by_office_community_teams_first() -> None:
    built = _build("subdistrict", {"subdistricts": 2})
    posts, offices = built.posts, built.offices
    assert offices.tier.tolist() == [COMMUNITY] * 14 + [SUBDISTRICT] * 2
    assert offices.first_post[0] == 0
    assert offices.end_post[-1] == len(posts)
    assert np.array_equal(offices.end_post[:-1], offices.first_post[1:])
    for o in range(len(offices.tier)):
        mine = posts[offices.first_post[o] : offices.end_post[o]]
        assert set(zip(mine.tier.tolist(), mine.place.tolist(), strict=True)) == {(offices.tier[o], offices.place[o])}
        assert mine.number.tolist() == list(range(len(mine)))


def test_a_post_starts_filled_idle_and_experienced() -> None:
    posts = _build().posts
    assert posts.filled.all()
    assert np.all(posts.serving == -1)
    assert np.all(posts.skill == 1.0)
    assert not posts.burnout.any()


def test_one_more_post_gets_the_next_number_and_moves_nobody() -> None:
    few, more = _build(posts=40).posts, _build(posts=41).posts
    key = ("tier", "place", "number")
    old, new = ({tuple(int(row[k]) for k in key) for row in posts} for posts in (few, more))
    assert new - old == {(SUBDISTRICT, 0, 40)}
    assert not old - new


@pytest.mark.parametrize("per_10k", [5.0, 11.2, 18.0])
def test_community_workers_follow_the_residents_they_serve(per_10k: float) -> None:
    built = _build("subdistrict", community_workers_per_10k=per_10k)
    workers = np.bincount(built.posts.place[built.posts.tier == COMMUNITY])
    residents = np.bincount(built.households.community[built.residents.household])
    assert np.array_equal(workers, np.maximum(np.round(residents * per_10k / 10_000), 1))
    assert workers.sum() / residents.sum() * 10_000 == pytest.approx(per_10k, rel=0.05)


def test_no_community_is_without_a_worker() -> None:
    built = _build("quarter", {"background": False}, community_workers_per_10k=0.5)
    assert np.bincount(built.posts.place[built.posts.tier == COMMUNITY]).tolist() == [1, 1]


def test_households_outside_the_world_make_the_subdistrict_and_the_communities_whole() -> None:
    # given a world of 600 of the 28,000 households of a subdistrict, in two communities of 2,000
    built = _build("quarter")
    offices = built.offices
    assert offices.background[offices.tier == COMMUNITY].tolist() == [1700, 1700]
    assert offices.background[offices.tier == SUBDISTRICT].tolist() == [27_400]
    assert built.counts()["background_households"] == 27_400
    assert not _build("quarter", {"background": False}).offices.background.any()
    assert not _build("subdistrict").offices.background.any(), "a whole subdistrict has nobody outside"


def test_offices_know_the_residents_behind_them() -> None:
    built = _build("subdistrict")
    residents, offices = built.offices.residents, built.offices
    assert residents[offices.tier == SUBDISTRICT].sum() == residents[offices.tier == COMMUNITY].sum() == len(built.residents.id)
