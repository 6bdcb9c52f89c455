"""Decide when each source is polled next, and why. Pure.

A source is only polled at moments of its schedule. Within the schedule, polling adapts to what the last poll found:

- news: poll again at the next moment of the schedule;
- nothing new: poll when news is expected, judging by the source's own past at that hour of the week, within a bound. So a paper
  that publishes nothing at night is polled rarely at night and promptly in the morning, and one that stops publishing is polled
  less and less;
- the site asked to be left alone (Retry-After): poll at the next moment after that time;
- a failure: wait longer each time, up to a bound, but never give up. "A surprising number of feeds come back" (Media Cloud).

Missed polls are made up for by a single one: a poll is overdue or not, however many moments of the schedule have passed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.watchlist.schedule import Timetable
from newslake.outcomes import Outcome

# A quiet source is polled at least at every 8th moment of its schedule: with the usual 30 minutes that is every four hours, too
# short for the feed of a quiet source to overflow. And at least once a day if its schedule allows: days differ.
QUIET_STRIDE = 8
QUIET_BOUND = timedelta(days=1)
# Four requests a day burden nobody, and a source that comes back waits six hours at most.
FAILING_BOUND = timedelta(hours=6)
# Poll once half a new page is expected: sooner, most polls find nothing; later, most news waits.
EXPECTED = 0.5
# How far to look back: four weeks have each hour of the week four times, and forget last season's habits.
WINDOW = timedelta(weeks=4)
# Less than a day of past may not include a night.
LEAST_PAST = timedelta(days=1)
# News found after a longer gap (the machine was off) does not show at which hour it was published.
LONGEST_GAP = timedelta(days=1)
# So many pages that were expected but did not come halve what is expected. With fewer, chance makes a source look dead.
PATIENCE = 3.0

HOUR = timedelta(hours=1)
HOURS = 168  # of a week


@dataclass(frozen=True, slots=True)
class Polled:
    """One poll of a source.

    Args:
        new_pages: pages it listed that were never fetched before.
        failure: None if it answered; FAILED if none of its listings could be read; NETWORK_ERROR if no source could be read, so
            that this machine's network is to blame and nothing is known of the source.
        is_broken_off: the run was stopped or killed, so that what the source listed is not all fetched.
        out_of_time: the source had used up its time in that run, so that some of its URLs wait for the next one.
    """

    at: datetime
    new_pages: int
    failure: Outcome | None = None
    is_broken_off: bool = False
    out_of_time: bool = False

    @property
    def answered(self) -> bool:
        return self.failure is None and not self.is_broken_off


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When a source is polled next, and why then, as a phrase. It is due unless `at` is in the future."""

    source: str
    at: datetime
    why: str


def next_poll(source: str, timetable: Timetable, past: Sequence[Polled], now: datetime, *, adaptive: bool = True) -> NextPoll:
    """Decide when a source is polled next.

    Args:
        past: its polls of the last weeks, oldest first; those in the future (the clock was set back) count as now.
        now: aware.
        adaptive: False to poll at every moment of the schedule, whatever the source brings.
    """
    if not past:
        return NextPoll(source, now, "never polled in the last weeks")
    last = past[-1]
    begin = min(last.at, now)
    if last.is_broken_off:
        return NextPoll(source, now, "its last run was broken off")
    if not adaptive:
        return NextPoll(source, timetable.after(begin), "its schedule")
    if last.failure is Outcome.NETWORK_ERROR:
        return NextPoll(source, timetable.after(begin), "no source answered last time, so the network was down")
    if last.failure is Outcome.FAILED:
        times = _failed_in_a_row(past)
        why = f"failed {times} times in a row, waiting longer each time" if times > 1 else "failed last time"
        return NextPoll(source, _after_failures(timetable, begin, times), why)
    if last.out_of_time:
        return NextPoll(source, timetable.after(begin), "it used up max_minutes last time, and some of its URLs wait")
    if last.new_pages:
        return NextPoll(source, timetable.after(begin), f"new pages last time: {last.new_pages}")
    at, expected = _after_quiet(timetable, begin, [poll for poll in past if poll.answered])
    if expected is None:
        return NextPoll(source, at, "too little is known about it yet")
    if expected >= EXPECTED:
        return NextPoll(source, at, "quiet last time; news is expected by then")
    return NextPoll(source, at, f"quiet: {expected:.2f} new pages are expected by then")


