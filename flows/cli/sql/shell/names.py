"""Read the names that a query may use from a session, for completion."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import duckdb

from flows.cli.sql.shell.completion import Names
from newslake.errors import NewslakeError
from warehouse.describe import BOOKKEEPING, Relation, describe
from warehouse.query.tree import allowed

if TYPE_CHECKING:
    from warehouse.query import Session

# Relations of the session's own: describe does not know them.
TEMPORARY = (
    "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'temp' AND NOT internal "
    "ORDER BY table_name, column_index"
)
TEMPORARY_MACROS = (
    "SELECT DISTINCT function_name, function_type = 'table_macro' FROM duckdb_functions() "
    "WHERE database_name = 'temp' AND NOT internal AND function_type IN ('macro', 'table_macro')"
)


class Known:
    """The names of a session, read when they are first asked for, and those that the session made after each query."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stored: Names | None = None
        self._all: Names | None = None

    def look_again(self) -> None:
        """Forget what the session itself made, after a query that may have made more."""
        self._all = None

    def names(self) -> Names:
        """Return the names; fewer, rather than an error, where the warehouse cannot be read."""
        if self._all is None:
            with suppress(duckdb.Error, NewslakeError):
                if self._stored is None:
                    self._stored = named(describe(self._session.con), allowed().functions)
                self._all = self._with_temporary(self._stored)
        return self._all or self._stored or Names()

    def _with_temporary(self, stored: Names) -> Names:
        relations, functions = dict[str, str](), dict(stored.functions)
        columns = dict[str, dict[str, str]]()
        for table, column, kind in self._session.con.execute(TEMPORARY).fetchall():
            relations[table] = "temporary"
            columns.setdefault(table.casefold(), {})[column] = kind.lower()
        for name, is_table in self._session.con.execute(TEMPORARY_MACROS).fetchall():
            (relations if is_table else functions)[f"{name}(" if is_table else name] = "temporary macro"
        return Names({**relations, **stored.relations}, {**stored.columns, **columns}, functions)


def named(relations: list[Relation], functions: frozenset[str]) -> Names:
    """Return the names of a warehouse: what newslake keeps for itself last."""
    ordered = sorted(relations, key=lambda one: one.name in BOOKKEEPING)
    in_from = {f"{one.name}(" if "macro" in one.kind else one.name: _meaning(one) for one in ordered if one.kind != "macro"}
    values = {one.name: _meaning(one) for one in relations if one.kind == "macro"}
    return Names(
        in_from,
        {one.name.casefold(): {column.name: column.type.lower() for column in one.columns} for one in ordered},
        values | {name: "function" for name in sorted(functions) if name not in values},
    )


def _meaning(relation: Relation) -> str:
    return f"{relation.kind}: {(relation.comment or '').partition('. ')[0].rstrip('.')}"[:90]
