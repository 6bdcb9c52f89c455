"""What is usual on a day, and how stories are ranked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flows.brief.past import past_of
from flows.brief.rank import score

UNTIL = datetime(2026, 11, 30, 8, tzinfo=UTC)  # a Monday
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def every_day(weekday: int, other: int) -> dict[date, int]:
    days = [UNTIL.date() - timedelta(days=before) for before in range(120)]
    return {day: weekday if day.weekday() < 5 else other for day in days}


def test_a_weekday_is_compared_with_its_own_past() -> None:
    past = past_of(every_day(20, 2), UNTIL, LONG_AGO)
    assert len(past.days) == 28 and past.days[-1] == UNTIL.date()
    assert past.articles == tuple(usual for usual in past.usual if usual is not None)  # weekends are low, and usually so


def test_days_before_the_first_collection_are_no_past() -> None:
    counts = every_day(20, 2)
    assert set(past_of(counts, UNTIL, UNTIL - timedelta(days=14)).usual) == {None}
    usual = past_of(counts, UNTIL, UNTIL - timedelta(days=23)).usual
    assert usual[-1] == 20 and usual[-8] is None  # three Mondays before the last one, two before that
    assert set(past_of(counts, UNTIL, None).usual) == {None}


def test_one_wild_day_does_not_change_what_is_usual() -> None:
    counts = every_day(20, 2) | {UNTIL.date() - timedelta(days=7): 900}
    assert past_of(counts, UNTIL, LONG_AGO).usual[-1] == 20


def test_spread_counts_and_age_halves() -> None:
    since = UNTIL - timedelta(days=1)
    assert score(3, UNTIL, since, UNTIL) == 2 * score(1, UNTIL, since, UNTIL) == 2
    assert score(3, since, since, UNTIL) == score(1, UNTIL, since, UNTIL)
    week = UNTIL - timedelta(days=7)
    assert score(3, since, week, UNTIL) > score(1, UNTIL, week, UNTIL)  # in a week, a day of age is little
    assert score(1, UNTIL + timedelta(days=9), since, UNTIL) == 1  # a time to come is now
