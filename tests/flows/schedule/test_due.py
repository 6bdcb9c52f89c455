"""When a source is polled next: at a moment of its schedule, at each where it has news, and for ever where it has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.schedule.due import (
    EXPECTED,
    FAILING_BOUND,
    HOUR,
    QUIET_BOUND,
    QUIET_STRIDE,
    NextPoll,
    Polled,
    after_wait,
    hourly_rates,
    next_poll,
)
from flows.schedule.polling import histories
from flows.watchlist.schedule import Schedule, Timetable
from newslake.outcomes import Outcome
from warehouse.records import PollRecord

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HALF_HOURLY = Timetable(None, timedelta(minutes=30))

TIMETABLES = st.sampled_from(
    [
        Timetable(None, timedelta(minutes=1)),
        HALF_HOURLY,
        Timetable(None, timedelta(hours=7)),
        Timetable(None, timedelta(days=3)),
        Timetable("*/10 * * * *", None, "Asia/Seoul"),
        Timetable("0 7-22 * * 1-5", None, "Europe/Berlin"),
        Timetable("30 6 1 * *", None, "UTC"),
    ]
)


@st.composite
def pasts(draw: st.DrawFn) -> list[Polled]:
    steps = draw(st.lists(st.integers(1, 3000), min_size=1, max_size=60))
    at, past = MONDAY, []
    for minutes in steps:
        at += timedelta(minutes=minutes)
        failure = draw(st.sampled_from([None, None, None, Outcome.FAILED, Outcome.NETWORK_ERROR]))
        poll = Polled(at, 0, failure, is_broken_off=failure is None and draw(st.sampled_from([False, False, True])))
        past.append(replace(poll, new_pages=draw(st.sampled_from([0, 0, 0, 1, 7])) if poll.answered else 0))
    return past


def step(timetable: Timetable, at: datetime) -> timedelta:
    return timetable.after(timetable.after(at)) - at


@given(TIMETABLES, pasts(), st.booleans())
@settings(deadline=None)
def test_every_poll_is_a_moment_of_the_schedule_within_the_bound(
    timetable: Timetable, past: list[Polled], adaptive: bool
) -> None:
    last = past[-1]
    if last.is_broken_off:
        assert next_poll("a", timetable, past, last.at, adaptive=adaptive).at == last.at
        return
    now = last.at + timedelta(seconds=5)
    poll = next_poll("a", timetable, past, now, adaptive=adaptive)
    assert poll.at > last.at and poll.why
    assert timetable.after(poll.at - timedelta(microseconds=1)) == poll.at
    first = timetable.after(last.at)
    if not adaptive or last.failure is Outcome.NETWORK_ERROR or last.new_pages:
        assert poll.at == first
    elif last.failure is Outcome.FAILED:
        # the first moment of the schedule that the bound has gone by, at the latest
        assert poll.at <= max(first, timetable.after(last.at + FAILING_BOUND))
    else:
        assert poll.at == first or poll.at - last.at <= QUIET_BOUND
        at = last.at
        for _ in range(QUIET_STRIDE):
            at = timetable.after(at)
        assert poll.at <= at
    # What was missed is made up for once: the next poll does not depend on how late it is.
    assert next_poll("a", timetable, past, now + timedelta(days=9), adaptive=adaptive) == poll


def polled_for_weeks(publishes: Sequence[datetime], end: datetime, timetable: Timetable = HALF_HOURLY) -> list[Polled]:
    """The polls of a source that publishes at these times, each as the one before asked for it."""
    past = [Polled(MONDAY, 0)]
    while True:
        at = next_poll("a", timetable, past, past[-1].at + timedelta(seconds=1)).at + timedelta(seconds=4)
        if at >= end:
            return past
        past.append(Polled(at, sum(past[-1].at < moment <= at for moment in publishes)))


def test_a_paper_that_sleeps_is_asked_seldom_at_night_and_at_once_in_the_morning() -> None:
    end = MONDAY + timedelta(weeks=3)
    morning_paper = [
        MONDAY + timedelta(days=day, hours=hour, minutes=minute)
        for day in range(28)
        for hour in range(6, 20)
        for minute in (7, 23, 41, 52)
    ]
    past = polled_for_weeks(morning_paper, end)
    third_week = [poll for poll in past if poll.at > MONDAY + timedelta(weeks=2)]
    at_night = sum(poll.at.hour in (21, 22, 23, 0, 1, 2, 3, 4) for poll in third_week) / 7
    by_day = sum(7 <= poll.at.hour < 19 for poll in third_week) / 7
    assert at_night <= 6 and by_day == 24  # of 16 and 24 moments of the schedule
    waited = [
        min(poll.at for poll in past if poll.at >= moment) - moment
        for day in range(14, 20)
        for moment in (MONDAY + timedelta(days=day, hours=6, minutes=7),)
    ]
    assert max(waited) <= timedelta(minutes=60)


def test_a_source_that_goes_quiet_is_asked_ever_more_seldom_and_news_brings_it_back_at_once() -> None:
    dies = MONDAY + timedelta(days=10)
    publishes = [MONDAY + timedelta(minutes=40 * n) for n in range(360)]
    past = polled_for_weeks([moment for moment in publishes if moment < dies], dies + timedelta(days=6))
    steps = [(b.at - a.at) for a, b in pairwise(past) if a.at > dies]
    assert min(steps[:3]) <= timedelta(minutes=31)
    assert max(steps[-5:]) > timedelta(hours=3.9)
    assert max(steps) <= 8 * timedelta(minutes=31)
    back = Polled(past[-1].at + timedelta(hours=4), 2)
    assert next_poll("a", HALF_HOURLY, [*past, back], back.at).at - back.at <= timedelta(minutes=30)


def test_a_source_that_fails_is_asked_ever_more_seldom_for_ever() -> None:
    past = [Polled(MONDAY, 3)]
    steps = []
    for _ in range(400):
        failed = Polled(next_poll("a", HALF_HOURLY, past, past[-1].at).at + timedelta(seconds=2), 0, Outcome.FAILED)
        steps.append(failed.at - past[-1].at)
        past.append(failed)
    hours = [round(step / HOUR * 2) / 2 for step in steps]
    assert hours[:6] == [0.5, 0.5, 1.0, 2.0, 4.0, 6.0] and set(hours[6:]) == {6.0}
    assert "400 times in a row" in next_poll("a", HALF_HOURLY, past, past[-1].at).why
    answers = Polled(past[-1].at + FAILING_BOUND, 0)
    assert next_poll("a", HALF_HOURLY, [*past, answers], answers.at).at - answers.at <= 8 * timedelta(minutes=30)


def test_a_source_without_a_past_is_due_now_and_one_with_little_at_every_moment() -> None:
    now = MONDAY + timedelta(hours=5, minutes=3)
    assert next_poll("a", HALF_HOURLY, [], now).at == now
    quiet = [Polled(MONDAY + timedelta(minutes=30 * n), 0) for n in range(10)]
    assert next_poll("a", HALF_HOURLY, quiet, now).at == MONDAY + timedelta(hours=5)


def test_a_clock_that_was_set_back_does_not_put_polls_off() -> None:
    now = MONDAY + timedelta(minutes=1)
    assert next_poll("a", HALF_HOURLY, [Polled(MONDAY + timedelta(days=900), 0)], now).at <= now + timedelta(hours=4)


def test_where_no_source_answers_the_network_is_to_blame() -> None:
    def run(hour: int, **answered: bool) -> list[PollRecord]:
        at = MONDAY + timedelta(hours=hour)
        return [PollRecord(source, at, 0, answer) for source, answer in answered.items()]

    past = histories([*run(0, a=True, b=True), *run(1, a=False, b=False), *run(2, a=False, b=True), *run(3, a=False)])
    assert [poll.failure for poll in past["a"]] == [None, Outcome.NETWORK_ERROR, Outcome.FAILED, Outcome.FAILED]
    assert [poll.failure for poll in past["b"]] == [None, Outcome.NETWORK_ERROR, None]


def test_a_source_whose_run_was_broken_off_is_due_at_once() -> None:
    past = histories([PollRecord("a", MONDAY, 5, True), PollRecord("a", MONDAY + HOUR, 2, True, is_broken_off=True)])
    now = MONDAY + HOUR * 1.2
    assert next_poll("a", HALF_HOURLY, past["a"], now).at == now


def test_a_site_that_asked_to_be_left_alone_is_polled_at_the_first_moment_after_that() -> None:
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    planned = NextPoll("post", now, "its schedule")
    until = now + timedelta(hours=5, minutes=1)
    delayed = after_wait(planned, HALF_HOURLY, until)
    assert delayed.at == HALF_HOURLY.after(until) > until
    assert delayed.why.startswith("the site asked to be left alone until ")
    assert after_wait(planned, HALF_HOURLY, None) == planned
    assert after_wait(planned, HALF_HOURLY, now - HOUR) == planned


def test_rates_know_the_hour_of_the_week_and_need_a_day() -> None:
    every_hour = [Polled(MONDAY + HOUR * n, 6 if n % 24 == 9 else 0) for n in range(24 * 15)]
    assert hourly_rates(every_hour[:20]) is None
    rates = hourly_rates(every_hour)
    assert rates is not None
    assert rates[24 + 8] > 1.0 and rates[24 + 20] < EXPECTED / 8


@pytest.mark.parametrize(
    ("timetable", "moment", "then"),
    [
        (HALF_HOURLY, "2026-03-02T10:00:00+00:00", "2026-03-02T10:30:00+00:00"),
        (HALF_HOURLY, "2026-03-02T10:29:59+00:00", "2026-03-02T10:30:00+00:00"),
        (Timetable("0 7 * * *", None, "Asia/Seoul"), "2026-03-02T21:59:59+00:00", "2026-03-02T22:00:00+00:00"),
        (Timetable("0 7 * * *", None, "Asia/Seoul"), "2026-03-02T22:00:00.5+00:00", "2026-03-03T22:00:00+00:00"),
        (Timetable("30 2 * * *", None, "Europe/Berlin"), "2026-03-28T12:00:00+00:00", "2026-03-29T01:00:00+00:00"),
    ],
)
def test_the_moments_of_a_timetable(timetable: Timetable, moment: str, then: str) -> None:
    assert timetable.after(datetime.fromisoformat(moment)) == datetime.fromisoformat(then)


def test_a_schedule_in_words() -> None:
    assert str(Schedule(interval="1h30m").timetable) == "every 1h30m"
    assert str(Schedule(cron="0 7 * * *", timezone="Asia/Seoul").timetable) == "cron 0 7 * * * (Asia/Seoul)"
