"""Ad-hoc SQL can read the warehouse and reach nothing else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest

from newslake.errors import UsageError
from tests.warehouse.children import numbered
from tests.warehouse.query.statements import ANALYSIS, CLOSED, HISTORY, PIVOTS, READS, SESSION, STATEMENTS, WRAPPED
from tests.warehouse.test_load import load
from warehouse.database.closed import Limits
from warehouse.database.connect import open_reader, open_writer
from warehouse.location import Location
from warehouse.query import Guard, open_session
from warehouse.query.tree import allowed


def run(con: duckdb.DuckDBPyConnection, guard: Guard, sql: str) -> list[tuple[object, ...]]:
    rows = list[tuple[object, ...]]()
    for piece in guard.check(sql):
        for statement in piece.statements:
            rows = con.execute(statement).fetchall()
    return rows


def test_nothing_hides_what_is_closed(sqlite_location: Location) -> None:
    load(sqlite_location, numbered(1))
    # Each wrapping meets every sixth name, each name every sixth wrapping, and the first of both meet all.
    wrapped = [
        wrap.format(closed)
        for row, closed in enumerate(CLOSED)
        for column, wrap in enumerate(WRAPPED)
        if not row or not column or row % 6 == column % 6
    ]
    with open_reader(sqlite_location, allow_files=False) as con:
        guard = Guard(con)
        for sql in [*wrapped, *STATEMENTS]:
            with pytest.raises((UsageError, duckdb.Error)) as caught:
                guard.check(sql)
                pytest.fail(f"let through: {sql}")
            if isinstance(caught.value, UsageError):
                assert caught.value.left == "nothing was run" and caught.value.next, sql
            else:  # only what is no SQL at all may be left to DuckDB: nothing has run
                assert isinstance(
                    caught.value, (duckdb.ParserException, duckdb.NotImplementedException, duckdb.PermissionException)
                ), sql


def test_a_query_that_is_nested_too_deeply_is_refused_in_words(file_location: Location) -> None:
    load(file_location, numbered(1))
    with (
        open_reader(file_location, allow_files=False) as con,
        pytest.raises(UsageError, match="nested too deeply to be checked"),
    ):
        Guard(con).check(f"SELECT {'1 + ' * 800}1")


def test_ordinary_analysis_is_answered(location: Location) -> None:
    load(location, numbered(1))
    with open_writer(location, "test") as writer:
        writer.con.execute("CREATE MACRO dbl(x) AS x * 2")
    with open_reader(location, allow_files=False) as con:
        guard = Guard(con)
        for sql in (*PIVOTS, *SESSION, *ANALYSIS, *(HISTORY if location.is_lake else ())):
            try:
                run(con, guard, sql)
            except (UsageError, duckdb.Error) as error:
                pytest.fail(f"{sql}: {error}")
        assert run(con, guard, "SELECT dbl(21)") == [(42,)]
        assert run(con, guard, "PIVOT (SELECT 1 AS a, 'k' AS b) ON b USING sum(a)") == [(1,)]
        assert run(con, guard, "SET TimeZone = 'Asia/Tokyo'; SELECT hour('2026-01-01 00:00:00+00'::TIMESTAMPTZ)") == [(9,)]


def test_a_refused_pivot_leaves_nothing_behind(sqlite_location: Location) -> None:
    """DuckDB's own BEGIN around a later PIVOT failed with the name of a setting that nobody had asked for."""
    load(sqlite_location, numbered(1))
    with open_reader(sqlite_location, allow_files=False) as con:
        guard = Guard(con)
        for refused in ("INSERT INTO runs PIVOT runs ON flow", "COPY (PIVOT runs ON flow) TO 'x.csv'"):
            with pytest.raises(UsageError):
                guard.check(refused)
            run(con, guard, "CREATE OR REPLACE TEMP TABLE wide AS PIVOT fetches ON outcome USING count(*)")
            assert run(con, guard, "EXPLAIN PIVOT fetches ON outcome USING count(*)")  # an answer, and not that of a COMMIT
        with pytest.raises(UsageError, match="COPY is not allowed here"):
            guard.check("COPY FROM DATABASE lake TO memory")


def test_an_answer_that_is_not_read_to_its_end_is_closed(sqlite_location: Location) -> None:
    """An idle shell would keep the log of the catalog from being emptied; and a PIVOT after it failed."""
    load(sqlite_location, numbered(1))
    with open_session(sqlite_location, Limits()) as session:
        con = session.con
        before = [row for answer in session.answers("FROM range(10_000)") for row in answer.rows(3)]
        kinds = [str(one.type) for one in con.extract_statements("EXPLAIN PIVOT fetches ON outcome")]
        assert len(before) == 3 and "StatementType.SET" not in kinds  # as it would be within a transaction
        con.execute("FROM range(10_000)")
        assert [row for answer in session.answers("EXPLAIN PIVOT fetches ON outcome") for row in answer.rows()]


