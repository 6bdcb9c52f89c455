"""Check SQL of unknown origin: only statements that read the warehouse may run.

DuckDB's settings (see connect.open_reader, allow_files=False) bar DuckDB from files and network, but not its SQLite and
PostgreSQL scanners. So each statement is inspected before it runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from newslake.errors import UsageError

# Scanners of other databases, functions that run SQL from a string, maintenance of DuckLake, connection strings with passwords;
# and logs and profiles, which are written to files, even in the folder of the lake.
CLOSED = re.compile(
    r"(sqlite|postgres|pg_clear)\w*|query|json_execute_serialized_sql|"
    r"ducklake_(add|cleanup|commit|delete|expire|flush|merge|rewrite|set)\w*|"
    r"(enable|disable|truncate|write)_\w*(log|logging|logs|profil\w*)|(pragma|duckdb)_(databases|database_list|secrets|logs\w*)"
)
EXPLAIN = re.compile(r"\s*EXPLAIN\s+(ANALYZE\s+)?", re.I)
NEEDS_FILES = {"COPY", "ATTACH", "LOAD", "EXPORT"}
REFUSED = "nothing was run"


def check_reads_only(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise UsageError unless every statement of `sql` only reads the warehouse. Syntax errors are raised as DuckDB's own."""
    for statement in con.extract_statements(sql):
        text = statement.query
        if statement.type == duckdb.StatementType.EXPLAIN:
            text = EXPLAIN.sub("", text, count=1)
        row = con.execute("SELECT json_serialize_sql(?)", [text]).fetchone()
        tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
        if tree["error"]:
            kind = statement.type.name.replace("_", " ")
            raise UsageError(
                f"{kind} is not allowed here: queries only read the warehouse",
                left=REFUSED,
                next="write it as SELECT, FROM, DESCRIBE, SHOW or SUMMARIZE"
                + ("; with --allow-files, this too" if kind in NEEDS_FILES else ""),
            )
        closed = sorted({name for name in _functions(tree) if CLOSED.fullmatch(name.casefold())})
        if closed:
            raise UsageError(
                f"the function {', '.join(closed)} reaches beyond the warehouse",
                left=REFUSED,
                next="leave it out, or add --allow-files to let SQL reach files and the network",
            )


def _functions(tree: Any) -> Iterator[str]:
    """Yield the names of all functions in a serialised statement."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            name = node.get("function_name")
            if isinstance(name, str):
                yield name
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
