"""When each source is polled next, and why. Pure.

Every moment at which a source is polled is one of its schedule. Within it, polling adapts to what the source brings:

- it brought news: at the next moment of its schedule;
- it was quiet: when news is to be expected, from its own past at that hour of the week, and never longer apart than a bound.
  So a paper that sleeps is asked seldom at night and at once in the morning, and one that published nothing although its past
  promised it is asked ever more seldom;
- it failed: ever more seldom up to a bound, for ever. "A surprising number of feeds come back" (Media Cloud).

What was missed is made up for once: a poll lies in the past or it does not, however many moments of the schedule have gone by.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.watchlist.schedule import Timetable
from newslake.outcomes import Outcome

# A quiet source is polled at one moment of its schedule in 8, at least: with the usual 30 minutes every four hours, in which no
# feed of a quiet source overflows. And once a day, where its schedule allows: days differ, and a day without a look is a gap.
QUIET_STRIDE = 8
QUIET_BOUND = timedelta(days=1)
# Four requests a day are a burden to nobody, and a source that comes back has waited for a morning at most.
FAILING_BOUND = timedelta(hours=6)
# Polled as soon as half a new page is to be expected: sooner, most polls bring nothing; later, most news waits.
EXPECTED = 0.5
# How far back the past is looked at: four weeks know each hour of the week four times, and forget a summer's timetable.
WINDOW = timedelta(weeks=4)
# Less than a day of past has not seen a night.
LEAST_PAST = timedelta(days=1)
# News that came after a longer gap (the machine was off) says nothing about the hour at which it was published.
LONGEST_GAP = timedelta(days=1)
# How many pages of expected and missing news halve what is expected further on: fewer, and chance makes a source look dead.
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
    """

    at: datetime
    new_pages: int
    failure: Outcome | None = None
    is_broken_off: bool = False

    @property
    def answered(self) -> bool:
        return self.failure is None and not self.is_broken_off


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When a source is polled next, and why then, in words. It is due where `at` is not in the future."""

    source: str
    at: datetime
    why: str


def next_poll(source: str, timetable: Timetable, past: Sequence[Polled], now: datetime, *, adaptive: bool = True) -> NextPoll:
    """When a source is polled next.

    Args:
        past: its polls of the last weeks, oldest first; those that lie in the future (a clock was set back) count as now.
        now: aware.
        adaptive: False for every moment of the schedule, whatever the source brings.
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
        return NextPoll(source, timetable.after(begin), "no source answered last time, so the network is to blame")
    if last.failure is Outcome.FAILED:
        times = _failed_in_a_row(past)
        why = f"failed {times} times in a row, tried ever more seldom" if times > 1 else "failed last time"
        return NextPoll(source, _after_failures(timetable, begin, times), why)
    if last.new_pages:
        return NextPoll(source, timetable.after(begin), f"new pages last time: {last.new_pages}")
    at, expected = _after_quiet(timetable, begin, [poll for poll in past if poll.answered])
    if expected is None:
        return NextPoll(source, at, "too little is known of it yet")
    if expected >= EXPECTED:
        return NextPoll(source, at, "quiet last time; news is to be expected by then")
    return NextPoll(source, at, f"quiet: {expected:.2f} new pages are to be expected by then")


def _failed_in_a_row(past: Sequence[Polled]) -> int:
    count = 0
    for poll in reversed(past):
        if poll.answered:
            break
        count += poll.failure is Outcome.FAILED and not poll.is_broken_off
    return count


def _after_failures(timetable: Timetable, begin: datetime, times: int) -> datetime:
    """After the 1st failure 1 step of the timetable, then 2, 4, 8, …, up to the bound, or a step where that is longer."""
    first = timetable.after(begin)
    if times <= 1:
        return first
    wait = min(FAILING_BOUND, (timetable.after(first) - first) * 2 ** min(times - 1, 20))
    # The moment of the schedule that ends the wait, not the one after it: polls start a moment late.
    return max(first, timetable.after(begin + wait - HOUR / 60))


def _after_quiet(timetable: Timetable, begin: datetime, past: Sequence[Polled]) -> tuple[datetime, float | None]:
    """The next moment at which news is to be expected, and how much is by then; None where the past says nothing."""
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
    """New pages an hour, for each hour of the week from Monday 00:00 UTC; None where too little is known.

    What a poll found was published some time since the one before, so it is spread over that time: a source that is polled
    seldom at night does not seem to publish all at once. Each hour is taken with its neighbours, and drawn towards the average
    as if that had been seen for an hour.
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
    """How much news the past promised for the time between the last poll that brought some and the last one."""
    brought = next((poll.at for poll in reversed(past) if poll.new_pages), past[0].at)
    return _expected(rates, brought, past[-1].at)


def _expected(rates: Sequence[float], begin: datetime, end: datetime) -> float:
    return sum(rates[hour] * share for hour, share in _hours(begin, end))


def _hours(begin: datetime, end: datetime) -> Iterator[tuple[int, float]]:
    """The hours of the week that a span of time touches, each with how much of it, in hours."""
    while begin < end:
        full = begin.replace(minute=0, second=0, microsecond=0) + HOUR
        stop = min(full, end)
        yield begin.weekday() * 24 + begin.hour, (stop - begin) / HOUR
        begin = stop
