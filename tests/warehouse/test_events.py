"""Events follow the articles, their stories and edits, on every catalog; switched off they cost nothing."""

from __future__ import annotations

import random
import tomllib
from itertools import permutations
from pathlib import Path

import pytest

from benchmarks.events import INVENTED
from tests.warehouse.makers import article, fetch, hours, run
from tests.warehouse.test_load import ask, load, load_batch
from tests.warehouse.test_reclean import recleaned
from warehouse.database.connect import open_reader, open_writer
from warehouse.events.fill import fill_events, without_event
from warehouse.events.read import event_reports
from warehouse.forget import choose, forget_rows
from warehouse.location import Location
from warehouse.maintain import tend
from warehouse.records import ArticleRecord, FetchRecord

REPORTS = [
    (event["id"], report)
    for event in tomllib.loads((INVENTED / "tuning" / "tankers.toml").read_text("utf-8"))["event"]
    for report in event["report"]
]
TOLD = "SELECT list(a.url ORDER BY a.url) FROM events JOIN articles AS a USING (article_id) GROUP BY event_id ORDER BY ALL"


def made(number: int, **given: object) -> ArticleRecord:
    """One of the invented reports of ships, as an article of its own outlet."""
    _, report = REPORTS[number]
    page = {"title": report["title"], "language": report["language"], "published_at": report["published"]}
    seen = {"seen_at": hours(24 * 14), "text": report["text"].strip()}
    return article(address(number), f"outlet{number}", **{**page, **seen, **given})


def address(number: int) -> str:
    return f"https://outlet{number}.example/{REPORTS[number][0]}"


def one(number: int, **given: object) -> FetchRecord:
    return fetch(made(number, **given))


# The Halcyon is detained (0 to 3), the Daemyong stopped (4 to 6); the owner of the Halcyon is charged a week later (7 to 9).


def expected(*numbers: int) -> list[tuple[list[str]]]:
    return [(sorted(map(address, numbers)),)] if numbers else []


@pytest.mark.every_catalog
def test_reports_in_several_languages_are_one_event(location: Location) -> None:
    load(location, run(1, *(one(number) for number in (0, 4, 7))))
    load(location, run(2, *(one(number) for number in (1, 2, 5, 8))), run(3, *(one(number) for number in (3, 6, 9))))
    found = ask(location, TOLD)
    assert found == sorted([*expected(0, 1, 2, 3), *expected(4, 5, 6), *expected(7, 8, 9)])
    assert ask(location, "SELECT count(*) FROM events WHERE score BETWEEN 0.5 AND 1") == [(10,)]
    with open_reader(location) as con:
        reports = event_reports(con, [made(0).article_id])
    assert [(each.language, each.source) for each in next(iter(reports.values()))] == [
        ("en", "outlet1"),
        ("ja", "outlet2"),
        ("ru", "outlet3"),
    ]


def test_events_do_not_depend_on_the_order_of_the_loads(tmp_path: Path) -> None:
    found = []
    for order in list(permutations((0, 1, 2, 3)))[::5]:
        location = Location(catalog=str(tmp_path / f"{''.join(map(str, order))}.duckdb"))
        load(location, *(run(place, one(number), one(number + 4)) for place, number in enumerate(order, 1)))
        found.append(ask(location, "SELECT url, score FROM events JOIN articles USING (article_id) ORDER BY ALL"))
    assert len(found) > 3 and found[0] and all(each == found[0] for each in found)


@pytest.mark.every_catalog
def test_events_follow_edits_and_what_is_forgotten(location: Location) -> None:
    load(location, run(1, *(one(number) for number in range(3))))
    assert ask(location, TOLD) == expected(0, 1, 2)
    elsewhere = "The museum shows paintings of 41 gardens until autumn, and admission is free for children on each of its days."
    load(location, run(2, one(2, title="A museum of gardens", text=elsewhere, seen_at=hours(24 * 14 + 2))))
    assert ask(location, TOLD) == expected(0, 1)
    load(location, recleaned(3, made(2)))
    assert ask(location, TOLD) == expected(0, 1, 2)
    for gone, left in ((1, (0, 2)), (0, ())):
        with open_writer(location, "test") as writer:
            forget_rows(writer, choose(writer.con, [made(gone).article_id]), address(gone), hours(900))
        assert ask(location, TOLD) == expected(*left)
    assert ask(location, "SELECT count(*) FROM event_links") == [(0,)]


