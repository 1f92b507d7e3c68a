"""Case work: two tiers of staff serve reported cases at exact times, with priorities, patience, reopening and escalation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import exponential, logistic
from ..engine.streams import uniform as uniform_draw
from ..errors import ConfigError
from ..world import decisions as d
from ..world.clock import DAY, FOREVER, HOUR, OPENS, WEEK_DAYS, WORKING_DAYS, office_time
from ..world.counters import (
    BACKGROUND_LAPSED,
    BACKGROUND_SOLVED,
    ESCALATED,
    GAVE_UP,
    ON_TIME,
    REOPENED,
    REREPORTED,
    SATISFIED,
    SOLVED,
    SOLVED_BY_COMMUNITY,
    SOLVED_BY_POSTS,
    TOTAL_DAYS,
)  # fmt: skip
from ..world.events import (
    BACK_IN_LINE,
    ESCALATES,
    GIVES_UP,
    JOINS_LINE,
    REOPENS,
    REPORTS_AGAIN,
    SERVICE_STARTS,
    note_at,
)  # fmt: skip
from ..world.events import SOLVED as IS_SOLVED
from ..world.in_force import stages
from ..world.issues import LAPSED, MOVING, SERVED, WAITING
from ..world.issues import SOLVED as STATE_SOLVED
from ..world.lines import PRIORITY_CLASSES, build_pools
from ..world.staff import SUBDISTRICT
from ..world.world import N_MOVING, World

REFERENCE_POSTS = 40
"""Posts of the reference policy in the definition of the load rho_40 (S32)."""


@dataclass(frozen=True, slots=True)
class CaseWorkSettings:
    """How cases are served once they have reached staff."""

    community_hours: float = setting(
        0.5, unit="ratio", low=0.01, high=10.0, prior=uniform(0.2, 1.0),
        meaning="hours of a case at the community, compared with the posts", source="no evidence",
    )  # fmt: skip
    priorities: bool = setting(
        True, unit="yes or no",
        meaning="urgent before normal before complex; otherwise first come first served", source="S59",
    )  # fmt: skip
    patience_days: float | None = setting(
        60.0, unit="working days, or none", low=0.01, high=1e6, prior=loguniform(10, 250),
        meaning="mean time a reporter waits before giving up", source="no evidence",
    )  # fmt: skip
    rereport_chance: float = setting(
        0.4, unit="chance", low=0.0, high=1.0, prior=uniform(0.1, 0.7),
        meaning="a reporter who gave up reports again", source="A1.16: 19 % of complaints repeat at one address",
    )  # fmt: skip
    rereport_days: float = setting(
        10.0, unit="days", low=0.1, high=365.0,
        meaning="mean time until then", source="no evidence",
    )  # fmt: skip
    reopen_chance: float = setting(
        0.12, unit="chance", low=0.0, high=0.9, prior=uniform(0.05, 0.25),
        meaning="a solved case turns out not to be solved", source="F4; A1.16",
    )  # fmt: skip
    reopen_days: float = setting(
        14.0, unit="days", low=0.1, high=365.0,
        meaning="mean time until then", source="no evidence",
    )  # fmt: skip
    escalation_chance: float = setting(
        0.3, unit="chance", low=0.0, high=1.0, prior=uniform(0.0, 0.6),
        meaning="an overdue case of a community is handed to the posts", source="no evidence",
    )  # fmt: skip
    overdue_days: float = setting(
        3.0, unit="working days", low=0.1, high=365.0,
        meaning="waiting time after which a case is overdue", source="A1.16: 72 hours",
    )  # fmt: skip
    limit_days: float = setting(
        3.0, unit="days", low=0.1, high=365.0,
        meaning="time within which a solved case counts as on time", source="A1.16: 72 hours",
    )  # fmt: skip
    satisfied_logit: float = setting(
        3.0, unit="logits", low=-10.0, high=10.0, prior=uniform(2.0, 4.0),
        meaning="satisfaction with a case solved at once", source="A1.3, A1.13: 80 to 89 % overall",
    )  # fmt: skip
    satisfied_slope: float = setting(
        0.5, unit="logits per time limit", low=0.0, high=10.0, prior=uniform(0.2, 1.5),
        meaning="how satisfaction falls with time", source="no evidence",
    )  # fmt: skip
    teams: int = setting(
        1, unit="teams per subdistrict", low=1, high=1000,
        meaning="the posts of a subdistrict work as so many teams that never help each other", source="B1: pooling",
    )  # fmt: skip
    rho_40: float | None = setting(
        0.8, unit="offered hours / hours of 40 posts", low=0.01, high=10.0, prior=uniform(0.5, 1.5),
        meaning="scale the load of the posts to this value under 40 posts; none leaves it as hours and rates say",
        source="E1, E2: unknown in Wuchang; below 1 by the on-time rates of A1.3 (F12)",
    )  # fmt: skip
    load_by_arrivals: bool = setting(
        False, unit="yes or no",
        meaning="scale the number of cases instead of the hours per case", source="design",
    )  # fmt: skip


class _Rules(NamedTuple):
    community_hours: float
    posts_hours: float
    priorities: bool
    patience: float
    rereport: float
    rereport_days: float
    reopen: float
    reopen_days: float
    escalation: float
    overdue: float
    limit: float
    satisfied: float
    slope: float
    teams: int
    communities: int
    office_day: int


@kernel
def _join(pools, issues, row, p, line, now, front):
    """Put a case at the end (or the front) of a line."""
    issues.state[row] = WAITING
    issues.queued[row] = now
    pools.waiting[p] += 1
    pools.entered[p] += now
    if pools.head[p, line] < 0:
        pools.head[p, line] = row
        pools.tail[p, line] = row
        issues.ahead[row] = -1
        issues.behind[row] = -1
    elif front:
        issues.ahead[row] = -1
        issues.behind[row] = pools.head[p, line]
        issues.ahead[pools.head[p, line]] = row
        pools.head[p, line] = row
    else:
        issues.behind[row] = -1
        issues.ahead[row] = pools.tail[p, line]
        issues.behind[pools.tail[p, line]] = row
        pools.tail[p, line] = row


@kernel
def _leave(pools, issues, row, p, line, now):
    """Take a case out of its line, wherever it stands, and account for its waiting."""
    ahead, behind = issues.ahead[row], issues.behind[row]
    if ahead >= 0:
        issues.behind[ahead] = behind
    else:
        pools.head[p, line] = behind
    if behind >= 0:
        issues.ahead[behind] = ahead
    else:
        pools.tail[p, line] = ahead
    pools.waiting[p] -= 1
    pools.entered[p] -= issues.queued[row]
    pools.sojourns[p] += now - issues.queued[row]
    issues.waited[row] = max(issues.waited[row], 0) + now - issues.queued[row]


@kernel
def _line(issues, row, rules):
    return issues.priority[row] if rules.priorities else 0


@kernel
def _serve(issues, posts, row, post, now, tier, speed, rules):
    """Let a post start on a case; the hours belong to the case, the pace to the person and the office."""
    if issues.work[row] < 0:
        hours = issues.hours[row] * (rules.posts_hours if tier == SUBDISTRICT else rules.community_hours)
        issues.work[row] = max(np.int64(round(hours * HOUR / (posts.skill[post] * speed))), 1)
    issues.state[row] = SERVED
    posts.serving[post] = row
    posts.free_at[post] = now + issues.work[row]


@kernel
def _move_again(issues, roster, row, due):
    issues.state[row] = MOVING
    issues.due[row] = due
    issues.work[row] = -1
    issues.attempts[row] += 1
    roster.moving[roster.length[N_MOVING]] = row
    roster.length[N_MOVING] += 1


@kernel
def _finish(seed, issues, roster, feelings, row, calendar, office, tier, log, counts, rules):
    """Close a case; some turn out not to be solved and come back."""
    a, b, attempt = issues.a[row], issues.b[row], issues.attempts[row]
    modelled = issues.household[row] >= 0
    if attempt < 100 and uniform_draw(seed, d.REOPEN, attempt, a, b) < rules.reopen:
        delay = exponential(uniform_draw(seed, d.REOPEN_DELAY, attempt, a, b)) * rules.reopen_days
        issues.reopened[row] += 1
        if modelled:
            counts[REOPENED] += 1
        _move_again(issues, roster, row, calendar + np.int64(delay * DAY))
        note_at(log, calendar, REOPENS, a, b, -1, float(issues.due[row]))
        return
    issues.state[row] = STATE_SOLVED
    issues.solved[row] = calendar
    if not modelled:
        counts[BACKGROUND_SOLVED] += 1
        note_at(log, calendar, IS_SOLVED, a, b, office, 0.0)
        return
    days = (calendar - issues.reported[row]) / DAY
    counts[SOLVED] += 1
    counts[SOLVED_BY_POSTS if tier == SUBDISTRICT else SOLVED_BY_COMMUNITY] += 1
    counts[TOTAL_DAYS] += days
    if days <= rules.limit:
        counts[ON_TIME] += 1
    reporter = issues.reporter[row]
    satisfied = uniform_draw(seed, d.SATISFIED, attempt, a, b) < logistic(rules.satisfied - rules.slope * days / rules.limit)
    note_at(log, calendar, IS_SOLVED, a, b, office, 1.0 if satisfied else 0.0)
    if satisfied:
        counts[SATISFIED] += 1
        if reporter >= 0:
            feelings.served[reporter] += 1
            feelings.good[reporter] += 1
    elif reporter >= 0:
        feelings.ignored[reporter] += 1


@kernel
def _give_up(seed, issues, roster, feelings, row, calendar, log, counts, rules):
    """A reporter loses patience: the case lapses, or is reported again later."""
    a, b, attempt = issues.a[row], issues.b[row], issues.attempts[row]
    modelled = issues.household[row] >= 0
    reporter = issues.reporter[row]
    if reporter >= 0:
        feelings.ignored[reporter] += 1
        feelings.bad[reporter] += 1
    if attempt < 100 and uniform_draw(seed, d.REREPORT, attempt, a, b) < rules.rereport:
        if modelled:
            counts[REREPORTED] += 1
        delay = exponential(uniform_draw(seed, d.REREPORT_DELAY, attempt, a, b)) * rules.rereport_days
        _move_again(issues, roster, row, calendar + np.int64(delay * DAY))
        note_at(log, calendar, REPORTS_AGAIN, a, b, -1, float(issues.due[row]))
        return
    note_at(log, calendar, GIVES_UP, a, b, -1, 0.0)
    issues.state[row] = LAPSED
    counts[GAVE_UP if modelled else BACKGROUND_LAPSED] += 1


@kernel
def _later(issues, row, other, instants):
    """True when ``row`` comes after ``other``: by instant, then by permanent identity."""
    if instants[row] != instants[other]:
        return instants[row] > instants[other]
    if issues.a[row] != issues.a[other]:
        return issues.a[row] > issues.a[other]
    return issues.b[row] > issues.b[other]


@kernel
def _sorted_into(issues, rows, n, instants):
    """Sort the first ``n`` rows by instant and identity (they are nearly in order)."""
    for k in range(1, n):
        row, at = rows[k], k
        while at > 0 and _later(issues, rows[at - 1], row, instants):
            rows[at] = rows[at - 1]
            at -= 1
        rows[at] = row


@kernel
def _collect(day, seed, pools, issues, roster, arriving, bucket, start, rules):
    """Move the cases that reach an office before it closes today into ``arriving``, by pool and in order of time."""
    opens = office_time(day * DAY + OPENS, rules.office_day)
    closes = opens + rules.office_day
    n_pools = pools.office.shape[0]
    start[:] = 0
    kept, n = 0, 0
    for position in range(roster.length[N_MOVING]):
        row = roster.moving[position]
        moment = office_time(issues.due[row], rules.office_day)
        if issues.target[row] < 0 or moment >= closes:
            roster.moving[kept] = row
            kept += 1
            continue
        target = issues.target[row]
        p = target
        if target >= rules.communities:
            team = 0
            if rules.teams > 1:
                team = int(uniform_draw(seed, d.TEAM, issues.attempts[row], issues.a[row], issues.b[row]) * rules.teams)
            p = rules.communities + (target - rules.communities) * rules.teams + team
        issues.pool[row] = p
        issues.queued[row] = max(moment, opens)  # what came back on the day it was closed waits until next morning
        arriving[n] = row
        n += 1
        start[p + 2] += 1
    roster.length[N_MOVING] = kept
    # bucket by pool, keeping the order; afterwards start[p] and start[p + 1] bound the arrivals of pool p
    for p in range(n_pools):
        start[p + 2] += start[p + 1]
    for k in range(n):
        p = issues.pool[arriving[k]]
        bucket[start[p + 1]] = arriving[k]
        start[p + 1] += 1


@kernel
def _escalate(opens, seed, pools, issues, roster, calendar, subdistrict, log, counts, rules):
    """Hand overdue cases of communities to the posts."""
    for p in range(rules.communities):
        for line in range(PRIORITY_CLASSES):
            row = pools.head[p, line]
            while row >= 0:
                following = issues.behind[row]
                if not issues.escalated[row] and opens - issues.queued[row] > rules.overdue:
                    issues.escalated[row] = True
                    if (
                        issues.household[row] >= 0
                        and uniform_draw(seed, d.ESCALATE, issues.attempts[row], issues.a[row], issues.b[row]) < rules.escalation
                    ):
                        _leave(pools, issues, row, p, line, opens)
                        counts[ESCALATED] += 1
                        issues.target[row] = rules.communities + subdistrict[issues.household[row]]
                        _move_again(issues, roster, row, calendar)
                        note_at(log, calendar, ESCALATES, issues.a[row], issues.b[row], issues.target[row], 0.0)
                row = following


@kernel
def _pool_day(
    day, opens, seed, p, pools, offices, posts, speed, issues, roster, feelings, arrivals, leavers, log, counts, rules
):
    """Simulate one pool over one working day, event by event: completions, then departures, then arrivals at one instant."""
    office = pools.office[p]
    tier = offices.tier[office]
    pace = speed[office]
    closes = opens + rules.office_day
    base = day * DAY + OPENS - opens
    first, end, step = pools.first_post[p], pools.end_post[p], pools.step[p]
    for s in range(first, end, step):  # a case whose person has left goes back to the front of its line
        row = posts.serving[s]
        if row >= 0 and (posts.left[s] or not posts.filled[s]):
            issues.work[row] = posts.free_at[s] - opens
            posts.serving[s] = -1
            issues.gives_up[row] = FOREVER
            _join(pools, issues, row, p, _line(issues, row, rules), opens, True)
            note_at(log, base + opens, BACK_IN_LINE, issues.a[row], issues.b[row], -1, 0.0)
        posts.left[s] = False
    # reporters who lose patience today: among those in line, and among today's arrivals
    n_leavers = 0
    if rules.patience > 0.0:
        for line in range(PRIORITY_CLASSES):
            row = pools.head[p, line]
            while row >= 0:
                if issues.gives_up[row] < closes:
                    leavers[n_leavers] = row
                    n_leavers += 1
                row = issues.behind[row]
    for k in range(arrivals.shape[0]):
        row = arrivals[k]
        issues.gives_up[row] = FOREVER
        if rules.patience > 0.0:
            u = uniform_draw(seed, d.PATIENCE, issues.attempts[row], issues.a[row], issues.b[row])
            issues.gives_up[row] = issues.queued[row] + max(np.int64(min(exponential(u) * rules.patience, 1e17)), 1)
            if issues.gives_up[row] < closes:
                leavers[n_leavers] = row
                n_leavers += 1
    _sorted_into(issues, arrivals, arrivals.shape[0], issues.queued)
    _sorted_into(issues, leavers, n_leavers, issues.gives_up)
    next_arrival, next_leaver = 0, 0
    last = opens
    started = opens  # idle posts take what already waits
    while True:
        # the earliest completion
        done, done_post = FOREVER, -1
        idle = -1
        for s in range(first, end, step):
            if not posts.filled[s]:
                continue
            if posts.serving[s] >= 0:
                if posts.free_at[s] < done:
                    done, done_post = posts.free_at[s], s
            elif idle < 0:
                idle = s
        if idle >= 0 and pools.waiting[p] > 0:
            line = 0
            while pools.head[p, line] < 0:
                line += 1
            row = pools.head[p, line]
            pools.area[p] += pools.waiting[p] * (started - last)
            last = started
            _leave(pools, issues, row, p, line, started)
            _serve(issues, posts, row, idle, started, tier, pace, rules)
            note_at(
                log, base + started, SERVICE_STARTS, issues.a[row], issues.b[row], posts.number[idle], float(office)
            )  # fmt: skip
            posts.busy[idle] -= started
            continue
        arrives = issues.queued[arrivals[next_arrival]] if next_arrival < arrivals.shape[0] else FOREVER
        leaves = issues.gives_up[leavers[next_leaver]] if next_leaver < n_leavers else FOREVER
        now = min(done, leaves, arrives)
        if now >= closes:
            break
        if leaves == now and done > now:
            row = leavers[next_leaver]
            next_leaver += 1
            if issues.state[row] != WAITING or issues.pool[row] != p or issues.gives_up[row] != now:
                continue
            pools.area[p] += pools.waiting[p] * (now - last)
            last = now
            _leave(pools, issues, row, p, _line(issues, row, rules), now)
            _give_up(seed, issues, roster, feelings, row, base + now, log, counts, rules)
            continue
        pools.area[p] += pools.waiting[p] * (now - last)
        last = now
        started = now
        if done == now:
            row = posts.serving[done_post]
            posts.serving[done_post] = -1
            posts.busy[done_post] += now
            _finish(seed, issues, roster, feelings, row, base + now, office, tier, log, counts, rules)
        else:
            row = arrivals[next_arrival]
            next_arrival += 1
            line = _line(issues, row, rules)
            _join(pools, issues, row, p, line, now, False)
            note_at(log, base + now, JOINS_LINE, issues.a[row], issues.b[row], office, float(line))
    pools.area[p] += pools.waiting[p] * (closes - last)


@kernel
def _work_day(day, seed, pools, offices, posts, speed, issues, roster, feelings, scratch, start, subdistrict, log, counts, rules):
    """One working day of all pools."""
    opens = office_time(day * DAY + OPENS, rules.office_day)
    closes = opens + rules.office_day
    if rules.escalation > 0.0:
        _escalate(opens, seed, pools, issues, roster, day * DAY + OPENS, subdistrict, log, counts, rules)
    arriving, bucket, leavers = scratch
    _collect(day, seed, pools, issues, roster, arriving, bucket, start, rules)
    for s in range(posts.serving.shape[0]):
        if posts.filled[s]:
            posts.present[s] += rules.office_day
            if posts.serving[s] >= 0 and not posts.left[s]:
                posts.busy[s] -= opens
    for p in range(pools.office.shape[0]):
        arrivals = bucket[start[p] : start[p + 1]]
        _pool_day(
            day, opens, seed, p, pools, offices, posts, speed, issues, roster, feelings, arrivals, leavers, log, counts, rules
        )
    for s in range(posts.serving.shape[0]):
        if posts.serving[s] >= 0:
            posts.busy[s] += closes


class CaseWork:
    """Reported cases wait for community teams and subdistrict posts and are served at exact times."""

    name: ClassVar[str] = "casework"
    cadence: ClassVar[str] = "working day"
    sentence: ClassVar[str] = (
        "Cases wait in line, urgent ones first; a free member of staff takes the next; some reporters give "
        "up, some cases come back."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "service time = hours / (skill of the person x share of time for cases), set when it begins; it goes on the next morning",
        "patience ~ Exp(patience_days) of office time; after giving up a new report with probability rereport_chance",
        "solved cases come back with probability reopen_chance; overdue community cases go to the posts with escalation_chance",
        "a report is solved well with logistic(satisfied_logit - satisfied_slope days / limit_days); badly or given up: ignored",
        "rho_40 = exogenous offered hours of the posts / (40 x paid hours x (1 - administrative share))",
    )
    without: ClassVar[str] = "staff serve nobody: every case waits"
    reads: ClassVar[tuple[str, ...]] = ("issues on their way", "posts", "share of time for cases")
    writes: ClassVar[tuple[str, ...]] = ("issues", "lines", "posts", "experiences")
    seed_facts: ClassVar[tuple[str, ...]] = ("S31", "S32", "S59", "C02", "C09")
    Settings: ClassVar[type] = CaseWorkSettings

    def __init__(self, world: World, settings: CaseWorkSettings, on: bool) -> None:
        self.on = on
        s, o = settings, world.offices
        fewest = min(int(state.posts.min()) for state in stages(world.levers, world.settings.subdistricts, world.timeline))
        if s.teams > fewest:
            raise ConfigError(
                f"uncertainties.casework.teams = {s.teams} is more than levers.posts = {fewest}: every "
                f"team needs a post"
            )
        self.pools = world.pools = build_pools(o, s.teams)
        staff, arrivals = world.uncertainties["staff_time"], world.uncertainties["arrivals"]
        admin = staff.admin_share if world.switches.get("staff_time", True) else 0.0
        cases = (world.offered_cases + world.background_cases)[o.tier == SUBDISTRICT].sum()
        capacity = REFERENCE_POSTS * staff.paid_hours * (1.0 - admin) * world.settings.subdistricts
        base = cases * arrivals.hours_mean / capacity
        scale = s.rho_40 / base if s.rho_40 is not None and base > 0 else 1.0
        if s.load_by_arrivals:
            world.arrivals_scale = scale
        world.hours_scale = 1.0 if s.load_by_arrivals else float(scale)
        world.rho_40 = float(base * scale)
        self.rules = _Rules(
            community_hours=s.community_hours, posts_hours=world.hours_scale, priorities=s.priorities,
            patience=0.0 if s.patience_days is None else s.patience_days * staff.paid_hours / WORKING_DAYS * HOUR,
            rereport=s.rereport_chance, rereport_days=s.rereport_days, reopen=s.reopen_chance, reopen_days=s.reopen_days,
            escalation=s.escalation_chance, overdue=s.overdue_days * staff.paid_hours / WORKING_DAYS * HOUR, limit=s.limit_days,
            satisfied=s.satisfied_logit, slope=s.satisfied_slope, teams=s.teams, communities=world.settings.communities,
            office_day=round(staff.paid_hours / WORKING_DAYS * HOUR),
        )  # fmt: skip
        world.office_day = self.rules.office_day
        self.start = np.zeros(len(self.pools.office) + 2, np.int64)

    def step(self, world: World) -> None:
        """Let staff work through one day; nothing happens at weekends."""
        if world.day % WEEK_DAYS >= WORKING_DAYS:
            return
        if not self.on:
            world.posts.present[world.posts.filled] += world.office_day
            return
        waiting = int(self.pools.waiting.sum())
        most = int(world.roster.length[N_MOVING]) + waiting + len(world.posts.tier)
        scratch = (np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int32))
        _work_day(
            world.day, world.seed_word, self.pools, world.offices, world.posts, world.speed, world.issues, world.roster,
            world.feelings, scratch, self.start, world.households.subdistrict, world.log, world.week_counts, self.rules,
        )  # fmt: skip
