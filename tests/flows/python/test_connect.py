"""`newslake.connect`: the corpus in a Python program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

import newslake
from flows.watchlist import load_watchlist
from newslake.errors import QueryError, UsageError, WarehouseMissing, WarehouseOutdated, WatchlistError
from tests.flows.command import ENVIRONMENT
from tests.warehouse.children import numbered
from warehouse.database.connect import open_writer
from warehouse.load.run import load

WATCHLIST = """
[schedule]
cron = "0 * * * *"
timezone = "Asia/Seoul"
[[topic]]
name = "trade"
query = "oil"
[[source]]
name = "harbour"
url = "https://harbour.example/"
"""


def collect(config: Path, number: int, count: int = 5) -> None:
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, numbered(number, count))


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A watchlist with a corpus of five articles in a lake."""
    config = tmp_path_factory.mktemp("corpus") / "watchlist.toml"
    config.write_text(WATCHLIST)
    collect(config, 1)
    return config


@pytest.fixture
def con(config: Path) -> Iterator[newslake.Connection]:
    with newslake.connect(config) as con:
        yield con


def test_a_relation_is_one_of_duckdb(con: newslake.Connection) -> None:
    answer = con.sql("SELECT source, count(*) AS articles FROM articles GROUP BY ALL")
    assert isinstance(answer, duckdb.DuckDBPyRelation)
    assert answer.fetchall() == [("harbour", 5)]
    assert answer.df().to_dict("records") == [{"source": "harbour", "articles": 5}]
    assert answer.pl().rows() == [("harbour", 5)]
    assert answer.arrow().read_all().to_pylist() == [{"source": "harbour", "articles": 5}]
    assert "harbour" in str(answer)


def test_ids_are_text_wherever_they_go(con: newslake.Connection, tmp_path: Path) -> None:
    ids = con.sql("SELECT article_id, [article_id] AS several, {'of': story_id, 'n': 1} AS one FROM articles ORDER BY url")
    rows = ids.fetchall()
    assert [type(value) for value in rows[0]] == [str, list, dict]
    assert rows[0][1] == [rows[0][0]]
    assert ids.df().iloc[0]["article_id"] == ids.pl()["article_id"][0] == rows[0][0]
    assert ids.pl()["several"][0].to_list() == rows[0][1]
    assert ids.arrow().read_all()["article_id"][0].as_py() == rows[0][0]
    ids.pl().write_parquet(tmp_path / "ids.parquet")
    ids.df().to_json(tmp_path / "ids.json")
    # and text is found again
    found = con.execute("SELECT url FROM articles WHERE article_id = ?", [rows[0][0]]).fetchall()
    assert found == [("https://harbour.example/1/0",)]
    frame = ids.df()
    assert con.sql("SELECT count(*) FROM frame JOIN articles USING (article_id)").fetchall() == [(frame.shape[0],)]
    assert con.sql("SELECT count(*) FROM ids JOIN articles USING (article_id)").fetchall() == [(5,)]


def test_times_are_in_the_zone_of_the_watchlist(con: newslake.Connection) -> None:
    assert con.sql("SELECT published_at::VARCHAR FROM articles LIMIT 1").fetchall() == [("2026-03-01 18:00:00+09",)]
    column = con.sql("SELECT published_at FROM articles").df()["published_at"]
    assert str(column.dtype.tz) == "Asia/Seoul"
    assert con.cursor().sql("SELECT current_setting('TimeZone')").fetchall() == [("Asia/Seoul",)]


def test_execute_answers_as_duckdb_does(con: newslake.Connection) -> None:
    assert con.execute("SELECT ?::INT + 1 AS n", [41]).fetchone() == (42,)
    assert con.fetchone() is None
    assert con.execute("SELECT $a || $b", {"a": "x", "b": "y"}).fetchall() == [("xy",)]
    assert con.execute("FROM range(5)").fetchmany(2) == [(0,), (1,)]
    assert con.fetchmany(9) == [(2,), (3,), (4,)]
    assert [column[0] for column in con.execute("SELECT 1 AS a, 2 AS b").description or ()] == ["a", "b"]
    assert con.execute("SELECT source FROM articles LIMIT 1").df().loc[0, "source"] == "harbour"
    assert con.execute("SELECT source FROM articles LIMIT 1").pl().item() == "harbour"
    assert con.execute("SELECT 1 AS a").arrow().read_all().to_pylist() == [{"a": 1}]
    assert con.execute("SELECT 1 AS a").fetchdf().loc[0, "a"] == 1
    assert con.execute("SET VARIABLE who = 'me'").description is None
    assert con.sql("SELECT getvariable('who')").fetchall() == [("me",)]
    with pytest.raises(duckdb.InvalidInputException, match="no answer to fetch"):
        con.execute("SET VARIABLE who = 'you'").fetchall()


