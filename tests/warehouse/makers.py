"""Rows for tests: articles, fetches and runs of fictitious outlets."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from newslake.article import CleanArticle
from newslake.outcomes import Origin, Outcome
from warehouse.records import ArticleRecord, FetchRecord, MatchRecord, RunBatch, RunRecord

PAGE = {item.name for item in fields(CleanArticle)}
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
MATCH = MatchRecord("trade", ("Rason", "oil"), True, 2.5, "… oil for Rason …")


def hours(count: float) -> datetime:
    return START + timedelta(hours=count)


def words(seed: str, count: int = 40) -> str:
    return " ".join(f"{seed}{number}" for number in range(count))


def article(url: str, source: str = "harbour", text: str | None = None, **given: Any) -> ArticleRecord:
    """An article; `given` are fields of the record or of its page."""
    text = words(url) if text is None else text
    made = ArticleRecord(
        article_id=uuid5(NAMESPACE_URL, url),
        page=CleanArticle(
            url=url,
            title="Oil for Rason",
            text=text,
            title_from="json-ld",
            authors=("Ada Park", "박 민"),
            published_at=START,
            published_precision="second",
            published_from="json-ld",
            language="en",
            tags=("oil", "ports"),
            word_count=len(text.split()),
        ),
        raw_url=f"{url}?utm_source=feed",
        source=source,
        domain="harbour.example",
        content_hash=md5(text.casefold().encode()).hexdigest(),
        seen_at=START,
        capture_file="captures/one.warc.gz",
        capture_offset=77,
        matches=(MATCH,),
    )
    return changed(made, **given)


def changed(article: ArticleRecord, **given: Any) -> ArticleRecord:
    """An article with other values; `given` are fields of the record or of its page."""
    of_page = {name: given.pop(name) for name in PAGE & given.keys()}
    return replace(article, page=replace(article.page, **of_page), **given)


def fetch(article: ArticleRecord, url: str | None = None, **given: Any) -> FetchRecord:
    """The fetch that brings an article; `url` where it is not the article's own."""
    url = url or article.page.url
    made = FetchRecord(
        url_id=uuid5(NAMESPACE_URL, url),
        source=article.source,
        url=url,
        canonical_url=url,
        kind="page",
        found_by="feed https://harbour.example/rss",
        origin=Origin.LISTING,
        requested_at=article.seen_at,
        seconds=0.2,
        status=200,
        bytes=1234,
        article=article,
    )
    return replace(made, **given)


def page(url: str, outcome: Outcome, source: str = "harbour", **given: Any) -> FetchRecord:
    """A fetch that brings no article."""
    made = FetchRecord(uuid5(NAMESPACE_URL, url), source, url, url, "page", "sitemap", requested_at=START, outcome=outcome)
    made = replace(made, origin=Origin.LISTING)
    return replace(made, **given)


def run(number: int, *fetches: FetchRecord, at: datetime | None = None, discovered: int | None = None) -> RunBatch:
    started = at or hours(number)
    record = RunRecord(
        run_id=UUID(int=number),
        flow="collect",
        started_at=started,
        finished_at=started + timedelta(minutes=1),
        state="completed",
        version="0.1.0",
        discovered=len(fetches) if discovered is None else discovered,
    )
    return RunBatch(record, tuple(fetches))
