"""Read and write the stories and copies of the articles that a load touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import duckdb

from warehouse.database.stage import stage, stage_rows
from warehouse.database.statements import count, fetch, statement
from warehouse.similarity.candidates import BatchText, find_copies, write_fingerprints
from warehouse.similarity.compare import Text, contained
from warehouse.similarity.stories import Member, Story, group
from warehouse.similarity.twins import Twin

Links = Sequence[tuple[UUID, UUID]]
# Texts that are fingerprinted at once when an older warehouse is upgraded.
CHUNK = 2_000


def members_of(con: duckdb.DuckDBPyConnection, stories: Iterable[UUID]) -> list[Member]:
    """Return all stored articles of these stories."""
    stage(con, "batch_stories", {"story_id": "UUID"}, [(story_id,) for story_id in stories])
    return fetch(con, "story_members", Member)


def touched_stories(
    con: duckdb.DuckDBPyConnection,
    fresh: Mapping[UUID, Member],
    links: Links,
    known: Mapping[UUID, UUID],
    parted: Set[UUID] = frozenset(),
) -> list[Story]:
    """Return the stories that a load touches, as they will be after it.

    Args:
        fresh: the articles that the load touches, as they will be after it.
        links: pairs of articles that belong to one story.
        known: the stories of linked articles that are in the warehouse, by article id.
        parted: stories whose articles are together only if they are linked.
    """
    linked = {article_id for link in links for article_id in link}
    stories = {member.story_id for member in fresh.values() if member.story_id}
    stories |= {known[article_id] for article_id in linked if article_id in known} | parted
    members = {member.article_id: member for member in members_of(con, stories)} if stories else {}
    members.update(fresh)
    return group(members.values(), [link for link in links if link[0] in members and link[1] in members], parted)


def write_copies(con: duckdb.DuckDBPyConnection, stories: Sequence[Story], changed: set[UUID], read: Mapping[str, Text]) -> int:
    """Write the copies of stories; returns how many articles became copies.

    Args:
        changed: articles whose texts are not what they were when their copies were last written.
        read: texts that were compared already, by their content hash.
    """
    shared = [story for story in stories if len(story.members) > 1]
    # An article that is new to the warehouse and alone in its story has no row, and gets none.
    heads = [story.members[0] for story in stories if story.members[0].story_id is not None or len(story.members) > 1]
    if not heads:
        return 0
    before = count(con, "copies")
    stage(con, "batch_members", {"article_id": "UUID"}, [(member.article_id,) for story in shared for member in story.members])
    written: dict[UUID, tuple[UUID, float, str]] = {
        row[0]: row[1:]
        for row in con.execute(
            "SELECT article_id, of_article_id, similarity, kind FROM copies "
            "WHERE article_id IN (SELECT article_id FROM batch_members)"
        ).fetchall()
    }
    rows: list[dict[str, Any]] = []
    compared: dict[UUID, datetime] = {}
    for story in shared:
        head, *others = story.members
        for member in others:
            row: dict[str, Any] = {"article_id": member.article_id, "of_article_id": head.article_id, "story_id": story.story_id}
            of, similarity, kind = written.get(member.article_id, (None, 0.0, ""))
            if of == head.article_id and not {head.article_id, member.article_id} & changed:
                row |= {"similarity": similarity, "kind": kind}
            else:
                compared |= {each.article_id: each.first_seen_at for each in (head, member)}
            rows.append(row)
    texts = _texts(con, compared, read)
    for row in rows:
        if "kind" not in row:
            row["similarity"], row["kind"] = _compare(texts[row["article_id"]], texts[row["of_article_id"]])
    stage_rows(con, "batch_copies", "copies", rows)
    stage(con, "batch_heads", {"article_id": "UUID"}, [(head.article_id,) for head in heads])
    con.execute(statement("merge_copies"))
    return count(con, "copies") - before


def fingerprint_stored(con: duckdb.DuckDBPyConnection, window: timedelta) -> None:
    """Compute the fingerprints of all stored texts and group their copies, for a warehouse that has no fingerprints."""
    keys = con.execute("SELECT article_id, revision, seen_at FROM revisions ORDER BY seen_at, article_id, revision").fetchall()
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        stage(con, "batch_stored", {"article_id": "UUID", "revision": "INTEGER"}, [key[:2] for key in chunk])
        rows = con.execute(statement("stored_texts"), {"since": chunk[0][2], "until": chunk[-1][2]}).fetchall()
        batch = list({(row[0], row[6]): _stored_text(row) for row in rows}.values())
        found = find_copies(con, batch, window)
        stories = touched_stories(con, {}, found.links, found.stories, found.parted)
        moved = [
            (member.article_id, story.story_id)
            for story in stories
            for member in story.members
            if member.story_id != story.story_id
        ]
        stage(con, "batch_moved", {"article_id": "UUID", "story_id": "UUID"}, moved)
        con.execute(statement("move_stories"))
        write_copies(con, stories, set(), found.texts)
        write_fingerprints(con, {text.article.article_id for text in batch}, batch, found, window)


def choose_heads(con: duckdb.DuckDBPyConnection) -> None:
    """Write the copies of stored stories again of which another article is the head by now."""
    heads = dict(con.execute("SELECT story_id, any_value(of_article_id) FROM copies GROUP BY story_id").fetchall())
    stories = [story for story in group(members_of(con, heads), []) if story.members[0].article_id != heads[story.story_id]]
    for start in range(0, len(stories), CHUNK):
        write_copies(con, stories[start : start + CHUNK], set(), {})


def _stored_text(row: tuple[Any, ...]) -> BatchText:
    article_id, url, source, title, words, published_at, content_hash, text, seen_at = row
    return BatchText(Twin(url, article_id, source, title, words, published_at), content_hash, text, seen_at)


def _texts(
    con: duckdb.DuckDBPyConnection, articles: Mapping[UUID, datetime], read: Mapping[str, Text]
) -> dict[UUID, list[tuple[str, Text]]]:
    """Return the texts of each article with their hashes, the current one last."""
    stage(con, "batch_compared", {"article_id": "UUID"}, [(article_id,) for article_id in articles])
    texts: dict[UUID, list[tuple[str, Text]]] = defaultdict(list)
    if articles:
        for article_id, content_hash, text in con.execute(
            statement("texts_of_members"), {"since": min(articles.values())}
        ).fetchall():
            texts[article_id].append((content_hash, read.get(content_hash) or Text(text)))
    return texts


def _compare(ones: list[tuple[str, Text]], others: list[tuple[str, Text]]) -> tuple[float, str]:
    if {content_hash for content_hash, _ in ones} & {content_hash for content_hash, _ in others}:
        return 1.0, "exact"
    # a copy of a copy may have little left in common with the first
    return round(contained(ones[-1][1], others[-1][1]), 4), "near"
