"""Revisits and retries: young articles are looked at on a decaying schedule, old and hopeless ones are left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from newslake.revisits import next_retry, next_slow_look, next_visit

START = datetime(2024, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURS = [1, 4, 12, 24, 48]


def looks(every: timedelta, until: timedelta = timedelta(days=10)) -> list[timedelta]:
    """Ages at which a schedule that runs `every` so often fetches an article first seen at START."""
    fetched = [START]
    now = START
    while now < START + until:
        now += every
        due = next_visit(START, fetched[-1], HOURS, now)
        if due is not None and due <= now:
            fetched.append(now)
    return [moment - START for moment in fetched[1:]]


def test_a_half_hourly_run_looks_five_times_with_growing_gaps() -> None:
    ages = looks(HOUR / 2)
    assert ages == [HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR]


def test_a_daily_run_looks_once_a_day_while_the_article_is_young() -> None:
    assert looks(24 * HOUR) == [24 * HOUR, 48 * HOUR]


def test_no_hours_means_no_looks() -> None:
    assert next_visit(START, START, [], START + HOUR) is None


def test_a_schedule_of_seconds_is_due_at_the_next_run() -> None:
    due = next_visit(START, START, [0.0001], START + timedelta(minutes=10))
    assert due is not None and due < START + timedelta(seconds=1)


def test_a_pipeline_that_was_off_for_a_week_leaves_old_articles_alone() -> None:
    assert next_visit(START, START, HOURS, START + timedelta(days=7)) is None


def test_a_missed_look_is_made_up_for_once() -> None:
    now = START + timedelta(days=1, hours=3)
    due = next_visit(START, START, HOURS, now)
    assert due is not None and due <= now
    following = next_visit(START, now, HOURS, now)
    assert following == START + timedelta(days=2)


def test_a_look_that_failed_is_tried_again_before_the_next_one_is_due() -> None:
    looked = START + 12 * HOUR
    assert next_visit(START, looked, HOURS, looked) == START + 24 * HOUR
    assert next_visit(START, looked, HOURS, looked, failures=1) == looked + HOUR / 2
    assert next_visit(START, looked, HOURS, looked, failures=3) == looked + 2 * HOUR
    hopeless = [next_visit(START, looked, HOURS, looked, failures) for failures in (6, 7, 60)]
    assert hopeless == [START + 24 * HOUR] * 3  # left alone until the next look


def test_the_last_look_is_tried_again_too_while_the_article_is_young() -> None:
    last = START + 48 * HOUR
    assert next_visit(START, last, HOURS, last) is None
    assert next_visit(START, last, HOURS, last, failures=1) == last + HOUR / 2
    assert next_visit(START, last, HOURS, START + 98 * HOUR, failures=1) is None


def test_retries_wait_longer_each_time_and_end() -> None:
    waits = [next_retry(failures, START) for failures in range(1, 10)]
    known = [moment - START for moment in waits if moment]
    assert known == sorted(known) and all(later == 2 * sooner for sooner, later in pairwise(known))
    assert len(known) == 5 and waits[5:] == [None] * 4


def test_a_retry_without_a_failure_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one"):
        next_retry(0, START)


DAYS = [7, 30, 90]
DAY = timedelta(days=1)


def slow_looks(every: timedelta, until: timedelta = timedelta(days=400), gone_after: timedelta | None = None) -> list[int]:
    """Days of age at which a schedule that runs `every` so often looks at an article that was last fetched when it was young."""
    fetched, now, ages = START + 2 * DAY, START + 2 * DAY, []
    while now < START + until:
        now += every
        gone_at = START + gone_after if gone_after and now - START >= gone_after else None
        due = next_slow_look(START, fetched, DAYS, now, gone_at)
        if due is not None and due <= now:
            fetched = now
            ages.append(round((now - START) / DAY))
    return ages


def test_older_articles_get_three_more_looks() -> None:
    assert slow_looks(HOUR / 2) == [7, 30, 90]
    assert slow_looks(7 * DAY) == [9, 30, 93]
    assert next_slow_look(START, START, [], START + 8 * DAY) is None


def test_looks_that_were_missed_are_made_up_for_by_one() -> None:
    now = START + 60 * DAY
    due = next_slow_look(START, START + 2 * DAY, DAYS, now)
    assert due is not None and due <= now
    assert next_slow_look(START, now, DAYS, now) == START + 90 * DAY
    assert next_slow_look(START, START + 2 * DAY, DAYS, START + 181 * DAY) is None


def test_an_article_that_is_gone_is_looked_at_again_as_if_it_were_new() -> None:
    assert slow_looks(HOUR / 2, gone_after=30 * DAY) == [7, 30, 37, 60, 90, 120]
