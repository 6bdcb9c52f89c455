"""Read the account of a crawl from its journal: each URL that it found, and how the URL ended.

Works for finished and for killed crawls. Makes the rows of `fetches`: one for each URL, with exactly one outcome.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from newslake.errors import StorageError
from newslake.outcomes import End, Origin, Outcome, Reason, is_left_alone
from spiders.journal import Ended, Found, Relisted, read_journal
from spiders.urls.canonical import canonicalise
from spiders.warc.check import Fault, unresolved
from warehouse.records import FetchRecord

if TYPE_CHECKING:
    from flows.refine.page import Refined

INTERRUPTED = "the run was interrupted before this URL was fetched; the next run takes it up"

_LISTING_READ = {Outcome.NOT_ARTICLE, Outcome.UNCHANGED}
_MOST_NAMED = 3  # more listings are only counted in the sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """A URL of the crawl; `ended` is None if the crawl was killed before the URL ended.

    Attributes:
        also: the sources besides `found.listed_by` whose listings name it, with the number of pages; see `FetchRecord`.
    """

    found: Found
    ended: Ended | None
    also: Mapping[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The URL in the spelling that was fetched."""
        return self.ended.url if self.ended and self.ended.url else self.found.url

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that read it, if it is a listing."""
        return (self.found.source, *self.also)


@dataclass(frozen=True, slots=True)
class Account:
    """All URLs of one crawl, in the order in which they were found. `folder` holds the WARC files."""

    folder: Path
    entries: tuple[Entry, ...]
    discovered: int  # number of URLs that the journal says were found, those that are only counted included
    instead: Mapping[str, str] = field(default_factory=dict)  # by source: a sentence on what replaced a lost listing

    @property
    def captured(self) -> list[Entry]:
        """Return the entries whose page is in a WARC file."""
        return [entry for entry in self.entries if entry.ended is not None and entry.ended.outcome is None]

    def fetch(self, entry: Entry, refined: Refined | None) -> FetchRecord:
        """Return the `fetches` row of an entry.

        Args:
            refined: the result of cleaning its capture; None if there is no capture or it was not cleaned.
        """
        found, ended = entry.found, entry.ended
        end = self.end(entry) if ended is None or ended.outcome is not None else _cleaned(refined)
        captured = ended is not None and ended.file is not None
        return FetchRecord(
            url_id=UUID(hex=found.id),
            source=found.source,
            url=entry.url,
            canonical_url=found.canonical if entry.url == found.url else canonicalise(entry.url),
            kind=found.kind,
            found_by=found.found_by,
            requested_at=ended.requested_at if ended else None,
            seconds=ended.seconds if ended else None,
            status=ended.status if ended else None,
            bytes=ended.bytes if ended else None,
            outcome=end.outcome,
            reason=end.reason,
            detail=end.detail,
            capture_file=str(self.folder / ended.file) if captured and ended and ended.file else None,
            capture_offset=ended.offset if captured and ended else None,
            article=refined.article if refined else None,
            page_of=refined.page_of if refined else None,
            origin=found.origin,
            urls=(ended.urls or 1) if ended else 1,
            listed_by=found.listed_by,
            listed_at=found.listed_at,
            also_listed_by=entry.also,
            retry_at=ended.retry_at if ended else None,
            retry_host=ended.retry_host if ended else None,
            time_of=ended.time_of if ended else None,
        )

    def end(self, entry: Entry) -> End:
        """Return how an entry ended in the crawl. The detail of a lost listing names its replacement."""
        found, ended = entry.found, entry.ended
        if ended is None:
            return End(Outcome.FAILED, Reason.INTERRUPTED, INTERRUPTED)
        end = End(ended.outcome, ended.reason, ended.detail)
        instead = self.instead.get(found.source)
        if instead is None or found.origin is not Origin.WATCHLIST or found.kind in ("page", "home"):
            return end
        if ended.outcome not in _LISTING_READ:
            return end._replace(detail=f"{ended.detail}; {instead}")
        if any(other.found.in_place_of == found.id for other in self.entries):
            return End(ended.outcome, Reason.NO_NEWS, f"{ended.detail}; {instead}")
        return end

    def out_of_time(self) -> dict[str, int]:
        """Return the sources that used up their time, each with the number of URLs that were left for the next run."""
        return dict(Counter(entry.ended.time_of for entry in self.entries if entry.ended and entry.ended.time_of))

    def failed_sources(self) -> dict[str, str]:
        """Return the failed sources with reasons: a listing named in the watchlist, or every listing found, could not be read."""
        failed: dict[str, list[str]] = {}
        listings: dict[str, int] = {}
        no_time: set[str] = set()
        for entry in self.entries:
            found, ended = entry.found, entry.ended
            if found.kind == "page" or (ended is not None and is_left_alone(ended.outcome, ended.reason)):
                continue
            if ended is not None and ended.time_of:
                no_time.add(ended.time_of)
                continue
            if ended is not None and ended.reason is Reason.INTERRUPTED:
                continue  # whoever stopped the crawl did not ask it, which says nothing of the source
            for source in entry.sources:
                listings.setdefault(source, 0)
                if ended is not None and ended.outcome in _LISTING_READ:
                    listings[source] += 1
                elif found.origin is Origin.WATCHLIST:
                    why = f"{ended.outcome}: {self.end(entry).detail}" if ended else INTERRUPTED
                    failed.setdefault(source, []).append(f"{found.url}: {why}")
        for source, readable in listings.items():
            if not readable and source not in failed:
                failed[source] = ["no feed, sitemap or section could be read"]
        for source in no_time - listings.keys():
            failed[source] = ["its time was used up before any listing of it was read: raise max_minutes in the watchlist"]
        return {source: "; ".join(reasons) for source, reasons in failed.items()}


def read_account(folder: Path, *, was_killed: bool = False) -> Account:
    """Read the journal in a crawl's folder. An empty journal gives an empty account.

    Args:
        was_killed: the crawl was killed, so captures may be missing on disk. Their URLs count as not fetched.
    Raises:
        CaptureError: the folder has no journal.
        StorageError: captures of a killed run cannot be read for now.
    """
    found: dict[str, Found] = {}
    ended: dict[str, Ended] = {}
    named: dict[str, dict[str, Relisted]] = defaultdict(dict)
    dates: dict[str, datetime] = {}
    discovered = 0
    for event in read_journal(folder):
        if isinstance(event, Found):
            discovered += 1
            found.setdefault(event.id, event)
        elif isinstance(event, Relisted):
            if event.listed_at:
                dates[event.id] = min(event.listed_at, dates.get(event.id, event.listed_at))
            there = named[event.id].get(event.source)
            if there is None or event.found_by or event.pages:
                named[event.id][event.source] = event
        elif isinstance(event, Ended):
            first = ended.setdefault(event.id, event)
            if first.requested_at is None and event.requested_at is not None:
                ended[event.id] = event  # it was requested after all, for its article
    if was_killed:
        discovered = len(found)  # after a damaged stretch of the journal a URL may be found a second time
        for key in _without_capture(folder, ended.values()):
            if ended[key].outcome is None:
                del ended[key]  # without its capture the URL counts as not fetched
            else:
                ended[key] = replace(ended[key], file=None, offset=None)
    for key in dates.keys() & found.keys():
        found[key] = replace(found[key], listed_at=min(dates[key], found[key].listed_at or dates[key]))
    entries = tuple(_entry(url, ended.get(key), named.get(key, {})) for key, url in found.items())
    discovered += sum(entry.ended.urls - 1 for entry in entries if entry.ended and entry.ended.urls)
    return Account(folder, entries, discovered, found_instead(entries))


def _entry(found: Found, ended: Ended | None, named: Mapping[str, Relisted]) -> Entry:
    """Return the entry of a URL. If its own source names it as well, that listing counts, and not the one that was first."""
    if found.origin is Origin.ADDED:  # no listing names it; it may have led to the site of another source
        return Entry(replace(found, source=[found.source, *named][-1]), ended)
    listers = {found.listed_by: 1} if found.listed_by else {}
    if found.kind == "page":
        own = next((event for event in named.values() if event.found_by), None)
        first = next(iter(named), None)
        if own:
            found = replace(found, source=own.source, listed_by=own.source)
            if found.origin is Origin.LISTING and own.found_by:
                found = replace(found, found_by=own.found_by)
        elif first and not found.listed_by:
            found = replace(found, listed_by=first)
    pages = {source: event.pages or int(found.kind == "page") for source, event in named.items()}
    return Entry(found, ended, {source: count for source, count in (listers | pages).items() if source != found.listed_by})


def _cleaned(refined: Refined | None) -> End:
    """Return how a captured page ended."""
    if refined is None:
        return End(Outcome.FAILED, Reason.CLEANING_FAILED, "the capture was not cleaned")
    # A wall hides the page, so the page is requested again, as after other HTTP errors.
    is_wall = refined.reason is not None and refined.reason.is_wall
    return End(Outcome.HTTP_ERROR if is_wall else refined.outcome, refined.reason, refined.detail)


def _without_capture(folder: Path, ended: Iterable[Ended]) -> list[str]:
    """Return the ids of URLs whose capture is missing or incomplete at the place that the journal names.

    Raises:
        StorageError: the captures may be whole, but cannot be read.
    """
    places: dict[str, dict[int, str]] = defaultdict(dict)
    for one in ended:
        if one.file is not None:
            places[one.file][-1 if one.offset is None else one.offset] = one.id
    missing = []
    for file, by_offset in places.items():
        for at, trouble in unresolved(folder / file, by_offset, whole=True).items():
            if trouble.fault is Fault.UNREADABLE:  # it may be whole, so nothing is given up
                raise StorageError(
                    f"the captures of an interrupted run cannot be read: {folder / file}: {trouble.words}",
                    left="the run is as it was; the next run finishes it",
                    next=f"correct the permissions (ls -l {folder / file}), then `newslake run`",
                )
            missing.append(by_offset[at])
    return missing


def found_instead(entries: Iterable[Entry]) -> dict[str, str]:
    """Return for each source with a lost listing a sentence on what was found in its place."""
    looked: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.found.in_place_of:
            looked.setdefault(entry.found.source, []).append(entry)
    return {source: _instead(tried) for source, tried in looked.items()}


def _instead(tried: list[Entry]) -> str:
    home = next((entry for entry in tried if entry.found.kind == "home"), tried[0])
    read = [entry for entry in tried if entry.ended is not None and entry.ended.outcome in _LISTING_READ]
    found = [entry for entry in read if entry.found.kind != "home" and not _is_empty(entry)]
    if found:
        shown = [f"{entry.found.url} {_where(entry.found)}" for entry in found[:_MOST_NAMED]]
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        one = "it" if len(found) == 1 else "them"
        return f"found {', '.join(shown)}{more} and read {one}: name {one} in the watchlist"
    if home in read and not _is_empty(home):
        return f"found no other feed or sitemap, so the articles on {home.found.url} were read: name that page under sections"
    if home in read:
        return f"found no other feed or sitemap on {home.found.url}: look for one and name it in the watchlist"
    why = f" ({home.ended.detail})" if home.ended and home.ended.detail else ""
    return f"its home page {home.found.url} could not be read either{why}"


def _is_empty(entry: Entry) -> bool:
    return entry.ended is not None and entry.ended.reason is Reason.EMPTY


def _where(found: Found) -> str:
    """Describe where a listing was found."""
    if found.origin is Origin.ROBOTS:
        return "in robots.txt"
    if found.origin is Origin.LINK:
        return "on the home page"
    return f"({found.found_by})"
