"""Random numbers: the published generator, evenly spread, independent, and a function of their key alone."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from cocreate_sim.engine import streams

U64 = np.uint64
DRAWS = 40_000
IDS = np.arange(DRAWS)

# Random123 (Salmon et al. 2011), kat_vectors: philox4x32 10
KNOWN_ANSWERS = {
    "zeros": ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    "ones": ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    "digits of pi": ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
}


def _words(text: str) -> list[np.uint64]:
    return [U64(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize("name", KNOWN_ANSWERS)
def test_the_generator_gives_the_published_answers(name: str) -> None:
    counter, key, expected = KNOWN_ANSWERS[name]
    got = streams.philox(*_words(key), *_words(counter))
    assert " ".join(f"{int(word):08x}" for word in got) == expected


def test_the_seed_is_the_key_and_the_identity_the_counter() -> None:
    # given the digits of pi as (a, b, tick, decision), and the seed as its two words
    (a, b, tick, decision), (low, high) = (_words(part) for part in KNOWN_ANSWERS["digits of pi"][:2])
    seed = low | (high << U64(32))
    got = streams.words(seed, decision, tick, a, b)
    assert " ".join(f"{int(word):08x}" for word in got) == KNOWN_ANSWERS["digits of pi"][2]


word32 = st.integers(0, 2**32 - 1)
PARTS = {"seed": st.integers(0, 2**63 - 1), "decision": word32, "tick": word32, "a": word32, "b": word32}


@given(st.data(), st.sampled_from(list(PARTS)))
def test_a_draw_changes_with_each_part_of_its_key(data: st.DataObject, part: str) -> None:
    key = {name: data.draw(values, name) for name, values in PARTS.items()}
    other = key | {part: data.draw(PARTS[part].filter(lambda value: value != key[part]), f"other {part}")}
    first, second = (streams.words(U64(k["seed"]), *(U64(k[n]) for n in list(PARTS)[1:])) for k in (key, other))
    assert first != second
    assert first == streams.words(U64(key["seed"]), *(U64(key[n]) for n in list(PARTS)[1:])), "the same key, the same draw"


@given(st.lists(st.integers(0, 2**31), min_size=1, max_size=30), st.randoms())
def test_draws_do_not_depend_on_who_else_is_asked_or_in_which_order(ids: list[int], shuffle: object) -> None:
    together = dict(zip(ids, streams.uniforms(5, 804, np.array(ids), tick=9), strict=True))
    shuffle.shuffle(ids)  # type: ignore[attr-defined]
    for one in ids:
        assert streams.uniforms(5, 804, np.array([one]), tick=9)[0] == together[one] == streams.uniform(U64(5), 804, 9, one, 0)


@pytest.mark.parametrize("first", [0, 3])
def test_blocks_hold_the_draws_that_are_made_one_by_one(first: int) -> None:
    ids, second = np.arange(40) * 977, np.arange(40, dtype=np.int32)[::-1].copy()
    pairs, fours = np.zeros((2, 41)), np.zeros((4, 40 - first))
    streams.fill2(U64(5), 804, 9, ids, second, 40, pairs)
    streams.fill4(U64(5), 804, 9, ids, first, 40, fours)
    assert [tuple(column) for column in pairs.T[:40]] == [streams.uniform2(U64(5), 804, 9, a, b) for a, b in zip(ids, second, strict=True)]
    assert (pairs[:, 40] == 0).all(), "room that is not asked for stays as it is"
    assert [tuple(column) for column in fours.T] == [streams.uniform4(U64(5), 804, 9, a, 0) for a in ids[first:]]


@given(st.floats(2.0**-53, 1 - 2.0**-53), st.floats(0, 1e6), st.floats(-1, 10))
def test_a_wait_that_is_surely_longer_is_longer(u: float, rate: float, time: float) -> None:
    if streams.surely_longer(u, rate, time):
        assert rate == 0.0 or streams.exponential(u) / rate > time


def test_a_wait_that_is_shorter_in_the_last_digits_is_not_surely_longer() -> None:
    short = 2.0**-33
    time = short * (1 + 5e-10)
    assert streams.exponential(1 - short) < time
    assert not streams.surely_longer(1 - short, 1.0, time)


def test_most_waits_that_are_longer_are_so_at_a_glance() -> None:
    u = streams.uniforms(1, 804, IDS)
    surely = np.array([streams.surely_longer(x, 0.02, 1.0) for x in u])
    assert 0.979 < surely.mean() < 0.981, "1 - u > rate x time, of exp(-rate x time) = 0.9802"


STREAMS: dict[str, Callable[[], np.ndarray]] = {
    "residents": lambda: streams.uniforms(1, 804, IDS),
    "ticks": lambda: np.array([streams.uniform(U64(1), 804, t, 7, 0) for t in IDS]),
    "decisions": lambda: np.array([streams.uniform(U64(1), d, 3, 7, 0) for d in IDS]),
    "seeds": lambda: np.array([streams.uniform(U64(s), 804, 3, 7, 0) for s in IDS]),
    "second part of the identity": lambda: np.array([streams.uniform(U64(1), 804, 3, 7, b) for b in IDS]),
    "large identities": lambda: streams.uniforms(1, 804, 2**31 + IDS * 4096),
}


@pytest.mark.parametrize("along", STREAMS)
def test_draws_are_evenly_spread_and_neighbours_are_independent(along: str) -> None:
    u = STREAMS[along]()
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    for lag in (1, 2, 7):
        _independent(u[:-lag], u[lag:])


@pytest.mark.parametrize(
    ("this", "that"),
    [
        (dict(tick=3), dict(tick=4)), (dict(b=0), dict(b=1)), (dict(decision=804), dict(decision=805)),
        (dict(seed=1), dict(seed=2)), (dict(seed=1), dict(seed=1 + 2**32)),
    ],
)  # fmt: skip
def test_all_residents_meet_new_luck_in_another_week_decision_or_seed(this: dict[str, int], that: dict[str, int]) -> None:
    given_key = {"seed": 1, "decision": 804, "ids": IDS}
    _independent(streams.uniforms(**given_key | this), streams.uniforms(**given_key | that))  # type: ignore[arg-type]


def test_numbers_drawn_together_are_independent() -> None:
    four = np.array([streams.uniform4(U64(1), 804, 0, i, 0) for i in IDS]).T
    two = np.array([streams.uniform2(U64(1), 804, 0, i, 0) for i in IDS]).T
    for rows in (four, two):
        for k, row in enumerate(rows):
            assert stats.kstest(row, "uniform").pvalue > 1e-3
            for other in rows[:k]:
                _independent(row, other)
    assert np.array_equal(two[0], streams.uniforms(1, 804, IDS)), "the first of two is the one"


def test_numbers_of_32_bits_are_the_middles_of_as_many_equal_steps() -> None:
    words = streams.words(U64(1), 804, 3, 7, 5)
    assert streams.uniform4(U64(1), 804, 3, 7, 5) == tuple((float(word) + 0.5) / 2.0**32 for word in words)


def _independent(x: np.ndarray, y: np.ndarray) -> None:
    """No correlation beyond 4 standard errors, and an even table of 16 x 16 fields."""
    n = len(x)
    assert abs(np.corrcoef(x, y)[0, 1]) * math.sqrt(n) < 4
    table = np.histogram2d(x, y, bins=16, range=((0, 1), (0, 1)))[0]
    assert stats.chisquare(table.ravel()).pvalue > 1e-4


@pytest.mark.parametrize("words", [(0, 0), (0xFFFFFFFF, 0xFFFFFFFF)])
def test_a_uniform_number_is_never_0_or_1(words: tuple[int, int]) -> None:
    u = streams._double(U64(words[0]), U64(words[1]))
    assert 0.0 < u < 1.0
    assert math.isfinite(streams.normal(u))
    assert 0.0 < streams.exponential(u) < 40.0


def test_the_normal_variate_is_the_inverse_of_the_normal_distribution() -> None:
    tail = 10.0 ** -np.arange(1, 300, 7, dtype=float)
    u = np.concatenate((np.linspace(0.0005, 0.9995, 2000), [0.075, 0.925, 0.0749999, 0.5 + 1e-9], tail, 1 - tail[tail > 1e-15]))
    got = np.array([streams.normal(x) for x in u])
    np.testing.assert_allclose(got, special.ndtri(u), rtol=1e-14, atol=1e-15)
    assert np.array_equal(streams.normals(1, 802, IDS[:100]), [streams.normal(x) for x in streams.uniforms(1, 802, IDS[:100])])


def test_exponential_variates_have_mean_1() -> None:
    u = streams.uniforms(1, 201, np.arange(200_000))
    x = np.array([streams.exponential(v) for v in u[:1000]])
    assert np.array_equal(x, [-math.log(v) for v in u[:1000]])
    x = -np.log(u)
    assert x.mean() == pytest.approx(1.0, abs=4 / math.sqrt(len(x)))
    assert stats.kstest(x, "expon").pvalue > 1e-3


@given(st.floats(-800, 800))
def test_the_logistic_share_lies_between_0_and_1_and_is_symmetric(x: float) -> None:
    p = streams.logistic(x)
    assert 0.0 <= p <= 1.0
    assert p == pytest.approx(special.expit(x), rel=1e-14)
    assert p + streams.logistic(-x) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("x", [0.26, 0.94, -0.26, -0.94])
def test_the_logistic_share_takes_the_form_whose_exponential_is_below_1(x: float) -> None:
    """The two forms may differ in the last digit, and results are compared digit by digit."""
    e = math.exp(-abs(x))
    assert streams.logistic(x) == (1.0 / (1.0 + e) if x > 0 else e / (1.0 + e))
