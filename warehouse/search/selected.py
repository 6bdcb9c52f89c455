"""Show the articles of indexed texts as they were chosen: with the names that were asked for, or their strongest match."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

import duckdb

from newslake.words.snippet import snippet
from warehouse.database.statements import in_columns, statement
from warehouse.memory import has_rows
from warehouse.search.plan import Only
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
    """An article as a list shows it.

    `terms` and `snippet` are of the names that were asked for, or else of its strongest match; without one, it is how it begins.
    """

    article: FoundArticle
    url: str
    title: str
    terms: tuple[str, ...]
    in_title: bool
    score: float
    snippet: str


def selected(con: duckdb.DuckDBPyConnection, docs: Numbers, only: Only, limit: int, *, by_score: bool) -> list[Matched]:
    """Return the first of the indexed texts with these numbers.

    Args:
        only: what they were chosen by.
        by_score: those that match its topics most strongly first; otherwise the latest publication (or first fetch).
    """
    if not by_score or not only.topics:
        return matched(con, newest_first(con, docs, limit), only)
    ask(con, docs)
    given = {"topics": list(only.topics), "limit": limit}
    strongest: Numbers = in_columns(con, statement("topics_by_score"), given).column("doc").to_numpy()
    return matched(con, strongest, only)


def matched(con: duckdb.DuckDBPyConnection, docs: Numbers, only: Only) -> list[Matched]:
    """Return the articles of indexed texts in the order of their numbers here.

    Args:
        only: what they were chosen by: its names are shown, or else the strongest match of its topics, or of all topics.
    """
    articles = articles_of(con, docs)
    ids = [article.article_id for article in articles.values()]
    matches = _strongest(con, ids, only.topics)
    snippets = _snippets_of(con, [match.row for match in matches.values()])
    written = _written(con, ids, only)
    texts = {text.doc: text for text in texts_of(con, docs)}
    shown = ((articles[doc], texts[doc]) for doc in docs.tolist() if doc in articles and doc in texts)
    return [
        _named(_shown(article, text, matches.get(article.article_id), snippets), text, written.get(article.article_id, ()))
        for article, text in shown
    ]


def _written(con: duckdb.DuckDBPyConnection, ids: Sequence[UUID], only: Only) -> dict[UUID, set[str]]:
    """Return how each article writes the names and entries of lists that it was chosen by."""
    found: dict[UUID, set[str]] = defaultdict(set)
    names = [*map(str.lower, only.names)]
    rows: list[tuple[UUID, str]] = []
    if (only.entities or names) and has_rows(con, "listed"):
        given = {"articles": ids, "entities": list(only.entities), "names": names}
        rows += con.execute(statement("written_entries"), given).fetchall()
    if names and has_rows(con, "mentions"):
        rows += con.execute(statement("written_names"), {"articles": ids, "names": names}).fetchall()
    for article_id, form in rows:
        found[article_id].add(form)
    return found


def _strongest(con: duckdb.DuckDBPyConnection, ids: Sequence[UUID], topics: Sequence[str]) -> dict[UUID, _Match]:
    """Return the strongest current match of each article that has one; `in_title` says it of any of them."""
    found: dict[UUID, _Match] = {}
    for begin in range(0, len(ids), FEW):
        some = ids[begin : begin + FEW]
        what = "article_id, topic, rowid, score, terms, in_title"
        query = f"SELECT {what} FROM matches WHERE current AND article_id IN ({_marks(some)})"
        for article_id, topic, *match in con.execute(query, some).fetchall():
            if not topics or topic in topics:
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
    passage = snippets.get(match.row) or text.text[:BEGINNING]
    return Matched(article, text.url, text.title, tuple(match.terms), match.in_title, match.score, passage)


def _named(shown: Matched, text: IndexedText, forms: Collection[str]) -> Matched:
    """Return an article with a passage that has these names, if it has one."""
    if not forms:
        return shown
    form = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
    stretches = [match.span() for match in form.finditer(text.text)]
    is_titled = form.search(text.title) is not None
    terms = tuple(dict.fromkeys((*sorted(forms), *shown.terms)))
    passage = snippet(text.text, stretches) if stretches else shown.snippet
    return replace(shown, terms=terms, in_title=shown.in_title or is_titled, snippet=passage)
