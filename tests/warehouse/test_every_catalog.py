"""One scenario in which every statement has work to do leaves the same rows, and reads the same, on all three catalogs.

So a rule that a test shows on a plain file holds on the others too.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import duckdb
import numpy as np
import pytest

from flows.search.in_sql import prepare
from flows.search.search import Searcher, Sort
from flows.topics import parse_query
from newslake.names.lists import Entry, Match
from newslake.outcomes import Outcome, Reason
from spiders.urls.canonical import url_id
from tests.warehouse.briefed import briefed
from tests.warehouse.explored import explored
from tests.warehouse.makers import MATCH, START, article, fetch, hours, page, run, words
from tests.warehouse.test_load import TABLES, A, B, load, rows_of
from tests.warehouse.test_reclean import recleaned
from tests.warehouse.test_repeated_lines import LINE, learnt
from warehouse.database import migrate, statements
from warehouse.database.connect import open_reader, open_writer
from warehouse.derived.listed import ListOfNames, compare_lists, drop_rewritten, uncompared
from warehouse.derived.mentioned import fill_mentions
from warehouse.derived.quoted import fill_quotations
from warehouse.describe import describe
from warehouse.events.fill import fill_events, without_event
from warehouse.events.read import event_reports, events_called, told_of
from warehouse.export import Wanted, export
from warehouse.forget import choose, forget_rows
from warehouse.layouts import layouts_of
from warehouse.load.reclean import earlier_revisions, stored_articles
from warehouse.location import Location
from warehouse.news import latest_load, new_things
from warehouse.notes.read import Note, all_notes, notes_by_id
from warehouse.notes.write import add, change
from warehouse.parts import stored_pages
from warehouse.read import (
    corpus_articles,
    in_vain,
    kept_captures,
    known_urls,
    learned_feeds,
    polls,
    published_days,
    recent_texts,
    topic_counts,
    unread_listings,
    waits,
)
from warehouse.reading.listed import entries_of
from warehouse.reading.mentions import most_named, names_of
from warehouse.reading.named import by_address, by_piece, nearest
from warehouse.reading.revisions import revisions_of
from warehouse.reading.whole import WholeArticle, whole_article
from warehouse.records import ArticleRecord, LayoutEvidence, LayoutPlace, LoadReport, PartRecord, RunBatch, SourceRecord
from warehouse.search.catch_up import catch_up
from warehouse.search.plan import Only
from warehouse.search.selected import selected
from warehouse.search.write import Text, index, sweep
from warehouse.similarity.write_stories import fingerprint_stored

# Runs in SQLite, on the catalog of a backup: see tests/flows/custody/test_backup.py.
OF_SQLITE = {"catalog_all_files"}
STATEMENTS = {file.name.removesuffix(".sql") for file in (files("warehouse") / "sql").iterdir()} - OF_SQLITE
# Rows that hold the moment of their writing, or an order that DuckDB does not promise.
NAMED = (
    "fingerprints layout_evidence layouts notes noted parts source_runs source_states sources stories "
    "timeline source_health coverage edits first_reports events event_links event_profiles "
    "listed compared mentions named names quoted quotations takedowns "
)
CONTENTS = (
    *TABLES,
    *NAMED.split(),
    "corpus_as_of(TIMESTAMPTZ '2026-03-01 11:30:00+00')",
    "new_since(TIMESTAMPTZ '2026-03-01 00:00:00+00')",
    "top_languages(among := (SELECT list(article_id) FROM articles))",
    "top_sources('trade')",
    "top_words('trade')",
)
C, D, E = "https://harbour.example/c", "https://strait.example/d", "https://harbour.example/e"
PAGED = "https://harbour.example/pages"
WIRE = words("wire", 199) + " “Soon,” said Dr. Ada Park."


def runs() -> list[RunBatch]:
    """Every outcome, an edit, copies of both kinds, a digest, repeated lines, articles cleaned again."""
    feed = page("https://harbour.example/rss", Outcome.NOT_ARTICLE, kind="feed", found_by="watchlist", status=200)
    others = set(Outcome) - {Outcome.LOADED, Outcome.UPDATED, Outcome.COPY, Outcome.UNCHANGED}
    left = [page(f"https://harbour.example/{each}", each) for each in Outcome if each in others]
    vain = page("https://harbour.example/feed", Outcome.HTTP_ERROR, kind="feed", reason=Reason.GUESS, status=404)
    first = [fetch(article(A)), fetch(article(B, "strait", words(A))), fetch(article(A), url=f"{A}/amp"), feed, vain, *left]
    off_topic = page(C, Outcome.OFF_TOPIC, capture_file="captures/off.warc.gz", capture_offset=1)
    second = [
        fetch(article(A, text=words("edited") + "\n" + LINE.line, seen_at=hours(2))),
        fetch(article(D, "strait", WIRE, published_at=hours(2), seen_at=hours(2))),
        off_topic,
    ]
    half, other_half = " ".join(WIRE.split()[:120]), words("other", 150)
    third = [
        fetch(article(A, text=words("edited"), seen_at=hours(3))),
        fetch(article("https://cape.example/1", "cape", half, published_at=hours(3), seen_at=hours(3))),
        fetch(article("https://reef.example/1", "reef", other_half, published_at=hours(1), seen_at=hours(3))),
    ]
    both = f"{WIRE}\n{other_half}"
    bridge = fetch(article("https://delta.example/1", "delta", both, published_at=hours(4), seen_at=hours(4)))
    late = fetch(article(A, text=words("between"), seen_at=hours(1)))
    again = recleaned(
        6,
        article(B, "strait", words("cleaned"), authors=(), matches=(MATCH,)),
        new=(fetch(article(C, text=words("c"), capture_file="captures/off.warc.gz", capture_offset=1)),),
    )
    gone = page(B, Outcome.HTTP_ERROR, "strait", reason=Reason.GONE, status=404, requested_at=hours(7))
    claimed = fetch(article(E, text=words("claimed"), seen_at=hours(7)), url=f"{E}/claims")
    asked = replace(
        feed, requested_at=hours(7), outcome=Outcome.HTTP_ERROR, status=429, retry_at=hours(30), retry_host="reef.example"
    )
    back = fetch(article(B, "strait", words("cleaned"), seen_at=hours(8)))
    moves_it = fetch(article(E, text=words("real"), seen_at=hours(8)))
    second_page = fetch(with_pages(2, seen=7), url=f"{PAGED}/2")
    both_pages = fetch(with_pages(1, 2, seen=8, fills=True), url=PAGED)
    unread = replace(feed, url_id=uuid5(NAMESPACE_URL, "later"), url="https://harbour.example/later", time_of="harbour")
    before = [run(1, *first), run(2, *second), learnt(run(3, *third)), run(4, bridge, late), again]
    earlier = fetch(article(D, "strait", WIRE, published_at=hours(2), seen_at=hours(1)))
    last = run(8, back, moves_it, unread, both_pages)
    take, flash = words("take", 30), words("flash", 30)
    papers = article(
        "https://ness.example/papers", "ness", f"{take} {words('then', 90)} {flash} {words('last', 90)}", published_at=None
    )
    takes = (
        fetch(article("https://cape.example/take", "cape", take, published_at=None, seen_at=hours(300))),
        fetch(article("https://strait.example/flash", "strait", flash, published_at=None, seen_at=hours(300))),
    )
    digest = run(10, *takes, fetch(replace(papers, seen_at=hours(301))))
    none = run(11, fetch(replace(papers, seen_at=hours(8))))  # older than its takes, so that they are none
    after = [learning(last), learning(run(9, earlier), ends=hours(9)), digest, none]
    listed = (SourceRecord("harbour", ("state media",)), SourceRecord("strait", enabled=False))
    return [*before, replace(run(7, gone, claimed, asked, second_page), sources=listed), *after]


def learning(batch: RunBatch, ends: datetime | None = None) -> RunBatch:
    """Add a version of a source's layout, and what its pages have shown, to a run; a later run says when the version ended."""
    place = LayoutPlace("harbour", 1, "date", "p.posted", 12, 12, run(8).run.run_id, hours(8), hours(2), ends)
    shown = LayoutEvidence("harbour", "date", "p.posted", 12, 0, 12, (), 0, hours(2), hours(8))
    return replace(batch, layouts=(place,), layout_evidence=(shown,))


