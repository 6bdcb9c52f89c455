"""Decide which matches an article has after a load: of its current text, and of earlier revisions only. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from warehouse.load.decide import Revision
from warehouse.records import ArticleRecord, MatchRecord


@dataclass(frozen=True, slots=True)
class Match:
    """A row of `matches`."""

    article_id: UUID
    topic: str
    terms: tuple[str, ...]
    in_title: bool
    score: float
    snippet: str
    revision: int  # the latest that matched
    current: bool

    @classmethod
    def of(cls, article_id: UUID, match: MatchRecord, revision: int, *, current: bool) -> Match:
        return cls(article_id, match.topic, match.terms, match.in_title, match.score, match.snippet, revision, current)


@dataclass(frozen=True, slots=True)
class Change:
    """What a load does to an article.

    Attributes:
        revision: the number of its current revision after the load.
        latest: its current text, if this run fetched or cleaned it.
        is_edit: the run brought that text as a new revision.
        older: an older capture that was loaded late.
        before: its revisions before the load, in order, where `older` may have changed their numbers.
        after: these revisions after the load.
    """

    article_id: UUID
    revision: int
    latest: ArticleRecord | None = None
    is_edit: bool = False
    older: ArticleRecord | None = None
    before: Sequence[Revision] = ()
    after: Sequence[Revision] = ()


def matches_after(stored: Sequence[Match], change: Change) -> list[Match]:
    """Return the matches of an article after a load, one for each topic.

    A topic whose words an edit took out keeps its match, of the latest revision that had them. If the text is as it was and a
    topic no longer selects it, its query was changed, or a line that the source repeats is not matched any more: its match goes.
    """
    found = {match.topic: match for match in _renumbered(stored, change)}
    if change.latest:
        _meet_latest(found, change.latest, change)
    if change.older:
        _meet_older(found, change.older, change)
    return list(found.values())


def _meet_latest(found: dict[str, Match], article: ArticleRecord, change: Change) -> None:
    matched = {match.topic: match for match in article.matches}
    for topic, match in list(found.items()):
        if topic in matched:
            continue
        if change.is_edit:
            found[topic] = replace(match, current=False)
        elif match.current:
            del found[topic]
    if article.matches_before is not None:  # all revisions were matched again
        found.clear()
        for past in article.matches_before:
            found[past.match.topic] = Match.of(change.article_id, past.match, past.revision, current=False)
    for topic, record in matched.items():
        found[topic] = Match.of(change.article_id, record, change.revision, current=True)


def _meet_older(found: dict[str, Match], article: ArticleRecord, change: Change) -> None:
    number = _number(change.after, article.page.title, article.content_hash)
    if number is None:
        return
    for record in article.matches:
        there = found.get(record.topic)
        if there is None or there.revision < number:
            found[record.topic] = Match.of(change.article_id, record, number, current=number == change.revision)


def _renumbered(stored: Sequence[Match], change: Change) -> list[Match]:
    """Return the stored matches with the numbers that their revisions have after the load."""
    if not change.before:
        return list(stored)
    numbers: dict[int, int] = {}
    for old, revision in enumerate(change.before, start=1):
        numbers[old] = _number(change.after, revision.title, revision.content_hash) or old
    return [replace(match, revision=numbers.get(match.revision, match.revision)) for match in stored]


def _number(revisions: Sequence[Revision], title: str, content_hash: str) -> int | None:
    """Return the number of the latest revision with this title and text."""
    numbers = [n for n, one in enumerate(revisions, start=1) if (one.title, one.content_hash) == (title, content_hash)]
    return numbers[-1] if numbers else None


def by_article(matches: Sequence[Match]) -> Mapping[UUID, list[Match]]:
    """Return matches grouped by article."""
    grouped: dict[UUID, list[Match]] = {}
    for match in matches:
        grouped.setdefault(match.article_id, []).append(match)
    return grouped
