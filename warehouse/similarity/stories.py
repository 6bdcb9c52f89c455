"""Group articles into stories and choose the head of each. Pure.

A story is a connected component of articles: two are linked if, at some revision, the text of one was a copy of the other's (see
compare.py). So a story does not depend on the order in which its articles arrive. Its head is the earliest published article,
else the first seen. Its `story_id` is the id of the article that was the head when the story was first loaded; it stays the same
when an earlier article arrives, so that references remain valid. If two stories merge, the story_id of the earlier head wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


def head_key(published_at: datetime | None, first_seen_at: datetime, article_id: UUID) -> tuple[bool, float, datetime, UUID]:
    """Return the sort key of an article in its story: earliest published, first seen, id. Unknown times sort last."""
    return published_at is None, published_at.timestamp() if published_at else 0.0, first_seen_at, article_id


@dataclass(frozen=True, slots=True)
class Member:
    """An article as a member of a story; `story_id` is None if it is new."""

    article_id: UUID
    story_id: UUID | None
    published_at: datetime | None
    first_seen_at: datetime

    @property
    def key(self) -> tuple[bool, float, datetime, UUID]:
        return head_key(self.published_at, self.first_seen_at, self.article_id)


@dataclass(frozen=True, slots=True)
class Story:
    """A story after the load, with its articles in order, the head first."""

    story_id: UUID
    members: tuple[Member, ...]


class Components:
    """Connected components, by union-find."""

    def __init__(self) -> None:
        self._parent: dict[UUID, UUID] = {}

    def join(self, one: UUID, other: UUID) -> None:
        self._parent[self.root(one)] = self.root(other)

    def root(self, member: UUID) -> UUID:
        """Return the representative of the component of `member`."""
        parent = self._parent
        parent.setdefault(member, member)
        while parent[member] != member:
            parent[member] = member = parent[parent[member]]
        return member


def group(members: Iterable[Member], links: Iterable[tuple[UUID, UUID]]) -> list[Story]:
    """Group members that are linked, or in one story already, into stories.

    Args:
        members: every article of each story that the load touches.
        links: pairs of their ids.
    """
    by_id = {member.article_id: member for member in members}
    together = Components()
    first_of: dict[UUID, UUID] = {}
    for member in by_id.values():
        if member.story_id is not None:
            together.join(member.article_id, first_of.setdefault(member.story_id, member.article_id))
    for one, other in links:
        together.join(one, other)
    components: dict[UUID, list[Member]] = {}
    for member in by_id.values():
        components.setdefault(together.root(member.article_id), []).append(member)
    return [_story(sorted(component, key=lambda member: member.key)) for component in components.values()]


def _story(members: list[Member]) -> Story:
    # sorted, so the first member with a story is the earliest head among the known stories
    known = next((member.story_id for member in members if member.story_id is not None), None)
    return Story(known or members[0].article_id, tuple(members))
