"""Migrations: the steps that build the schema, each applied once; those that are missing in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import duckdb

from newslake import __version__
from newslake.errors import WarehouseError, WarehouseMissing, WarehouseOutdated
from warehouse.database.errors import roll_back

RECORD = """
CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR, applied_at TIMESTAMPTZ, version VARCHAR);
COMMENT ON TABLE schema_migrations IS 'A row per step that built this schema.';
COMMENT ON COLUMN schema_migrations.name IS 'Name of the step.';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was applied.';
COMMENT ON COLUMN schema_migrations.version IS 'Version of newslake that applied it.';
"""


@cache
def steps() -> dict[str, str]:
    """The known steps in order: name and SQL."""
    folder = files("warehouse") / "migrations"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return {file.name.removesuffix(".sql"): file.read_text("utf-8") for file in found}


def applied(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the applied steps in order; none in an empty database."""
    exists = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_migrations' AND database_name = current_database()"
    ).fetchall()
    if exists == [(0,)]:
        return []
    return [str(name) for (name,) in con.execute("SELECT name FROM schema_migrations ORDER BY name").fetchall()]


Completion = Callable[[duckdb.DuckDBPyConnection], None]


def migrate(con: duckdb.DuckDBPyConnection, completions: Mapping[str, Completion] = MappingProxyType({})) -> list[str]:
    """Apply the steps that are missing and return their names. WarehouseError where the schema is newer than this program.

    Args:
        completions: by step, what SQL alone cannot do; runs right after the step, in the same transaction.
    """
    done = applied(con)
    _refuse_newer(done)
    missing = [name for name in steps() if name not in done]
    if not missing:
        return []
    # All in one transaction: whoever reads meanwhile sees the warehouse before or after, and no schema that never was.
    con.execute("BEGIN")
    try:
        if not done:
            con.execute(RECORD)
        for name in missing:
            con.execute(steps()[name])
            if name in completions:
                completions[name](con)
            con.execute("INSERT INTO schema_migrations VALUES (?, now(), ?)", [name, __version__])
        con.execute("COMMIT")
    except BaseException:
        roll_back(con)
        raise
    return missing


def check_readable(con: duckdb.DuckDBPyConnection, place: str) -> None:
    """WarehouseOutdated or WarehouseError where the schema is not the one that this program reads, WarehouseMissing where
    there is none."""
    done = applied(con)
    _refuse_newer(done)
    if not done:
        raise missing(place)
    if len(done) < len(steps()):
        raise WarehouseOutdated(
            f"the warehouse {place} has the schema of an older newslake",
            left="nothing was changed",
            next="newslake run (it brings the schema up to date)",
        )


def missing(place: str) -> WarehouseMissing:
    return WarehouseMissing(f"there is no warehouse at {place} yet", left="nothing was created", next="newslake run")


def _refuse_newer(done: list[str]) -> None:
    unknown = [name for name in done if name not in steps()]
    if unknown:
        raise WarehouseError(
            f"the warehouse was written by a newer newslake: this is {__version__}, which does not know {', '.join(unknown)}",
            left="nothing was changed",
            next="pip install --upgrade newslake",
        )
