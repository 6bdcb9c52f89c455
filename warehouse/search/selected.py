"""Read what topics select, for a search that asks for nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb

from warehouse.database.statements import statement
from warehouse.search.rank import Numbers
from warehouse.search.texts import FoundArticle, ask


class OfTopic(NamedTuple):
    """An article that a topic selects, and the strongest of its matches."""

    article: FoundArticle
    url: str
    title: str
    terms: tuple[str, ...]
    in_title: bool
    score: float
    snippet: str


def selected(
    con: duckdb.DuckDBPyConnection, docs: Numbers, topics: Sequence[str], limit: int, *, by_score: bool
) -> list[OfTopic]:
    """Return the first of the indexed texts with these numbers, with their matches of topics.

    Args:
        by_score: the strongest matches first; otherwise the latest publication (or first fetch, if that is unknown).
    """
    ask(con, docs)
    rows = con.execute(statement("topic_hits"), {"topics": list(topics), "limit": limit, "by_score": by_score}).fetchall()
    return [OfTopic(FoundArticle(*row[:6]), row[6], row[7], tuple(row[8]), *row[9:]) for row in rows]
