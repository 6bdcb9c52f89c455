"""Group articles into stories and choose the head of each. Pure.

A story is a connected component of articles: two are linked if, at some revision, the text of one was a copy of the other's (see
compare.py and digests.py). So a story does not depend on the order in which its articles arrive. Its `story_id` is the id of the
article that was the head when the story was first loaded; it stays the same when another article becomes the head, so that
references remain valid. If two stories merge, the story_id of the earlier head wins.

What newslake saw outranks what a page states of itself. So the head is one of the articles that were first seen when the story
was, or soon after: of these the one published first, as far as its statement is believed. A copy that was found later heads no
story, whatever its date; nor does one that states a date long before it was found, beside one that states a likely date.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

# A quiet source is polled every few hours, so which of several articles is seen first within this time says nothing. The view has
# the same order: views/stories.sql.
SOON = timedelta(hours=6)
# A page that states to be older than this when it is first seen is from an archive, or wrong.
BELIEVED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Member:
    """An article as a member of a story; `story_id` is None if it is new."""

    article_id: UUID
    story_id: UUID | None
    published_at: datetime | None
    first_seen_at: datetime

    def place(self, story_seen_at: datetime) -> tuple[bool, bool, bool, float, datetime, UUID]:
        """Return the sort key of the article in its story, of which the first article was seen at `story_seen_at`."""
        at = self.published_at
        return (
            self.first_seen_at - story_seen_at >= SOON,
            at is not None and self.first_seen_at - at > BELIEVED,
            at is None,
            at.timestamp() if at else 0.0,
            self.first_seen_at,
            self.article_id,
        )


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


def group(members: Iterable[Member], links: Iterable[tuple[UUID, UUID]], parted: Container[UUID] = ()) -> list[Story]:
    """Group members that are linked, or in one story already, into stories.

    Args:
        members: every article of each story that the load touches.
        links: pairs of their ids.
        parted: stories whose articles are together only if they are linked.
    """
    by_id = {member.article_id: member for member in members}
    together = Components()
    first_of: dict[UUID, UUID] = {}
    for member in by_id.values():
        if member.story_id is not None and member.story_id not in parted:
            together.join(member.article_id, first_of.setdefault(member.story_id, member.article_id))
    for one, other in links:
        together.join(one, other)
    components: dict[UUID, list[Member]] = {}
    for member in by_id.values():
        components.setdefault(together.root(member.article_id), []).append(member)
    return [_story(component, parted) for component in components.values()]


def _story(members: list[Member], parted: Container[UUID]) -> Story:
    first_seen_at = min(member.first_seen_at for member in members)
    members = sorted(members, key=lambda member: member.place(first_seen_at))
    ids = {member.article_id for member in members}
    # Sorted, so the first member with a story is the earliest head among the known stories. The id of a story that is parted
    # stays with the article after which it was named.
    known = (member.story_id for member in members if member.story_id not in parted or member.story_id in ids)
    return Story(next((story_id for story_id in known if story_id is not None), members[0].article_id), tuple(members))
