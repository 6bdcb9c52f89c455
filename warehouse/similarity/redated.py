"""Give the texts of a batch the times of the stored ones, and look at stored texts again whose times a batch changes.

Whether two texts are linked depends on when they appeared. So a link that rested on a later page of a text, or on another date,
is looked at again when an earlier page, or a better date, becomes known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb

from warehouse.database.stage import stage
from warehouse.database.statements import statement
from warehouse.similarity.candidates import BatchText
from warehouse.similarity.twins import Twin

_TIME = "TIMESTAMP WITH TIME ZONE"


def with_stored_times(
    con: duckdb.DuckDBPyConnection,
    fresh: Sequence[BatchText],
    published: Mapping[UUID, datetime | None],
    seen: Mapping[tuple[UUID, str], datetime],
    stretch: tuple[datetime, datetime],
) -> tuple[list[BatchText], set[UUID]]:
    """Return the texts to compare, as of when they first appeared, and the stories whose links rest on other times.

    The texts are those of the batch, and all stored ones whose times it changes; these times are written.

    Args:
        published: when known articles of the batch were published, as it will be known after the load.
        seen: when the batch saw each text of an article, by article id and content hash.
        stretch: when the first of the known articles was first seen, and the last of them last.
    """
    texts = {(text.article.article_id, text.content_hash): text for text in fresh}
    stage(con, "batch_redated", {"article_id": "UUID"}, [(article_id,) for article_id in published])
    rows = con.execute(statement("redated_texts"), {"since": stretch[0], "until": stretch[1]}).fetchall()
    moved: list[tuple[Any, ...]] = []
    stories: set[UUID] = set()
    for article_id, content_hash, url, source, title, words, text, seen_at, dated_at, is_digest, story_id in rows:
        key = article_id, content_hash
        first = min(seen_at, seen.get(key, seen_at))
        at = published[article_id] or first
        if (first, at) != (seen_at, dated_at):
            moved.append((*key, first, at))
            stories.add(story_id)
            twin = Twin(url, article_id, source, title, words, published[article_id])
            texts[key] = BatchText(twin, content_hash, text, first, is_digest=is_digest)
        elif key in texts:
            texts[key] = replace(texts[key], seen_at=first, is_digest=is_digest)
    if moved:
        columns = {"article_id": "UUID", "content_hash": "VARCHAR", "seen_at": _TIME, "dated_at": _TIME}
        stage(con, "batch_moved_texts", columns, moved)
        con.execute(statement("redate_fingerprints"))
    return list(texts.values()), stories
