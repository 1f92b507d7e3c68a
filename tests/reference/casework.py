"""Cases wait for staff and are served: one working day of each team, event by event, on a clock of office time."""

from __future__ import annotations

from typing import Any

from cocreate_sim.engine.streams import exponential, logistic
from cocreate_sim.world import decisions as d

from .agents import Issue, Post, Team
from .clock import DAY, FOREVER, HOUR, OPENS

REFERENCE_POSTS = 40


def begin(model: Any) -> None:
    """Form teams, and scale cases or their hours so that 40 posts would have the load that is asked for."""
    s, staff, arrivals = model.settings["casework"], model.settings["staff_time"], model.settings["arrivals"]
    for office in model.offices:
        count = 1 if office.is_community else s.teams
        model.teams += [Team(office, office.posts[k::count]) for k in range(count)]
    admin = staff.admin_share if model.is_on("staff_time") else 0.0
    cases = 0.0
    for office in model.offices:
        if not office.is_community:
            cases += office.offered + office.outside
    capacity = REFERENCE_POSTS * staff.paid_hours * (1.0 - admin) * model.cocreate.world.subdistricts
    base = cases * arrivals.hours_mean / capacity
    scale = s.rho_40 / base if s.rho_40 is not None and base > 0 else 1.0
    model.arrivals_scale = scale if s.load_by_arrivals else 1.0
    model.hours_scale = 1.0 if s.load_by_arrivals else scale
    model.office_day = round(staff.paid_hours / 5 * HOUR)


def office_time(model: Any, calendar: int) -> int:
    """Office microseconds that have passed at a calendar instant: nights and weekends do not count."""
    day, inside = divmod(calendar, DAY)
    week, weekday = divmod(day, 7)
    if weekday >= 5:
        return int((week + 1) * 5 * model.office_day)
    return int((week * 5 + weekday) * model.office_day + min(max(inside - OPENS, 0), model.office_day))


def working_day(model: Any) -> None:
    """One working day of all offices."""
    posts = model.posts
    if not model.is_on("casework"):
        for post in posts:
            post.present += model.office_day * post.filled
        return
    opens = office_time(model, model.day * DAY + OPENS)
    if model.settings["casework"].escalation_chance > 0.0:
        _escalate(model, opens)
    arriving = _arriving(model, opens)
    for post in posts:
        post.present += model.office_day * post.filled
    for team in model.teams:
        _Day(model, team, opens).run(sorted(arriving.get(team, []), key=lambda i: (i.queued, i.a, i.b)))


def _escalate(model: Any, opens: int) -> None:
    """Cases that have waited too long at a community go to the posts, some of them; each is considered once."""
    s = model.settings["casework"]
    overdue = s.overdue_days * model.settings["staff_time"].paid_hours / 5 * HOUR
    for team in model.teams:
        if not team.office.is_community:
            continue
        for line in team.lines:
            for issue in list(line):
                if issue.escalated or opens - issue.queued <= overdue:
                    continue
                issue.escalated = True
                if issue.modelled and model.draw(d.ESCALATE, issue.attempts, issue.a, issue.b) < s.escalation_chance:
                    line.remove(issue)
                    issue.waited = max(issue.waited, 0) + opens - issue.queued
                    issue.target = issue.household.subdistrict
                    _move_again(model, issue, model.day * DAY + OPENS)
                    model.note("escalates", issue.a, issue.b, issue.target.number, at=model.day * DAY + OPENS)


def _move_again(model: Any, issue: Issue, due: int) -> None:
    """Send a case on its way once more, to be served anew."""
    issue.state, issue.due, issue.work = "moving", due, -1
    issue.attempts += 1
    model.moving.append(issue)


def _arriving(model: Any, opens: int) -> dict[Team, list[Issue]]:
    """The cases that reach each team before it closes today."""
    arriving: dict[Team, list[Issue]] = {}
    on_their_way = []
    for issue in model.moving:
        moment = office_time(model, issue.due)
        if issue.target is None or moment >= opens + model.office_day:
            on_their_way.append(issue)
            continue
        teams = [t for t in model.teams if t.office is issue.target]
        pick = int(model.draw(d.TEAM, issue.attempts, issue.a, issue.b) * len(teams)) if len(teams) > 1 else 0
        issue.team = teams[pick]
        issue.queued = max(moment, opens)  # what came back on the day it was closed waits until next morning
        arriving.setdefault(issue.team, []).append(issue)
    model.moving = on_their_way
    return arriving


