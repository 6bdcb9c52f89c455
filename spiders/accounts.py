"""The accounts of a crawl: every URL is found once and ends once."""

from __future__ import annotations

import hashlib
import time
from array import array
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newslake.outcomes import Origin, Outcome, Reason, Why
from spiders.journal import Ended, Found, JournalWriter, Kind, Relisted
from spiders.listings.model import Link
from spiders.urls.article_shape import is_front_page
from spiders.urls.canonical import canonicalise, id_and_form, url_id, without_credentials
from spiders.urls.places import Away, Places


def spelling(url: str) -> str:
    """Return 8 hex digits for the spelling of a URL: http or https, with or without `www.` or `index.html`."""
    return hashlib.blake2b(canonicalise(url).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


class Known:
    """URLs of earlier runs that are not due yet, read from the file that CrawlJob describes; `has` knows those that are due too.

    A URL takes 8 bytes: 60 bits of its id, and 4 bits for how it ended last. A URL of which only some spellings were fetched,
    without success, takes more.

    Args:
        now: epoch seconds; the current time if None.
    """

    def __init__(self, file: Path | None, now: float | None = None) -> None:
        now = time.time() if now is None else now
        self._ends: list[str] = [""]
        self._tried: dict[str, frozenset[str]] = {}
        keys, due_now = array("Q"), array("Q")
        if file:
            with file.open(encoding="ascii") as lines:
                for line in lines:
                    key, due, *end = line.split()
                    if due == "-" or float(due) > now:
                        keys.append(self._packed(key, end[0] if end else ""))
                        if len(end) > 1:
                            self._tried[key] = frozenset(end[1].split(","))
                    else:
                        due_now.append(int(key[:15], 16))
        self._keys = array("Q", sorted(keys))
        self._due = array("Q", sorted(due_now))

    def _packed(self, key: str, end: str) -> int:
        if end not in self._ends and len(self._ends) < 16:
            self._ends.append(end)
        return int(key[:15], 16) << 4 | (self._ends.index(end) if end in self._ends else 0)

    def _at(self, key: str) -> int | None:
        wanted = int(key[:15], 16)
        at = bisect_left(self._keys, wanted << 4)
        return at if at < len(self._keys) and self._keys[at] >> 4 == wanted else None

    def has(self, key: str) -> bool:
        """Whether an earlier run found a URL, due or not."""
        wanted = int(key[:15], 16)
        at = bisect_left(self._due, wanted)
        return (at < len(self._due) and self._due[at] == wanted) or key in self

    def __contains__(self, key: str) -> bool:
        return self._at(key) is not None

    def is_untried(self, key: str, url: str) -> bool:
        """Whether only other spellings of a known URL were fetched, without success: that says nothing about this one."""
        return key in self._tried and spelling(url) not in self._tried[key]

    def last_end(self, key: str) -> str:
        """Return how a known URL ended on its last visit, as written in the file; empty if the file does not say."""
        at = self._at(key)
        return "" if at is None else self._ends[self._keys[at] & 15]


@dataclass(frozen=True, slots=True)
class Named:
    """A link of a listing: `found_by` names the listing, `kind` is its kind, `owner` the source that the page belongs to."""

    link: Link
    found_by: str
    kind: Kind
    owner: str


class Accounts:
    """Keeps track of the URLs of a crawl and writes each event to the journal at once."""

    def __init__(self, journal: JournalWriter, known: Known) -> None:
        self.ends: Counter[Outcome | None] = Counter()  # None: captured
        self._journal = journal
        self._known = known
        self._open: dict[str, str] = {}  # id → URL as it was found
        self._ended: dict[str, Outcome | None] = {}
        self._unasked: set[str] = set()  # ids of those that ended without a request, and could have been requested
        self._listings: set[str] = set()
        self._taken: dict[str, tuple[str, str]] = {}  # id of a redirect target → id and URL of what redirects to it
        self._named: dict[str, set[str]] = {}  # id → sources that name what another one, or no listing, found
        self._places: dict[str, Places[Named]] = {}

    def find(
        self,
        url: str,
        source: str,
        kind: Kind,
        found_by: str,
        origin: Origin,
        in_place_of: str | None = None,
        listed_by: str | None = None,
    ) -> str | None:
        """Open an account for a URL and return its id; None if this crawl has found it before.

        Args:
            source: that the URL belongs to.
            listed_by: the source whose listing names it.
        """
        url = without_credentials(url)
        key, canonical = id_and_form(url)
        return self._open_account(Found(key, url, canonical, source, kind, found_by, in_place_of, origin, listed_by))

    def find_named(self, named: Named, lister: str) -> str | None:
        """Open an account for a link of a listing of `lister`, as `find` does."""
        link = named.link
        return self._open_account(
            Found(
                link.key,
                without_credentials(link.url),
                link.canonical,
                named.owner,
                "page",
                named.found_by,
                origin=Origin.LISTING,
                listed_by=lister,
                listed_at=link.hints.dated_at,
            )
        )

    def _open_account(self, found: Found) -> str | None:
        if self.has(found.id):
            return None
        self._open[found.id] = found.url
        if found.kind != "page":
            self._listings.add(found.id)
        self._journal.write(found)
        return found.id

    def found_as(self, key: str) -> str:
        """Return the spelling in which a URL with an open account was found."""
        return self._open[key]

    def name(self, key: str, source: str, **facts: Any) -> bool:
        """Record that a listing of `source` names a URL that was found before. Return whether none of the source did so far.

        Args:
            facts: the other fields of `journal.Relisted`.
        """
        namers = self._named.setdefault(key, set())
        is_first = source not in namers
        if is_first or facts:
            self._journal.write(Relisted(key, source, **facts))
        namers.add(source)
        return is_first

    def has(self, key: str) -> bool:
        """Whether this crawl has found a URL."""
        return key in self._open or key in self._ended

    def places(self, source: str, limit: int, newest: int) -> Places[Named]:
        """Return the places of a source in this crawl; see `spiders.urls.places.Places`."""
        return self._places.setdefault(source, Places(limit, newest))

    def count_away(self, source: str, limit: int) -> list[Named]:
        """Close the places of a source: count the addresses without one in a single account, and return the newest of them."""
        places = self._places.pop(source, None)
        if places is None:
            return []
        away = places.settle()
        if away.example and not self.has(away.example.link.key):
            self._count(source, away, places.limit, limit)
        return away.newest

    def _count(self, source: str, away: Away[Named], places: int, limit: int) -> None:
        named = away.example
        assert named
        known = f", {away.known} of them known" if away.known else ""
        over = f"over max_addresses = {limit} for this run"
        if places < limit:
            over = "not kept, as too many of this source wait to be fetched"
        words = f"{away.urls} addresses {over}{known}; those still listed are found again"
        link = named.link
        found = Found(link.key, link.url, link.canonical, source, "page", named.found_by, None, Origin.LISTING, source)
        self._journal.write(found)
        self._journal.write(Ended(link.key, Outcome.REFUSED, Reason.ADDRESS_BUDGET, detail=words, urls=away.urls))
        self._ended[link.key] = Outcome.REFUSED
        self.ends[Outcome.REFUSED] += away.urls

    def end(self, key: str, outcome: Outcome | None, reason: Reason | None, detail: str | None, **facts: Any) -> None:
        """Close the account of a URL. Raises ValueError if it is not open, as a second end would be a bug.

        Args:
            outcome: None if the response was captured, so that cleaning decides.
            facts: the other fields of `journal.Ended`.
        """
        if key not in self._open:
            raise ValueError(f"{key} has no open account")
        self._journal.write(Ended(key, outcome, reason, detail=detail, **facts))
        if reason in (Reason.NOT_DUE, Reason.BUDGET):
            self._unasked.add(key)
        del self._open[key]
        self._ended[key] = outcome
        self.ends[outcome] += 1

    def reopen(self, key: str, url: str) -> bool:
        """Open the account of a URL again that was not due or over the budget, because its article needs it after all.

        Its next end counts, and not the first one. Return whether it is such a URL.
        """
        if key not in self._unasked:
            return False
        self._unasked.remove(key)
        self._open[key] = url
        self.ends[self._ended.pop(key)] -= 1
        return True

    def is_forgotten(self, key: str) -> bool:
        """Whether a URL was removed with `newslake forget`, so that it is not fetched again."""
        return self._known.last_end(key) == Reason.FORGOTTEN

    def is_old(self, key: str) -> bool:
        """Whether an earlier run found a URL, so that it is remembered without a place in this one."""
        return self._known.has(key)

    def reason_to_skip(self, key: str, url: str) -> Why | None:
        """Return why a page need not be fetched in this spelling; None if it is new or due."""
        if key in self._known and not self._known.is_untried(key, url):
            end = self._known.last_end(key)
            return Why(Reason.NOT_DUE, f"not due; when last visited: {end}" if end else "visited before and not due")
        if key in self._taken:
            return Why(Reason.THROUGH_ANOTHER, f"fetched through {self._taken[key][1]}, which redirects here")
        return None

    def take(self, key: str, url: str, target: str, *, again: bool = False) -> Why | None:
        """Let the URL `key` take over its redirect target, or return why the target need not be fetched.

        Args:
            again: the URL was fetched by an earlier run. Then a redirect to the front page, to a listing or to where other URLs
                lead too is followed, as it tells that the page was taken down.
        """
        other = url_id(target).hex
        if other == key or (again and (other in self._listings or other in self._taken or is_front_page(target))):
            return None
        if other in self._taken:
            first, there = self._taken[other]
            return None if first == key else Why(Reason.THROUGH_ANOTHER, f"redirects to {target}, which {there} does too")
        if other in self._open or self._ended.get(other, Outcome.REFUSED) is not Outcome.REFUSED:
            return Why(Reason.THROUGH_ANOTHER, f"redirects to {target}, which this crawl reads by itself")
        if other in self._known and not self._known.is_untried(other, target):
            return Why(Reason.THROUGH_ANOTHER, f"redirects to {target}, visited before and not due")
        self._taken[other] = key, url
        return None

    def settle(self, detail: str) -> None:
        """End every URL whose account is still open as interrupted, and count the addresses without a place."""
        for source, places in list(self._places.items()):
            for named in self.count_away(source, places.limit):
                self.find_named(named, source)
        for key in list(self._open):
            self.end(key, Outcome.FAILED, Reason.INTERRUPTED, detail)
