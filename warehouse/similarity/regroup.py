"""Look at stories that are in the warehouse again: at the parts that a digest had joined, and at their links without it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from uuid import UUID

import duckdb

from warehouse.database.stage import stage
from warehouse.database.statements import statement
from warehouse.similarity.compare import Text, likeness
from warehouse.similarity.digests import Pair, binding
from warehouse.similarity.linked import Carrier, Linked, are_near, in_order
from warehouse.similarity.texts import read_texts
from warehouse.similarity.twins import ENOUGH_WORDS, Twin

_EARLIEST, _LATEST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Marks:
    """Which texts were found to be digests just now, and of which stored ones the mark does not count, by content hash."""

    digests: set[str]
    unsure: set[str]


@dataclass(frozen=True, slots=True)
class _StoryText:
    """A text of an article of a story."""

    story_id: UUID
    content_hash: str
    article_id: UUID
    at: datetime
    seen_at: datetime
    word_count: int
    is_digest: bool

    @property
    def carrier(self) -> Carrier:
        # what tells twins is not asked of stored articles
        return Carrier(Twin("", self.article_id, "", "", self.word_count, None), self.at, self.seen_at, None, in_batch=False)


def earlier_parts(
    con: duckdb.DuckDBPyConnection, longer: Mapping[str, Sequence[Carrier]], texts: dict[str, Text], window: timedelta
) -> dict[str, set[str]]:
    """Return the stored texts that are parts of each longer text, which is no digest yet: they are in its story.

    Args:
        longer: the articles that have each longer text, by content hash.
        texts: those that were read, to which the parts are added.
    """
    stored = {key: [each for each in those if not each.in_batch and each.story_id] for key, those in longer.items()}
    times = [time for those in stored.values() for carrier in those for time in (carrier.at, carrier.seen_at)]
    if not times:
        return {}
    stories = {carrier.story_id for those in stored.values() for carrier in those if carrier.story_id}
    members = defaultdict(list)
    for member in _texts_of(con, stories, min(times) - window, max(times) + window):
        members[member.story_id].append(member)
    _read(con, [member for those in members.values() if len(those) > 1 for member in those], texts)
    parts: dict[str, set[str]] = defaultdict(set)
    for key, those in stored.items():
        for carrier in those:
            for member in members[carrier.story_id] if carrier.story_id else ():
                is_near = are_near([member.carrier], [carrier], window)  # asked first, as comparing texts takes far longer
                if member.content_hash == key or member.content_hash not in texts or not is_near:
                    continue
                like = likeness(texts[member.content_hash], texts[key])
                if like.is_copy:
                    pair = Pair.of(member.content_hash, key, texts, like)
                    is_in_time = are_near([member.carrier], [carrier], pair.window(window))
                    if pair.longer == key and pair.leaves_room and is_in_time:
                        parts[key].add(pair.shorter)
    return parts


def links_within(
    con: duckdb.DuckDBPyConnection, stories: Iterable[UUID], marks: Marks, texts: dict[str, Text], window: timedelta
) -> list[tuple[UUID, UUID]]:
    """Return the links among the stored articles of stories."""
    members = _texts_of(con, stories, _EARLIEST, _LATEST)
    _read(con, members, texts)
    is_digest = marks.digests | {member.content_hash for member in members if member.is_digest} - marks.unsure
    carriers: dict[str, list[Carrier]] = defaultdict(list)
    for member in members:
        if member.content_hash in texts and member.word_count >= ENOUGH_WORDS:
            carriers[member.content_hash].append(member.carrier)
    linked = Linked(window)
    links = [link for those in carriers.values() for link in linked.link(those)]
    for one, other in combinations(sorted(carriers), 2):
        both = in_order([*carriers[one], *carriers[other]])
        if linked.joined(both):
            continue
        like = likeness(texts[one], texts[other])
        if like.is_copy:
            for pair in binding([Pair.of(one, other, texts, like)], is_digest):
                links += linked.link(both, pair.window(window))
    return links


def _texts_of(con: duckdb.DuckDBPyConnection, stories: Iterable[UUID], since: datetime, until: datetime) -> list[_StoryText]:
    stage(con, "parted_stories", {"story_id": "UUID"}, [(story_id,) for story_id in stories])
    rows = con.execute(statement("story_texts"), {"since": since, "until": until}).fetchall()
    return [_StoryText(*row) for row in rows]


def _read(con: duckdb.DuckDBPyConnection, members: Sequence[_StoryText], texts: dict[str, Text]) -> None:
    missing = [member for member in members if member.content_hash not in texts]
    if missing:
        seen = [member.seen_at for member in missing]
        texts |= read_texts(con, {member.content_hash for member in missing}, min(seen), max(seen))
