"""The main job on the sample site, through two editions: what a user finds in SQL is what the outlets published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import warcio.archiveiterator

from flows.clean import CleanArticle, clean
from flows.collect import Collected, collect
from flows.demo.site import Expected, Request, SampleSite
from flows.watchlist import Watchlist, load_watchlist
from spiders.urls.canonical import url_id
from spiders.warc.read import read_capture
from warehouse.database.connect import open_reader
from warehouse.similarity.shingles import folded

CATALOGS = ["ducklake:sqlite:data/catalog.sqlite", pytest.param("data/news.duckdb", marks=pytest.mark.e2e)]


@dataclass
class Corpus:
    """Two collections, of edition 1 and 2, and then one of nothing new."""

    watchlist: Watchlist
    runs: list[Collected]
    expected: list[Expected]
    first_edition: set[str]
    requests: list[list[Request]]

    def ask(self, query: str) -> list[dict[str, Any]]:
        with open_reader(self.watchlist.warehouse) as con:
            result = con.execute(query)
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@pytest.fixture(scope="module", params=CATALOGS)
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with SampleSite() as site:
        path = site.watchlist(tmp_path_factory.mktemp("sample"))
        path.write_text(path.read_text("utf-8").replace("ducklake:sqlite:data/catalog.sqlite", request.param), "utf-8")
        first_edition = {article.url for article in site.expected()}
        runs, requests = [], []
        for edition, revisit_hours in ((1, [0.0001]), (2, [0.0001]), (2, [])):
            if edition != site.edition:
                site.edition = edition
            # In the last run no look is due any more.
            path.write_text(re.sub("revisit_hours = .*", f"revisit_hours = {revisit_hours}", path.read_text("utf-8")), "utf-8")
            watchlist = load_watchlist(path)
            site.requests.clear()
            runs.append(collect(watchlist))
            requests.append(list(site.requests))
        yield Corpus(watchlist, runs, site.expected(), first_edition, requests)


def test_every_article_on_topic_is_there_once_and_no_other(corpus: Corpus) -> None:
    got = Counter(str(row["article_id"]) for row in corpus.ask("SELECT article_id FROM articles"))
    assert got == Counter(str(url_id(article.url)) for article in corpus.expected)


def test_pages_are_dated_by_their_listings_on_topic_or_not(corpus: Corpus) -> None:
    dated = "SELECT last_outcome, count(listed_at) AS dated, count(*) AS pages FROM urls WHERE kind = 'page' GROUP BY ALL"
    by_outcome = {row["last_outcome"]: row for row in corpus.ask(dated)}
    assert by_outcome["off-topic"]["dated"] > 0
    far = "SELECT url FROM urls WHERE is_carrier AND abs(epoch(listed_at) - epoch(published_at)) > 86400"
    assert corpus.ask(far) == []
    assert corpus.ask("SELECT sum(found) >= sum(articles) AND sum(articles) > sum(on_topic) AS is_more FROM coverage") == [
        {"is_more": True}
    ]


def test_records_say_what_the_pages_said(corpus: Corpus) -> None:
    rows = {str(row["article_id"]): row for row in corpus.ask("SELECT * FROM articles")}
    topics: dict[str, set[str]] = {}
    for row in corpus.ask("SELECT article_id, topic FROM matches"):
        topics.setdefault(str(row["article_id"]), set()).add(row["topic"])
    for article in corpus.expected:
        row = rows[str(url_id(article.url))]
        assert row["title"] == article.title
        assert tuple(row["authors"]) == article.authors, article.title
        assert abs((row["published_at"] - article.published).total_seconds()) < 60, article.title
        assert row["published_precision"] in ("second", "minute")
        assert row["language"] == article.language, article.title
        assert (row["free_to_read"] is False) == (not article.free_to_read), article.title
        assert tuple(row["headings"]) == article.headings, article.title
        assert topics[str(row["article_id"])] == set(article.topics), article.title


def test_the_text_is_the_article_and_nothing_else(corpus: Corpus) -> None:
    rows = {str(row["article_id"]): row["text"] for row in corpus.ask("SELECT article_id, text FROM articles")}
    for article in corpus.expected:
        lines = [folded(line) for line in rows[str(url_id(article.url))].splitlines()]
        assert Counter(lines) == Counter(map(folded, (*article.paragraphs, *article.headings))), article.title


def test_the_old_table_layout_gives_a_clean_record(corpus: Corpus) -> None:
    (row,) = corpus.ask("SELECT * FROM articles WHERE source = 'eastgate-herald' AND published_at < TIMESTAMPTZ '2018-01-01'")
    assert row["title"] == "Fuel Keeps Flowing North While Envoys Talk of a Cutoff"
    assert row["authors"] == ["Han Seo-yoon"]
    assert row["published_at"].isoformat() == "2017-07-25T02:52:00+00:00"  # 11:52 in Seoul
    assert row["published_precision"] == "minute"
    assert row["headings"] == ["Cheaper by the Ton", "A Number Nobody Has"]
    for debris in ("Copyright", "Previous", "All Headlines", "Back to Top", "By Han"):
        assert debris not in row["text"]


def test_copies_at_other_outlets_are_one_story(corpus: Corpus) -> None:
    got = {frozenset(row["ids"]) for row in corpus.ask("SELECT list(article_id::VARCHAR) AS ids FROM articles GROUP BY story_id")}
    stories: dict[str, set[str]] = {}
    for article in corpus.expected:
        stories.setdefault(article.copy_of or article.url, set()).add(str(url_id(article.url)))
    assert got == {frozenset(ids) for ids in stories.values()}
    assert len(corpus.ask("FROM copies")) == sum(article.copy_of is not None for article in corpus.expected) > 0


def test_an_edit_is_a_revision_and_a_changed_footer_is_none(corpus: Corpus) -> None:
    got = {str(row["article_id"]): row["revision"] for row in corpus.ask("SELECT article_id, revision FROM articles")}
    for article in corpus.expected:
        seen_before = article.url in corpus.first_edition
        assert got[str(url_id(article.url))] == (article.revision if seen_before else 1), article.title
    assert Counter(got.values())[2] > 0


def test_every_url_of_every_run_has_one_outcome(corpus: Corpus) -> None:
    rows = corpus.ask(
        "SELECT run_id, discovered, count(url_id) AS rows, count(DISTINCT url_id) AS urls, count(outcome) AS outcomes"
        " FROM runs JOIN fetches USING (run_id) GROUP BY ALL"
    )
    assert len(rows) == 3
    for row in rows:
        assert row["discovered"] == row["rows"] == row["urls"] == row["outcomes"]


def test_outcomes_tell_what_became_of_the_odd_ones(corpus: Corpus) -> None:
    first = corpus.runs[0].load.outcomes
    assert first["harbor-ledger"]["robots"] == 1  # listed in the feed, disallowed
    assert first["harbor-ledger"]["refused"] == 1  # a PDF
    assert first["harbor-ledger"]["http-error"] == 1  # withdrawn
    assert corpus.runs[0].state == "completed" and not corpus.runs[0].failed_sources
    asked = {(request.source, request.path.partition("?")[0]) for requests in corpus.requests for request in requests}
    assert ("harbor-ledger", "/subscribers/briefing") not in asked
    assert ("nurihang-ilbo", "/premium/1") not in asked


def test_a_run_with_nothing_new_asks_for_no_article_and_revalidates_listings(corpus: Corpus) -> None:
    last = corpus.runs[2].load
    assert (last.new_articles, last.new_revisions) == (0, 0)
    articles = {article.url.partition("//")[2].partition("/")[2] for article in corpus.expected}
    asked = {request.path.lstrip("/").partition("?")[0] for request in corpus.requests[2]}
    assert not asked & {path.partition("?")[0] for path in articles if "?" not in path}
    assert 304 in {request.status for request in corpus.requests[2]}


def test_each_article_is_traceable_to_its_page(corpus: Corpus) -> None:
    rows = corpus.ask("SELECT title, url, capture_file, capture_offset FROM articles")
    assert rows
    for row in rows:
        file = corpus.watchlist.capture_path(row["capture_file"])
        capture = read_capture(file, row["capture_offset"])
        page = clean(capture)
        assert isinstance(page, CleanArticle)
        assert (page.title, page.url) == (row["title"], row["url"])
        with file.open("rb") as stream:
            stream.seek(row["capture_offset"])
            record = next(iter(warcio.archiveiterator.ArchiveIterator(stream)))
            assert record.rec_type == "response"
            assert record.content_stream().read() == capture.body
