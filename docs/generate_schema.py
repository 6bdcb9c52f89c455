"""Writes docs/schema.md from the comments of the warehouse itself: `python docs/generate_schema.py`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from warehouse.database import migrate
from warehouse.describe import Relation, Value, column_values, describe

FILE = Path(__file__).parent / "schema.md"
HEAD = """# Tables and columns

Written by `python docs/generate_schema.py` from the warehouse's own comments; `newslake schema` prints the same. Names are a
promise: later versions add to them and rename none. `newslake sql` shows instants (`TIMESTAMP WITH TIME ZONE`) in the
zone of the watchlist.
A table macro stands in FROM like a table, with what it is asked about in brackets: `FROM top_words('sanctions') LIMIT 20`.
[cookbook.md](cookbook.md) shows views and macros at work.
"""


def schema_markdown() -> str:
    """The whole of docs/schema.md, from an empty warehouse of this version."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        migrate.migrate(con)
        sections = [_section(relation) for relation in describe(con)]
    return "\n".join([HEAD, *sections, *(_values(column, values) for column, values in column_values().items())])


def _section(relation: Relation) -> str:
    """Return what the document says of a table, view or macro."""
    parts = [f"## `{relation.call}` ({relation.kind})\n\n{relation.comment}\n"]
    if relation.parameters:
        rows = [
            f"| `{one.name}` | {'must be given' if one.default is None else f'`{one.default}`'} | {one.comment} |"
            for one in relation.parameters
        ]
        parts += ["| parameter | default | meaning |\n| --- | --- | --- |", *rows, ""]
    if relation.columns:
        rows = [f"| `{column.name}` | `{column.type}` | {column.comment} |" for column in relation.columns]
        parts += ["| column | type | meaning |\n| --- | --- | --- |", *rows, ""]
    return "\n".join(parts)


def _values(column: str, values: Sequence[Value]) -> str:
    rows = [f"| `{one.value}` | {one.meaning} |" for one in values]
    return "\n".join([f"## Values of `{column}`\n\n| value | meaning |\n| --- | --- |", *rows, ""])


if __name__ == "__main__":
    FILE.write_text(schema_markdown(), "utf-8")
