"""Store the profiles of articles, and read those of a time: first little of all of them, then all of a few."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import duckdb

from newslake.events.profile import Profile, Sketch
from newslake.events.sounds import sound_of
from warehouse.database.stage import stage
from warehouse.database.statements import statement

RULES = 1  # of reading articles; raise it when profiles of an older version are no longer comparable
_COLUMNS = {
    "article_id": "UUID",
    "dated_at": "TIMESTAMP WITH TIME ZONE",
    "content_hash": "VARCHAR",
    "rules": "INTEGER",
    "is_encoded": "BOOLEAN",
    "language": "VARCHAR",
    "sounds": "VARCHAR[]",
    "places": "VARCHAR[]",
    "numbers": "VARCHAR[]",
    "title_words": "VARCHAR[]",
    "words": "VARCHAR[]",
    "title_vector": "BLOB",
    "vector": "BLOB",
}


@dataclass(frozen=True, slots=True)
class Head:
    """The first article of a story."""

    article_id: UUID
    content_hash: str
    dated_at: datetime


def write_profiles(con: duckdb.DuckDBPyConnection, made: Iterable[tuple[Head, Profile]]) -> None:
    """Store profiles of articles that have none."""
    stage(con, "batch_profiles", _COLUMNS, (_row(head, profile) for head, profile in made))
    con.execute(statement("insert_event_profiles"))


def read_sketches(con: duckdb.DuckDBPyConnection, since: datetime, until: datetime) -> tuple[Sequence[UUID], list[Sketch]]:
    """Return the articles of a time in order of the ids, and what tells which of them are worth comparing."""
    rows = con.execute(statement("event_window"), {"since": since, "until": until}).fetchall()
    return [row[0] for row in rows], [
        Sketch(at, frozenset(places), frozenset(numbers), frozenset(title_words), vector)
        for _, at, places, numbers, title_words, vector in rows
    ]


def read_profiles(
    con: duckdb.DuckDBPyConnection, articles: Iterable[UUID], since: datetime, until: datetime
) -> dict[UUID, Profile]:
    """Return the profiles of articles that are dated within some time."""
    stage(con, "batch_profiled", {"article_id": "UUID"}, ((each,) for each in articles))
    rows = con.execute(statement("event_compared"), {"since": since, "until": until}).fetchall()
    return {
        article_id: Profile(
            at=at,
            places=frozenset(places),
            numbers=frozenset(numbers),
            title_words=frozenset(title_words),
            vector=vector,
            language=language,
            sounds=tuple(tuple(map(sound_of, readings.split("|"))) for readings in sounds),
            words=frozenset(words),
            title_vector=title_vector,
        )
        for article_id, at, language, sounds, places, numbers, title_words, words, title_vector, vector in rows
    }


def _row(head: Head, profile: Profile) -> tuple[object, ...]:
    return (
        head.article_id,
        head.dated_at,
        head.content_hash,
        RULES,
        profile.vector is not None,
        profile.language,
        ["|".join(one.letters for one in readings) for readings in profile.sounds],
        sorted(profile.places),
        sorted(profile.numbers),
        sorted(profile.title_words),
        sorted(profile.words),
        profile.title_vector,
        profile.vector,
    )
