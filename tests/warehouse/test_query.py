"""Ad-hoc SQL can read the warehouse and reach nothing else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest

from newslake.errors import UsageError
from tests.warehouse.children import numbered
from tests.warehouse.test_load import load
from warehouse.database.connect import open_reader
from warehouse.location import Location
from warehouse.query import check_reads_only

READS = (
    "SELECT count(*) FROM articles",
    "FROM stories",
    "DESCRIBE articles",
    "SHOW TABLES",
    "SUMMARIZE copies",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE FROM timeline",
    "WITH t AS (FROM matches) SELECT * FROM t; SELECT 2",
    "PIVOT fetches ON outcome USING count(*) GROUP BY source",
)


def run(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    check_reads_only(con, sql)
    return con.execute(sql).fetchall()


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
        "CREATE TEMP TABLE t AS SELECT 1",
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
        for sql in READS:
            assert run(con, sql) is not None, sql
        for sql in refused:
            with pytest.raises((UsageError, duckdb.Error)):
                run(con, sql)
                pytest.fail(f"let through: {sql}")
        assert run(con, "SELECT count(*) FROM articles") == [(20,)]
    assert not out.exists()


def test_a_refusal_says_what_and_what_next(file_location: Location) -> None:
    load(file_location, numbered(1))
    with open_reader(file_location, allow_files=False) as con:
        with pytest.raises(UsageError, match="DELETE is not allowed here") as caught:
            check_reads_only(con, "DELETE FROM articles")
        # nothing would let a query delete, so nothing is offered that does not
        assert caught.value.next and "SELECT" in caught.value.next and "--allow-files" not in caught.value.next
        with pytest.raises(UsageError, match="COPY is not allowed here") as caught:
            check_reads_only(con, "COPY articles TO 'out.csv'")
        assert caught.value.next and "--allow-files" in caught.value.next
        with pytest.raises(duckdb.ParserException):
            check_reads_only(con, "SELEC 1")


@pytest.mark.every_catalog
def test_with_files_allowed_a_reader_still_cannot_write_the_warehouse(location: Location, tmp_path: Path) -> None:
    load(location, numbered(1))
    with open_reader(location, allow_files=True) as con:
        con.execute(f"COPY (SELECT 1 AS x) TO '{tmp_path}/x.csv'")
        with pytest.raises(duckdb.Error, match="read-only"):
            con.execute("DELETE FROM articles")
