"""The address says everything that a page shows, and what it cannot use is told."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocreate_sim.dashboard import asked, limits
from cocreate_sim.dashboard.asked import Asked, Chosen, default, read
from cocreate_sim.dashboard.levers import LEVERS, OFFERED, SIZES, Lever, checked, from_text, months, position, words
from cocreate_sim.dashboard.places import Places
from cocreate_sim.dashboard.text import LANGUAGES
from cocreate_sim.engine.settings import meta_of
from cocreate_sim.errors import ConfigError
from cocreate_sim.world.levers import Levers

PLACES = Places()
FIRST = default(PLACES)


def test_an_empty_address_shows_the_usual_page() -> None:
    assert read("", PLACES) == FIRST
    assert FIRST.query(PLACES) == ""
    assert (FIRST.world, FIRST.base.policy, [one.policy for one in FIRST.policies]) == ("huajin", "before_2022", ["small_units"])


values = st.fixed_dictionaries({
    "posts": st.integers(1, 1000), "partition": st.sampled_from(SIZES), "pay": st.sampled_from([1000.0, 4000.0, 4321.5, 50_000.0]),
    "red_board": st.booleans(), "clubs": st.booleans(), "stations": st.booleans(),
})  # fmt: skip
policies = st.builds(
    Chosen, st.sampled_from(["before_2022", "small_units", "wuchang_2024"]), values, st.sampled_from([None, "2022-09"])
)


@given(
    st.sampled_from(["tiny", "huajin"]), policies.map(lambda one: replace(one, since=None)),
    st.lists(policies, max_size=4).map(tuple), st.sampled_from(asked.WEEKS), st.integers(0, asked.LARGEST_SEED),
    st.integers(1, limits.MOST_REPEATS), st.sampled_from(list(LANGUAGES)),
    st.permutations(["backlog", "trust_mean", "issues_solved", "public_yuan"]).map(tuple),
)  # fmt: skip
def test_whatever_can_be_asked_for_is_read_back_from_its_address(
    world: str,
    base: Chosen,
    policies: tuple[Chosen, ...],
    weeks: int,
    seed: int,
    repeat: int,
    language: str,
    shown: tuple[str, ...],
) -> None:
    now = Asked(world, base, policies, weeks, seed, repeat, language, shown)
    again = read(now.query(PLACES), PLACES)
    assert again == now
    assert again.wrong == ()


@given(st.text(max_size=60))
def test_no_address_breaks_the_page(text: str) -> None:
    for query in (f"?{text}", f"?world={quote(text)}", f"?policy={quote(text)}", f"?policy=clubs;posts={quote(text)}"):
        found = read(query, PLACES)
        assert found.world in PLACES.worlds()
        assert all(set(one.values) == set(OFFERED) for one in (found.base, *found.policies))


def test_an_endless_address_is_not_read() -> None:
    found = read("?policy=" + "clubs;" * 1000, PLACES)
    assert found == FIRST
    assert "at most 4000 are read" in found.wrong[0]


def test_a_word_that_stands_twice_is_refused() -> None:
    assert "world stands 2 times" in read("?world=tiny&world=tiny", PLACES).wrong[0]


def test_a_policy_with_dates_of_its_own_is_not_offered() -> None:
    assert "rollout" not in PLACES.policies()
    assert "'rollout' is not known" in read("?policy=rollout", PLACES).wrong[0]


def test_worlds_of_files_and_worlds_that_are_too_large_are_refused() -> None:
    for name in ("own.yaml", "/etc/passwd", "..", "tiny.yaml", "", "tiny\0"):
        with pytest.raises(ConfigError, match="is not known"):
            PLACES.world(name)
    with pytest.raises(ConfigError, match="at most 40,000"):
        PLACES.world("wuchang")


# levers


@pytest.mark.parametrize("name", OFFERED)
def test_ranges_and_units_are_those_of_the_settings(name: str) -> None:
    lever, meta = LEVERS[name], meta_of(Levers, name)
    assert lever.unit == meta.unit
    if lever.kind == "number":
        assert (lever.low, lever.high) == (meta.low, meta.high)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("posts", None, "posts has no value; allowed: 1 to 1,000 posts per subdistrict (here)"),
        ("posts", 0, "outside its range 1 to 1000"),
        ("posts", 2.5, "must be a whole number"),
        ("pay", 999, "outside its range 1000 to 50000"),
        ("partition", "10-30", "is not a partition"),
        ("clubs", 1, "must be true or false"),
        ("post", 3, "did you mean 'posts'?"),
    ],
)
def test_a_lever_out_of_its_range_is_refused(name: str, value: object, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        checked(name, value, "here")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("name", "text"), [("posts", "many"), ("posts", "1e3"), ("posts", "٣"), ("clubs", "yes"), ("partition", "x")]
)
def test_a_lever_in_the_address_that_is_no_value_is_refused(name: str, text: str) -> None:
    with pytest.raises(ConfigError):
        from_text(name, text, "here")


def test_a_date_dates_what_can_be_dated_and_nothing_else() -> None:
    base = dict(FIRST.base.values)
    moved = {**base, "posts": 72, "red_board": True, "clubs": True}
    found = words("before_2022", base, moved, "2023-01", base)
    assert found[0] == "policy=before_2022"
    assert not any("posts=40" in word for word in found[:-1])
    assert "levers.clubs=true" in found
    assert found[-1] == "timeline=[{at: '2023-01', where: 'all', levers: {posts: 72, red_board: true}}]"
    assert words("before_2022", base, moved, None, base)[1:] == ["levers.posts=72", "levers.red_board=true", "levers.clubs=true"]
    assert not any(word.startswith("timeline") for word in words("before_2022", base, base, "2023-01", base))


def test_the_months_are_those_that_begin_within_the_horizon() -> None:
    assert months("2022-06-01", 3) == []
    assert months("2022-06-01", 5) == []
    assert months("2022-06-01", 6) == ["2022-07"]
    assert months("2022-11-15", 12)[-1] == "2023-01"


def test_the_slider_stands_at_its_ends_for_the_ends_of_the_range() -> None:
    lever: Lever = LEVERS["posts"]
    assert [position(v, lever.low, lever.high) for v in (1, 1000, 5000, 0)] == [0.0, 100.0, 100.0, 0.0]
    assert position(10, 1, 1000) == pytest.approx(100 / 3, abs=0.01)
