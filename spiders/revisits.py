"""When to look at an article again, and when to try a failed URL again. Pure: every moment is an aware datetime."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

# A look within this share of its age before it falls due counts as that look, so that a half-hourly schedule does not look twice.
EARLY = 0.1

# Twice a schedule of minutes is over before the next run of most pipelines comes.
GRACE = timedelta(hours=1)

# First wait after a failure, doubled by every further one: 30 min, 1 h, 2 h, 4 h, 8 h. An outage of a day is bridged,
# a page that is gone costs six requests.
FIRST_RETRY = timedelta(minutes=30)
MAX_FAILURES = 6


def next_visit(
    first_seen: datetime, last_fetched: datetime, hours: Sequence[float], now: datetime, failures: int = 0
) -> datetime | None:
    """When to fetch an article again (possibly a moment before `now`: it is due), or None once it is old.

    Args:
        first_seen: where its age counts from, so that an old article that a feed brings up is watched like a new one.
        hours: the ages at which it is looked at again, ascending. A look that comes later than twice the last of them is
            not worth its request any more.
        failures: how often in a row it could not be fetched, up to `last_fetched`. A look that failed saw nothing, so it is
            tried again like any other URL, besides the looks that are still to come.
    """
    if not hours or now - first_seen > timedelta(hours=2 * hours[-1]) + GRACE:
        return None
    age = last_fetched - first_seen
    looks = (timedelta(hours=look) for look in hours)
    coming = next((first_seen + look for look in looks if look * (1 - EARLY) > age), None)
    again = next_retry(failures, last_fetched) if failures else None
    return min((moment for moment in (coming, again) if moment), default=None)


def next_retry(failures: int, last_fetched: datetime) -> datetime | None:
    """When to try a URL again after `failures` failures in a row (1 or more), or None when it is given up."""
    if failures < 1:
        raise ValueError(f"{failures} failures: a retry comes after at least one")
    if failures >= MAX_FAILURES:
        return None
    wait: timedelta = FIRST_RETRY * 2 ** (failures - 1)
    return last_fetched + wait
