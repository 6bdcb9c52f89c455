"""Read what `resolve` needs from the warehouse, and move articles whose address turns out to be that of another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import md5
from uuid import UUID

import duckdb

from warehouse.database.stage import stage, tables
from warehouse.database.statements import fetch as rows_of
from warehouse.database.statements import first, statement
from warehouse.load.decide import KnownArticle
from warehouse.load.resolve import KnownText, Resolution, There, carried, claims, resolve
from warehouse.records import ArticleRecord, FetchRecord
from warehouse.similarity.compare import Text

# The columns that refer to an article, by their name.
_REFERENCES = ("article_id", "of_article_id", "story_id")


def resolved(
    con: duckdb.DuckDBPyConnection, fetches: Sequence[FetchRecord], recleaned: Sequence[ArticleRecord]
) -> tuple[Resolution, dict[UUID, KnownArticle], dict[UUID, UUID]]:
    """Return which article each fetch of a batch is about, and what is known: articles by id, carried articles by URL id.

    Stages `known_ids` and `known_urls_of_batch`. An article that only claimed the address of a new one is moved before.
    """
    stage(con, "batch_urls", {"url_id": "UUID"}, ((fetch.url_id,) for fetch in fetches))
    ids = {(at,) for fetch in fetches for at in claims(fetch)} | {(article.article_id,) for article in recleaned}
    stage(con, "batch_articles", {"article_id": "UUID"}, ids)
    resolution, known, carriers = _resolve(con, fetches)
    if resolution.displaced:
        _displace(con, resolution.displaced)
        resolution, known, carriers = _resolve(con, fetches)
    return resolution, known, carriers


def _resolve(
    con: duckdb.DuckDBPyConnection, fetches: Sequence[FetchRecord]
) -> tuple[Resolution, dict[UUID, KnownArticle], dict[UUID, UUID]]:
    con.execute(statement("known_urls_of_batch"))
    con.execute(statement("known_ids"))
    known: dict[UUID, KnownArticle] = {}
    if first(con, "SELECT 1 FROM known_ids LIMIT 1"):
        known = {article.article_id: article for article in rows_of(con, "known_articles", KnownArticle)}
    carriers = dict(con.execute("SELECT url_id, article_id FROM known_urls_of_batch WHERE is_carrier").fetchall())
    claimed = {
        at
        for fetch in fetches
        if fetch.article and carried(fetch, carriers, known) is None
        for at in claims(fetch)
        if at in known
    }
    texts = _texts(con, claimed)
    there = {at: There(article.source, texts.get(at, ())) for at, article in known.items()}
    return resolve(fetches, there, carriers), known, carriers


def _texts(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> dict[UUID, list[KnownText]]:
    """Return the texts of articles at all their revisions."""
    rows = [(article_id,) for article_id in articles]
    texts: dict[UUID, list[KnownText]] = defaultdict(list)
    if rows:
        stage(con, "batch_claimed", {"article_id": "UUID"}, rows)
        for article_id, content_hash, text in con.execute(statement("claimed_texts")).fetchall():
            texts[article_id].append(KnownText(content_hash, Text(text)))
    return texts


def _displace(con: duckdb.DuckDBPyConnection, displaced: Iterable[UUID]) -> None:
    """Move articles to the addresses that they were taken from, in every table that refers to them."""
    stage(con, "batch_displaced", {"article_id": "UUID"}, [(article_id,) for article_id in sorted(displaced)])
    moves = [
        (was, carrier if carrier and is_free else UUID(bytes=md5(was.bytes + b"displaced").digest()), url)
        for was, carrier, url, is_free in con.execute(statement("displaced_to")).fetchall()
    ]
    stage(con, "batch_moves", {"was": "UUID", "now": "UUID", "url": "VARCHAR"}, moves)
    con.execute("UPDATE articles SET url = m.url FROM batch_moves AS m WHERE article_id = m.was")
    columns = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = current_database() AND NOT internal "
        "AND table_name = ANY($tables) AND column_name = ANY($columns) ORDER BY ALL",
        {"tables": tables(con), "columns": list(_REFERENCES)},
    ).fetchall()
    for table, column in columns:
        if first(con, f"SELECT 1 FROM {table} WHERE {column} IN (SELECT was FROM batch_moves) LIMIT 1"):
            con.execute(f"UPDATE {table} SET {column} = m.now FROM batch_moves AS m WHERE {column} = m.was")
