"""Give UUIDs to programs as text: a data frame of objects can be neither written to a file nor joined in another library."""

from __future__ import annotations

from typing import Any

import duckdb
from duckdb.sqltypes import DuckDBPyType

NESTED = ("list", "array", "struct", "map")


def with_text_ids(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Return the relation with UUIDs as text, also those in lists and structs; the same relation if it has none."""
    types = [as_text(kind) for kind in relation.types]
    if types == [str(kind) for kind in relation.types]:
        return relation
    columns = (
        f"CAST(#{place} AS {kind}) AS {_quoted(name)}"
        for place, (name, kind) in enumerate(zip(relation.columns, types, strict=True), start=1)
    )
    return relation.project(", ".join(columns))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def as_text(kind: DuckDBPyType) -> str:
    """Return a type in SQL, with VARCHAR in the place of UUID."""
    if kind.id == "uuid":
        return "VARCHAR"
    if kind.id not in NESTED or "UUID" not in str(kind):
        return str(kind)
    parts: dict[str, Any] = dict(kind.children)
    if kind.id == "struct":
        return f"STRUCT({', '.join(f'{_quoted(name)} {as_text(inner)}' for name, inner in parts.items())})"
    if kind.id == "map":
        return f"MAP({as_text(parts['key'])}, {as_text(parts['value'])})"
    return f"{as_text(parts['child'])}[{parts.get('size', '')}]"
