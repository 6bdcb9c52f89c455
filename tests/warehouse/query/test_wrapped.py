"""No spelling and no wrapping lets a forbidden operation through."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newslake.errors import UsageError
from tests.warehouse.query.statements import CLOSED, STATEMENTS, WRAPPED
from warehouse.database.connect import open_reader
from warehouse.location import Location
from warehouse.query import Guard

# What may stand around a query in FROM without making it another one.
AROUND = (
    "(FROM {})",
    "(SELECT * FROM {} LIMIT 1)",
    "(WITH c AS MATERIALIZED (FROM {}) FROM c)",
    "(WITH RECURSIVE c AS (FROM {} UNION ALL FROM c) FROM c)",
    "(SELECT 1 AS x UNION ALL BY NAME FROM {})",
    "(FROM articles a, LATERAL (SELECT a.title, * FROM {}))",
    "(FROM articles ANTI JOIN {} ON true)",
    "(PIVOT (FROM {}) ON x IN ('a') USING count(*))",
    "(UNPIVOT (FROM {}) ON COLUMNS(*))",
    "(SUMMARIZE FROM {})",
    "(VALUES ((SELECT count(*) FROM {})))",
    "(SELECT * FROM articles WHERE title IN (SELECT x FROM {}) QUALIFY true)",
    "(SELECT [x FOR x IN (SELECT list(y) FROM {} AS t(y))] AS x)",
)
STATEMENTS_AROUND = (
    "CREATE TEMP TABLE t AS FROM {}",
    "CREATE OR REPLACE TEMP VIEW v AS FROM {}",
    "CREATE TEMP MACRO m(a := (SELECT count(*) FROM {})) AS a",
    "CREATE TEMP MACRO m(a, b := 1.5) AS TABLE FROM {}",
    "PREPARE p AS FROM {}",
    "SET VARIABLE v = (SELECT count(*) FROM {})",
    "EXECUTE p((SELECT count(*) FROM {}))",
    "SELECT 1; FROM {}; SELECT 2",
)
# Spaces that DuckDB takes for spaces, and comments.
SPACES = (" ", "\n", "\t", "\u00a0", "\u2003", "/**/", "/* ; ' */", "-- ' ;\n", "/* /* */ */")


@st.composite
def hidden(draw: st.DrawFn) -> str:
    """A forbidden operation, wrapped several times and spelt oddly."""
    source = draw(st.sampled_from(CLOSED))
    for _ in range(draw(st.integers(0, 3))):
        source = draw(st.sampled_from(AROUND)).format(source)
    text = draw(st.sampled_from((*WRAPPED, *STATEMENTS_AROUND))).format(source)
    return draw(_respelt(text))


@st.composite
def _respelt(draw: st.DrawFn, text: str) -> str:
    """Other spaces between words, and comments before and after; what stands in quotes stays."""
    space, before, after = (draw(st.sampled_from(SPACES)) for _ in range(3))
    if "'" not in text and '"' not in text and "$" not in text:
        text = text.replace(" ", space)
    return f"{before}{text}{draw(st.sampled_from(('', ';', after, ' ;' + after)))}"


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory, template: object) -> Iterator[Guard]:
    location: Location = template("sqlite")  # type: ignore[operator]
    with open_reader(location, allow_files=False) as con:
        yield Guard(con)


def refused(guard: Guard, sql: str) -> None:
    with pytest.raises((UsageError, duckdb.Error)):
        guard.check(sql)
        pytest.fail(f"let through: {sql}")


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hidden())
def test_what_is_forbidden_stays_so_however_it_is_wrapped(guard: Guard, sql: str) -> None:
    refused(guard, sql)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(STATEMENTS).flatmap(_respelt))
def test_what_is_no_question_is_refused_however_it_is_spelt(guard: Guard, sql: str) -> None:
    refused(guard, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "FROM duckdb_databases\u00a0",
        "DROP VIEW stories",
        "DROP TABLE articles",
        "DROP TABLE lake.articles",
        "DROP SCHEMA main",
        "USE __ducklake_metadata_lake",
        "USE memory",
        "USE temp",
        "SET search_path = '__ducklake_metadata_lake'",
        "SET VARIABLE a = 1, threads = 4",
        "PRAGMA table_info((SELECT 1))",
        "PRAGMA database_size",
        "PRAGMA storage_info('articles')",
        "SELECT current_setting('s3_secret_access_key')",
        "SELECT current_setting('time' || 'zone')",
        "SELECT current_setting(x) FROM (SELECT 'home_directory' AS x)",
        "CREATE TEMP MACRO m(x) AS current_setting(x)",
        "SET VARIABLE file = '/etc/passwd'; FROM read_text(getvariable('file'))",
        "SET VARIABLE q = 'FROM duckdb_databases()'; FROM query(getvariable('q'))",
        "CREATE TEMP MACRO m(t) AS TABLE FROM query_table(t)",
        "PREPARE p AS FROM read_csv($1); EXECUTE p('/etc/passwd')",
        "PREPARE p AS COPY articles TO 'x.csv'",
        "CREATE TEMP TABLE t (a VARCHAR DEFAULT getenv('HOME'))",
        "CREATE TEMP TABLE t AS FROM read_text('/etc/passwd')",
        "CREATE TEMP SEQUENCE s",
        "CREATE TABLE temp.t AS SELECT 1; CREATE TABLE memory.t AS SELECT 1",
        "INSERT INTO articles SELECT * FROM articles",
        "CREATE TEMP TABLE duckdb_databases AS SELECT 1",
        "CREATE TEMP MACRO read_text(x) AS TABLE SELECT 1",
        "SELECT filename FROM articles",
        "SELECT a.\"FILENAME\" FROM articles AS a",
        "EXPLAIN ANALYZE EXECUTE p",
        "DEALLOCATE ALL",
        "RESET GLOBAL memory_limit",
        "COMMIT",
        "CALL pragma_table_info('articles'); CALL lake.flush_inlined_data()",
    ],
)  # fmt: skip
def test_each_of_these_is_refused(guard: Guard, sql: str) -> None:
    refused(guard, sql)
