"""Queues, and what is a race between two clocks: Erlang C, Erlang A, reports, vacancies."""

from __future__ import annotations

import math
from typing import NamedTuple

from .defined import positive, refuse, whole


def erlang_c(servers: int, load: float) -> float:
    """Chance to wait in M/M/c, by the recursion for Erlang's loss formula."""
    whole(posts=servers)
    positive(load=load)
    refuse(
        load >= servers,
        f"load = {load:g} is not below posts = {servers}: where nobody gives up the line grows for ever and has no mean wait; "
        "lower the load, add posts, or let people give up (erlang_a)",
    )
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
    whole(posts=servers)
    positive(load=load)
    refuse(
        not 0.0 < theta < math.inf,
        f"theta = {theta:g} must be above 0: it is the rate of giving up; where nobody does, see erlang_c",
    )
    most = int(servers + 20 * load / theta + 200)
    refuse(most > 1_000_000, f"theta = {theta:g} is too small to add up the chain; where almost nobody gives up, see erlang_c")
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


def race(one: float, other: float) -> float:
    """Chance that the first of two exponential clocks rings first."""
    refuse(
        min(one, other) < 0.0 or one + other <= 0.0, f"rates {one:g} and {other:g}: neither event ever happens, so none is first"
    )
    return one / (one + other)


def daily(rate_per_year: float) -> float:
    """Chance that what happens at a rate happens on one day."""
    return -math.expm1(-rate_per_year / 365.0)


def vacancy(leave: float, months: float) -> float:
    """Share of posts vacant, k f / (1 + k f): people leave k times a year, posts are refilled after f on average."""
    positive(leave=leave, months=months)
    kf = leave * months / 12.0
    return kf / (1.0 + kf)


def vacancy_by_days(leave: float, months: float) -> float:
    """The same in whole days: a post that falls vacant today is refilled from tomorrow on."""
    positive(leave=leave, months=months)
    return race(daily(leave), daily(12.0 / months))


def first_report(rate: float) -> float:
    """Mean time until the first of several people reports, who do so with rates that add up to ``rate``."""
    refuse(
        not 0.0 < rate < math.inf,
        f"rates in reach add up to {rate:g}: without anybody who reports there is no time to a first report",
    )
    return 1.0 / rate
