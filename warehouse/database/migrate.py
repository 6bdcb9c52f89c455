"""Build the schema: migrations change tables, each once; views, macros and comments are replaced when their text changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import md5
from importlib.resources import files
from types import MappingProxyType

import duckdb

from newslake import __version__
from newslake.errors import WarehouseError, WarehouseMissing, WarehouseOutdated
from warehouse.database.definitions import defined
from warehouse.database.errors import roll_back
from warehouse.database.statements import statement

RECORD = """
CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR, applied_at TIMESTAMPTZ, version VARCHAR);
COMMENT ON TABLE schema_migrations IS 'One row per migration that was applied to this warehouse.';
COMMENT ON COLUMN schema_migrations.name IS 'Name of the migration.';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was applied.';
COMMENT ON COLUMN schema_migrations.version IS 'Version of newslake that applied it.';
"""
COMMENT = re.compile(r"^COMMENT ON (?:TABLE|COLUMN) ([\w.]+) IS '((?:[^']|'')*)';$", re.M)
DESCRIPTIONS = "descriptions"  # the definition that is no view: the comments of tables and columns
# The migration whose rows only code can make, see warehouse/upgrade.py.
WORD_HASHES = "0008_word_hashes"
# The migration since which captures are named from the captures folder.
CAPTURE_NAMES = "0013_evidence"
# The migration since which the head of a story is one of the articles that were seen first.
SEEN_FIRST = "0017_stories"


@cache
def steps() -> dict[str, str]:
    """Return the known migrations in order: name and SQL. They change tables only."""
    return _texts("migrations")


@cache
def views() -> dict[str, str]:
    """Return the views by name: the text of the file of each. A view reads tables, never another view."""
    return _texts("views")


@cache
def macros() -> dict[str, str]:
    """Return the macros by name: the text of the file of each. A macro may read views, and call other macros."""
    return _texts("macros")


@cache
def comments() -> dict[str, tuple[str, str]]:
    """Return the comments of tables and columns in the migrations: by name (`table` or `table.column`), text and statement.

    Where two migrations comment on the same name, the later one holds. So a comment can be edited in any migration.
    """
    found: dict[str, tuple[str, str]] = {}
    for sql in (RECORD, *steps().values()):
        found |= {match[1]: (match[2].replace("''", "'"), match[0]) for match in COMMENT.finditer(sql)}
    return found


def definitions() -> dict[str, str]:
    """Return all that is replaced when its text changes, by name."""
    return {**views(), **macros(), DESCRIPTIONS: "\n".join(sql for _, sql in comments().values())}


def _texts(folder: str) -> dict[str, str]:
    found = sorted((files("warehouse") / folder).iterdir(), key=lambda file: file.name)
    return {file.name.removesuffix(".sql"): file.read_text("utf-8") for file in found if file.name.endswith(".sql")}


def applied(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the names of the applied migrations in order; none in an empty database."""
    try:  # a list of the tables, to see whether this one is among them, costs more than all else that opens a lake
        names = con.execute("SELECT name FROM schema_migrations ORDER BY name").fetchall()
    except duckdb.CatalogException as error:
        if "Table with name schema_migrations does not exist" not in str(error):
            raise
        return []
    return [str(name) for (name,) in names]


Completion = Callable[[duckdb.DuckDBPyConnection], None]