def test_if_exists_drops_nothing_of_the_warehouse(location: Location) -> None:
    load(location, numbered(1))
    with open_reader(location, allow_files=False) as con:
        guard = Guard(con)
        for name in ("articles", '"Articles"', "stories", "temp.articles", "duckdb_tables"):
            with pytest.raises(UsageError, match="DROP is not allowed here"):
                guard.check(f"DROP TABLE IF EXISTS {name}")


def test_whatever_duckdb_brings_is_allowed_by_name_or_refused(sqlite_location: Location) -> None:
    """A new version cannot open the guard: what it adds is on no list."""
    load(sqlite_location, numbered(1))
    names = allowed()
    with open_reader(sqlite_location, allow_files=False) as con:
        guard = Guard(con)
        functions = con.execute("SELECT DISTINCT function_name, function_type FROM duckdb_functions() WHERE internal").fetchall()
        views = con.execute("SELECT DISTINCT view_name FROM duckdb_views() WHERE internal").fetchall()
        settings = con.execute("SELECT name, value FROM duckdb_settings()").fetchall()
        here = {name.casefold() for name, _ in functions}
        for name, kind in functions:
            if kind in ("table", "table_macro") and name.casefold() not in names.table_functions:
                with pytest.raises(UsageError, match=f"the function {name}"):
                    guard.check(f'FROM "{name}"()')
            elif kind in ("scalar", "aggregate", "macro") and name.casefold() not in names.functions and name.isidentifier():
                with pytest.raises(UsageError, match=f"the function {name.casefold()}"):
                    guard.check(f'SELECT "{name}"()')
            elif kind == "pragma" and name not in names.pragmas:
                for sql in (f"PRAGMA {name}", f"PRAGMA {name}('x')"):
                    with pytest.raises((UsageError, duckdb.Error)):
                        guard.check(sql)
                        pytest.fail(f"let through: {sql}")
        for (name,) in views:
            if name not in names.system_views:
                with pytest.raises(UsageError, match=name):
                    guard.check(f"FROM {name}")
        for name, value in settings:
            if name.casefold() != "timezone":
                with pytest.raises((UsageError, duckdb.Error)):
                    guard.check(f"SET {name} = '{value}'")
                    pytest.fail(f"let through: SET {name}")
    # and the list does not outlive what it names
    lake_functions = {name.removeprefix("ducklake_") for name in here}
    assert {name for name in names.table_functions if name not in here | lake_functions} <= {"regexp_split_to_table"}
    assert {name for name in names.functions if name not in here} <= {"->", "if"}  # a function only since DuckDB 2


def test_the_connection_string_is_in_no_view_that_stays_open(sqlite_location: Location) -> None:
    load(sqlite_location, numbered(1))
    file = str(sqlite_location.file)
    with open_reader(sqlite_location, allow_files=False) as con:
        guard = Guard(con)
        shown = [
            f"FROM {name}"
            for name in ("information_schema.schemata", "information_schema.tables", *sorted(allowed().system_views))
        ]
        shown += [
            "SHOW DATABASES",
            "SHOW ALL TABLES",
            "FROM duckdb_variables()",
            "FROM duckdb_functions()",
            "FROM lake.table_info()",
        ]
        for sql in shown:
            try:
                rows = run(con, guard, sql)
            except duckdb.Error:  # a view of information_schema, without the schema
                continue
            assert file not in str(rows), sql


def test_the_shell_may_use_macros_of_an_earlier_line(file_location: Location) -> None:
    load(file_location, numbered(1))
    with open_reader(file_location, allow_files=False) as con:
        guard = Guard(con)
        run(con, guard, "CREATE TEMP MACRO twice(x) AS 2 * x")
        assert run(con, guard, "SELECT twice(4)") == [(8,)]
        with pytest.raises(UsageError, match=r"the function lenght, which does not exist \(did you mean length\?\)"):
            run(con, guard, "SELECT lenght(title) FROM articles")


