"""Tell what is usual on a day from the same weekdays before it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median

from flows.brief.model import Past

DAYS = 28  # shown
WEEKS = 8  # in which the same weekday is looked at
FEWEST = 3  # of these days that must be known, or nothing is usual yet
REACH = timedelta(days=DAYS - 1 + 7 * WEEKS)


def past_of(articles: Mapping[date, int], until: datetime, collected_since: datetime | None) -> Past:
    """Return the days of a topic up to a moment.

    Args:
        articles: by day of publication (UTC); a day that is missing had none.
        collected_since: when the first collection began. Days before it, and that day itself, were not watched as a whole.
    """
    last = until.astimezone(UTC).date()
    days = [last - timedelta(days=before) for before in range(DAYS - 1, -1, -1)]
    watched = collected_since.astimezone(UTC).date() + timedelta(days=1) if collected_since else last + timedelta(days=1)
    return Past(
        tuple(days),
        tuple(articles.get(day, 0) for day in days),
        tuple(usual(weekdays_before(articles, day, watched)) for day in days),
    )


def weekdays_before(articles: Mapping[date, int], day: date, watched_since: date) -> list[int]:
    """Return the counts of the same weekday in the weeks before a day, the latest first; only of days that were watched."""
    before = (day - timedelta(weeks=week) for week in range(1, WEEKS + 1))
    return [articles.get(one, 0) for one in before if one >= watched_since]


def usual(counts: Sequence[int]) -> float | None:
    """Return what is usual among the counts of a weekday; None if there are too few."""
    return float(median(counts)) if len(counts) >= FEWEST else None