def test_macros_files_and_frames_work_and_the_warehouse_is_read_only(con: newslake.Connection, tmp_path: Path) -> None:
    con.sql(f"COPY (SELECT url FROM articles) TO '{tmp_path / 'urls.csv'}'")
    assert con.sql(f"SELECT count(*) FROM '{tmp_path / 'urls.csv'}'").fetchall() == [(5,)]
    con.execute("CREATE TEMP TABLE mine AS SELECT url FROM articles LIMIT 2")
    assert con.sql("SELECT count(*) FROM mine").fetchall() == [(2,)]
    assert len(con.table("articles").fetchall()) == 5  # a method of DuckDB's own
    for change in ("DELETE FROM articles", "CREATE TABLE lake.x (a INT)", "DROP VIEW stories"):
        with pytest.raises(duckdb.Error, match="read-only"):
            con.execute(change)


def test_a_search_gives_the_best_hits_as_a_relation(con: newslake.Connection) -> None:
    hits = con.search("title:oil AND 1x3y0", source="harbour", topic=["trade"], since="2026-03-01", until=date(2026, 3, 2))
    (hit,) = hits.pl().to_dicts()
    assert (hit["rank"], hit["url"], hit["title"]) == (1, "https://harbour.example/1/3", "Oil for Rason")
    assert hit["article_id"] == con.sql("SELECT article_id FROM articles WHERE url LIKE '%/3'").fetchall()[0][0]
    assert "1x3y0" in hit["snippet"] and hit["score"] > 0
    assert con.sql("SELECT a.url FROM hits JOIN articles AS a USING (article_id)").fetchall() == [(hit["url"],)]
    assert len(con.search("oil", limit=2).fetchall()) == 2
    assert con.search("oil", since="2026-03-02").fetchall() == []
    assert [str(kind) for kind in con.search("nobody").types][:3] == ["INTEGER", "DOUBLE", "TIMESTAMP WITH TIME ZONE"]


def test_a_search_is_a_table_in_sql(con: newslake.Connection) -> None:
    found = "SELECT url, snippet FROM search('oil AND (1x3y0 OR 1x4y0)') JOIN articles USING (article_id) ORDER BY url"
    for each in (con, con.cursor()):
        assert [url for url, _ in each.sql(found).fetchall()] == ["https://harbour.example/1/3", "https://harbour.example/1/4"]
        assert each.execute("SELECT count(*) FROM search('oil') WHERE score > ?", [0]).fetchone() == (5,)
    assert isinstance(con.sql("FROM search('oil')").fetchall()[0][0], str)


def test_what_is_wrong_with_a_search_is_said(con: newslake.Connection) -> None:
    with pytest.raises(QueryError, match=r"never closed.*\n?Next: correct the query"):
        con.search("(oil")
    with pytest.raises(UsageError, match=r"unknown source 'harbor': did you mean harbour\?"):
        con.search("oil", source="harbor")
    with pytest.raises(UsageError, match="since 'soon' is no moment"):
        con.search("oil", since="soon")
    with pytest.raises(UsageError, match="sort is 'score' or 'date', not 'age'"):
        con.search("oil", sort="age")
    with pytest.raises(TypeError, match="search\\(\\) has no argument outlet: it has topic, source"):
        con.search("oil", outlet="harbour")  # type: ignore[call-arg]
    with pytest.raises(UsageError, match=r"search\('\(oil'\): "):
        con.sql("FROM search('(oil')")


