"""The ready-made questions: views and macros, asked of a corpus of which the answers are known, on every catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import duckdb
import pytest

from newslake.outcomes import Outcome, Reason
from tests.warehouse.makers import MATCH, START, article, changed, fetch, hours, page, run, words
from tests.warehouse.test_reclean import recleaned
from warehouse.database.connect import open_reader, open_writer
from warehouse.load.run import load
from warehouse.location import Location

WIRE = words("wire", 200)
H, S, C, LATE = (f"https://{name}.example/1" for name in ("harbour", "strait", "cape", "late"))
DAY = timedelta(days=1)


def runs() -> list[Any]:
    wire = {"text": WIRE, "title": "Tanker seized off Rason"}
    first = article(H, **wire)
    off = [
        page(f"https://harbour.example/off{n}", Outcome.OFF_TOPIC, listed_at=START - 2 * DAY + timedelta(hours=n)) for n in (1, 2)
    ]
    undated = page("https://harbour.example/off3", Outcome.OFF_TOPIC)
    future = page("https://harbour.example/off4", Outcome.OFF_TOPIC, listed_at=START + 400 * DAY)
    about = page("https://harbour.example/about", Outcome.NOT_ARTICLE)
    listed = fetch(first, listed_by="harbour", listed_at=START - 2 * DAY)
    strait = article(S, "strait", **wire, published_at=hours(3), seen_at=hours(4))
    reef = article("https://reef.example/9", "reef", words("reef"), seen_at=hours(1))
    cape = article(
        C, "cape", **wire, published_at=hours(-30), seen_at=hours(50)
    )  # states a time before the first, seen long after
    edited = article(H, title="Tanker inspected off Rason", text=f"{WIRE} more of it", seen_at=hours(30), matches=())
    gone = page(S, Outcome.HTTP_ERROR, "strait", reason=Reason.GONE, status=404, requested_at=hours(60))
    late = article(LATE, "late", "Ports close.", published_at=hours(80), seen_at=hours(80), language="ru", title="Порт закрыт")
    return [
        run(1, listed, *off, undated, future, about, fetch(reef, listed_by="reef")),
        run(4, fetch(strait)),
        run(31, fetch(edited)),
        run(50, fetch(cape), fetch(first, url=f"{H}/amp")),
        run(61, gone),
        recleaned(70, changed(reef, text=words("cleaned"), content_hash="cleaned")),
        run(80, fetch(late)),
    ]


@pytest.fixture
def con(location: Location) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_writer(location, "test") as writer:
        for batch in runs():
            load(writer, batch)
    with open_reader(location, allow_files=False) as con:
        yield con


@pytest.mark.every_catalog
def test_ready_made_questions(con: duckdb.DuckDBPyConnection) -> None:
    """One corpus for all of them, since a warehouse takes longer to make than to ask."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        return con.execute(query).fetchall()

    # without gaps, up to the day of the latest collection
    assert ask("SELECT day::VARCHAR, articles, stories, sources, edited_away FROM timeline ORDER BY day") == [
        ("2026-02-28", 1, 1, 1, 0),
        ("2026-03-01", 3, 2, 3, 1),
        ("2026-03-02", 0, 0, 0, 0),
        ("2026-03-03", 0, 0, 0, 0),
        ("2026-03-04", 1, 1, 1, 0),
    ]
    # by the date of the listing; undated pages, and those dated to come, by the day on which they were found
    assert ask("SELECT day::VARCHAR, found, on_topic, articles FROM coverage WHERE source = 'harbour' ORDER BY day") == [
        ("2026-02-27", 3, 0, 3),  # the edit took the words out, so it is on topic no more
        ("2026-03-01", 3, 0, 2),
    ]
    assert ask("SELECT sum(found), sum(on_topic), sum(articles) FROM coverage") == [(10, 4, 9)]
    # a topic by the same day as all articles, so that no share exceeds 1 and no day is lost
    of_topic = "SELECT source, sum(topics['trade']), sum(articles) FROM coverage WHERE topics['trade'] > 0 GROUP BY 1 ORDER BY 1"
    assert ask(of_topic) == [("cape", 1, 1), ("late", 1, 1), ("reef", 1, 1), ("strait", 1, 1)]

    reports = ask("SELECT source, place, lag, sources, first_source, title FROM first_reports ORDER BY place")
    title = "Tanker inspected off Rason"  # as it is now
    assert reports == [
        ("harbour", 1, timedelta(0), 3, "harbour", title),
        ("strait", 2, timedelta(hours=3), 3, "harbour", title),
        ("cape", 3, timedelta(hours=50), 3, "harbour", title),
    ]
    assert ask(
        "SELECT DISTINCT s.article_id = f.first_article_id FROM first_reports AS f JOIN stories AS s USING (story_id)"
    ) == [(True,)]

    edits = "SELECT url, revision, title_before, title_after, title_changed, text_changed, words_more, lost_topics FROM edits"
    assert ask(edits) == [(H, 2, "Tanker seized off Rason", title, True, True, 3, ["trade"])]
    [(edited,)] = ask("SELECT article_id FROM edits")
    assert ask(f"SELECT change, word, times FROM changed_words('{edited}')") == [
        ("added", "inspected", 1),
        ("added", "it", 1),
        ("added", "more", 1),
        ("added", "of", 1),
        ("removed", "seized", 1),
    ]
    away = "SELECT topic, url, title_before, title_after, terms, edited_at FROM edited_away"
    assert ask(away) == [("trade", H, "Tanker seized off Rason", title, list(MATCH.terms), hours(30))]


