"""Measure the health of each source in one run: a row of `source_runs`, which the view `source_health` judges. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import UUID

from newslake.outcomes import End, Origin, Outcome, Reason, is_left_alone
from warehouse.records import FetchRecord, RunRecord

FAILURES = {Outcome.HTTP_ERROR, Outcome.NETWORK_ERROR, Outcome.FAILED}
# Statuses by which a site refuses a visitor, and none of them is about the page.
REFUSING = {401, 403, 407, 429, 451}
GONE = {404, 410}
# A listing that was read, and still something to correct in the watchlist.
TO_CORRECT = {Reason.MOVED, Reason.NO_NEWS}
MAX_WORDS = 500  # characters of a sentence that is kept


@dataclass(frozen=True, slots=True)
class Seen:
    """A URL of a run and how it ended, as it counts for one source.

    What a listing names counts for the source of the listing, whoever asked for it first. How the page answered counts for the
    source that it belongs to, and only if that source led there itself: the bad addresses that another one lists are not its
    fault.
    """

    fetch: FetchRecord
    outcome: Outcome | None
    reason: Reason | None
    detail: str | None
    source: str

    @property
    def named(self) -> int:
        """The number of pages that it stands for among those that the listings of the source name."""
        own = self.is_page and (self.fetch.listed_by or self._lister_before) == self.source
        return (self.fetch.urls if own else 0) + self.fetch.also_listed_by.get(self.source, 0)

    @property
    def _lister_before(self) -> str | None:
        """The lister of a page that was found before runs kept it."""
        return self.fetch.source if self.fetch.origin not in (Origin.REVISIT, Origin.RETRY) else None

    @property
    def is_own(self) -> bool:
        """Whether the answer counts for the source."""
        if not self.is_page:
            return self.source == self.fetch.source or self.source in self.fetch.also_listed_by
        return self.source == self.fetch.source and self.fetch.listed_by in (None, self.source)

    @property
    def is_page(self) -> bool:
        return self.fetch.kind == "page"

    @property
    def is_visit(self) -> bool:
        """Whether the outlet was asked for it; a guess at where a feed might be does not count.

        Nor does a known page that is gone: outlets take pages down, and many of them at once, and are well.
        A listing that the watchlist names counts too if its host could not be reached for robots.txt, or if the cookies of the
        source cannot be used: nothing is asked then.
        """
        guessed = self.fetch.origin is Origin.GUESS and self.outcome is Outcome.HTTP_ERROR
        unreachable = self.is_named_listing and self.outcome is Outcome.NETWORK_ERROR and self.reason is not Reason.HOST_CLOSED
        again = self.fetch.origin in (Origin.REVISIT, Origin.RETRY)
        taken_down = self.is_page and again and self.reason is Reason.GONE
        logged_out = self.is_named_listing and self.reason is Reason.COOKIES
        asked = self.fetch.requested_at is not None and not guessed and not taken_down
        return self.is_own and (asked or unreachable or logged_out)

    @property
    def is_skipped(self) -> bool:
        """Whether it is a page that a listing names again, and that nobody asked for: it only counts as named."""
        fetch = self.fetch
        return fetch.kind == "page" and fetch.requested_at is None and self.outcome is Outcome.UNCHANGED and fetch.time_of is None

    @property
    def has_failed(self) -> bool:
        return self.is_visit and self.outcome in FAILURES

    @property
    def is_wall(self) -> bool:
        return self.is_own and self.reason is not None and self.reason.is_wall

    @property
    def is_refusal(self) -> bool:
        return self.has_failed and not self.is_wall and self.fetch.status in REFUSING

    @property
    def is_named_listing(self) -> bool:
        """Whether it is a listing that the watchlist names."""
        return self.is_own and not self.is_page and self.fetch.origin is Origin.WATCHLIST

    @property
    def is_lost_listing(self) -> bool:
        return self.is_named_listing and self.has_failed

    @property
    def is_read_listing(self) -> bool:
        return not self.is_page and self.is_visit and self.outcome in (Outcome.NOT_ARTICLE, Outcome.UNCHANGED)

    @property
    def is_served(self) -> bool:
        """Whether it is a page that the outlet answered with."""
        return self.is_page and self.is_visit and self.outcome not in FAILURES and self.outcome is not Outcome.REFUSED

    @property
    def is_new_article(self) -> bool:
        """Whether it brought an article that the source names or, as a retry, had named before."""
        brought = self.outcome in (Outcome.LOADED, Outcome.COPY, Outcome.OFF_TOPIC)
        is_new = self.fetch.requested_at is not None and self.fetch.origin is not Origin.REVISIT
        return self.is_page and brought and is_new and (self.is_own or self.named > 0)


def measure(run: RunRecord, seen: Iterable[Seen]) -> list[dict[str, Any]]:
    """The rows of `source_runs` for a run, by column; none unless it is a collection."""
    by_source: dict[str, list[Seen]] = defaultdict(list)
    if run.flow == "collect":
        for one in seen:
            by_source[one.source].append(one)
    return [
        {"run_id": run.run_id, "source": source, "started_at": run.started_at} | _row(all_)
        for source, all_ in by_source.items()
        if not _was_left_alone(all_)
        and any(one.is_own or one.named for one in all_)  # else the run did not collect it, and only others listed its pages
    ]


def _was_left_alone(seen: list[Seen]) -> bool:
    """Whether nothing was asked of a source, because its servers had asked for that: such a run says nothing about its health."""
    return any(is_left_alone(one.outcome, one.reason) for one in seen) and not any(one.is_visit for one in seen)


def _was_not_reached(seen: Seen) -> bool:
    """Whether the run ended too soon to tell what the source lists. Pages may wait, but a waiting listing hides what it names."""
    if seen.reason is Reason.TIME_BUDGET:
        return not seen.is_page
    return seen.outcome is Outcome.FAILED and seen.fetch.requested_at is None


# The columns of `source_runs` that count URLs, each with the URLs that it counts.
COUNTED: dict[str, Callable[[Seen], bool]] = {
    "listings": lambda seen: seen.is_own and not seen.is_page,
    "listings_read": lambda seen: seen.is_read_listing,
    "listings_failed": lambda seen: seen.is_lost_listing,
    "listings_gone": lambda seen: seen.is_lost_listing and (seen.outcome is Outcome.FAILED or seen.fetch.status in GONE),
    "visits": lambda seen: seen.is_visit,
    "page_visits": lambda seen: seen.is_visit and seen.is_page,
    "answers": lambda seen: seen.is_own and seen.fetch.requested_at is not None and seen.outcome not in FAILURES,
    "http_errors": lambda seen: seen.has_failed and seen.outcome is Outcome.HTTP_ERROR,
    "network_errors": lambda seen: seen.has_failed and seen.outcome is Outcome.NETWORK_ERROR,
    "failed": lambda seen: seen.has_failed and seen.outcome is Outcome.FAILED,
    "page_failures": lambda seen: seen.has_failed and seen.is_page,
    "robots": lambda seen: seen.is_own and seen.outcome is Outcome.ROBOTS,
    "walls": lambda seen: seen.is_wall,
    "page_walls": lambda seen: seen.is_wall and seen.is_page,
    "refusals": lambda seen: seen.is_refusal,
    "page_refusals": lambda seen: seen.is_refusal and seen.is_page,
    "articles": lambda seen: seen.is_new_article,
    "loaded": lambda seen: seen.is_new_article and seen.outcome is Outcome.LOADED,
    "pages": lambda seen: seen.is_served,
    "not_articles": lambda seen: seen.is_served and seen.outcome is Outcome.NOT_ARTICLE,
    "out_of_time": lambda seen: seen.fetch.time_of == seen.source,
}
# The columns that keep the most frequent detail, each with the URLs whose details it chooses from.
EXPLAINED: dict[str, Callable[[Seen], bool]] = {
    "wall": lambda seen: seen.is_wall,
    "failure": lambda seen: seen.has_failed and not seen.is_wall,
    "why_not": COUNTED["not_articles"],
}


def _row(every: list[Seen]) -> dict[str, Any]:
    seen = [one for one in every if not one.is_skipped]
    return {
        "is_whole": not any(_was_not_reached(one) for one in seen),
        "found": sum(one.named for one in every),
        **{column: sum(one.fetch.urls for one in seen if counts(one)) for column, counts in COUNTED.items()},
        **{column: _commonest(one.detail for one in seen if explains(one)) for column, explains in EXPLAINED.items()},
        **_measures([one.fetch for one in seen if one.is_served]),
        "listing": _about_listings([one for one in seen if one.is_named_listing]),
    }


def _measures(served: list[FetchRecord]) -> dict[str, Any]:
    """Measure the pages that were served, and the articles among them."""
    sizes = [fetch.bytes for fetch in served if fetch.bytes]
    cleaned = [fetch.article for fetch in served if fetch.article]
    pages = [article.page for article in cleaned]
    return {
        "smallest": min(sizes, default=None),
        "largest": max(sizes, default=None),
        "measured": len(cleaned),
        "with_authors": sum(bool(page.authors) for page in pages),
        "with_time": sum(page.published_at is not None for page in pages),
        "words": float(median(page.word_count for page in pages)) if pages else None,
        "titles": len({page.title for page in pages}),
        "texts": len({article.content_hash for article in cleaned}),
    }


def _commonest(details: Iterable[str | None]) -> str | None:
    counts = Counter(detail for detail in details if detail)
    return _short(counts.most_common(1)[0][0]) if counts else None


def _about_listings(named: list[Seen]) -> str | None:
    """What is wrong with the listings that the watchlist names, in words; None where nothing is."""
    told = []
    for one in named:
        if one.has_failed or one.reason in TO_CORRECT:
            kind = "home page" if one.fetch.kind == "home" else one.fetch.kind
            has_status = one.outcome is Outcome.HTTP_ERROR and one.fetch.status is not None and not one.is_wall
            says = "answers" if has_status else "gives:"
            told.append(f"its {kind} {one.fetch.url} {says} {one.detail}")
    return _short("; ".join(told)) if told else None


def _short(words: str) -> str:
    return words if len(words) <= MAX_WORDS else f"{words[: MAX_WORDS - 1]}…"


def seen_of(fetches: Iterable[FetchRecord], ends: Mapping[UUID, End]) -> list[Seen]:
    """The URLs of a batch with the ends that the load decided, each once for every source that it concerns."""
    seen = []
    for fetch in fetches:
        listers = {fetch.listed_by} if fetch.listed_by else set()
        listers |= {fetch.time_of} if fetch.time_of else set()
        seen += [Seen(fetch, *ends[fetch.url_id], source) for source in sorted({fetch.source, *listers, *fetch.also_listed_by})]
    return seen
