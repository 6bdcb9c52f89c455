"""Write the history of an article again when an older capture of it is loaded late, so that it is as if loaded in order.

An outlet may go back to an earlier text. Which captures were between two others decides then how many revisions there are, so
every sighting of a text counts, not only the first: `fetches` has them, by the identity of the title and text that was seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import md5
from uuid import UUID

import duckdb

from warehouse.database.stage import stage, storable
from warehouse.database.statements import fetch
from warehouse.load.decide import KnownArticle, Plan, Revision
from warehouse.load.write_articles import revision_of


@dataclass(frozen=True, slots=True)
class Sighting:
    """A fetch of an article, and which of its texts it showed."""

    article_id: UUID
    seen_at: datetime
    text_id: UUID
    run_id: UUID
    capture_file: str | None
    capture_offset: int | None


def text_id(title: str, content_hash: str) -> UUID:
    """Return the identity of a title and text: what makes two fetches sightings of the same."""
    return UUID(bytes=md5(f"{content_hash} {storable(title)}".encode()).digest())


def read_revisions(con: duckdb.DuckDBPyConnection, plan: Plan) -> dict[UUID, list[Revision]]:
    """Return the revisions of articles of which a late, older capture is loaded, in order. Stages `batch_older`."""
    revisions: dict[UUID, list[Revision]] = defaultdict(list)
    if plan.older:
        stage(con, "batch_older", {"article_id": "UUID"}, [(article_id,) for article_id in plan.older])
        for revision in fetch(con, "known_revisions", Revision):
            revisions[revision.article_id].append(revision)
    return revisions


def histories(
    con: duckdb.DuckDBPyConnection,
    plan: Plan,
    known: Mapping[UUID, KnownArticle],
    before: Mapping[UUID, list[Revision]],
    run_id: UUID,
) -> dict[UUID, list[Revision]]:
    """Return the new revisions of articles whose history a late, older capture changes. Needs `batch_older`."""
    if not plan.older:
        return {}
    sightings: dict[UUID, list[Sighting]] = defaultdict(list)
    for sighting in fetch(con, "known_sightings", Sighting):
        sightings[sighting.article_id].append(sighting)
    after = {
        article_id: with_older(
            before[article_id], sightings[article_id], known[article_id].last_seen_at, revision_of(article, run_id)
        )
        for article_id, article in plan.older.items()
    }
    return {article_id: history for article_id, history in after.items() if history != before[article_id]}


def with_older(
    revisions: Sequence[Revision], sightings: Iterable[Sighting], last_seen_at: datetime, older: Revision
) -> list[Revision]:
    """Return the revisions of an article in order, with a late, older capture merged in; neighbours differ. Pure.

    The current text was seen until `last_seen_at`, so it stays current even if the late capture differs from it.
    """
    seen_again = replace(revisions[-1], seen_at=last_seen_at)
    history: list[Revision] = []
    every = [*revisions, *_seen_again(revisions, sightings), seen_again, older]
    for revision in sorted(every, key=lambda revision: revision.seen_at):
        if not history or not revision.same_as(history[-1]):
            history.append(revision)
    return history


def _seen_again(revisions: Sequence[Revision], sightings: Iterable[Sighting]) -> Iterator[Revision]:
    """Yield the revisions as the sightings would have begun them. Sightings of texts that no revision has count for nothing."""
    sightings = list(sightings)
    first = {(sighting.run_id, sighting.seen_at): sighting.text_id for sighting in sightings}
    by_text: dict[UUID, Revision] = {}
    for revision in revisions:
        by_text[text_id(revision.title, revision.content_hash)] = revision
        # A text that was cleaned again is not what its fetches say that they saw: the one that brought it tells what that was.
        if (brought := first.get((revision.run_id, revision.seen_at))) is not None:
            by_text[brought] = revision
    for sighting in sightings:
        shown = by_text.get(sighting.text_id)
        if shown is None:
            continue
        again = replace(shown, seen_at=sighting.seen_at, run_id=sighting.run_id)
        if sighting.capture_file is not None:
            again = replace(again, capture_file=sighting.capture_file, capture_offset=sighting.capture_offset)
        yield again
