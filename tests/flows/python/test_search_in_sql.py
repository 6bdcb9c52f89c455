"""`search('…')` in the SQL of Python programs: in every form of SQL, at any moment, whatever the program calls its tables."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import newslake
from flows.watchlist import load_watchlist
from newslake.errors import UsageError
from tests.flows.command import newslake as command
from tests.flows.search.corpus import KOREAN, STORM, TANKER, made
from tests.warehouse.children import numbered
from warehouse.database.connect import open_writer
from warehouse.load.run import load

# Names that newslake uses, or has used, for what searches read.
NAMES = ("selected", "shown", "asked_docs", "asked_terms", "docs", "postings", "passages", "articles", "matches", "searches")
NAMES += ("search_hits", "search_asked", "urls")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("in-sql"))


@pytest.fixture
def con(config: Path) -> Iterator[newslake.Connection]:
    with newslake.connect(config) as con:
        yield con


@pytest.mark.parametrize(
    "query",
    [
        """SELECT "snippet" FROM search('crude')""",
        "SELECT COLUMNS(lambda c: c LIKE 'sn%') FROM search('crude')",
        "SELECT s.snippet FROM (SELECT s FROM search('crude') AS s)",
        "SELECT COLUMNS(* EXCLUDE (article_id, score)) FROM search('crude')",
        "SELECT 1; SELECT snippet FROM search('crude')",
        "SELECT snippet FROM search($$crude$$)",
        "SELECT snippet FROM search(E'crude')",
        "SELECT snippet FROM search(/* ' */ 'crude')",
        "SELECT snippet FROM search(query := 'cru' || 'de')",
        """SELECT snippet FROM "search"('crude')""",
        "SELECT snippet FROM (VALUES ('crude')) AS names(name), search(names.name)",
    ],
)
def test_a_search_has_its_snippets_however_it_is_written(con: newslake.Connection, query: str) -> None:
    [(snippet,)] = con.sql(query).fetchall()
    assert snippet and "took crude oil to Rason" in snippet


def test_a_query_may_be_a_parameter_or_a_variable(con: newslake.Connection) -> None:
    assert con.sql("SELECT count(*) FROM search(?)", params=["tanker"]).fetchall() == [(3,)]
    assert con.execute("SELECT count(*) FROM search($q)", {"q": "tanker OR 북한"}).fetchall() == [(4,)]
    con.execute("SET VARIABLE q = 'tanker'")
    assert con.sql("SELECT count(*) FROM search(getvariable('q'))").fetchall() == [(3,)]
    con.execute("PREPARE p AS SELECT count(*) FROM search($1)")
    assert con.execute("EXECUTE p('crude')").fetchall() == [(1,)]


def test_two_uses_of_a_query_leave_each_other_alone(con: newslake.Connection) -> None:
    first = con.sql("FROM search('crude')")
    con.sql("SELECT article_id FROM search('crude')").fetchall()
    assert "crude" in first.fetchall()[0][2]


def test_what_is_wrong_in_a_query_is_told(con: newslake.Connection) -> None:
    with pytest.raises(UsageError, match=r"search\('\(oil'\): "):
        con.sql("FROM search('(oil')")
    with pytest.raises(duckdb.InvalidInputException, match=r"search\('\(oil'\): The parenthesis opened at .* is never closed"):
        con.execute("SELECT count(*) FROM search(?)", ["(oil"])
    with pytest.raises(duckdb.InvalidInputException, match=r"search\(\) needs a query: its query is NULL"):
        con.execute("FROM search(NULL)")
    assert con.sql("SELECT $$ search('(') $$ AS said").fetchall() == [(" search('(') ",)]  # only says so


def test_every_use_asks_the_warehouse_as_it_is(tmp_path: Path) -> None:
    config = made(tmp_path)
    with newslake.connect(config) as con:
        relation = con.sql("SELECT article_id, snippet FROM search('oil')")
        con.execute("CREATE TEMP VIEW v AS FROM search('oil')")
        con.execute("PREPARE p AS SELECT article_id FROM search('oil')")
        uses = {
            "relation": relation.fetchall,
            "view": lambda: con.sql("FROM v").fetchall(),
            "prepared": lambda: con.execute("EXECUTE p").fetchall(),
            "dollars": lambda: con.sql("FROM search($$oil$$)").fetchall(),
            "parameter": lambda: con.sql("FROM search(?)", params=["oil"]).fetchall(),
            "search": lambda: con.search("oil").fetchall(),
        }
        assert {name: len(use()) for name, use in uses.items()} == dict.fromkeys(uses, 2)
        with open_writer(load_watchlist(config).warehouse, "test") as writer:
            load(writer, numbered(2, 3))
        assert {name: len(use()) for name, use in uses.items()} == dict.fromkeys(uses, 5)
        [(gone,)] = con.sql(f"SELECT article_id FROM articles WHERE url = '{TANKER}'").fetchall()
        done = command("forget", gone, "--yes", "-c", config)
        assert done.returncode == 0, done.stderr
        assert {name: gone in str(use()) for name, use in uses.items()} == dict.fromkeys(uses, False)


def test_in_a_transaction_a_search_reads_the_state_that_the_rest_reads(tmp_path: Path) -> None:
    config = made(tmp_path)
    with newslake.connect(config) as con:
        con.execute("BEGIN")
        ids = set(con.sql("SELECT article_id FROM articles").fetchall())
        with open_writer(load_watchlist(config).warehouse, "test") as writer:
            load(writer, numbered(2, 3))
        found = con.sql("SELECT article_id, snippet FROM search('oil')").fetchall()
        assert len(found) == 2 and all(snippet for _, snippet in found)
        assert {(article_id,) for article_id, _ in found} < ids
        assert {hit[5] for hit in con.search("oil", source=["harbour", "strait"]).fetchall()} == {hit[1] for hit in found}
        con.execute("COMMIT")
        assert len(con.sql("FROM search('oil')").fetchall()) == con.search("oil").shape[0] == 5


def test_a_program_calls_its_tables_as_it_likes(con: newslake.Connection) -> None:
    for name in NAMES:
        con.execute(f"CREATE TEMP TABLE {name} AS SELECT 42 AS doc")
    assert con.sql("SELECT count(*), count(snippet) FROM search('oil AND \"took crude\"')").fetchall() == [(1, 1)]
    for name in NAMES:
        assert con.sql(f"WITH {name} AS (SELECT 1 AS x) SELECT count(*) FROM search('oil'), {name}").fetchall() == [(2,)]
        assert con.sql(f"FROM {name}").fetchall() == [(42,)]
    with pytest.warns(UserWarning, match="no article has the tag 'x'"):
        hits = con.search("oil", sort="date", source="harbour", topic="trade", tag=["Weather", "x"])
    assert hits.fetchall() == []
    assert [hit[9] for hit in con.search("oil", sort="date", since="2026-01-01").fetchall()] == [STORM, TANKER]


def test_a_search_leaves_nothing_among_the_tables_of_a_program(con: newslake.Connection) -> None:
    con.search("oil AND tanker").fetchall()
    con.sql("FROM search('oil')").fetchall()
    assert con.sql("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall() == []
    assert con.sql("SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal").fetchall() == []


def test_every_method_of_duckdb_searches_and_gives_ids_as_text(con: newslake.Connection) -> None:
    [(wanted,)] = con.sql(f"SELECT article_id FROM articles WHERE url = '{KOREAN}'").fetchall()
    assert isinstance(wanted, str)
    found = {
        "query": con.query("SELECT article_id FROM search('북한')"),
        "from_query": con.from_query("SELECT article_id FROM search('북한')"),
        "table_function": con.table_function("search", ["북한"]).project("article_id"),
        "table": con.table("articles").filter("language = 'ko'").project("article_id"),
        "execute": con.execute("SELECT article_id FROM search('북한')"),
        "executemany": con.executemany("SELECT article_id FROM search(?)", [["oil"], ["북한"]]),
        "duplicate": con.duplicate().sql("SELECT article_id FROM search('북한')"),
    }
    assert {name: answer.fetchall() for name, answer in found.items()} == {name: [(wanted,)] for name in found}
    con.execute("CREATE TEMP VIEW mine AS SELECT article_id FROM search('북한')")
    assert con.view("mine").fetchall() == [(wanted,)]
    assert con.duckdb.sql("SELECT url FROM search('북한') JOIN articles USING (article_id)").fetchall() == [(KOREAN,)]


def test_threads_search_at_once(con: newslake.Connection) -> None:
    answers: list[object] = []

    def ask() -> None:
        own = con.cursor()
        for _ in range(5):
            answers.append(own.sql("SELECT count(*), count(snippet) FROM search('oil')").fetchall())
            answers.append([(own.search("oil").shape[0],) * 2])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[(2, 2)]] * 40


def test_a_search_says_what_is_not_indexed_and_what_was_perhaps_meant(tmp_path: Path) -> None:
    config = made(tmp_path)
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        writer.con.execute(f"DELETE FROM docs WHERE article_id = (SELECT article_id FROM articles WHERE url = '{STORM}')")
    with newslake.connect(config) as con:
        for ask in (
            con.search,
            lambda query: con.sql(f"FROM search('{query}')"),
            lambda query: con.query(f"FROM search('{query}')"),
        ):
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                ask("oil and tanker")
            hint, missing = (str(each.message) for each in said)
            assert "and (character 5) is looked for as a word" in hint
            assert missing.startswith("1 article from before the search index is not in it yet, and cannot be found")
            assert {each.filename for each in said} == {__file__}
    done = command("sql", "FROM search('oil and tanker')", "-c", config)
    assert "1 article from before the search index is not in it yet" in " ".join(done.stderr.split())
    assert "and (character 5) is looked for as a word" in " ".join(done.stderr.split())
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        writer.con.execute(
            "INSERT INTO docs BY NAME SELECT 90 + n AS doc, uuid() AS article_id, 1 AS revision, false AS clitics, 9 AS length,"
            " (SELECT max(rules) FROM docs) AS rules FROM range(5) t(n)"
        )
    with newslake.connect(config) as con, warnings.catch_warnings():
        warnings.simplefilter("error")
        con.search("oil")
        con.sql("FROM search('oil')")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"limit": 10**30}, "limit is a whole number from 1 to 10,000,000, not 1000000000000000000000000000000"),
        ({"limit": 1.5}, "limit is a whole number from 1 to 10,000,000, not 1.5"),
        ({"limit": "5"}, "limit is a whole number from 1 to 10,000,000, not '5'"),
        ({"limit": None}, "limit is a whole number from 1 to 10,000,000, not None"),
        ({"sort": "best"}, "sort is 'score' or 'date', not 'best'"),
        ({"tag": "\udcff"}, r"tag '\\udcff' is not text: it has bytes that are not UTF-8"),
        ({"language": ["en", "\udcff"]}, r"language '\\udcff' is not text"),
        ({"source": 5}, "source is a name or a list of names, not 5"),
        ({"since": 5}, "since is a date, a time or text such as '7d', not 5"),
    ],
)
def test_what_cannot_be_searched_with_is_told(con: newslake.Connection, given: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        con.search("oil", **given)  # type: ignore[arg-type]


def test_a_query_that_is_no_text_is_told(con: newslake.Connection) -> None:
    with pytest.raises(UsageError, match="the query is not UTF-8"):
        con.search("oil\udcff")
    with pytest.raises(UsageError, match="the query is a text, not 5"):
        con.search(5)  # type: ignore[arg-type]


def test_topics_and_saved_searches_cannot_be_mixed_and_no_option_is_named(tmp_path: Path) -> None:
    config = made(tmp_path)
    assert command("search", "tanker", "--save", "ships", "-c", config).returncode == 0
    with newslake.connect(config) as con:
        with pytest.raises(UsageError, match=r"^trade is a topic, and ships a saved search: both at once cannot be searched in"):
            con.search("oil", topic=["trade", "ships"])
        assert con.search("oil", topic="ships").shape[0] == 2