def with_pages(*numbers: int, seen: float, fills: bool = False) -> ArticleRecord:
    """An article on several pages, with these."""
    parts = tuple(
        PartRecord(
            number,
            url_id(PAGED if number == 1 else f"{PAGED}/2"),
            f"{PAGED}/{number}",
            hours(7 if number == 2 else seen),
            "Pages",
            words(f"page {number}"),
            (),
            f"hash {number}",
            (1, 2),
            (f"{PAGED}/{3 - number}",),
            f"captures/{number}.warc.gz",
            number,
        )
        for number in numbers
    )
    text = "\n".join(part.text for part in parts)
    return replace(article(PAGED, text=text, seen_at=hours(seen), capture_offset=numbers[0]), parts=parts, fills=fills)


def read(location: Location) -> list[Any]:
    """What the pipeline and the analyst ask, each answer in an order of its own."""
    with open_reader(location) as con:
        return [
            sorted(map(repr, answer))
            for answer in (
                known_urls(con),
                recent_texts(con, ["harbour", "strait"], 3),
                kept_captures(con),
                topic_counts(con).items(),
                corpus_articles(con, MATCH.topic),
                polls(con, START - timedelta(days=1)),
                revisions_of(con, article(A).article_id),
                stored_articles(con, "harbour"),
                earlier_revisions(con, "harbour"),
                published_days(con, START.date(), "Asia/Seoul").items(),
                waits(con, START).items(),
                unread_listings(con),
                in_vain(con, START),
                learned_feeds(con, ["harbour", "strait"]).items(),
                layouts_of(con, ["harbour"]),
                stored_pages(con, [article(PAGED).article_id], [article(A).article_id]).items(),
                describe(con),
                ((one.kind, one.url) for one in new_things(con, START - timedelta(days=1), latest_load(con) or START, "trade")),
                exported(con, location),
                searched(con),
                looked_up(con),
                briefed(con),
                explored(con),
            )
        ]


