"""The schema: a warehouse of an earlier version keeps every row, and views follow their text."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest

from newslake.errors import WarehouseError, WarehouseOutdated
from newslake.outcomes import Outcome
from tests.warehouse.makers import article, fetch, page, run
from tests.warehouse.older import as_66021da
from warehouse.database import migrate
from warehouse.database.connect import open_reader, open_writer
from warehouse.database.definitions import defined
from warehouse.describe import describe
from warehouse.load.run import load
from warehouse.location import Location
from warehouse.upgrade import bring_up_to_date

VIEWS = ("source_health", "stories", "timeline")
WRITTEN = ("articles", "fetches", "fingerprints", "matches", "revisions", "runs", "source_runs", "source_states", "urls")
NEW_TABLES = {"schema_definitions"}
NEW_COLUMNS = {
    "articles": ["gone_at", "gone_status", "published_seen_at", "layout"],
    "fingerprints": ["is_digest"],
    "fetches": ["reason", "origin", "urls", "listed_by", "retry_at", "retry_host", "time_of", "text_id", "seen_at"],
    "source_runs": ["out_of_time"],
    "urls": ["listed_by", "tried", "listed_at"],
    "runs": ["loaded_at"],
    "revisions": ["rewritten_at"],
    "matches": ["revision", "current"],
    "timeline": ["edited_away"],
}
ROWS = (
    run(
        1,
        fetch(article("https://harbour.example/1")),
        fetch(article("https://strait.example/2", "strait", "Oil for Rason, again")),
        page("https://harbour.example/about", Outcome.NOT_ARTICLE, status=200, bytes=10),
    ),
    run(2, fetch(article("https://harbour.example/1", title="Oil for Rason stopped"))),
)


def rows_of(con: duckdb.DuckDBPyConnection, *relations: str) -> dict[str, list[Any]]:
    """The rows of tables and views, without the columns that 66021da did not have."""
    query = "SELECT COLUMNS(lambda name: NOT list_contains(?, name)) FROM {} ORDER BY ALL"
    return {name: con.execute(query.format(name), [NEW_COLUMNS.get(name, [])]).fetchall() for name in relations}


def schema_of(con: duckdb.DuckDBPyConnection) -> Any:
    return describe(con), rows_of(con, "schema_migrations", "schema_definitions")


def made_by_66021da(location: Location, tmp_path: Path) -> dict[str, list[Any]]:
    """Make a warehouse of that version with rows; returns what its tables and views hold."""
    new = Location(catalog=str(tmp_path / "filled.duckdb"))
    with open_writer(new, "test") as writer:
        for batch in ROWS:
            load(writer, batch)
        filled = {table: writer.con.sql(f"FROM {table}").to_arrow_table() for table in WRITTEN}
        for table in filled.keys() & NEW_COLUMNS.keys():
            filled[table] = filled[table].drop_columns(NEW_COLUMNS[table])
    with open_writer(location, "test", prepare=as_66021da()) as writer:
        for table, rows in filled.items():
            writer.con.register("filled", rows)
            writer.con.execute(f"INSERT INTO {table} BY NAME FROM filled")
            writer.con.unregister("filled")
        return rows_of(writer.con, *WRITTEN, *VIEWS)


@pytest.mark.every_catalog
def test_a_warehouse_of_66021da_opens_and_keeps_every_row(new_location: Location, tmp_path: Path) -> None:
    before = made_by_66021da(new_location, tmp_path)
    assert all(before.values())
    with pytest.raises(WarehouseOutdated), open_reader(new_location):
        pytest.fail("opened an older schema")
    bring_up_to_date(new_location)
    with open_reader(new_location) as con:
        assert rows_of(con, *WRITTEN, *VIEWS) == before
        first = schema_of(con)
        origins = con.execute("SELECT found_by, reason, origin FROM fetches GROUP BY ALL ORDER BY ALL").fetchall()
        assert origins == [("feed https://harbour.example/rss", None, "listing"), ("sitemap", None, None)]
        matched = con.execute("SELECT title, m.revision, current FROM matches AS m JOIN articles USING (article_id)").fetchall()
        assert sorted(matched) == [("Oil for Rason", 1, True), ("Oil for Rason stopped", 2, True)]
    bring_up_to_date(new_location)
    with open_writer(new_location, "test") as writer:  # opening it again changes nothing
        assert schema_of(writer.con) == first
        assert rows_of(writer.con, *WRITTEN, *VIEWS) == before
        assert load(writer, ROWS[0]).new_articles == 2  # loaded before, and known to be
        assert rows_of(writer.con, *WRITTEN) == {table: before[table] for table in WRITTEN}
    with duckdb.connect() as con:
        migrate.migrate(con)
        assert describe(con) == first[0]  # as a warehouse made today


@pytest.fixture
def other_views(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Replace the texts of the views, as another version would have them."""
    return lambda **views: monkeypatch.setattr(migrate, "views", lambda: views)


