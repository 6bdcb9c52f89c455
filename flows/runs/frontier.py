"""Rebuild the frontier of a run from the warehouse: which URLs to leave alone, which to fetch again.

Nothing of a crawl's own queue is kept between runs: a killed run loses none, since what it left unfetched is in the
warehouse as an outcome, and comes back from there.
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

# A later request may well end otherwise, so these are tried again, ever more seldom.
_TRY_AGAIN = {Outcome.HTTP_ERROR, Outcome.NETWORK_ERROR, Outcome.FAILED}
# Decided without a request, and free to decide anew whenever the URL is listed.
_DECIDE_ANEW = {Outcome.ROBOTS}


@dataclass(frozen=True, slots=True)
class Visit:
    """When a known URL may be fetched again (None: never), and whether to do so even if nothing lists it today."""

    known: KnownUrl
    due: datetime | None
    wanted: bool
    origin: Origin  # REVISIT or RETRY


def plan_visit(known: KnownUrl, hours: Sequence[float], now: datetime) -> Visit | None:
    """The next visit of a known URL, of articles at the ages `hours`; None where the URL is to be treated as if it were new."""
    if known.last_outcome in _DECIDE_ANEW:
        return None
    if known.is_article:
        due = next_visit(known.first_seen_at, known.last_fetched_at or now, hours, now, known.failures)
        return Visit(known, due, due is not None, Origin.REVISIT)
    if known.last_fetched_at is None and known.last_outcome in {Outcome.REFUSED, *_TRY_AGAIN}:
        # over the budget, or its turn did not come before the run was interrupted or its site was left alone
        return Visit(known, now, True, Origin.RETRY)
    if known.last_outcome in _TRY_AGAIN and known.last_fetched_at is not None:
        due = next_retry(max(1, known.failures), known.last_fetched_at)
        return Visit(known, due, due is not None, Origin.RETRY)
    return Visit(known, None, False, Origin.RETRY)


def plan_visits(known_urls: Iterable[KnownUrl], hours: Sequence[float], now: datetime) -> Iterator[Visit]:
    for known in known_urls:
        if visit := plan_visit(known, hours, now):
            yield visit


def write_frontier(visits: Iterable[Visit], budgets: Mapping[str, int], now: datetime, file: Path) -> list[Pending]:
    """Write the `known` file of a `CrawlJob` and return the URLs that are due now.

    They take up at most half of a source's budget of pages, those found last first: what a first run left of a large sitemap
    comes in over the next runs, and never keeps new articles waiting.
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