@pytest.mark.every_catalog
def test_the_corpus_as_of_a_date(con: duckdb.DuckDBPyConnection) -> None:
    def as_of(moment: str) -> list[tuple[Any, ...]]:
        columns = "url, revision, title, gone_at IS NOT NULL, is_rewritten, current_revision"
        return con.execute(f"SELECT {columns} FROM corpus_as_of(TIMESTAMPTZ '{moment}') ORDER BY url").fetchall()

    seized, reef = "Tanker seized off Rason", "https://reef.example/9"
    assert as_of("2026-03-01 12:00:00+00") == [
        (H, 1, seized, False, False, 2),
        (reef, 1, "Oil for Rason", False, True, 1),
    ]
    assert [row[:4] for row in as_of("2026-03-03 23:00:00+00")] == [
        (C, 1, seized, False),
        (H, 2, "Tanker inspected off Rason", False),
        (reef, 1, "Oil for Rason", False),
        (S, 1, seized, True),
    ]
    later = "SELECT DISTINCT is_added_later FROM corpus_as_of({})"  # the runs of this test are loaded after their time
    assert con.execute(later.format("'2026-03-02'")).fetchall() == [(True,)]
    assert con.execute(later.format("now()")).fetchall() == [(False,)]
    assert as_of("2026-02-01 00:00:00+00") == []
    text = "SELECT text FROM corpus_as_of('2026-03-02 00:00:00+00') WHERE source = 'harbour'"
    assert con.execute(text).fetchall() == [(WIRE,)]


def test_what_is_new_since_a_moment(location: Location) -> None:
    """By the moment of the load, not of the fetch: what an archive brings is new."""
    seen: list[list[tuple[Any, ...]]] = []
    old = article("https://cape.example/old", "cape", words("old"), published_at=hours(-900), seen_at=hours(-900))
    for batch in (*runs(), run(90, fetch(old))):
        with open_writer(location, "test") as writer:
            [(mark,)] = writer.con.execute("SELECT coalesce(max(loaded_at), '-infinity') FROM runs").fetchall()
            load(writer, batch)
        with open_reader(location) as con:
            query = "SELECT kind, url, topics, revision, of_article_id IS NOT NULL, reason FROM new_since(?) ORDER BY url"
            seen.append(con.execute(query, [mark]).fetchall())
    trade = ["trade"]
    assert seen == [
        [("article", H, trade, 1, False, None), ("article", "https://reef.example/9", trade, 1, False, None)],
        [("copy", S, trade, 1, True, None)],
        [("edit", H, trade, 2, False, None)],
        [("copy", C, trade, 1, True, None)],
        [("takedown", S, trade, 1, False, "gone")],
        [],  # a reclean that finds nothing new
        [("article", LATE, trade, 1, False, None)],
        [("article", "https://cape.example/old", trade, 1, False, None)],
    ]


def test_what_a_late_capture_adds_to_a_known_article_is_no_new_article(location: Location) -> None:
    now = article(H, text=words("now"), seen_at=hours(5))
    with open_writer(location, "test") as writer:
        load(writer, run(1, fetch(now)))
        [(mark,)] = writer.con.execute("SELECT max(loaded_at) FROM runs").fetchall()
        load(writer, run(2, fetch(changed(now, seen_at=hours(1)))))
        assert writer.con.execute("SELECT kind FROM new_since(?)", [mark]).fetchall() == []
        assert writer.con.execute("SELECT first_seen_at FROM articles").fetchall() == [(hours(1),)]


