"""Rank stories by how many outlets carry them and how fresh they are. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log2

# However short the time of a brief is, a story does not age faster.
SHORTEST = timedelta(hours=6)


def score(outlets: int, latest: datetime, since: datetime, until: datetime) -> float:
    """Return the rank of a story, higher is better: the binary logarithm of its outlets plus one, halved by its age.

    Its age is that of its latest new report, by the outlet's own time. It halves the score once for each stretch of time as long
    as that of the brief, so that in a weekly brief the spread decides, and in one of the last hours freshness does, too.

    Args:
        outlets: that carry the story.
        latest: when its latest new report was made; a time to come counts as `until`.
        since, until: the time of the brief.
    """
    age = max(until - latest, timedelta())
    halvings = age / max(until - since, SHORTEST)
    return log2(1 + outlets) / float(2**halvings)
