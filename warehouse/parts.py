"""Read stored articles with the pages that they have, and load pages: those that a stored article lacked, and their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields, replace
from typing import Any
from uuid import UUID

import duckdb

from newslake.article import CleanArticle
from newslake.outcomes import Outcome, Reason
from warehouse.database.stage import stage, stage_rows
from warehouse.database.statements import first, statement
from warehouse.records import ArticleRecord, FetchRecord, PartRecord, RunBatch

_PAGE = tuple(item.name for item in fields(CleanArticle))
# The fields of a record that are not stored with the article, or are read apart.
_OTHERS = ("page", "matches", "matches_before", "hashes", "own_id", "own_url", "parts", "fills")
_RECORD = tuple(item.name for item in fields(ArticleRecord) if item.name not in _OTHERS)
CHUNK = 1_000  # rows held at once


def records(rows: duckdb.DuckDBPyConnection) -> Iterator[ArticleRecord]:
    """Stream rows of `articles`, with the `seen_at` of their current revision, as records without matches."""
    names = [column[0] for column in rows.description or ()]
    while chunk := rows.fetchmany(CHUNK):
        for values in chunk:
            row: dict[str, Any] = dict(zip(names, values, strict=True))
            row |= {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
            page = CleanArticle(**{name: row[name] for name in _PAGE})
            yield ArticleRecord(page=page, **{name: row[name] for name in _RECORD})


def stored_pages(
    con: duckdb.DuckDBPyConnection, ids: Iterable[UUID], if_several: Iterable[UUID] = ()
) -> dict[UUID, ArticleRecord]:
    """Return those of the articles that are stored, each with its parts and without its matches.

    Args:
        if_several: more articles, of which those are returned that have parts.
    """
    wanted = set(ids)
    stage(con, "perhaps_several", {"article_id": "UUID"}, ((each,) for each in sorted(set(if_several))))
    query = "SELECT DISTINCT article_id FROM parts SEMI JOIN perhaps_several USING (article_id)"
    wanted |= {article_id for (article_id,) in con.execute(query).fetchall()}
    if not wanted:
        return {}
    stage(con, "asked_articles", {"article_id": "UUID"}, ((each,) for each in sorted(wanted)))
    parts = known_parts(con)
    rows = con.execute(statement("asked_articles"))
    return {article.article_id: replace(article, parts=tuple(parts[article.article_id])) for article in records(rows)}


def known_parts(con: duckdb.DuckDBPyConnection) -> Mapping[UUID, list[PartRecord]]:
    """Return the stored pages of the articles in the temporary table `asked_articles`, in order."""
    found: dict[UUID, list[PartRecord]] = defaultdict(list)
    for article_id, *row in con.execute(statement("known_parts")).fetchall():
        values: Any = (tuple(value) if isinstance(value, list) else value for value in row)
        found[article_id].append(replace(PartRecord(*values), is_stored=True))
    return found


def with_fills(con: duckdb.DuckDBPyConnection, batch: RunBatch) -> RunBatch:
    """Return the batch in which articles that only gain pages are rewritten in place.

    The stored article lacked these pages, which its other pages had named: the outlet edited nothing.
    """
    filling = {fetch.article.article_id for fetch in batch.fetches if fetch.article and fetch.article.fills}
    if not filling:
        return batch
    query = "SELECT article_id FROM articles WHERE article_id IN (SELECT unnest(?::UUID[]))"
    there = {article_id for (article_id,) in con.execute(query, [list(filling)]).fetchall()}
    filled: dict[UUID, ArticleRecord] = {}
    fetches: list[FetchRecord] = []
    for fetch in batch.fetches:
        if (article := fetch.article) and article.fills and article.article_id in there:
            filled[article.article_id] = article
            fetch = _filled(fetch, article)
        fetches.append(fetch)
    if filled:
        columns = {"article_id": "UUID", "seen_at": "TIMESTAMP WITH TIME ZONE", "raw_url": "VARCHAR"}
        columns |= {"capture_file": "VARCHAR", "capture_offset": "BIGINT"}
        stage(con, "batch_filled", columns, ([getattr(one, column) for column in columns] for one in filled.values()))
        con.execute(statement("refer_filled"))
    return replace(batch, fetches=tuple(fetches), recleaned=(*batch.recleaned, *filled.values()))


def _filled(fetch: FetchRecord, article: ArticleRecord) -> FetchRecord:
    """Return the fetch of the page that carries an article which gains pages, with its end."""
    return replace(
        fetch,
        outcome=Outcome.UPDATED,
        reason=Reason.PART,
        detail="pages of it were added that the stored article lacked",
        article=None,
        article_id=article.article_id,
        carries=article.parts[0].url_id == fetch.url_id,
    )


def write_parts(con: duckdb.DuckDBPyConnection, articles: Mapping[UUID, ArticleRecord]) -> None:
    """Write the pages of the articles of which a run brought the current text, in place of those that they had."""
    rows = [
        asdict(part) | {"article_id": article_id} for article_id, article in sorted(articles.items()) for part in article.parts
    ]
    if rows or first(con, "SELECT 1 FROM parts LIMIT 1"):
        stage(con, "batch_whole", {"article_id": "UUID"}, [(article_id,) for article_id in sorted(articles)])
        con.execute("DELETE FROM parts WHERE article_id IN (SELECT article_id FROM batch_whole)")
    if rows:
        stage_rows(con, "batch_parts", "parts", rows)
        con.execute("INSERT INTO parts BY NAME SELECT * FROM batch_parts ORDER BY article_id, page")
