"""Known articles rewritten in place: what changes, what stays, on every catalog."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from newslake.outcomes import Outcome, Reason
from tests.warehouse.makers import MATCH, START, article, fetch, hours, page, run, words
from tests.warehouse.test_load import A, B, ask, everything, load
from warehouse.database.connect import open_reader, open_writer
from warehouse.load.reclean import Recleaned, compare, stored_articles
from warehouse.load.run import load as load_batch
from warehouse.location import Location
from warehouse.read import kept_captures
from warehouse.records import ArticleRecord, FetchRecord, LoadReport, RunBatch

FOOTER = "Follow us on the Lantern channel."


def recleaned(number: int, *articles: ArticleRecord, new: tuple[FetchRecord, ...] = ()) -> RunBatch:
    """A run that rewrites these articles, and brings new ones from captures that were kept."""
    rows = [
        replace(
            fetch(one), outcome=Outcome.UPDATED, article=None, article_id=one.article_id, requested_at=None, found_by="reclean"
        )
        for one in articles
    ]
    batch = run(number, *rows, *(replace(one, requested_at=None) for one in new), at=hours(number))
    return replace(batch, run=replace(batch.run, flow="reclean"), recleaned=articles)


def stored(location: Location, url: str) -> ArticleRecord:
    with open_reader(location) as con:
        return next(found for _, found in stored_articles(con, "harbour") if found.page.url == url)


def try_load(location: Location, batch: RunBatch) -> LoadReport:
    with open_writer(location, "test") as writer:
        return load_batch(writer, batch, dry_run=True)


def test_an_article_comes_back_as_the_record_that_it_was(location: Location) -> None:
    given = article(A, headings=("One", "Two"), modified_at=hours(1), free_to_read=False, section="Trade")
    load(location, run(1, fetch(given)))
    assert stored(location, A) == given
    assert compare(stored(location, A), given) == Recleaned(Outcome.UNCHANGED, Reason.SAME_TEXT)


@pytest.mark.every_catalog
def test_an_article_and_its_revision_are_rewritten_in_place(location: Location) -> None:
    first = article(A, text=f"{words('one')}\n{FOOTER}", capture_offset=1)
    second = article(A, text=f"{words('two')}\n{FOOTER}", capture_offset=2, seen_at=hours(2))
    load(location, run(1, fetch(first)), run(3, fetch(second)), run(5, fetch(replace(second, seen_at=hours(5)))))
    urls = ask(location, "FROM urls")
    better = article(
        A, text=words("two"), capture_offset=2, seen_at=hours(2), authors=(), matches=(replace(MATCH, topic="arms"),)
    )
    found = compare(stored(location, A), better)
    assert (found.outcome, found.gained, found.lost) == (Outcome.UPDATED, ("arms",), ("trade",))
    assert found.article is not None
    before = everything(location)
    batch = recleaned(7, found.article)
    assert try_load(location, batch).outcomes == {"harbour": {"updated": 1}} and everything(location) == before
    (report,) = load(location, batch)
    assert (report.new_articles, report.new_revisions) == (0, 0)
    assert ask(location, "SELECT text, authors, revision, first_seen_at, last_seen_at FROM articles") == [
        (words("two"), [], 2, START, hours(5))
    ]
    texts = "SELECT revision, text, seen_at FROM revisions ORDER BY revision"
    assert ask(location, texts) == [(1, first.page.text, START), (2, words("two"), hours(2))]
    assert ask(location, "SELECT topic FROM matches") == [("arms",)]
    assert ask(location, "FROM urls") == urls
    assert compare(stored(location, A), better).outcome is Outcome.UNCHANGED
    after = everything(location)
    assert load(location, batch) == [report] and everything(location) == after


def test_a_capture_that_knows_less_takes_no_date_away_and_gives_no_other_identity() -> None:
    known = article(A)
    found = compare(known, article(B, "other", text=known.page.text, content_hash=known.content_hash, published_at=None))
    assert found == Recleaned(Outcome.UNCHANGED, Reason.SAME_TEXT)


def test_an_article_that_lost_its_last_match_is_off_topic_once() -> None:
    found = compare(article(A), article(A, matches=()))
    assert found.outcome is Outcome.OFF_TOPIC and found.lost == ("trade",) and found.article is not None
    assert compare(found.article, article(A, matches=())).outcome is Outcome.UNCHANGED
    weaker = compare(article(A), article(A, matches=(replace(MATCH, score=0.1),)))
    assert (weaker.outcome, weaker.detail) == (Outcome.UPDATED, "matched by other words")


def test_articles_that_are_the_same_without_a_footer_become_one_story(location: Location) -> None:
    text = words("same")
    other = article(B, "strait", text, published_at=hours(1))
    load(location, run(1, fetch(article(A, text=f"{text}\n{FOOTER}")), fetch(other)))
    copy = "SELECT article_id, of_article_id, similarity, kind FROM copies"
    assert ask(location, copy) == [(other.article_id, article(A).article_id, 1.0, "near")]
    (report,) = load(location, recleaned(2, article(A, text=text)))
    assert report.new_copies == 0
    assert ask(location, copy) == [(other.article_id, article(A).article_id, 1.0, "exact")]


@pytest.mark.every_catalog
def test_pages_that_were_off_topic_become_articles_or_copies(location: Location) -> None:
    def off_topic(url: str, offset: int) -> FetchRecord:
        return page(url, Outcome.OFF_TOPIC, capture_file="captures/off.warc.gz", capture_offset=offset)

    load(location, run(1, fetch(article(A)), off_topic(B, 1), off_topic(f"{B}/again", 2)))
    load(location, run(2, off_topic(B, 3)))
    with open_reader(location) as con:
        kept = kept_captures(con)
        assert [(each.url, each.file, each.offset, each.article_id) for each in kept] == [
            (article(A).raw_url, "captures/one.warc.gz", 77, article(A).article_id),
            (f"{B}/again", "captures/off.warc.gz", 2, None),
            (B, "captures/off.warc.gz", 3, None),
        ]
        assert kept_captures(con, ["strait"]) == []
        assert [each.url for each in kept_captures(con, since=hours(-1))] == [each.url for each in kept]
        assert kept_captures(con, since=hours(3)) == []
    now: dict[str, Any] = {"text": words("b"), "capture_file": "captures/off.warc.gz"}
    new = (fetch(article(B, capture_offset=3, **now)), fetch(article(f"{B}/again", capture_offset=2, **now)))
    (report,) = load(location, recleaned(4, new=new))
    assert report.outcomes == {"harbour": {"copy": 1, "loaded": 1}}
    urls = "SELECT last_outcome, is_carrier, last_fetched_at FROM urls WHERE url LIKE '%/b%' ORDER BY url"
    assert ask(location, urls) == [("loaded", True, START), ("copy", False, START)]
    with open_reader(location) as con:
        assert {each.article_id for each in kept_captures(con)} == {article(A).article_id, article(B).article_id}
