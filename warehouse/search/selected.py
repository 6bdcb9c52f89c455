"""Show the articles of indexed texts as topics select them: with the strongest match of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import duckdb

from warehouse.database.statements import statement
from warehouse.search.rank import Numbers
from warehouse.search.texts import FEW, FoundArticle, IndexedText, articles_of, ask, newest_first, texts_of

BEGINNING = 300  # characters
GAP = 20_000  # rows that are read rather than asked for apart


class _Match(NamedTuple):
    row: int
    score: float
    terms: Sequence[str]
    in_title: bool


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
    articles = articles_of(con, docs)
    matches = _strongest(con, [article.article_id for article in articles.values()], topics)
    snippets = _snippets_of(con, [match.row for match in matches.values()])
    texts = {text.doc: text for text in texts_of(con, docs)}
    shown = ((articles[doc], texts[doc]) for doc in docs.tolist() if doc in articles and doc in texts)
    return [_shown(article, text, matches.get(article.article_id), snippets) for article, text in shown]


def _strongest(con: duckdb.DuckDBPyConnection, ids: Sequence[UUID], topics: Sequence[str] | None) -> dict[UUID, _Match]:
    """Return the strongest current match of each article that has one; `in_title` says it of any of them."""
    found: dict[UUID, _Match] = {}
    for begin in range(0, len(ids), FEW):
        some = ids[begin : begin + FEW]
        what = "article_id, topic, rowid, score, terms, in_title"
        query = f"SELECT {what} FROM matches WHERE current AND article_id IN ({_marks(some)})"
        for article_id, topic, *match in con.execute(query, some).fetchall():
            if topics is None or topic in topics:
                one, other = _Match(*match), found.get(article_id)
                best = max((one, other), key=lambda each: each.score) if other else one
                found[article_id] = best._replace(in_title=one.in_title or (other is not None and other.in_title))
    return found


def _snippets_of(con: duckdb.DuckDBPyConnection, rows: Iterable[int]) -> dict[int, str | None]:
    """Return the snippets of matches by the numbers of their rows.

    DuckDB unpacks all snippets of a table to give those of some ids, but not those far from a stretch of rows.
    """
    found: dict[int, str | None] = {}
    stretch: list[int] = []
    for row in [*sorted(rows), None]:
        if stretch and (row is None or row - stretch[-1] > GAP):
            query = f"SELECT rowid, snippet FROM matches WHERE rowid BETWEEN ? AND ? AND rowid IN ({_marks(stretch)})"
            found |= con.execute(query, [stretch[0], stretch[-1], *stretch]).fetchall()
            stretch = []
        if row is not None:
            stretch.append(row)
    return found


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _shown(article: FoundArticle, text: IndexedText, match: _Match | None, snippets: Mapping[int, str | None]) -> Matched:
    if match is None:
        return Matched(article, text.url, text.title, (), False, 0.0, text.text[:BEGINNING])
    snippet = snippets.get(match.row) or text.text[:BEGINNING]
    return Matched(article, text.url, text.title, tuple(match.terms), match.in_title, match.score, snippet)
