"""Rebuild the frontier of a run from the warehouse: which URLs to skip and which to fetch again.

A crawl's own queue is not kept between runs. A killed run loses no URL: those it left unfetched get an outcome in the
warehouse, and later runs take them from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from newslake.outcomes import Origin, Outcome
from spiders.crawl import Pending
from spiders.revisits import next_retry, next_visit
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


def plan_visit(known: KnownUrl, hours: Sequence[float], now: datetime) -> Visit | None:
    """Plan the next visit of a known URL. Return None if the URL is treated like a new one.

    Args:
        hours: the ages, in hours, at which an article is fetched again.
    """
    if known.last_outcome in _DECIDE_AGAIN:
        return None
    if known.is_article:
        due = next_visit(known.first_seen_at, known.last_fetched_at or now, hours, now, known.failures)
        return Visit(known, due, due is not None, Origin.REVISIT)
    if known.last_fetched_at is None and known.last_outcome in {Outcome.REFUSED, *_TRY_AGAIN}:
        # over the budget, or not reached before the run was interrupted or stopped asking the site
        return Visit(known, now, True, Origin.RETRY)
    if known.last_outcome in _TRY_AGAIN and known.last_fetched_at is not None:
        due = next_retry(max(1, known.failures), known.last_fetched_at)
        return Visit(known, due, due is not None, Origin.RETRY)
    return Visit(known, None, False, Origin.RETRY)


def plan_visits(known_urls: Iterable[KnownUrl], hours: Sequence[float], now: datetime) -> Iterator[Visit]:
    """Yield the visits of known URLs, without those that are treated like new ones."""
    for known in known_urls:
        if visit := plan_visit(known, hours, now):
            yield visit


def write_frontier(visits: Iterable[Visit], budgets: Mapping[str, int], now: datetime, file: Path) -> list[Pending]:
    """Write the `known` file of a `CrawlJob` and return the URLs that are due now.

    These URLs use at most half of a source's page budget, the most recently found first. So the rest of a large sitemap is
    fetched over the next runs without delaying new articles.
    """
    due_now: dict[str, list[KnownUrl]] = {source: [] for source in budgets}
    origins: dict[UUID, Origin] = {}
    with file.open("w", encoding="ascii") as lines:
        for visit in visits:
            due = "-" if visit.due is None else str(int(visit.due.timestamp()))
            lines.write(f"{visit.known.url_id.hex} {due} {visit.known.last_outcome.value}\n")
            if visit.wanted and visit.due is not None and visit.due <= now and visit.known.source in budgets:
                due_now[visit.known.source].append(visit.known)
                origins[visit.known.url_id] = visit.origin
    return [
        Pending(known.url, source, origins[known.url_id])
        for source, urls in due_now.items()
        for known in sorted(urls, key=lambda known: known.first_seen_at, reverse=True)[: max(1, budgets[source] // 2)]
    ]