def test_what_a_later_run_loads_is_seen(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(WATCHLIST)
    collect(config, 1)
    with newslake.connect(config) as con:
        counted, other = con.sql("SELECT count(*) FROM articles"), con.cursor()
        assert counted.fetchall() == [(5,)]
        assert con.search("oil").shape[0] == 5
        collect(config, 2)
        assert counted.fetchall() == con.execute("SELECT count(*) FROM articles").fetchall() == [(10,)]
        assert other.sql("SELECT count(*) FROM articles").fetchall() == [(10,)]
        assert con.search("oil").shape[0] == con.sql("FROM search('oil')").shape[0] == 10
        con.execute("BEGIN")
        assert counted.fetchall() == [(10,)]
        collect(config, 3)
        assert counted.fetchall() == [(10,)]  # one state to the end of the transaction
        con.execute("COMMIT")
        assert counted.fetchall() == [(15,)]


def test_each_thread_has_a_cursor(con: newslake.Connection) -> None:
    answers: list[list[tuple[int, ...]]] = []

    def ask() -> None:
        own = con.cursor()
        query = "SELECT count(*) FROM articles JOIN stories USING (story_id)"
        answers.extend(own.execute(query).fetchall() for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[(5,)]] * 80


def test_a_closed_connection_leaves_nothing(config: Path) -> None:
    before = sorted(config.parent.rglob("*"))
    con = newslake.connect(config)
    con.sql("FROM articles").fetchall()
    con.close()
    assert sorted(config.parent.rglob("*")) == before
    with pytest.raises(duckdb.ConnectionException, match="closed"):
        con.sql("SELECT 1")
    con.close()  # again is no mistake


def test_which_watchlist_is_meant(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSLAKE_CONFIG", raising=False)
    monkeypatch.chdir(config.parent)
    with newslake.connect() as con:
        assert con.sql("SELECT count(*) FROM articles").fetchall() == [(5,)]
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WatchlistError, match=r"there is no watchlist at .*\nNext: newslake init"):
        newslake.connect()
    monkeypatch.setenv("NEWSLAKE_CONFIG", str(config))
    newslake.connect().close()
    newslake.connect(str(config.parent)).close()


def test_errors_name_the_next_command(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(WATCHLIST)
    with pytest.raises(
        WarehouseMissing, match=r"there is no warehouse at .* yet\nState: nothing was created\nNext: newslake run"
    ):
        newslake.connect(config)
    collect(config, 1)
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        writer.con.execute("DELETE FROM schema_migrations WHERE name = (SELECT max(name) FROM schema_migrations)")
    with pytest.raises(WarehouseOutdated, match=r"older newslake\nState: nothing was changed\nNext: newslake run"):
        newslake.connect(config)
    config.write_text("[[topic]")
    with pytest.raises(WatchlistError, match=r"watchlist.toml:1: "):
        newslake.connect(config)


def test_a_plain_file_is_open_to_readers(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(f'{WATCHLIST}\n[warehouse]\ncatalog = "data/news.duckdb"\n')
    collect(config, 1)
    with newslake.connect(config) as con, newslake.connect(config) as other:
        assert con.cursor().sql("SELECT count(*) FROM articles").fetchall() == [(5,)]
        assert other.sql("SELECT count(*) FROM stories").fetchall() == [(5,)]
        with pytest.raises(duckdb.Error, match="read-only"):
            con.execute("DELETE FROM articles")
    collect(config, 2)


# A program that asks, says so, and asks again when told that more was loaded.
ASKING = """
import sys, newslake
con = newslake.connect(sys.argv[1])
other, counted = con.cursor(), con.sql("SELECT count(*) FROM articles")
con.execute("CREATE TEMP TABLE mine AS FROM articles")
for _ in sys.stdin:
    con.execute("SELECT 1")
    print(counted.fetchall(), other.sql("SELECT count(*) FROM articles").fetchall(), con.table("mine").shape[0], flush=True)
"""


@pytest.mark.skipif(os.getuid() != 0 or shutil.which("setpriv") is None, reason="only root can become another user")
def test_one_who_may_only_read_sees_later_loads_too() -> None:
    # not below pytest's own folder, which only its owner may enter
    with tempfile.TemporaryDirectory(prefix="newslake-readable-") as folder:
        config = Path(folder) / "watchlist.toml"
        config.write_text(WATCHLIST)
        collect(config, 1)
        readable = ["chmod", "-R", "a+rX,go-w", folder]
        subprocess.run(readable, check=True)
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-c", ASKING, str(config)]
        with subprocess.Popen(
            user, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT | {"HOME": "/nonexistent"}, cwd="/"
        ) as program:
            assert program.stdin and program.stdout
            for runs in (1, 2):
                if runs > 1:
                    collect(config, runs)
                    subprocess.run(readable, check=True)
                program.stdin.write("ask\n")
                program.stdin.flush()
                assert program.stdout.readline() == f"[({5 * runs},)] [({5 * runs},)] 5\n"
            program.stdin.close()
    assert [left for left in Path(tempfile.gettempdir()).glob("newslake-query-*") if left.stat().st_uid == 65534] == []


def test_importing_newslake_loads_nothing_else() -> None:
    code = (
        "import sys, newslake; print(sorted({'duckdb', 'flows', 'pydantic', 'warehouse'} & sys.modules.keys()), newslake.connect)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, timeout=60, check=True)
    assert done.stdout.startswith("[] <function connect at")