def test_blind_spots_and_tops(location: Location) -> None:
    wire = {"text": WIRE, "title": "러시아에서 제재 시작, Rason's oil"}
    outlets = [article(f"https://{name}.example/w", name, **wire, seen_at=hours(2)) for name in ("harbour", "strait", "cape")]
    two = [article(f"https://{name}.example/t", name, words("two", 200), seen_at=hours(3)) for name in ("harbour", "strait")]
    reef = article("https://reef.example/1", "reef", words("reef"), seen_at=hours(1), title="Rason, again: 制裁 と ミサイル")
    with open_writer(location, "test") as writer:
        load(writer, run(1, fetch(reef)))
        load(writer, run(2, *map(fetch, outlets), *map(fetch, two)))
        writer.con.execute("INSERT INTO searches (name, query) VALUES ('mine', 'oil AND ''x''')")
    with open_reader(location) as con:

        def ask(query: str) -> list[tuple[Any, ...]]:
            return con.execute(query).fetchall()

        missed = "SELECT sources, outlets, first_source, topics FROM blind_spots"
        both = [
            (3, ["cape", "harbour", "strait"], "cape", ["trade"]),
            (2, ["harbour", "strait"], "harbour", ["trade"]),
        ]
        found = ask(f"{missed}('reef')")
        assert [(sources, names, topics) for sources, names, _, topics in found] == [(s, n, t) for s, n, _, t in both]
        assert len(ask(f"{missed}('reef', others := 3, of_topic := 'trade')")) == 1
        assert ask(f"{missed}('harbour')") == []
        assert ask("SELECT source, articles, stories, share FROM top_sources('trade') WHERE source = 'harbour'") == [
            ("harbour", 2, 2, 0.3333)
        ]
        assert ask("SELECT language, articles FROM top_languages('trade')") == [("en", 6)]
        tops = dict(ask("SELECT word, articles FROM top_words('trade')"))
        assert {"rason": 6, "러시아": 3, "oil": 5, "制裁": 1, "ミサイル": 1}.items() <= tops.items()
        assert "for" not in tops and "러시아에서" not in tops
        among = "among := (SELECT list(article_id) FROM articles WHERE source = 'reef')"
        assert ask(f"SELECT word FROM top_words({among}) WHERE word = 'oil'") == []
        assert ask("FROM top_sources('trade', since := '2027-01-01')") == []
        # without a topic or a list, all articles; a search that finds none gives a list of none
        none = "among := (SELECT list(article_id) FROM articles WHERE source = 'nobody')"
        for macro in ("top_words", "top_sources", "top_languages"):
            assert len(ask(f"FROM {macro}()")) > 0 == len(ask(f"FROM {macro}({none})")), macro
            with pytest.raises(duckdb.InvalidInputException, match=r"topic of the name tarde\. Topics with articles: trade"):
                ask(f"FROM {macro}('tarde')")
        with pytest.raises(duckdb.InvalidInputException, match=r"outlet of the name habrour\. Outlets with articles: cape, "):
            ask("FROM blind_spots('habrour')")
        with pytest.raises(duckdb.InvalidInputException, match="topic of the name tarde"):
            ask("FROM blind_spots('harbour', of_topic := 'tarde')")
        with pytest.raises(duckdb.InvalidInputException, match=r"mine is a saved search.*search\('oil AND ''x'''\)"):
            ask("FROM top_words('mine')")


def test_pages_of_an_archive_are_no_share_of_coverage(location: Location) -> None:
    listed = fetch(article(H), listed_by="harbour")
    archived = fetch(article(S, "harbour", words("old"), seen_at=hours(-900)), listed_by=None)
    with open_writer(location, "test") as writer:
        load(writer, run(1, listed, archived))
        assert writer.con.execute("SELECT found, on_topic FROM coverage").fetchall() == [(1, 1)]


def test_a_listing_date_is_kept_and_the_earliest_counts(location: Location) -> None:
    off = page("https://harbour.example/off", Outcome.OFF_TOPIC, requested_at=START, listed_at=hours(-1))
    with open_writer(location, "test") as writer:
        for number, at in enumerate((hours(-1), hours(5), None, hours(-3)), start=1):
            load(writer, run(number, replace(off, listed_at=at)))
        assert writer.con.execute("SELECT listed_at FROM urls").fetchall() == [(hours(-3),)]
