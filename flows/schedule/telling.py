"""When `newslake serve` makes a brief, a digest of alerts or another attempt to send, if no collection does it at that time."""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.alerts.tell import next_telling
from flows.watchlist import Watchlist

# After one that failed, or found no warehouse, the next one waits 1, 2, 4, … minutes.
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(minutes=30)


class Telling:
    """The next moment at which something is to be told. It is read from the outbox after each collection, not at each look."""

    def __init__(self, watchlist: Watchlist, now: datetime) -> None:
        self._failures = 0  # in a row
        self._at: datetime | None = None
        self.look(watchlist, now)

    def look(self, watchlist: Watchlist, now: datetime, *, told: bool = False) -> None:
        """Read when something is due next.

        Args:
            told: a telling has ended; what is due still was not done by it, and waits.
        """
        at = next_telling(watchlist, now)
        self._failures = self._failures + 1 if told and at is not None and at <= now else 0
        if self._failures:
            at = now + min(FIRST_RETRY * int(2 ** min(self._failures - 1, 10)), LONGEST_RETRY)
        self._at = at

    def is_due(self, now: datetime) -> bool:
        return self._at is not None and self._at <= now