@pytest.mark.every_catalog
def test_views_follow_their_text(new_location: Location, other_views: Any) -> None:
    with open_writer(new_location, "test") as writer:
        writer.con.execute("CREATE VIEW analyst AS SELECT 1 AS own")
        load(writer, ROWS[0])
        ((stamp,),) = writer.con.execute("SELECT applied_at FROM schema_definitions WHERE name = 'timeline'").fetchall()
    views = migrate.views()
    other_views(
        timeline=views["timeline"],
        stories=views["stories"].replace("AS outlets", "AS papers"),
        titles="CREATE OR REPLACE VIEW titles AS SELECT title FROM articles ORDER BY title",
    )
    with pytest.raises(WarehouseOutdated), open_reader(new_location):
        pytest.fail("opened views of another version")
    bring_up_to_date(new_location)
    with open_reader(new_location) as con:
        relations = {relation.name: relation for relation in describe(con) if relation.kind == "view"}
        assert set(relations) == {"analyst", "stories", "timeline", "titles"}  # one is gone, and what newslake did not make stays
        assert "papers" in {column.name for column in relations["stories"].columns}
        assert con.execute("SELECT title FROM titles").fetchall() == [("Oil for Rason",)] * 2
        assert con.execute("SELECT applied_at FROM schema_definitions WHERE name = 'timeline'").fetchall() == [(stamp,)]


def test_a_view_that_cannot_be_made_leaves_the_others(file_location: Location, other_views: Any) -> None:
    with open_writer(file_location, "test"):
        pass
    views = migrate.views()
    other_views(**{**views, "stories": "CREATE OR REPLACE VIEW stories AS SELECT none FROM articles"})
    with pytest.raises(WarehouseError, match="none"), open_writer(file_location, "test"):
        pytest.fail("opened with a broken view")
    other_views(**views)
    with open_reader(file_location) as con:
        assert rows_of(con, *VIEWS) == {name: [] for name in VIEWS}


def test_an_edited_comment_reaches_a_warehouse_that_is_there(file_location: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_writer(file_location, "test"):
        pass
    before = migrate.comments()["runs.flow"][0]
    edited = {**migrate.comments(), "runs.flow": ("Flow of the run.", "COMMENT ON COLUMN runs.flow IS 'Flow of the run.';")}
    monkeypatch.setattr(migrate, "comments", lambda: edited)
    flow = "SELECT comment FROM duckdb_columns() WHERE table_name = 'runs' AND column_name = 'flow'"
    with open_reader(file_location) as con:  # an older comment keeps nobody from reading
        assert con.execute(flow).fetchall() == [(before,)]
    with open_writer(file_location, "test") as writer:
        assert writer.con.execute(flow).fetchall() == [("Flow of the run.",)]


@pytest.mark.parametrize("name", migrate.views())
def test_a_view_file_makes_the_view_of_its_name(name: str) -> None:
    with duckdb.connect() as con:
        migrate.migrate(con)
        con.execute(f"DROP VIEW {name}")
        con.execute(defined(migrate.views()[name]).statements)
        assert name in {relation.name for relation in describe(con) if relation.comment}


@pytest.mark.parametrize("name", migrate.macros())
def test_a_macro_file_makes_the_macro_of_its_name(name: str) -> None:
    made = defined(migrate.macros()[name])
    assert (made.name, list(made.parameters)) == (name, [parameter for parameter, _ in made.signature])
    with duckdb.connect() as con:
        migrate.migrate(con)
        con.execute(f"DROP MACRO {'TABLE ' if made.kind == 'table macro' else ''}{name}")
        con.execute(made.statements)
        assert name in {relation.name for relation in describe(con)}


def test_migrations_make_no_views() -> None:
    assert migrate.steps() and not [name for name, sql in migrate.steps().items() if "CREATE VIEW" in sql or " VIEW " in sql]


def test_captures_that_an_older_version_named_by_their_place_are_named_from_their_folder(
    location: Location, tmp_path: Path
) -> None:
    location = Location(catalog=str(tmp_path / "old.duckdb"))
    ours, other = (str(UUID(int=number)) for number in (7, 8))
    old = "/srv/news/data/captures"
    names = {
        f"{old}/2026-03-01/{ours}.warc.gz": f"2026-03-01/{ours}.warc.gz",
        f"{old}/backfill/{ours}.warc.gz": f"backfill/{ours}.warc.gz",
        "/srv/news/archives/given.warc.gz": "../../archives/given.warc.gz",
        "/mnt/crawls/far.warc.gz": "/mnt/crawls/far.warc.gz",
        f"/mnt/project/captures/2026-03-01/{other}.warc.gz": f"/mnt/project/captures/2026-03-01/{other}.warc.gz",
    }
    with open_writer(location, "test", prepare=as_66021da()) as writer:
        writer.con.execute("INSERT INTO runs (run_id) VALUES (?)", [ours])
        for table in ("articles", "revisions", "fetches"):
            writer.con.executemany(f"INSERT INTO {table} (capture_file) VALUES (?)", [[name] for name in names])
    bring_up_to_date(location, tmp_path / "data" / "captures", tmp_path)
    with open_reader(location) as con:
        for table in ("articles", "revisions", "fetches"):
            assert {name for (name,) in con.execute(f"SELECT capture_file FROM {table}").fetchall()} == set(names.values())
