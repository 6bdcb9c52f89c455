"""When to fetch an article again for edits, and when to retry a failed URL. Pure; all datetimes are aware."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

# A fetch counts as the revisit of an age if it comes at most this share of the age too early, so that a half-hourly schedule does
# not fetch twice.
EARLY = 0.1

# A look of the later days comes at most so much too early.
EARLY_BY = timedelta(hours=12)

# With ages of minutes, twice the last one would pass before most pipelines run again.
GRACE = timedelta(hours=1)

# The wait after a first failure; each further one doubles it: 30 min, 1 h, 2 h, 4 h, 8 h. This bridges an outage of most of a
# day, and a page that is gone costs six requests.
FIRST_RETRY = timedelta(minutes=30)
MAX_FAILURES = 6


def next_visit(
    first_seen: datetime, last_fetched: datetime, hours: Sequence[float], now: datetime, failures: int = 0
) -> datetime | None:
    """Return when to fetch an article again, or None if it is too old. A time before `now` means that it is due.

    Args:
        first_seen: the start of its age, so that an old article that a feed brings up is watched like a new one.
        hours: the ages at which to fetch it again, ascending. After twice the last one it is not fetched any more.
        failures: fetches in a row that failed, `last_fetched` being the last. They are retried like those of any other URL,
            besides the revisits to come.
    """
    if not hours or now - first_seen > timedelta(hours=2 * hours[-1]) + GRACE:
        return None
    age = last_fetched - first_seen
    revisits = (timedelta(hours=hour) for hour in hours)
    coming = next((first_seen + revisit for revisit in revisits if revisit * (1 - EARLY) > age), None)
    again = next_retry(failures, last_fetched) if failures else None
    return min((moment for moment in (coming, again) if moment), default=None)


def next_slow_look(
    first_seen: datetime, last_fetched: datetime, days: Sequence[float], now: datetime, gone_at: datetime | None = None
) -> datetime | None:
    """Return when to look at an article again after the first days, or None if no look is left. A time before `now` is due.

    Args:
        first_seen: the start of its age.
        days: the ages at which to look, ascending. Looks that were missed are made up for by one; after twice the last age there
            are none.
        gone_at: when the article was seen to be gone. Its absence is looked at again at the same ages, in case it comes back.
    """
    starts = [first_seen] if gone_at is None else [first_seen, gone_at]
    looks = sorted(
        (start + timedelta(days=age), start + timedelta(days=age) - min(timedelta(days=age) * EARLY, EARLY_BY))
        for start in starts
        for age in days
        if now - start <= timedelta(days=2 * days[-1]) + GRACE
    )
    return next((moment for moment, earliest in looks if earliest > last_fetched), None)


def next_retry(failures: int, last_fetched: datetime) -> datetime | None:
    """Return when to retry a URL after `failures` (1 or more) in a row, or None if it is given up."""
    if failures < 1:
        raise ValueError(f"{failures} failures: a retry comes after at least one")
    if failures >= MAX_FAILURES:
        return None
    wait: timedelta = FIRST_RETRY * 2 ** (failures - 1)
    return last_fetched + wait


def next_question(first_seen: datetime, asked: datetime, most: timedelta | None = None) -> datetime:
    """Return when robots.txt is asked again about a URL that it kept from being fetched.

    That is when it has been known for twice as long, so that one that is forbidden for good is asked about ever more rarely; but
    after an hour at least.

    Args:
        first_seen: since when the URL is known.
        asked: when robots.txt was last asked about it.
        most: the longest wait.
    """
    wait = max(asked - first_seen, timedelta(hours=1))
    return asked + (min(wait, most) if most else wait)
