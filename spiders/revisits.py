"""When to look at an article again, and when to try a failed URL again. Pure: every moment is an aware datetime."""

from __future__ import annotations

from datetime import datetime, timedelta

# Ages of an article at which it is looked at again. Newsrooms correct most in the first hours, and nearly never after two
# days; each look costs the outlet a request, so the gaps double or more.
LOOKS = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=12), timedelta(days=1), timedelta(days=2))

# A look that comes this late is still worth its request; later, the article is old and left alone.
OLD = timedelta(days=4)

# A look within this share of its age before it falls due counts as that look, so that a half-hourly schedule does not look twice.
EARLY = 0.1

# First wait after a failure, doubled by every further one: 30 min, 1 h, 2 h, 4 h, 8 h. An outage of a day is bridged,
# a page that is gone costs six requests.
FIRST_RETRY = timedelta(minutes=30)
MAX_FAILURES = 6


def next_visit(first_seen: datetime, last_fetched: datetime, published: datetime | None, now: datetime) -> datetime | None:
    """When to fetch an article again (possibly a moment before `now`: it is due), or None once it is old.

    The age counts from publication, or from when it was first seen where that is unknown, in the future, or so long ago that
    the article would never have been looked at twice (an old article that a feed brings up is then watched like a new one).
    """
    start = first_seen
    if published is not None and first_seen - OLD < published <= first_seen:
        start = published
    if now - start > OLD:
        return None
    age = last_fetched - start
    return next((start + look for look in LOOKS if look * (1 - EARLY) > age), None)


def next_retry(failures: int, last_fetched: datetime) -> datetime | None:
    """When to try a URL again after `failures` failures in a row (1 or more), or None when it is given up."""
    if failures < 1:
        raise ValueError(f"{failures} failures: a retry comes after at least one")
    if failures >= MAX_FAILURES:
        return None
    wait: timedelta = FIRST_RETRY * 2 ** (failures - 1)
    return last_fetched + wait
