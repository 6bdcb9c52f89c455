"""Rebuild the frontier of a run from the warehouse: which URLs to skip and which to fetch again.

A crawl's own queue is not kept between runs. A killed run loses no URL: those it left unfetched get an outcome in the
warehouse, and later runs take them from there.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path

from newslake.outcomes import Origin, Outcome
from newslake.revisits import next_question, next_retry, next_slow_look, next_visit
from spiders.accounts import spelling
from spiders.crawl import Pending
from spiders.sources import Source
from spiders.urls.canonical import url_id
from spiders.urls.owners import Owners
from spiders.urls.parts import server_of
from warehouse.records import KnownUrl

# A later request may succeed, so these are retried, at growing intervals.
_TRY_AGAIN = {Outcome.HTTP_ERROR, Outcome.NETWORK_ERROR, Outcome.FAILED}
# An article that robots.txt keeps from being fetched may have been edited or taken down, so it waits no longer for another look.
_LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """The plan for a known URL.

    Attributes:
        due: when it may be fetched again; None for never.
        wanted: fetch it when due, even if no listing names it today.
    """

    known: KnownUrl
    due: datetime | None
    wanted: bool
    origin: Origin  # REVISIT or RETRY
    is_slow: bool = False  # a look at an older article


# Slow looks of a source in one run, as a share of its budget; the crawl makes those for which new articles leave room.
_SLOW_SHARE = 4
# A source may have more new articles than a run can fetch, for months. So a few looks that are this late wait for nothing.
_LATE = timedelta(days=7)
_LATE_SHARE = 16


def plan_visit(known: KnownUrl, hours: Sequence[float], now: datetime, days: Sequence[float] = ()) -> Visit | None:
    """Plan the next visit of a known URL. Return None if the URL is treated like a new one.

    Args:
        hours: the ages, in hours, at which an article is fetched again.
        days: the ages, in days, at which it is looked at later.
    """
    if known.last_outcome is Outcome.ROBOTS and known.last_outcome_at is not None:
        # Decided without a request, so it costs nothing to decide again whenever the URL is listed. It may not be: robots.txt may
        # have been out of order when the URL was.
        if now < next_question(known.first_seen_at, known.last_outcome_at, _LOOK_AGAIN if known.is_article else None):
            return None
        if not known.is_article:
            return Visit(known, now, True, Origin.RETRY)
    if known.is_article:
        return _plan_look(known, hours, now, days)
    if known.last_fetched_at is None and known.last_outcome in {Outcome.REFUSED, *_TRY_AGAIN}:
        # over the budget, or not reached before the run was interrupted or stopped asking the site
        return Visit(known, now, True, Origin.RETRY)
    if known.last_outcome in _TRY_AGAIN and known.last_fetched_at is not None:
        due = next_retry(max(1, known.failures), known.last_fetched_at)
        return Visit(known, due, due is not None, Origin.RETRY)
    return Visit(known, None, False, Origin.RETRY)


def _plan_look(known: KnownUrl, hours: Sequence[float], now: datetime, days: Sequence[float]) -> Visit:
    """Plan when an article is fetched again."""
    fetched = known.last_fetched_at or now
    quick = next_visit(known.first_seen_at, fetched, hours, now, known.failures)
    slow = next_slow_look(known.first_seen_at, fetched, days, now, known.gone_at)
    if quick is None and known.failures:  # also a slow look that failed is repeated
        again = next_retry(known.failures, fetched)
        slow = min((moment for moment in (slow, again) if moment), default=None)
    if slow is not None and (quick is None or slow < quick):
        return Visit(known, slow, True, Origin.REVISIT, is_slow=True)
    if quick is None and known.gone_at is not None:
        # No look is left. Where a listing names the article again, it is fetched once a day.
        return Visit(known, fetched + timedelta(days=1), False, Origin.REVISIT)
    return Visit(known, quick, quick is not None, Origin.REVISIT)


def plan_visits(
    known_urls: Iterable[KnownUrl], hours: Sequence[float], now: datetime, days: Sequence[float] = ()
) -> Iterator[Visit]:
    """Yield the visits of known URLs, without those that are treated like new ones."""
    for known in known_urls:
        if visit := plan_visit(known, hours, now, days):
            yield visit


@dataclass(frozen=True, slots=True)
class Due:
    """What earlier runs left to a run.

    Attributes:
        pending: the URLs that are due now.
        waiting: source → how many of the URLs that it listed have not been requested so far.
        unread: ids of listings for which the last run had no time.
        vain: ids of usual addresses of feeds and sitemaps that held none within the last day.
    """

    pending: list[Pending]
    waiting: dict[str, int]
    unread: list[str] = field(default_factory=list)
    vain: list[str] = field(default_factory=list)


class _Most:
    """The `most` URLs with the least or the greatest moments, of however many are added.

    Args:
        choose: heapq.nsmallest or heapq.nlargest.
    """

    def __init__(self, most: int, choose: Callable[..., list[tuple[datetime, Pending]]]) -> None:
        self._most = most
        self._choose = choose
        self._found: list[tuple[datetime, Pending]] = []

    def add(self, moment: datetime, pending: Pending) -> None:
        self._found.append((moment, pending))
        if len(self._found) > 10 * self._most:  # after an upgrade most of the corpus may be due, and a source may list thousands
            self._found = self._chosen()

    def chosen(self) -> list[Pending]:
        """Return them, the least or greatest first."""
        return [pending for _, pending in self._chosen()]

    def _chosen(self) -> list[tuple[datetime, Pending]]:
        return self._choose(self._most, self._found, key=itemgetter(0))


class Frontier:
    """Whose turn it is: which source a waiting URL belongs to now, and whether this run fetches it.

    What waits belongs to its address, not to the name of a source. It goes to the source whose site hosts it; else to the one
    that found it, under the name that it has now; and it stays while no source covers it.

    Args:
        watched: the sources of the watchlist.
        collected: those of this run.
        max_articles: fetched per source and run, unless the source has its own limit.
        closed: servers (see spiders.urls.parts.server_of) whose URLs wait for a later run.
        others: the listings of sources that are no longer watched, as pairs of source and URL. A source that names one of them
            is the same source under another name.
    """

    def __init__(
        self,
        watched: Sequence[Source],
        collected: Sequence[Source],
        max_articles: int,
        others: Iterable[tuple[str, str]] = (),
        closed: Container[str] = (),
    ) -> None:
        self.owners = Owners(source.site for source in watched)
        self._closed = closed
        self.collected = {source.name for source in collected}
        self._budgets = {source.name: source.max_articles or max_articles for source in watched}
        named = {url_id(url): source.name for source in watched for url in source.addresses}
        self._names = {was: named[url_id(url)] for was, url in others if url_id(url) in named}

    def source_of(self, known: KnownUrl) -> str | None:
        """Return the source that a waiting URL belongs to, if this run collects it and its server may be asked."""
        if server_of(known.url) in self._closed:
            return None
        source = self.owners.owner(known.url, self.name(known.source))
        return source if source in self.collected else None

    def lister(self, known: KnownUrl) -> str | None:
        """Return the source that lists a waiting URL of another one, under its name of now; None if its own source does."""
        return known.listed_by and self.name(known.listed_by)

    def name(self, source: str) -> str:
        """Return the name that a source has now."""
        return self._names.get(source, source)

    def budget(self, source: str, lister: str | None) -> tuple[str, int]:
        """Return whose budget a URL takes, and how large that is: that of the lister if only another source lists it."""
        charged = lister or source
        return charged, self._budgets.get(charged, self._budgets[source])


def write_frontier(visits: Iterable[Visit], frontier: Frontier, now: datetime, file: Path) -> Due:
    """Write the `known` file of a `CrawlJob` and return what is due now.

    These URLs use at most half of a source's page budget, the most recently found first. So the rest of a large sitemap is
    fetched over the next runs without delaying new articles. Slow looks are returned too, those that were due first come first;
    the crawl makes them only if new articles leave some of the budget and time, but for a few that are a week late: these take
    their turn like other revisits. What one source lists of another takes none of the other's budget.
    """
    slow: dict[tuple[str, int], _Most] = {}
    due_now: dict[tuple[str, int], _Most] = {}
    unasked: Counter[str] = Counter()
    with file.open("w", encoding="ascii") as lines:
        for visit in visits:
            known = visit.known
            is_due = visit.due is not None and visit.due <= now
            # A slow look that is due is no new page where a listing names it.
            due = "-" if visit.due is None or (visit.is_slow and is_due) else str(int(visit.due.timestamp()))
            tried = ",".join(map(spelling, known.tried))
            lines.write(f"{known.url_id.hex} {due} {known.last_outcome.value}{' ' + tried if tried else ''}\n")
            if not (visit.wanted and visit.due is not None and is_due):
                continue
            lister = frontier.lister(known)
            unasked[lister or frontier.name(known.source)] += known.last_fetched_at is None
            source = frontier.source_of(known)
            if source is None:
                continue
            waits_for_room = visit.is_slow and visit.due > now - _LATE
            pending = Pending(known.url, source, visit.origin, waits_for_room, lister)
            if visit.is_slow:
                charged = frontier.budget(source, None)
                looks = slow.setdefault(charged, _Most(max(1, charged[1] // _SLOW_SHARE), heapq.nsmallest))
                looks.add(visit.due, pending)
            else:
                charged = frontier.budget(source, lister)
                again = due_now.setdefault(charged, _Most(max(1, charged[1] // 2), heapq.nlargest))
                again.add(known.first_seen_at, pending)
    looks_now = [look for charged, most in slow.items() for look in _few_late(most.chosen(), charged[1])]
    return Due([*looks_now, *(pending for most in due_now.values() for pending in most.chosen())], dict(unasked))


def _few_late(looks: Iterable[Pending], budget: int) -> Iterator[Pending]:
    """Yield the slow looks of a source. Of those that are late, only the first few do not wait for room."""
    for number, look in enumerate(looks):
        yield look if number < max(1, budget // _LATE_SHARE) else replace(look, is_slow=True)