class _Day:
    """A working day of one team."""

    def __init__(self, model: Any, team: Team, opens: int) -> None:
        self.model, self.team = model, team
        self.s = model.settings["casework"]
        self.opens, self.closes = opens, opens + model.office_day
        self.patience = 0.0
        if self.s.patience_days is not None:
            self.patience = self.s.patience_days * model.settings["staff_time"].paid_hours / 5 * HOUR

    def calendar(self, now: int) -> int:
        """The calendar instant of an instant of today's office time."""
        return int(self.model.day * DAY + OPENS + now - self.opens)

    def run(self, arrivals: list[Issue]) -> None:
        """At one instant: a case is done, idle posts take the next, a reporter gives up, a case arrives."""
        self._morning()
        for issue in arrivals:
            issue.gives_up = FOREVER
            if self.patience > 0.0:
                u = self.model.draw(d.PATIENCE, issue.attempts, issue.a, issue.b)
                issue.gives_up = issue.queued + int(min(exponential(u) * self.patience, 1e17))
        now = self.opens
        while True:
            self._start_services(now)
            done = min((p.done_at for p in self.team.posts if p.case), default=FOREVER)
            waiting = [i for line in self.team.lines for i in line]
            leaves = min((i.gives_up for i in waiting), default=FOREVER)
            arrives = arrivals[0].queued if arrivals else FOREVER
            now = min(done, leaves, arrives)
            if now >= self.closes:
                break
            if done == now:
                self._finish(next(p for p in self.team.posts if p.case and p.done_at == now), now)
            elif leaves == now:
                self._give_up(min((i for i in waiting if i.gives_up == now), key=lambda i: (i.a, i.b)), now)
            else:
                self._join(arrivals.pop(0), now)
        for post in self.team.posts:
            if post.case:
                post.busy += self.closes - max(post.started, self.opens)

    def _line(self, issue: Issue) -> int:
        return issue.priority if self.s.priorities else 0

    def _morning(self) -> None:
        """A case whose person has left goes back to the front of its line, with what is left of its work."""
        for post in self.team.posts:
            if post.case and (post.left or not post.filled):
                issue, post.case = post.case, None
                issue.work = post.done_at - self.opens
                issue.state, issue.queued, issue.gives_up = "waiting", self.opens, FOREVER
                self.team.lines[self._line(issue)].insert(0, issue)
                self.model.note("back_in_line", issue.a, issue.b, at=self.calendar(self.opens))
            post.left = False

    def _start_services(self, now: int) -> None:
        """Idle posts, lowest number first, take the first case of the most urgent line."""
        for post in self.team.posts:
            line = next((line for line in self.team.lines if line), None)
            if line is None:
                return
            if not post.filled or post.case:
                continue
            issue = line.pop(0)
            self._leave_line(issue, now)
            if issue.work < 0:
                factor = self.s.community_hours if self.team.office.is_community else self.model.hours_scale
                pace = post.skill * self.team.office.speed
                issue.work = max(round(issue.hours * factor * HOUR / pace), 1)
            issue.state = "being served"
            post.case, post.started, post.done_at = issue, now, now + issue.work
            self.model.note(
                "service_starts", issue.a, issue.b, post.number, self.team.office.number, at=self.calendar(now)
            )

    def _leave_line(self, issue: Issue, now: int) -> None:
        issue.waited = max(issue.waited, 0) + now - issue.queued

    def _join(self, issue: Issue, now: int) -> None:
        issue.state = "waiting"
        self.team.lines[self._line(issue)].append(issue)
        self.model.note(
            "joins_line", issue.a, issue.b, self.team.office.number, self._line(issue), at=self.calendar(now)
        )

    def _give_up(self, issue: Issue, now: int) -> None:
        """A reporter loses patience; some report again later."""
        model, identity = self.model, (issue.a, issue.b)
        self.team.lines[self._line(issue)].remove(issue)
        self._leave_line(issue, now)
        if issue.reporter:
            issue.reporter.ignored += 1
            issue.reporter.bad += 1
        if issue.attempts < 100 and model.draw(d.REREPORT, issue.attempts, *identity) < self.s.rereport_chance:
            delay = exponential(model.draw(d.REREPORT_DELAY, issue.attempts, *identity)) * self.s.rereport_days
            due = self.calendar(now) + int(delay * DAY)
            model.note("reports_again", *identity, value=due, at=self.calendar(now))
            _move_again(model, issue, due)
        else:
            issue.state = "lapsed"
            model.note("gives_up", *identity, at=self.calendar(now))

    def _finish(self, post: Post, now: int) -> None:
        """A case is closed; some turn out not to be solved, and come back."""
        model, issue, at = self.model, post.case, self.calendar(now)
        assert issue is not None
        post.case = None
        post.busy += now - max(post.started, self.opens)
        identity = (issue.a, issue.b)
        if issue.attempts < 100 and model.draw(d.REOPEN, issue.attempts, *identity) < self.s.reopen_chance:
            delay = exponential(model.draw(d.REOPEN_DELAY, issue.attempts, *identity)) * self.s.reopen_days
            issue.reopened += 1
            due = at + int(delay * DAY)
            model.note("reopens", *identity, value=due, at=at)
            _move_again(model, issue, due)
            return
        issue.state, issue.solved = "solved", at
        satisfied = False
        if issue.modelled:
            days = (at - issue.reported) / DAY
            chance = logistic(self.s.satisfied_logit - self.s.satisfied_slope * days / self.s.limit_days)
            satisfied = model.draw(d.SATISFIED, issue.attempts, *identity) < chance
            if issue.reporter and satisfied:
                issue.reporter.served += 1
                issue.reporter.good += 1
            elif issue.reporter:
                issue.reporter.ignored += 1
        model.note("solved", *identity, self.team.office.number, satisfied, at=at)
