"""Describe the schema: tables, views and macros, with the meaning of their columns and of the values that some columns have."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from newslake.outcomes import Origin, Outcome, Reason
from warehouse.database import migrate
from warehouse.database.definitions import Definition, defined
from warehouse.database.statements import statement

# Tables that only newslake itself has a use for. They are documented like the others, but not among what users may look for.
BOOKKEEPING = frozenset(
    {"docs", "fingerprints", "layout_evidence", "passages", "postings", "schema_definitions", "schema_migrations"}
)


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    comment: str | None  # None for columns of a view that newslake did not make


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a column that has a closed list of them, with what it means."""

    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a macro is given; `default` is None where it must be given."""

    name: str
    comment: str | None
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, a view or a macro of the warehouse."""

    name: str
    kind: str  # table, view, table macro (stands in FROM) or macro (gives a value)
    comment: str | None
    columns: tuple[Column, ...]
    parameters: tuple[Parameter, ...] = ()

    @property
    def call(self) -> str:
        """Return how it is written in a query: its name, and what is given to it."""
        if "macro" not in self.kind:
            return self.name
        given = (one.name if one.default is None else f"{one.name} := {one.default}" for one in self.parameters)
        return f"{self.name}({', '.join(given)})"


def describe(con: duckdb.DuckDBPyConnection) -> list[Relation]:
    """Return the tables, then the views, then the macros of newslake, each with its columns and comments."""
    relations = con.execute(statement("relations")).fetchall()
    columns = con.execute(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal ORDER BY table_name, column_index"
    ).fetchall()
    by_table: dict[str, list[Column]] = {}
    for table, *column in columns:
        by_table.setdefault(table, []).append(Column(*column))
    found = [_relation(name, kind, comment, by_table[name]) for name, kind, comment in relations]
    return [*found, *(_macro(con, defined(text)) for _, text in sorted(migrate.macros().items()))]


def _relation(name: str, kind: str, comment: str | None, columns: list[Column]) -> Relation:
    text = migrate.views().get(name) if kind == "view" else None
    if text is None:
        return Relation(name, kind, comment, tuple(columns))
    made = defined(text)
    return Relation(name, kind, made.comment, tuple(Column(one.name, one.type, made.columns.get(one.name)) for one in columns))


def _macro(con: duckdb.DuckDBPyConnection, made: Definition) -> Relation:
    parameters = tuple(Parameter(name, made.parameters.get(name), default) for name, default in made.signature)
    columns: tuple[Column, ...] = ()
    if made.kind == "table macro":
        given = ", ".join("NULL" for one in parameters if one.default is None)
        described = con.execute(f"DESCRIBE FROM {made.name}({given})").fetchall()
        columns = tuple(Column(str(name), str(kind), made.columns.get(str(name))) for name, kind, *_ in described)
    return Relation(made.name, made.kind, made.comment, columns, parameters)


def column_values() -> dict[str, tuple[Value, ...]]:
    """Return the values of the columns that have a closed list of them, by `table.column`."""
    return {
        column: tuple(Value(one.value, one.meaning) for one in values)
        for column, values in (("fetches.outcome", Outcome), ("fetches.reason", Reason), ("fetches.origin", Origin))
    }
