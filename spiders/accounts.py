"""The books of a crawl: every URL found is found once, and ends once."""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from collections import Counter
from pathlib import Path
from typing import Any

from spiders.journal import End, Ended, Found, JournalWriter, Kind
from spiders.urls.canonical import canonicalise, url_id


class Known:
    """URLs of earlier runs that are not due, from the file that CrawlJob describes.

    A million of them take 8 MB: the first 60 bits of an id tell them apart, and four bits say how it ended last.
    """

    def __init__(self, file: Path | None, now: float | None = None) -> None:
        now = time.time() if now is None else now
        self._ends: list[str] = [""]
        keys = array("Q")
        if file:
            with file.open(encoding="ascii") as lines:
                for line in lines:
                    key, due, *end = line.split()
                    if due == "-" or float(due) > now:
                        keys.append(self._packed(key, end[0] if end else ""))
        self._keys = array("Q", sorted(keys))

    def _packed(self, key: str, end: str) -> int:
        if end not in self._ends and len(self._ends) < 16:
            self._ends.append(end)
        return int(key[:15], 16) << 4 | (self._ends.index(end) if end in self._ends else 0)

    def _at(self, key: str) -> int | None:
        wanted = int(key[:15], 16)
        at = bisect_left(self._keys, wanted << 4)
        return at if at < len(self._keys) and self._keys[at] >> 4 == wanted else None

    def __contains__(self, key: str) -> bool:
        return self._at(key) is not None

    def last_end(self, key: str) -> str:
        """How a known URL ended when it was last visited, in the words of the file; empty where it does not say."""
        at = self._at(key)
        return "" if at is None else self._ends[self._keys[at] & 15]


class Accounts:
    """Found and ended, written to the journal as they happen."""

    def __init__(self, journal: JournalWriter, known: Known) -> None:
        self.ends: Counter[str] = Counter()
        self._journal = journal
        self._known = known
        self._open: dict[str, None] = {}
        self._ended: dict[str, End] = {}
        self._taken: dict[str, tuple[str, str]] = {}  # redirect target → the URL that led there: its id, itself

    def find(self, url: str, source: str, kind: Kind, found_by: str, in_place_of: str | None = None) -> str | None:
        """The id of a URL seen for the first time in this crawl; None where it was found before."""
        key = url_id(url).hex
        if key in self._open or key in self._ended:
            return None
        self._open[key] = None
        self._journal.write(Found(key, url, canonicalise(url), source, kind, found_by, in_place_of))
        return key

    def end(self, key: str, end: End, **facts: Any) -> None:
        """Close a URL; a second end of the same URL is a bug, and ValueError."""
        if key not in self._open:
            raise ValueError(f"{key} has no open account")
        self._journal.write(Ended(key, end, **facts))
        del self._open[key]
        self._ended[key] = end
        self.ends[end] += 1

    def reason_to_skip(self, key: str) -> str | None:
        """Why a page need not be fetched, in words; None where it is new or due."""
        if key in self._known:
            end = self._known.last_end(key)
            return f"not due; when last visited: {end}" if end else "visited before and not due"
        if key in self._taken:
            return f"fetched through {self._taken[key][1]}, which redirects here"
        return None

    def take(self, key: str, url: str, target: str) -> str | None:
        """Let `key` answer for the URL it redirects to, or say why that one needs no fetch."""
        other = url_id(target).hex
        if other == key:
            return None
        if other in self._taken:
            return None if self._taken[other][0] == key else f"redirects to {target}, which {self._taken[other][1]} does too"
        if other in self._open or self._ended.get(other, "refused") != "refused":
            return f"redirects to {target}, which this crawl reads by itself"
        if other in self._known:
            return f"redirects to {target}, visited before and not due"
        self._taken[other] = key, url
        return None

    def settle(self, detail: str) -> None:
        """End whatever is still open."""
        for key in list(self._open):
            self.end(key, "failed", detail=detail)