@pytest.mark.every_catalog
def test_copies_have_the_event_of_their_story(location: Location) -> None:
    long = " ".join(f"{REPORTS[1][1]['text'].strip()} Paragraph {number} tells more of the ship." for number in range(8))
    copy = article("https://copy.example/a", "copy", text=long, title=REPORTS[1][1]["title"], seen_at=hours(24 * 14 + 1))
    load(location, run(1, one(0), one(1, text=long)), run(2, fetch(copy)))
    assert ask(location, "SELECT count(*) FROM copies") == [(1,)]
    assert ask(location, TOLD) == [(sorted([address(0), address(1), "https://copy.example/a"]),)]
    assert ask(location, "SELECT count(*), count(DISTINCT story_id) FROM events") == [(3, 2)]
    assert ask(location, "SELECT count(*) FROM event_profiles") == [(2,)]


@pytest.mark.every_catalog
def test_what_was_loaded_before_is_compared_by_maintenance(location: Location) -> None:
    off = location.model_copy(update={"events": False})
    load(off, run(1, *(one(number) for number in range(7))))
    assert [ask(location, f"SELECT count(*) FROM {table}") for table in ("events", "event_profiles")] == [[(0,)], [(0,)]]
    assert without_event(off) == 0 and fill_events(off) == 0
    assert without_event(location) == 7 and fill_events(location) == 7 and fill_events(location) == 0
    assert ask(location, TOLD) == sorted([*expected(0, 1, 2, 3), *expected(4, 5, 6)])


def test_events_of_an_earlier_text_go_where_events_are_looked_for_no_more(tmp_path: Path) -> None:
    location = Location(catalog=str(tmp_path / "w.duckdb"))
    off = location.model_copy(update={"events": False})
    load(location, run(1, *(one(number) for number in range(3))))
    elsewhere = "The museum shows paintings of 41 gardens until autumn, and admission is free for children on each of its days."
    load(off, run(2, one(2, title="A museum of gardens", text=elsewhere, seen_at=hours(24 * 14 + 2))))
    assert ask(location, TOLD) == expected(0, 1)
    load(off, run(3, one(3)))
    assert ask(location, TOLD) == expected(0, 1)
    assert fill_events(location) == 2
    assert ask(location, TOLD) == expected(0, 1, 3)


def test_a_load_compares_only_what_it_brings_and_maintenance_the_rest(tmp_path: Path) -> None:
    location = Location(catalog=str(tmp_path / "w.duckdb"))
    off = location.model_copy(update={"events": False})
    load(off, run(1, *(one(number) for number in (0, 1, 4, 5))))
    load(location, run(2, one(2), one(6)))
    assert ask(location, "SELECT count(*) FROM event_profiles") == [(2,)]
    assert without_event(location) == fill_events(location) == 4
    assert ask(location, TOLD) == sorted([*expected(0, 1, 2), *expected(4, 5, 6)])


def test_a_load_does_not_read_the_texts_of_earlier_articles(lake: Location) -> None:
    noise, letters = random.Random(7), "abcdefghijklmnopqrstuvwxyz "
    texts = ["".join(noise.choices(letters, k=60_000)) for _ in range(40)]
    old = (article(f"https://old.example/{number}", "old", text=text, title=text[:60]) for number, text in enumerate(texts))
    load(lake, run(1, *map(fetch, old)))
    tend(lake, hours(24 * 20), 7)
    with open_writer(lake, "test") as writer:
        writer.con.execute("CALL enable_logging('FileSystem')")
        load_batch(writer, run(2, one(0), one(1)))
        query = "SELECT coalesce(sum(bytes), 0) FROM duckdb_logs_parsed('FileSystem') WHERE op = 'READ' AND path LIKE '%.parquet'"
        [(read,)] = writer.con.execute(query).fetchall()
    assert expected(0, 1)[0] in ask(lake, TOLD)
    assert read < sum(map(len, texts)) / 4