@pytest.mark.every_catalog
def test_questions_are_answered_and_nothing_else_is_done(location: Location, tmp_path: Path) -> None:
    load(location, numbered(1))
    secret, other, out = tmp_path / "secret.csv", tmp_path / "other.sqlite", tmp_path / "lake" / "out.csv"
    secret.write_text("a,b\n1,2\n")
    with sqlite3.connect(other) as made:
        made.execute("CREATE TABLE t (x)")
    made.close()
    refused = [
        f"FROM '{secret}'",
        f"FROM read_csv('{secret}')",
        f"FROM glob('{tmp_path}/*')",
        f"FROM sqlite_scan('{other}', 't')",
        f"FROM query('FROM sqlite_scan(''{other}'', ''t'')')",
        f"FROM \"SQLITE_SCAN\"('{other}', 't')",
        f"EXPLAIN ANALYZE FROM sqlite_scan('{other}', 't')",
        f"ATTACH '{other}' AS o (TYPE sqlite)",
        f"FROM '{other}'",
        f"COPY articles TO '{out}'",
        f"EXPLAIN ANALYZE COPY articles TO '{out}'",
        "SELECT 1; DELETE FROM articles",
        "DELETE FROM articles",
        "DROP VIEW stories",
        "SET threads = 1",
        "CREATE MACRO f() AS TABLE FROM sqlite_scan('x', 'y')",
        "INSTALL fts",
        "FROM 'https://127.0.0.1:1/x.parquet'",
        "SELECT getenv('HOME')",
        f"FROM read_text('{tmp_path}/lake/../secret.csv')",
        f"FROM read_blob('{secret}')",
        f"FROM sniff_csv('{secret}')",
        f"FROM READ_CSV('{secret}')",
        f"FROM\u00a0read_csv('{secret}')",
        f"FROM/**/read_csv/**/('{secret}')",
        f"SUMMARIZE '{secret}'",
        f"DESCRIBE '{secret}'",
        f"EXPLAIN ANALYZE FROM '{secret}'",
        f"SELECT (SELECT content FROM read_text('{secret}'))",
        f"FROM query_table(['articles', '{secret}'])",
        f"FROM system.main.sqlite_scan('{other}', 't')",
        f"CALL sqlite_query('{other}', 'SELECT 1')",
        f"PREPARE p AS FROM sqlite_scan('{other}', 't'); EXECUTE p",
        f"SET VARIABLE x = (SELECT content FROM read_text('{secret}'))",
        f"PIVOT (FROM read_csv('{secret}')) ON a",
        "WITH gone AS (DELETE FROM articles RETURNING *) FROM gone",
        f"COPY articles FROM '{secret}'",
        f"EXPORT DATABASE '{tmp_path}/all'",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "USE memory",
        "DETACH lake",
        "CHECKPOINT",
        "BEGIN",
        "CALL ducklake_expire_snapshots('lake', older_than => now())",
        "FROM ducklake_flush_inlined_data('lake')",
        "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
        # a log is a file that a query would write, and the folder of the lake is open to it
        f"FROM enable_logging('HTTP', storage='file', storage_path='{out}')",
        f"FROM enable_profiling(mode => 'detailed', save_location => '{out}')",
        "FROM duckdb_secrets()",
        "FROM duckdb_databases()",
        "SELECT " + "(" * 100_000 + "1" + ")" * 100_000,
        "SELECT 1" + "+1" * 50_000,
        "SELECT " + "NOT " * 100_000 + "true",
    ]
    with open_reader(location, allow_files=False) as con:
        guard = Guard(con)
        for sql in READS:
            assert run(con, guard, sql) is not None, sql
        for sql in refused:
            with pytest.raises((UsageError, duckdb.Error)):
                run(con, guard, sql)
                pytest.fail(f"let through: {sql}")
        assert run(con, guard, "SELECT count(*) FROM articles") == [(20,)]
    assert not out.exists()


def test_a_refusal_says_what_and_what_next(file_location: Location) -> None:
    load(file_location, numbered(1))
    with open_reader(file_location, allow_files=False) as con:
        guard = Guard(con)
        with pytest.raises(UsageError, match="DELETE is not allowed here") as caught:
            guard.check("DELETE FROM articles")
        # nothing would let a query delete, so nothing is offered that does not
        assert caught.value.next and "SELECT" in caught.value.next and "--allow-files" not in caught.value.next
        with pytest.raises(UsageError, match="COPY is not allowed here") as caught:
            guard.check("COPY articles TO 'out.csv'")
        assert caught.value.next and "--allow-files" in caught.value.next
        with pytest.raises(duckdb.ParserException):
            guard.check("SELEC 1")


@pytest.mark.every_catalog
def test_with_files_allowed_a_reader_still_cannot_write_the_warehouse(location: Location, tmp_path: Path) -> None:
    load(location, numbered(1))
    with open_reader(location, allow_files=True) as con:
        con.execute(f"COPY (SELECT 1 AS x) TO '{tmp_path}/x.csv'")
        with pytest.raises(duckdb.Error, match="read-only"):
            con.execute("DELETE FROM articles")