def migrate(con: duckdb.DuckDBPyConnection, completions: Mapping[str, Completion] = MappingProxyType({})) -> list[str]:
    """Apply the missing migrations, bring views and macros up to date, and return the names of the migrations applied.

    Args:
        completions: by migration, the work that SQL alone cannot do; runs right after it, in the same transaction.
    Raises:
        WarehouseOutdated: a migration of a warehouse with rows needs a completion that is not given.
        WarehouseError: the schema is newer than this program.
    """
    done = applied(con)
    _refuse_newer(done)
    missing = [name for name in steps() if name not in done]
    if not missing and not _stale(con):
        return []
    if done and WORD_HASHES in missing and WORD_HASHES not in completions:
        raise outdated()
    # All in one transaction: a reader sees the warehouse before or after the upgrade, never one in between. But DuckDB cannot
    # alter a table whose rows the same transaction has updated. Nobody reads a file of DuckDB while another process writes it.
    each_alone = bool(done) and is_file(con)
    con.execute("BEGIN")
    try:
        if not done:
            con.execute(RECORD)
        for name in missing:
            con.execute(steps()[name])
            if name in completions:
                completions[name](con)
            con.execute("INSERT INTO schema_migrations VALUES (?, now(), ?)", [name, __version__])
            if each_alone:
                con.execute("COMMIT")
                con.execute("BEGIN")
        # The types of a view's columns are fixed when it is created, so changed tables need all views created again.
        _replace(con, {*views(), *_stale(con)} if missing else _stale(con))
        con.execute("COMMIT")
    except BaseException:
        roll_back(con)
        raise
    if missing and not is_file(con):
        arrange(con)
    return missing


def arrange(con: duckdb.DuckDBPyConnection) -> None:
    """Set how DuckLake writes the files of tables, which it can only do for tables that are committed. Changes no rows."""
    con.execute(statement("arrange_files"))


def is_file(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the warehouse is a file of DuckDB, and not a lake."""
    return con.execute("SELECT type FROM duckdb_databases() WHERE database_name = current_database()").fetchall() == [("duckdb",)]


def _hash(sql: str) -> str:
    return md5(sql.encode(), usedforsecurity=False).hexdigest()


def _stale(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the definitions that are missing, have another text by now, or are no longer part of the schema."""
    known = {name: _hash(sql) for name, sql in definitions().items()}
    used = {
        str(name): str(text_hash) for name, text_hash in con.execute("SELECT name, text_hash FROM schema_definitions").fetchall()
    }
    return {name for name in {*known, *used} if known.get(name) != used.get(name)}


def _replace(con: duckdb.DuckDBPyConnection, names: set[str]) -> None:
    texts = definitions()
    for name in sorted(names, key=lambda name: (name in macros(), name)):  # macros read views
        con.execute("DELETE FROM schema_definitions WHERE name = ?", [name])
        if name == DESCRIPTIONS:
            _comment(con)
        elif name in texts:
            con.execute(defined(texts[name]).statements)
        else:
            for kind in ("VIEW", "MACRO", "MACRO TABLE"):
                con.execute(f'DROP {kind} IF EXISTS "{name}"')
        if name in texts:
            con.execute("INSERT INTO schema_definitions VALUES (?, ?, now(), ?)", [name, _hash(texts[name]), __version__])


def _comment(con: duckdb.DuckDBPyConnection) -> None:
    """Write the comments that differ from those in the warehouse; in a new one none do."""
    there = dict(con.execute(statement("comments")).fetchall())
    changed = [sql for name, (text, sql) in comments().items() if name in there and there[name] != text]
    if changed:
        con.execute("\n".join(changed))


def check_readable(con: duckdb.DuckDBPyConnection, place: str) -> None:
    """Raise unless the schema is the one that this program reads.

    Raises:
        WarehouseMissing: there is no schema.
        WarehouseOutdated: migrations are missing, or views have an older text.
        WarehouseError: the schema is newer than this program.
    """
    done = applied(con)
    _refuse_newer(done)
    if not done:
        raise missing(place)
    if len(done) < len(steps()) or _stale(con) - {DESCRIPTIONS}:  # older comments do not stop a reader
        raise outdated(place)


def outdated(place: str = "here") -> WarehouseOutdated:
    return WarehouseOutdated(
        f"the warehouse {place} has the schema of an older newslake",
        left="nothing was changed",
        next="newslake run, or newslake maintain, which fetches nothing: either brings the schema up to date",
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
