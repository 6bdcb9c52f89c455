"""Give the texts of a batch the times of the stored ones, and look at stored texts again whose times a batch changes.

Whether two texts are linked depends on when they appeared. So a link that rested on a later page of a text, or on another date,
is looked at again when an earlier page, or a better date, becomes known. So is whether a text is a digest, if it or what may be
a part of it is redated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import duckdb

from warehouse.database.stage import stage
from warehouse.database.statements import statement
from warehouse.similarity.candidates import BatchText
from warehouse.similarity.twins import Twin

_TIME = "TIMESTAMP WITH TIME ZONE"


@dataclass(frozen=True, slots=True)
class Redated:
    """The texts of a batch to compare, with those stored texts whose links may change.

    Attributes:
        stories: those whose links rest on times that the batch changes.
        unsure: content hashes of stored digests that may be none any more; all articles that have them are among the texts.
    """

    texts: list[BatchText]
    stories: set[UUID] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)


def with_stored_times(
    con: duckdb.DuckDBPyConnection,
    fresh: Sequence[BatchText],
    published: Mapping[UUID, datetime | None],
    seen: Mapping[tuple[UUID, str], datetime],
    stretch: tuple[datetime, datetime],
    window: timedelta,
) -> Redated:
    """Return the texts to compare, as of when they first appeared, and what rests on other times. Writes the times that change.

    Args:
        published: when known articles of the batch were published, as it will be known after the load.
        seen: when the batch saw each text of an article, by article id and content hash.
        stretch: when the first of the known articles was first seen, and the last of them last.
    """
    texts = {(text.article.article_id, text.content_hash): text for text in fresh}
    stage(con, "batch_redated", {"article_id": "UUID"}, [(article_id,) for article_id in published])
    rows = con.execute(statement("redated_texts"), {"since": stretch[0], "until": stretch[1]}).fetchall()
    moved: list[tuple[Any, ...]] = []
    before: list[datetime] = []
    stories: set[UUID] = set()
    for article_id, content_hash, url, source, title, words, text, seen_at, dated_at, is_digest, story_id in rows:
        key = article_id, content_hash
        first = min(seen_at, seen.get(key, seen_at))
        at = published[article_id] or first
        if (first, at) != (seen_at, dated_at):
            moved.append((*key, first, at))
            before += [seen_at, dated_at]
            stories.add(story_id)
            twin = Twin(url, article_id, source, title, words, published[article_id])
            texts[key] = BatchText(twin, content_hash, text, first, is_digest=is_digest)
        elif key in texts:
            texts[key] = replace(texts[key], seen_at=first, is_digest=is_digest)
    if not moved:
        return Redated(list(texts.values()), stories)
    columns = {"article_id": "UUID", "content_hash": "VARCHAR", "seen_at": _TIME, "dated_at": _TIME}
    stage(con, "batch_moved_texts", columns, moved)
    near = {"near_since": min(before) - window, "near_until": max(before) + window}
    found = con.execute(statement("digests_to_check"), {"since": stretch[0], "until": stretch[1], **near}).fetchall()
    con.execute(statement("redate_fingerprints"))
    unsure = {str(content_hash) for (content_hash,) in found}
    return Redated(_with_unsure(con, texts, unsure), stories, unsure)


def _with_unsure(con: duckdb.DuckDBPyConnection, texts: dict[tuple[UUID, str], BatchText], unsure: set[str]) -> list[BatchText]:
    """Return the texts with these stored ones, none of which counts as a digest until it is found to be one again."""
    if not unsure:
        return list(texts.values())
    stage(con, "batch_unsure", {"content_hash": "VARCHAR"}, [(content_hash,) for content_hash in unsure])
    stored = {
        (article_id, content_hash): BatchText(
            Twin(url, article_id, source, title, words, published_at), content_hash, text, seen_at
        )
        for article_id, content_hash, url, source, title, words, published_at, text, seen_at in con.execute(
            statement("texts_to_check")
        ).fetchall()
    }
    every = stored | texts
    return [replace(text, is_digest=text.is_digest and text.content_hash not in unsure) for text in every.values()]