def exported(con: duckdb.DuckDBPyConnection, location: Location) -> list[str]:
    """The lines of an export of one topic."""
    file = Path(location.data).parent / "corpus.jsonl"
    export(con, file, Wanted((MATCH.topic,)))
    return file.read_text("utf-8").splitlines()


def note_twice(location: Location) -> None:
    """Note something on two articles, edit one of the notes, and delete a third."""
    on = (article(A).article_id, article(D, "strait").article_id)
    with open_writer(location, "test") as writer:
        written = ((on[0], "Ask 박 민", ["Ask", "Öl"]), (on[1], None, ["ask"]), (on[0], "No", []))
        for number, (article_id, text, tags) in enumerate(written):
            add(writer, Note(UUID(int=number + 1), article_id, "jun", hours(number), None, None, text, tags))
        with pytest.raises(LookupError):
            add(writer, Note(UUID(int=9), uuid5(NAMESPACE_URL, "nobody"), "jun", hours(1), None, None, "Nowhere", []))
        (edited,) = change(writer, [UUID(int=2)], lambda note: replace(note, text="Asked.", tags=[], edited_at=hours(4)))
        assert edited.text == "Asked."
        change(writer, [UUID(int=3)], lambda note: replace(note, deleted_at=hours(5)))


def searched(con: duckdb.DuckDBPyConnection) -> list[str]:
    """What searches find: ranked and by date, restricted, and in SQL."""
    searcher = Searcher(con)
    asked = parse_query('wire* OR "cleaned0 cleaned1" OR edited3')
    found = [
        searcher.search(asked),
        searcher.search(asked, sort=Sort.DATE),
        searcher.search(asked, Only(sources=("strait",), since=START, until=hours(500), tags=("oil",), languages=("en",))),
        searcher.search(asked, Only(topics=(MATCH.topic,))),
        searcher.search(asked, Only(names=("ada park",))),
        searcher.listed(Only(entities=("Rason",))),
        searcher.listed(Only(events=(article(A).article_id,))),
        searcher.search(parse_query('wire* -source:cape OR sourcetag:"State media" edited3')),
        searcher.search(parse_query("tag:öL OR wire3", is_search=True)),
    ]
    assert [hit.marks.tags for hit in found[-1].hits if hit.article.article_id == article(A).article_id] == [["Ask", "Öl"]]
    prepare(con, "FROM search('wire3 AND wire4')")
    of_sql = con.execute("SELECT article_id, round(score, 3), snippet FROM search('wire3 AND wire4')").fetchall()
    hits = [(hit.url, round(hit.score, 3), hit.match.snippet) for result in found for hit in result.hits]
    return sorted({*map(repr, hits), *map(repr, of_sql)})


def looked_up(con: duckdb.DuckDBPyConnection) -> list[Any]:
    """What those find who look an article up, and what they then read of it."""
    a = article(A).article_id
    whole = whole_article(con, a)
    assert isinstance(whole, WholeArticle)
    return [
        names_of(con, like="ada"),
        entries_of(con, lists=["ships"]),
        *most_named(con, [[a], []], ("person", "organisation"), 3),
        *by_address(con, [a], [A]),
        *by_address(con, [uuid5(NAMESPACE_URL, "nobody")], []),
        *by_piece(con, a.hex[:6], ["/a"]),
        *nearest(con, "Cleaned wires"),
        (whole.revisions, whole.story, whole.notes),
        all_notes(con, since=hours(1)),
        all_notes(con, article_id=a),
        [note.note_id for note, _ in notes_by_id(con, UUID(int=3).hex[:31])],
        *selected(con, np.arange(1_000), Only(topics=(MATCH.topic,)), 50, by_score=True),
    ]


