"""What one run says of each source's health: a row of `source_runs`. Pure; the view `source_health` judges the rows."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import UUID

from warehouse.records import FetchRecord, Outcome, RunRecord

FAILURES = {Outcome.HTTP_ERROR, Outcome.NETWORK_ERROR, Outcome.FAILED}
# Statuses by which a site refuses a visitor, and none of them is about the page.
REFUSING = {401, 403, 407, 429, 451}
GONE = {404, 410}
WALL = re.compile(r"\b(?:bot|consent) wall: ")
AGAIN = {"revisit", "retry"}
# The crawl says so of a listing that moved, or in place of which another was found.
TO_MEND = "in the watchlist"
MAX_WORDS = 500  # characters of a sentence that is kept


@dataclass(frozen=True, slots=True)
class Seen:
    """A URL of a run and how it ended."""

    fetch: FetchRecord
    outcome: Outcome
    detail: str | None

    @property
    def is_page(self) -> bool:
        return self.fetch.kind == "page"

    @property
    def is_visit(self) -> bool:
        """Whether it was asked of the outlet; a guess at where a feed might be is not."""
        guessed = self.fetch.found_by.startswith("common places of ") and self.outcome is Outcome.HTTP_ERROR
        return self.fetch.requested_at is not None and not guessed

    @property
    def has_failed(self) -> bool:
        return self.is_visit and self.outcome in FAILURES

    @property
    def is_wall(self) -> bool:
        return bool(WALL.search(self.detail or ""))

    @property
    def is_refusal(self) -> bool:
        return self.has_failed and not self.is_wall and self.fetch.status in REFUSING

    @property
    def is_new_article(self) -> bool:
        brought = self.outcome in (Outcome.LOADED, Outcome.COPY, Outcome.OFF_TOPIC)
        return self.is_page and brought and self.fetch.requested_at is not None and self.fetch.found_by not in AGAIN


def measure(run: RunRecord, seen: Iterable[Seen]) -> list[dict[str, Any]]:
    """The rows of `source_runs` for a run, by column; none unless it is a collection."""
    by_source: dict[str, list[Seen]] = defaultdict(list)
    if run.flow == "collect":
        for one in seen:
            by_source[one.fetch.source].append(one)
    return [
        {"run_id": run.run_id, "source": source, "started_at": run.started_at} | _row(all_) for source, all_ in by_source.items()
    ]


def _row(seen: list[Seen]) -> dict[str, Any]:
    pages = [one for one in seen if one.is_page]
    listings = [one for one in seen if not one.is_page]
    named = [one for one in listings if one.fetch.found_by == "watchlist"]
    visits = [one for one in seen if one.is_visit]
    failures = [one for one in visits if one.has_failed]
    served = [one for one in pages if one.is_visit and one.outcome not in FAILURES and one.outcome is not Outcome.REFUSED]
    not_articles = [one for one in served if one.outcome is Outcome.NOT_ARTICLE]
    cleaned = [one.fetch.article for one in served if one.fetch.article]
    sizes = [one.fetch.bytes for one in served if one.fetch.bytes]
    lost = [one for one in named if one.has_failed]
    return {
        "is_whole": not any(one.outcome is Outcome.FAILED and one.fetch.requested_at is None for one in seen),
        "listings": len(listings),
        "listings_read": sum(one.outcome in (Outcome.NOT_ARTICLE, Outcome.UNCHANGED) and one.is_visit for one in listings),
        "listings_failed": len(lost),
        "listings_gone": sum(one.outcome is Outcome.FAILED or one.fetch.status in GONE for one in lost),
        "found": sum(one.fetch.found_by not in AGAIN for one in pages),
        "visits": len(visits),
        "page_visits": sum(one.is_visit for one in pages),
        "answers": sum(one.fetch.requested_at is not None and one.outcome not in FAILURES for one in seen),
        "http_errors": sum(one.outcome is Outcome.HTTP_ERROR for one in failures),
        "network_errors": sum(one.outcome is Outcome.NETWORK_ERROR for one in failures),
        "failed": sum(one.outcome is Outcome.FAILED for one in failures),
        "page_failures": sum(one.is_page for one in failures),
        "robots": sum(one.outcome is Outcome.ROBOTS for one in seen),
        "walls": sum(one.is_wall for one in seen),
        "page_walls": sum(one.is_wall for one in pages),
        "refusals": sum(one.is_refusal for one in failures),
        "page_refusals": sum(one.is_refusal for one in pages),
        "articles": sum(one.is_new_article for one in pages),
        "loaded": sum(one.outcome is Outcome.LOADED for one in pages),
        "pages": len(served),
        "not_articles": len(not_articles),
        "smallest": min(sizes, default=None),
        "largest": max(sizes, default=None),
        "measured": len(cleaned),
        "with_authors": sum(bool(article.authors) for article in cleaned),
        "with_time": sum(article.published_at is not None for article in cleaned),
        "words": float(median(article.word_count for article in cleaned)) if cleaned else None,
        "titles": len({article.title for article in cleaned}),
        "texts": len({article.content_hash for article in cleaned}),
        "wall": _commonest(one.detail for one in seen if one.is_wall),
        "failure": _commonest(one.detail for one in failures if not one.is_wall),
        "why_not": _commonest(one.detail for one in not_articles),
        "listing": _about_listings(named),
    }


def _commonest(details: Iterable[str | None]) -> str | None:
    counts = Counter(detail for detail in details if detail)
    return _short(counts.most_common(1)[0][0]) if counts else None


def _about_listings(named: list[Seen]) -> str | None:
    """What is wrong with the listings that the watchlist names, in words; None where nothing is."""
    told = []
    for one in named:
        if one.has_failed or TO_MEND in (one.detail or ""):
            kind = "home page" if one.fetch.kind == "home" else one.fetch.kind
            says = "answers" if re.match(r"\d{3}\b", one.detail or "") else "gives:"
            told.append(f"its {kind} {one.fetch.url} {says} {one.detail}")
    return _short("; ".join(told)) if told else None


def _short(words: str) -> str:
    return words if len(words) <= MAX_WORDS else f"{words[: MAX_WORDS - 1]}…"


def seen_of(fetches: Iterable[FetchRecord], ends: Mapping[UUID, tuple[Outcome, str | None]]) -> list[Seen]:
    """The URLs of a batch with the ends that the load decided."""
    return [Seen(fetch, *ends[fetch.url_id]) for fetch in fetches]