def after_wait(poll: NextPoll, timetable: Timetable, until: datetime | None) -> NextPoll:
    """Delay a poll to the first moment of the schedule after `until`, when the site asked to be left alone until then."""
    if until is None or poll.at >= until:
        return poll
    return NextPoll(poll.source, timetable.after(until), f"the site asked to be left alone until {until:%Y-%m-%d %H:%M %Z}")


def _failed_in_a_row(past: Sequence[Polled]) -> int:
    """Count the failures since the last answer."""
    count = 0
    for poll in reversed(past):
        if poll.answered:
            break
        count += poll.failure is Outcome.FAILED and not poll.is_broken_off
    return count


def _after_failures(timetable: Timetable, begin: datetime, times: int) -> datetime:
    """Wait 1 step of the timetable after the 1st failure, then 2, 4, 8, …, up to the bound, but at least one step."""
    first = timetable.after(begin)
    if times <= 1:
        return first
    wait = min(FAILING_BOUND, (timetable.after(first) - first) * 2 ** min(times - 1, 20))
    # A minute's tolerance, because polls start late: without it the wait would end one moment of the schedule later.
    return max(first, timetable.after(begin + wait - HOUR / 60))


def _after_quiet(timetable: Timetable, begin: datetime, past: Sequence[Polled]) -> tuple[datetime, float | None]:
    """Return the next moment at which news is expected, and how many pages by then; None if the past says nothing."""
    at = timetable.after(begin)
    rates = hourly_rates(past)
    if rates is None:
        return at, None
    scale = PATIENCE / (PATIENCE + _missed(past, rates))
    expected = scale * _expected(rates, begin, at)
    for _ in range(QUIET_STRIDE - 1):
        later = timetable.after(at)
        if expected >= EXPECTED or later - begin > QUIET_BOUND:
            break
        expected += scale * _expected(rates, at, later)
        at = later
    return at, expected


def hourly_rates(past: Sequence[Polled]) -> list[float] | None:
    """Estimate new pages an hour for each of the 168 hours of the week from Monday 00:00 UTC; None if too little is known.

    What a poll found was published at any time since the poll before, so it is spread evenly over that time; otherwise a source
    that is rarely polled at night would seem to publish all at once. Each hour is averaged with its two neighbours and with the
    overall average, which weighs as much as one observed hour.
    """
    news, seen = [0.0] * HOURS, [0.0] * HOURS
    for before, poll in itertools.pairwise(past):
        gap = poll.at - before.at
        if timedelta(0) < gap <= LONGEST_GAP:
            for hour, share in _hours(before.at, poll.at):
                news[hour] += poll.new_pages * share / (gap / HOUR)
                seen[hour] += share
    total = sum(seen)
    if total * HOUR < LEAST_PAST:
        return None
    average = sum(news) / total
    return [
        (average + sum(news[i % HOURS] for i in (hour - 1, hour, hour + 1)))
        / (1 + sum(seen[i % HOURS] for i in (hour - 1, hour, hour + 1)))
        for hour in range(HOURS)
    ]


def _missed(past: Sequence[Polled], rates: Sequence[float]) -> float:
    """Return how many pages were expected between the last poll that found some and the last poll."""
    brought = next((poll.at for poll in reversed(past) if poll.new_pages), past[0].at)
    return _expected(rates, brought, past[-1].at)


def _expected(rates: Sequence[float], begin: datetime, end: datetime) -> float:
    """Return how many new pages are expected in a span of time."""
    return sum(rates[hour] * share for hour, share in _hours(begin, end))


def _hours(begin: datetime, end: datetime) -> Iterator[tuple[int, float]]:
    """Yield each hour of the week (0 to 167) that a span of time touches, with how much of it, in hours."""
    while begin < end:
        full = begin.replace(minute=0, second=0, microsecond=0) + HOUR
        stop = min(full, end)
        yield begin.weekday() * 24 + begin.hour, (stop - begin) / HOUR
        begin = stop
