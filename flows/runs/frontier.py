"""Rebuild the frontier of a run from the warehouse: which URLs to skip and which to fetch again.

A crawl's own queue is not kept between runs. A killed run loses no URL: those it left unfetched get an outcome in the
warehouse, and later runs take them from there.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from newslake.outcomes import Origin, Outcome
from spiders.crawl import Pending
from spiders.revisits import next_retry, next_slow_look, next_visit
from warehouse.records import KnownUrl

# A later request may succeed, so these are retried, at growing intervals.
_TRY_AGAIN = {Outcome.HTTP_ERROR, Outcome.NETWORK_ERROR, Outcome.FAILED}
# Decided without a request, so it costs nothing to decide again whenever the URL is listed.
_DECIDE_AGAIN = {Outcome.ROBOTS}


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


def plan_visit(known: KnownUrl, hours: Sequence[float], now: datetime, days: Sequence[float] = ()) -> Visit | None:
    """Plan the next visit of a known URL. Return None if the URL is treated like a new one.

    Args:
        hours: the ages, in hours, at which an article is fetched again.
        days: the ages, in days, at which it is looked at later.
    """
    if known.last_outcome in _DECIDE_AGAIN:
        return None
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


def write_frontier(visits: Iterable[Visit], budgets: Mapping[str, int], now: datetime, file: Path) -> list[Pending]:
    """Write the `known` file of a `CrawlJob` and return the URLs that are due now.

    These URLs use at most half of a source's page budget, the most recently found first. So the rest of a large sitemap is
    fetched over the next runs without delaying new articles. Slow looks come beside them, those first that were due first; the
    crawl makes them only if new articles leave something of the budget.
    """
    slow: dict[str, list[tuple[datetime, KnownUrl]]] = {source: [] for source in budgets}
    due_now: dict[str, list[KnownUrl]] = {source: [] for source in budgets}
    origins: dict[UUID, Origin] = {}
    with file.open("w", encoding="ascii") as lines:
        for visit in visits:
            is_due = visit.due is not None and visit.due <= now
            # A slow look that is due is no new page where a listing names it.
            due = "-" if visit.due is None or (visit.is_slow and is_due) else str(int(visit.due.timestamp()))
            lines.write(f"{visit.known.url_id.hex} {due} {visit.known.last_outcome.value}\n")
            if not (visit.wanted and visit.due is not None and is_due and visit.known.source in budgets):
                continue
            if visit.is_slow:
                waiting, most = slow[visit.known.source], max(1, budgets[visit.known.source] // _SLOW_SHARE)
                waiting.append((visit.due, visit.known))
                if len(waiting) > 10 * most:  # after an upgrade, most of the corpus may be due
                    waiting[:] = heapq.nsmallest(most, waiting, key=_due)
            else:
                due_now[visit.known.source].append(visit.known)
                origins[visit.known.url_id] = visit.origin
    looks = [
        Pending(known.url, source, Origin.REVISIT, is_slow=True)
        for source, visits_due in slow.items()
        for _, known in heapq.nsmallest(max(1, budgets[source] // _SLOW_SHARE), visits_due, key=_due)
    ]
    return looks + [
        Pending(known.url, source, origins[known.url_id])
        for source, urls in due_now.items()
        for known in sorted(urls, key=lambda known: known.first_seen_at, reverse=True)[: max(1, budgets[source] // 2)]
    ]


def _due(look: tuple[datetime, KnownUrl]) -> datetime:
    return look[0]
