"""What `newslake serve` has to do next: sources that are due, retries after failures, nightly maintenance.

All times are passed in, so tests can use any clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import duckdb

from flows.maintain import last_maintained
from flows.runs.progress import log
from flows.schedule.due import NextPoll
from flows.schedule.polling import next_polls
from flows.watchlist import Watchlist
from flows.watchlist.schedule import Timetable, WatchedSource
from newslake.errors import NewslakeError, brief

# After a collection that failed as a whole (no disk space, no warehouse), the next one waits 1, 2, 4, … minutes.
FIRST_RETRY = timedelta(minutes=1)
# A backup takes some minutes.
MAINTENANCE_RETRY = timedelta(minutes=10)
LONGEST_RETRY = timedelta(minutes=30)


class Agenda:
    """The next poll of each source, read from the warehouse and adjusted by what this process did.

    Attributes:
        polls: the next poll of each enabled source that is not paused, in the order of the watchlist.
        planned_at: when `polls` was read; None before the first time.
        problem: why the plan could not be made, or a collection not be started; None if all is well.
    """

    def __init__(self, watchlist: Watchlist, began: datetime) -> None:
        """`began` is when this process started."""
        self.polls: list[NextPoll] = []
        self.planned_at: datetime | None = None
        self.problem: str | None = None
        self._watchlist = watchlist
        self._began = began
        self._not_before = began
        self._failures = 0  # in a row
        self._collected: dict[str, datetime] = {}  # when this process last began to collect each source
        self._maintained: datetime | None = None  # when this process last began maintenance
        self._maintain_again: datetime | None = None  # when it tries again what was put off
        self._announced: object = None
        self._paused: set[str] = set()

    def use(self, watchlist: Watchlist) -> None:
        """Switch to an edited watchlist; the next `look` makes a new plan."""
        self._watchlist, self.planned_at = watchlist, None

    def pause(self, sources: set[str]) -> None:
        """Plan nothing for these sources, and for all others what their schedule says; the next `look` makes a new plan."""
        if sources != self._paused:
            self._paused, self.planned_at = sources, None

    def look(self, now: datetime) -> None:
        """Make the first plan, or a new one if the clock was set back, which must not delay what comes next."""
        if self.planned_at and now < self.planned_at:
            self.planned_at, self._not_before, self._collected = None, now, {}
        if self.planned_at is None:
            self.plan(now)

    def plan(self, now: datetime) -> None:
        """Read the next polls from the warehouse; if it cannot be read, say so and retry later."""
        self.planned_at = now
        try:
            sources = {source.name: source for source in self._watchlist.sources}
            polls = next_polls(self._watchlist, now)
            self.polls = [self._later(poll, sources) for poll in polls if poll.source not in self._paused]
            self.report(None)
        except (NewslakeError, duckdb.Error) as error:
            self.report(f"the warehouse cannot be read: {brief(error)}")
            self.retry(now)

    def _later(self, poll: NextPoll, sources: Mapping[str, WatchedSource]) -> NextPoll:
        """Delay a poll to the slot after the last collection: no source is collected twice in one slot, whatever it returned."""
        if (began := self._collected.get(poll.source)) is None:
            return poll
        timetable = self._watchlist.schedule.of(sources[poll.source])
        return replace(poll, at=max(poll.at, timetable.after(began)))

    def next_start(self, now: datetime) -> datetime | None:
        """Return when the next collection may start; None if all sources are disabled or paused, `now` without a plan yet."""
        if all(source.name in self._paused for source in self._watchlist.enabled):
            return None
        return max(self._not_before, min((poll.at for poll in self.polls), default=now))

    def due(self, now: datetime) -> list[str]:
        """Return the names of the sources to collect now; empty if none is due.

        Reads the warehouse again before it returns any, because someone may have run `newslake run` meanwhile.
        """
        start = self.next_start(now)
        if start is None or now < start:
            return []
        self.plan(now)
        return [poll.source for poll in self.polls if poll.at <= now] if now >= self._not_before else []

    def collected(self, sources: Iterable[str], began: datetime) -> None:
        """Note a collection that came to its end."""
        self._failures = 0
        self._collected |= dict.fromkeys(sources, began)

    def skipped(self, now: datetime) -> None:
        """Note that another collection was under way."""
        self._not_before = now + FIRST_RETRY

    def retry(self, now: datetime) -> None:
        """Note a failure: wait twice as long as after the one before."""
        wait = min(FIRST_RETRY * 2 ** min(self._failures, 10), LONGEST_RETRY)
        self._failures += 1
        self._not_before = max(self._not_before, now + wait)

    def is_maintenance_due(self, now: datetime) -> bool:
        """Return whether a moment of [maintain] has passed since the last maintenance, or since the start of this process."""
        if self._maintain_again is not None:
            return now >= self._maintain_again
        timetable = Timetable(self._watchlist.maintain.cron, None, self._watchlist.schedule.timezone)
        last = self._maintained or last_maintained(self._watchlist.state) or self._began
        return timetable.after(min(last, now)) <= now

    def maintained(self, began: datetime) -> None:
        """Note that maintenance was started. If it fails, the next one is the following night."""
        self._maintained, self._maintain_again = began, None

    def put_off_maintenance(self, now: datetime) -> None:
        """Note that maintenance met a backup, or another maintenance: it is tried again a while later, not next night."""
        self._maintain_again = now + MAINTENANCE_RETRY

    def report(self, problem: str | None) -> None:
        """Log a problem once, not at every look; None clears it."""
        if problem and problem != self.problem:
            log(problem)
        self.problem = problem

    def announce(self, now: datetime) -> None:
        """Log the next start and how many sources it collects, if that has changed."""
        start = self.next_start(now)
        count = sum(poll.at <= start for poll in self.polls) if start else 0
        if (start, count) == self._announced:
            return
        self._announced = (start, count)
        if start is None:
            log("next: nothing, because all sources of the watchlist are disabled" + (" or paused" if self._paused else ""))
        else:
            log(f"next: {start.astimezone():%Y-%m-%d %H:%M}, {count} of {len(self._watchlist.enabled)} sources")
