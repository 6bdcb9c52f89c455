"""Read texts of the warehouse by their content hashes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import duckdb

from warehouse.database.stage import stage
from warehouse.database.statements import statement
from warehouse.similarity.compare import Text


def read_texts(
    con: duckdb.DuckDBPyConnection, hashes: Iterable[str], since: datetime | None, until: datetime | None
) -> dict[str, Text]:
    """Return texts by content hash, without those that no article has any more because it was cleaned again.

    Args:
        since, until: when the texts were first seen; None if there are none.
    """
    stage(con, "unread_hashes", {"content_hash": "VARCHAR"}, [(content_hash,) for content_hash in hashes])
    rows = con.execute(statement("unread_texts"), {"since": since, "until": until}).fetchall()
    return {str(content_hash): Text(text) for content_hash, text in rows}
