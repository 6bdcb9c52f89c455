"""Warehouses as earlier versions of newslake made them, from those versions' own migrations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

MADE_BY_66021DA = Path(__file__).parent / "made_by_66021da"
RECORD = """
CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR, applied_at TIMESTAMPTZ, version VARCHAR);
COMMENT ON TABLE schema_migrations IS 'A row per step that built this schema.';
COMMENT ON COLUMN schema_migrations.name IS 'Name of the step.';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was applied.';
COMMENT ON COLUMN schema_migrations.version IS 'Version of newslake that applied it.';
"""


def as_66021da(before: str = "9") -> Callable[[duckdb.DuckDBPyConnection], None]:
    """Return what builds an empty warehouse with the tables and views of that version, for `open_writer(prepare=…)`.

    Args:
        before: only the migrations whose names sort before it.
    """

    def build(con: duckdb.DuckDBPyConnection) -> None:
        con.execute("SET lambda_syntax = 'ENABLE_SINGLE_ARROW'")  # which DuckDB 1 knew, and DuckDB 2 reads when asked to
        con.execute("BEGIN")
        con.execute(RECORD)
        for file in sorted(MADE_BY_66021DA.glob("*.sql")):
            if file.stem < before:
                con.execute(file.read_text("utf-8"))
                con.execute("INSERT INTO schema_migrations VALUES (?, now(), '0.1.0')", [file.stem])
        con.execute("COMMIT")

    return build
