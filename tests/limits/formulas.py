"""The formulas of evidence B, written from their sources and independent of the model."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from scipy import optimize, special, stats


def erlang_c(servers: int, load: float) -> float:
    """Chance to wait in M/M/c, by the recursion for Erlang's loss formula."""
    loss = 1.0
    for k in range(1, servers + 1):
        loss = load * loss / (k + load * loss)
    return servers * loss / (servers - load * (1.0 - loss))


def erlang_c_wait(servers: int, load: float) -> float:
    """Mean waiting time in M/M/c, in mean services."""
    return erlang_c(servers, load) / (servers - load)


class ErlangA(NamedTuple):
    """M/M/c+M: chance to wait, chance to give up, mean time in line (in mean services), busy share."""

    waits: float
    gives_up: float
    time: float
    busy: float


def erlang_a(servers: int, load: float, theta: float) -> ErlangA:
    """Birth-death chain with birth rate ``load`` and death rate min(n, c) + theta (n - c)+."""
    most = int(servers + 20 * load / theta + 200)
    log = [0.0]
    for n in range(1, most):
        log.append(log[-1] + math.log(load) - math.log(min(n, servers) + theta * max(n - servers, 0)))
    top = max(log)
    weight = [math.exp(x - top) for x in log]
    total = math.fsum(weight)
    p = [w / total for w in weight]
    line = math.fsum((n - servers) * q for n, q in enumerate(p) if n > servers)
    busy = math.fsum(min(n, servers) * q for n, q in enumerate(p)) / servers
    return ErlangA(math.fsum(p[servers:]), theta * line / load, line / load, busy)


def logistic(x: float) -> float:
    """1 / (1 + exp(-x))."""
    return float(special.expit(x))


def fixed_point(f: Callable[[float], float], low: float, high: float) -> float:
    """The root of f(x) = x between low and high."""
    return float(optimize.brentq(lambda x: f(x) - x, low, high, xtol=1e-14))


def brock_durlauf(h: float, peers: float, above: bool = False) -> float:
    """Stable solution of p = logistic(h + J p), reached from nobody or, ``above``, from everybody."""
    p = 1.0 if above else 0.0
    for _ in range(10_000):
        p = logistic(h + peers * p)
    return p


def normal_cdf(x: float) -> float:
    """Share of a standard normal below x."""
    return float(special.ndtr(x))


def at_least(needed: int, people: int, p: float) -> float:
    """P(Bin(people, p) >= needed)."""
    return float(stats.binom.sf(needed - 1, people, p))


def exactly(k: int, people: int, p: float) -> float:
    """P(Bin(people, p) = k)."""
    return float(stats.binom.pmf(k, people, p))
