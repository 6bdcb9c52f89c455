"""Show the articles of indexed texts as topics select them: with the strongest match of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from warehouse.database.statements import statement
from warehouse.search.rank import Numbers
from warehouse.search.texts import FoundArticle, ask, newest_first, texts_of

BEGINNING = 300  # characters


@dataclass(frozen=True, slots=True)
class Matched:
    """An article as a list shows it. `terms` and `snippet` are of its strongest match; without one, it is how it begins."""

    article: FoundArticle
    url: str
    title: str
    terms: tuple[str, ...]
    in_title: bool
    score: float
    snippet: str


def selected(
    con: duckdb.DuckDBPyConnection, docs: Numbers, topics: Sequence[str], limit: int, *, by_score: bool
) -> list[Matched]:
    """Return the first of the indexed texts with these numbers, with their matches of topics.

    Args:
        topics: whose matches are shown; of all topics if empty.
        by_score: those that match these topics most strongly first; otherwise the latest publication (or first fetch).
    """
    if not by_score or not topics:
        return matched(con, newest_first(con, docs, limit), topics or None)
    ask(con, docs)
    given = {"topics": list(topics), "limit": limit}
    strongest: Numbers = con.execute(statement("topics_by_score"), given).to_arrow_table().column("doc").to_numpy()
    return matched(con, strongest, topics)


def matched(con: duckdb.DuckDBPyConnection, docs: Numbers, topics: Sequence[str] | None = None) -> list[Matched]:
    """Return the articles of indexed texts in the order of their numbers here, each with its strongest match.

    Args:
        topics: whose matches count; None: of all.
    """
    ask(con, docs)
    given = {"topics": None if topics is None else list(topics)}
    rows = {row[0]: row[1:] for row in con.execute(statement("strongest_matches"), given).fetchall()}
    texts = {text.doc: text for text in texts_of(con, np.array(list(rows), np.int64))}
    shown = ((rows[doc], texts[doc]) for doc in docs.tolist() if doc in texts)
    return [
        Matched(
            FoundArticle(*row[:6]),
            text.url,
            text.title,
            tuple(row[6] or ()),
            bool(row[7]),
            row[8] or 0.0,
            row[9] or text.text[:BEGINNING],
        )
        for row, text in shown
    ]
