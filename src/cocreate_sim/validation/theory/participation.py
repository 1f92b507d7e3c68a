"""Who comes: peers, thresholds, public goods, the volunteer's dilemma, binomial crowds."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import optimize, special, stats

from .defined import chance, positive, refuse, whole


def logistic(x: float) -> float:
    """1 / (1 + exp(-x))."""
    return float(special.expit(x))


def fixed_point(f: Callable[[float], float], low: float, high: float) -> float:
    """The root of f(x) = x between low and high."""
    return float(optimize.brentq(lambda x: f(x) - x, low, high, xtol=1e-14))


NOBODY, EVERYBODY, ANY = "nobody", "everybody", "any"


def brock_durlauf(h: float, peers: float, start: str = ANY) -> float:
    """Stable solution of p = logistic(h + J p), reached from nobody or from everybody.

    Above J = 4 there can be two; then the one that is meant has to be named by its start.
    """
    refuse(peers < 0.0, f"J = {peers:g} is below 0: shares that swing from week to week need not settle")
    refuse(start not in (NOBODY, EVERYBODY, ANY), f"start = {start!r} is not known; allowed: {NOBODY}, {EVERYBODY}, {ANY}")

    def answer(p: float) -> float:
        return logistic(h + peers * p)

    if peers <= 4.0:
        return fixed_point(answer, 0.0, 1.0)
    # the curve answer(p) - p falls, rises and falls again; it turns where J q (1 - q) = 1 with q = answer(p)
    q = (1.0 + math.sqrt(1.0 - 4.0 / peers)) / 2.0
    low, high = ((math.log(x / (1.0 - x)) - h) / peers for x in (1.0 - q, q))
    lower = low > 0.0 and answer(low) < low
    upper = high < 1.0 and answer(high) > high
    refuse(
        lower and upper and start == ANY,
        f"h = {h:g}, J = {peers:g} has two stable states, and which one is reached depends on the start: "
        f"ask for start={NOBODY} or start={EVERYBODY}",
    )
    if lower and not (upper and start == EVERYBODY):
        return fixed_point(answer, 0.0, low)
    return fixed_point(answer, max(high, 0.0), 1.0)


def normal_cdf(x: float) -> float:
    """Share of a standard normal below x."""
    return float(special.ndtr(x))


def threshold_cascade(mean: float, sigma: float) -> float:
    """Granovetter: the lowest r with F(r) = r for normal thresholds, where a cascade that starts from nobody comes to rest."""
    positive(sigma=sigma)
    steps = 20_000
    last = 0.0
    for k in range(1, steps + 1):
        r = k / steps
        if normal_cdf((r - mean) / sigma) < r:
            return fixed_point(lambda x: normal_cdf((x - mean) / sigma), last, r)
        last = r
    return 1.0


def critical_spread(mean: float) -> float:
    """The spread of normal thresholds above which the low state of Granovetter's cascade is gone: F(r) = r and F'(r) = 1."""
    refuse(not 0.0 < mean < 0.5, f"mean = {mean:g}: a low state that can disappear needs a mean threshold between 0 and 0.5")

    def touches(x: float) -> float:
        return normal_cdf(x) - mean - x * float(stats.norm.pdf(x))

    return float(stats.norm.pdf(optimize.brentq(touches, -8.0, 0.0, xtol=1e-14)))


def public_good(gain: float, noise: float) -> float:
    """Logit public good with return ``gain`` (M) on what one gives: 1 / (1 + exp((1 - M) / mu)); no group size."""
    positive(noise=noise)
    return logistic((gain - 1.0) / noise)


def diekmann(size: int, ratio: float) -> float:
    """Volunteer's dilemma: equilibrium p = 1 - (c/b)^(1/(n-1))."""
    whole(size=size)
    refuse(size < 2, f"size = {size}: a dilemma of who helps needs at least two people")
    refuse(not 0.0 < ratio < 1.0, f"cost / benefit = {ratio:g} must lie between 0 and 1: else nobody, or everybody, helps anyway")
    return 1.0 - float(ratio ** (1.0 / (size - 1)))


def volunteers(size: int, cost: float, benefit: float, noise: float) -> float:
    """The same in logit response: p = logistic((b (1 - p)^(n-1) - c) / mu)."""
    diekmann(size, cost / benefit if benefit else math.inf)
    positive(noise=noise)
    return fixed_point(lambda p: logistic((benefit * (1.0 - p) ** (size - 1) - cost) / noise), 0.0, 1.0)


def at_least(needed: int, people: int, p: float) -> float:
    """P(Bin(people, p) >= needed)."""
    whole(people=people)
    chance(p=p)
    return float(stats.binom.sf(needed - 1, people, p))


def exactly(k: int, people: int, p: float) -> float:
    """P(Bin(people, p) = k); nobody else (``people`` = 0) makes 0 for certain."""
    chance(p=p)
    refuse(people < 0, f"people = {people} is below 0")
    return float(stats.binom.pmf(k, people, p))