def index_again(location: Location) -> None:
    """Index the articles as an upgrade does that finds none in the index, and remove what is left of another index."""
    with open_writer(location, "test") as writer:
        if location.is_lake:
            migrate.arrange(writer.con)
        for table in ("docs", "postings", "passages"):
            writer.con.execute(f"DELETE FROM {table}")
    catch_up(location)
    with open_writer(location, "test") as writer:
        index(writer.con, [Text(uuid5(NAMESPACE_URL, url), 1, "Oil", words(url), url, "en") for url in (A, B)])
        assert sweep(writer.con) == 2


def contents(location: Location) -> dict[str, list[str]]:
    return {relation: rows_of(location, relation) for relation in CONTENTS}


def fingerprint_again(location: Location) -> None:
    """Group the stored articles as the migration of a warehouse does that has no fingerprints yet."""
    with open_writer(location, "test") as writer:
        for query in ("DELETE FROM fingerprints", "DELETE FROM copies", "UPDATE articles SET story_id = article_id"):
            writer.con.execute(query)
        fingerprint_stored(writer.con, timedelta(days=location.copy_window))


def derive_again(location: Location) -> None:
    """Search the stored texts for quotations, names and events, as for a warehouse of an older version."""
    with open_writer(location, "test") as writer:
        for table in ("quoted", "mentions", "named", "events", "event_links", "event_profiles"):
            writer.con.execute(f"DELETE FROM {table}")
    fill_quotations(location)
    fill_mentions(location)
    tanker = ListOfNames("ships", "1", (Entry("Rason"),), Match.SOUND)
    assert compare_lists(location, [tanker], most=2, since=hours(9_999)) == 2
    compare_lists(location, [tanker])
    with open_writer(location, "test") as writer:
        ids = [row[0] for row in writer.con.execute("SELECT article_id FROM listed").fetchall()]
        writer.transact(lambda con: drop_rewritten(con, ids, ids))
    assert uncompared(location, [tanker]) == 0
    assert without_event(location) == fill_events(location) > 0
    with open_reader(location) as con:
        event_reports(con, [article(A).article_id])
        told_of(con, events_called(con, [article(A).article_id]) or [article(A).article_id])


def comment_again(location: Location) -> None:
    """Write the comments as a version does that finds another version's."""
    with open_writer(location, "test") as writer:
        writer.con.execute("DELETE FROM schema_definitions WHERE name = ?", [migrate.DESCRIPTIONS])
    with open_writer(location, "test"):
        pass


def forget(location: Location) -> None:
    """Remove one article for good."""
    with open_reader(location) as con:
        chosen = choose(con, [uuid5(NAMESPACE_URL, A)])
    with open_writer(location, "test") as writer:
        forget_rows(writer, chosen, A, hours(9))


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the statements that are asked for while the test runs."""
    names: set[str] = set()
    real: Callable[[str], str] = statements.statement

    def noted(name: str) -> str:
        names.add(name)
        return real(name)

    for module in [module for name, module in sys.modules.items() if name.startswith("warehouse")]:
        if getattr(module, "statement", None) is real:
            monkeypatch.setattr(module, "statement", noted)
    return names


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Location, list[LoadReport], Location]:
    """The scenario on a plain file, with its reports; and a copy from which an article is forgotten."""
    location = Location(catalog=str((folder := tmp_path_factory.mktemp("plain")) / "news.duckdb"), data=str(folder / "lake"))
    reports = load(location, *runs())
    fingerprint_again(location)
    derive_again(location)
    comment_again(location)
    index_again(location)
    note_twice(location)
    shorter = Location(catalog=str(folder / "shorter.duckdb"), data=location.data)
    shutil.copy(location.catalog, shorter.catalog)
    forget(shorter)
    return location, reports, shorter


def test_every_statement_gives_the_same_rows_on_each_catalog(
    lake: Location, plain: tuple[Location, list[LoadReport], Location], executed: set[str]
) -> None:
    expected, reports, shorter = plain
    assert load(lake, *runs()) == reports
    fingerprint_again(lake)
    derive_again(lake)
    comment_again(lake)
    index_again(lake)
    note_twice(lake)
    answers, rows = read(lake), contents(lake)
    assert answers == read(expected) and all(answers)
    assert rows == contents(expected)
    assert [relation for relation in rows if not rows[relation]] == []
    forget(lake)
    assert sorted(STATEMENTS - executed) == []
    assert contents(lake) == contents(shorter) != rows
