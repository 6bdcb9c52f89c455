"""Ad-hoc SQL can read the warehouse and reach nothing else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest

from newslake.errors import UsageError
from tests.warehouse.children import numbered
from tests.warehouse.test_load import load
from warehouse.database.connect import open_reader, open_writer
from warehouse.location import Location
from warehouse.query import check_reads_only
from warehouse.query_tree import allowed

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
PIVOTS = (
    "PIVOT fetches ON outcome IN ('loaded') USING count(*)",
    "PIVOT fetches ON outcome, source -- a remark",
    "SELECT * FROM (PIVOT fetches ON outcome, source USING count(*))",
    "WITH c AS (PIVOT fetches ON outcome USING count(*) GROUP BY source ORDER BY source LIMIT 3) SELECT * FROM c ORDER BY 1",
    "SELECT 1; PIVOT fetches ON outcome; SELECT 2",
    "PIVOT (SELECT source, year(requested_at) AS y FROM fetches WHERE source IN ('a') OR true) ON y || '-' USING count(*)",
    "FROM fetches PIVOT (count(*) FOR outcome IN ('loaded', 'copy') GROUP BY source)",
    "UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b",
    "EXPLAIN PIVOT fetches ON outcome",
    "DESCRIBE (PIVOT fetches ON outcome)",
    "SUMMARIZE (PIVOT fetches ON outcome)",
    "PIVOT fetches ON outcome UNION ALL BY NAME SELECT 1 AS x",
)
SESSION = (
    "CREATE TEMP VIEW mine AS FROM articles; SELECT count(*) FROM mine",
    "CREATE OR REPLACE TEMPORARY VIEW mine (one) AS SELECT 1; FROM temp.mine",
    "-- a remark\nCREATE TEMP MACRO half(x, y := 2) AS x / y; SELECT half(4), half(4, y := 1)",
    "SELECT half(3), temp.half(3), temp.main.half(4)",
    "CREATE TEMP MACRO top(n) AS TABLE SELECT * FROM articles LIMIT n; FROM top(2)",
    "SET TimeZone = 'Asia/Tokyo'; SELECT now()",
    "SET TIME ZONE 'UTC'",
    "RESET TimeZone -- as it was",
)
ANALYSIS = (
    "SHOW ALL TABLES",
    "SHOW DATABASES",
    "SHOW articles",
    "DESCRIBE SELECT 1",
    "EXPLAIN (FORMAT json) SELECT 1",
    "VALUES (1), (2)",
    "TABLE articles",
    "WITH day AS (SELECT 1) FROM day",
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) FROM t",
    "SELECT title[1:3], title LIKE 'a%', title ILIKE 'b', title ~ 'x', title GLOB 'a*', title SIMILAR TO 'a' FROM articles",
    "SELECT title NOT LIKE 'x', title !~~ 'a', title NOT ILIKE 'y', title LIKE 'a' ESCAPE '!' FROM articles",
    "SELECT {'a': 1}.a, [x + 1 for x in [1, 2] if x > 1], MAP {'a': 1}['a'], '{\"a\": 1}'::JSON->'a', '{\"a\": 1}'->>'$.a'",
    "SELECT list_transform([1], lambda x: x + 1), list_filter([1], x -> x > 0), [3, 1].list_sort(), list_aggregate([1], 'sum')",
    "SELECT unnest([1, 2]), generate_series(1, 3)",
    "FROM range(3), unnest([1, 2]) AS u(x), generate_series(1, 2) AS g(y)",
    "SELECT x FROM generate_series(DATE '2024-01-01', DATE '2024-02-01', INTERVAL 1 MONTH) AS t(x)",
    "SELECT now() AT TIME ZONE 'UTC', date_trunc('day', now()), EXTRACT(year FROM now()), current_date, now() - INTERVAL 3 DAY",
    "SELECT age(now()), strftime(now(), '%Y'), date_diff('day', now(), now()), time_bucket(INTERVAL 1 DAY, now()), epoch(now())",
    "SELECT COLUMNS('ti.*') FROM articles",
    "SELECT * EXCLUDE (text) REPLACE (upper(title) AS title) FROM articles",
    "SELECT count(*) FILTER (WHERE true) OVER (), lag(title) OVER w FROM articles WINDOW w AS (ORDER BY source)",
    "SELECT source, row_number() OVER (PARTITION BY source ORDER BY title) AS n FROM articles QUALIFY n < 3",
    "SELECT string_agg(title, ',' ORDER BY title), quantile_cont(1, 0.5), mode(source), histogram(source) FROM articles",
    "SELECT source, arg_max(title, first_seen_at), list(title) FROM articles GROUP BY ALL HAVING count(*) > 0",
    "SELECT regexp_extract(title, 'a'), regexp_replace(title, 'a', 'b', 'g'), position('a' IN title) FROM articles",
    "SELECT trim(BOTH 'a' FROM title), split_part(title, ' ', 1), levenshtein(title, 'x') FROM articles",
    "FROM json_each('{\"a\": 1}')",
    "SELECT a.title FROM articles a JOIN matches m USING (article_id) WHERE EXISTS (FROM copies)",
    "SELECT * FROM articles a ASOF JOIN articles b ON a.source = b.source AND a.published_at >= b.published_at",
    "FROM articles USING SAMPLE 1",
    "SELECT GROUPING(source), count(*) FROM articles GROUP BY CUBE (source)",
    "SELECT TRY_CAST('x' AS INT), coalesce(1, 2), ifnull(1, 2), if(true, 1, 2), CASE WHEN true THEN 1 END, 5!, @(-2), ~1, 2 ** 3",
    "SELECT x COLLATE NOCASE FROM (SELECT 'a' AS x)",
    "SELECT (1, 2), row(1, 2), struct_pack(a := 1), [1, 2, 3][-1], ARRAY[1, 2], 1 IN (1, 2), 1 = ANY([1])",
    "SELECT hash(1), md5('a'), uuid(), random(), 7 // 2, 7 % 2, 'a' || 'b', len('x'), typeof(1), current_database()",
    "FROM duckdb_tables; FROM duckdb_columns(); FROM information_schema.tables; FROM sqlite_master",
    "SELECT 'a;b' AS \"c;d\" -- e;f\n; /* ; */ SELECT $$x;y$$; SELECT\u00a01",
)
HISTORY = (
    "FROM lake.snapshots()",
    "FROM ducklake_snapshots('lake')",
    "FROM articles AT (VERSION => 3)",
    "FROM lake.table_changes('articles', 1, 3)",
    "FROM ducklake_table_changes('lake', 'main', 'articles', 1, 3)",
    "SELECT dbl(2), lake.dbl(2), lake.main.dbl(2)",
)
# Each is wrapped in what could hide it.
CLOSED = (
    "duckdb_databases",
    "duckdb_databases()",
    "DUCKDB_DATABASES()",
    "system.main.duckdb_databases()",
    "'duckdb_databases'",
    "E'duckdb_d\\x61tabases'",
    "$$duckdb_databases$$",
    "pragma_database_list",
    "lake.settings()",
    "lake.main.settings()",
    "lake.options()",
    "ducklake_settings('lake')",
    "ducklake_options('lake')",
    "ducklake_list_files('lake', 'articles')",
    "__ducklake_metadata_lake.ducklake_metadata",
    "__ducklake_metadata_lake.main.ducklake_metadata",
    "ducklake_cleanup_old_files('lake', cleanup_all => true)",
    "checkpoint('lake')",
    "\"QuErY\"('SELECT 1')",
    "system.main.query('FROM duckdb_databases')",
    "query_table('duckdb_databases')",
    "histogram('duckdb_databases', path)",
    "sqlite_scan('x', 'y')",
    "\"sqlite_scan\"('x', 'y')",
    "postgres_scan('x', 'y', 'z')",
    "enable_logging(level => 'trace')",
    "read_text('x')",
    "parquet_metadata('x')",
    "glob('*')",
    "pandas_scan(1)",
    "which_secret('s3://x', 's3')",
    "duckdb_settings()",
    "pg_catalog.pg_settings",
    "(SELECT getenv('HOME') AS x)",
    "(SELECT ('HOME').getenv() AS x)",
    "(SELECT list_transform(['HOME'], lambda x: getenv(x)) AS x)",
    "(SELECT system.main.getenv('HOME') AS x)",
    "(SELECT current_setting('s3_secret_access_key') AS x)",
    "(SELECT json_serialize_plan('FROM duckdb_databases') AS x)",
    "(SELECT pg_sleep(9) AS x)",
    "(SELECT write_log('x') AS x)",
    "'x.csv'",
    '"/etc/passwd"',
    "'s3://bucket/x.parquet'",
)
WRAPPED = (
    "FROM {}",
    "FROM articles, {}",
    "SELECT (SELECT count(*) FROM {})",
    "WITH c AS (FROM {0}) FROM c",
    "WITH duckdb_databases AS (FROM {0}) FROM duckdb_databases",
    "DESCRIBE FROM {}",
    "SUMMARIZE FROM {}",
    "EXPLAIN ANALYZE FROM {}",
    "PIVOT {} ON x",
    "PIVOT (SELECT 1 AS x, * FROM {}) ON x",
    "PIVOT (FROM {}) ON x IN ('a')",
    "SELECT * FROM (PIVOT (FROM {}) ON x USING count(*))",
    "EXPLAIN PIVOT (FROM {}) ON x",
    "PIVOT fetches ON outcome IN (SELECT x FROM {})",
    "FROM fetches PIVOT (count(*) FOR outcome IN (SELECT x FROM {}))",
    "PIVOT (FROM fetches WHERE source IN (SELECT x FROM {})) ON outcome, source",
    "UNPIVOT (FROM {}) ON x",
    "SELECT 1; PIVOT (FROM {}) ON x; SELECT 2",
    "CREATE TEMP VIEW v AS FROM {}",
    "CREATE TEMP MACRO m() AS TABLE FROM {}",
    "CREATE TEMP MACRO m() AS (SELECT count(*) FROM {})",
    "CREATE TEMP TABLE t AS PIVOT (FROM {}) ON x",
    "CREATE TEMP MACRO settings() AS TABLE SELECT 1; FROM {}",
    "PREPARE p AS FROM {}",
)
STATEMENTS = (
    "PRAGMA database_list",
    "SELECT 1; PRAGMA database_list; SELECT 2",
    "PRAGMA enable_profiling",
    "CALL pragma_version()",
    "SHOW TABLES FROM __ducklake_metadata_lake",
    "CREATE TEMP MACRO e(x := getenv('HOME')) AS x",
    "CREATE TEMP MACRO e(x) AS 1, (x, y) AS getenv(x)",
    "CREATE TEMP MACRO query(x) AS TABLE SELECT 1",
    "CREATE TEMP MACRO options() AS TABLE SELECT 1",
    "CREATE TEMP VIEW duckdb_databases AS SELECT 1",
    "CREATE MACRO e(x) AS x",
    "CREATE VIEW v AS SELECT 1",
    "CREATE VIEW temp.v AS SELECT 1",
    "CREATE TABLE memory.t AS PIVOT fetches ON outcome",
    "CREATE TYPE e AS ENUM (SELECT path FROM duckdb_databases)",
    "CREATE SECRET s (TYPE s3)",
    "SET TimeZone = getenv('HOME')",
    "SET TimeZone = (SELECT path FROM duckdb_databases LIMIT 1)",
    "SET GLOBAL memory_limit = '1GB'",
    "SET VARIABLE a = 1",
    "RESET ALL",
    "EXECUTE p",
    "DEALLOCATE p",
    "VACUUM",
    "FORCE CHECKPOINT",
    "IMPORT DATABASE 'x'",
    "LOAD fts",
    "COPY FROM DATABASE lake TO memory",
    "UPDATE EXTENSIONS",
    "EXPLAIN DELETE FROM articles",
    "MERGE INTO articles USING matches ON true WHEN MATCHED THEN DELETE",
    "PIVOT fetches ON getenv(outcome)",
    "PIVOT fetches ON outcome USING first(getenv('HOME'))",
    "FROM articles AT (VERSION => getenv('HOME')::INT)",
    "FROM articles LIMIT getenv('HOME')::INT",
)


def run(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    rows = list[tuple[object, ...]]()
    for statement in check_reads_only(con, sql):
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
        for sql in [*wrapped, *STATEMENTS]:
            with pytest.raises((UsageError, duckdb.Error)) as caught:
                check_reads_only(con, sql)
                pytest.fail(f"let through: {sql}")
            if isinstance(caught.value, UsageError):
                assert caught.value.left == "nothing was run" and caught.value.next, sql
            else:  # only what is no SQL at all may be left to DuckDB: nothing has run
                assert isinstance(
                    caught.value, (duckdb.ParserException, duckdb.NotImplementedException, duckdb.PermissionException)
                ), sql


def test_ordinary_analysis_is_answered(location: Location) -> None:
    load(location, numbered(1))
    with open_writer(location, "test") as writer:
        writer.con.execute("CREATE MACRO dbl(x) AS x * 2")
    with open_reader(location, allow_files=False) as con:
        for sql in (*PIVOTS, *SESSION, *ANALYSIS, *(HISTORY if location.is_lake else ())):
            try:
                run(con, sql)
            except (UsageError, duckdb.Error) as error:
                pytest.fail(f"{sql}: {error}")
        assert run(con, "SELECT dbl(21)") == [(42,)]
        assert run(con, "PIVOT (SELECT 1 AS a, 'k' AS b) ON b USING sum(a)") == [(1,)]
        assert run(con, "SET TimeZone = 'Asia/Tokyo'; SELECT hour('2026-01-01 00:00:00+00'::TIMESTAMPTZ)") == [(9,)]


def test_whatever_duckdb_brings_is_allowed_by_name_or_refused(sqlite_location: Location) -> None:
    """A new version cannot open the guard: what it adds is on no list."""
    load(sqlite_location, numbered(1))
    names = allowed()
    with open_reader(sqlite_location, allow_files=False) as con:
        functions = con.execute("SELECT DISTINCT function_name, function_type FROM duckdb_functions() WHERE internal").fetchall()
        views = con.execute("SELECT DISTINCT view_name FROM duckdb_views() WHERE internal").fetchall()
        settings = con.execute("SELECT name, value FROM duckdb_settings()").fetchall()
        here = {name.casefold() for name, _ in functions}
        for name, kind in functions:
            if kind in ("table", "table_macro") and name.casefold() not in names.table_functions:
                with pytest.raises(UsageError, match=f"the function {name}"):
                    check_reads_only(con, f'FROM "{name}"()')
            elif kind in ("scalar", "aggregate", "macro") and name.casefold() not in names.functions and name.isidentifier():
                with pytest.raises(UsageError, match=f"the function {name.casefold()}"):
                    check_reads_only(con, f'SELECT "{name}"()')
            elif kind == "pragma":
                for sql in (f"PRAGMA {name}", f"PRAGMA {name}('x')"):
                    with pytest.raises((UsageError, duckdb.Error)):
                        check_reads_only(con, sql)
                        pytest.fail(f"let through: {sql}")
        for (name,) in views:
            if name not in names.system_views:
                with pytest.raises(UsageError, match=name):
                    check_reads_only(con, f"FROM {name}")
        for name, value in settings:
            if name.casefold() != "timezone":
                with pytest.raises((UsageError, duckdb.Error)):
                    check_reads_only(con, f"SET {name} = '{value}'")
                    pytest.fail(f"let through: SET {name}")
    # and the list does not outlive what it names
    lake_functions = {name.removeprefix("ducklake_") for name in here}
    assert {name for name in names.table_functions if name not in here | lake_functions} <= {"regexp_split_to_table"}
    assert {name for name in names.functions if name not in here} <= {"->"}


def test_the_connection_string_is_in_no_view_that_stays_open(sqlite_location: Location) -> None:
    load(sqlite_location, numbered(1))
    file = str(sqlite_location.file)
    with open_reader(sqlite_location, allow_files=False) as con:
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
                rows = run(con, sql)
            except duckdb.Error:  # a view of information_schema, without the schema
                continue
            assert file not in str(rows), sql


def test_the_shell_may_use_macros_of_an_earlier_line(file_location: Location) -> None:
    load(file_location, numbered(1))
    with open_reader(file_location, allow_files=False) as con:
        run(con, "CREATE TEMP MACRO twice(x) AS 2 * x")
        assert run(con, "SELECT twice(4)") == [(8,)]
        with pytest.raises(UsageError, match=r"the function lenght \(did you mean length\?\)"):
            run(con, "SELECT lenght(title) FROM articles")


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
