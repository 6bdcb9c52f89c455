"""The page of a story: who was first, who followed with which lag, and what the copies changed."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from flows.explore.asked import Asked, Reply
from flows.explore.downloads import Sheet, download, wanted
from flows.explore.pages.diff import lines
from flows.explore.render import Unknown
from flows.explore.render import page as rendered
from flows.explore.room import Corpus, Room
from flows.reading.events import also_reported
from flows.reports.diff import paragraphs, words
from newslake.text import one_line
from warehouse.brief.news import members_of
from warehouse.events.read import EventReport, event_reports
from warehouse.reading.revisions import StoredRevision, revisions_of
from warehouse.reading.whole import Member

HEADERS = ("reported_at", "lag_seconds", "source", "title", "kind", "similarity", "gone_at", "article_id", "url")


def page(room: Room, asked: Asked, seconds: float) -> Reply:
    """Return the page of a story; `copy` is the article that is compared with the first one."""
    story_id = _id(asked.named)
    copy = _id(asked.one("copy")) if asked.one("copy") else None

    def read(corpus: Corpus) -> tuple[list[Member], list[StoredRevision], list[EventReport]]:
        members = members_of(corpus.con, [story_id]).get(story_id, []) if story_id else []
        is_member = any(one.article_id == copy for one in members[1:])
        compared = [members[0].article_id, copy] if is_member else []
        told = event_reports(corpus.con, [members[0].article_id]).get(members[0].story_id, []) if members else []
        return members, [revisions_of(corpus.con, one)[-1] for one in compared if one], told

    members, texts, told = room.read(read)
    if not members:
        raise Unknown(
            f"there is no story {asked.named!r}; of two stories that turn out to be one, only one keeps its address",
            left="nothing was changed",
            next="open the article, whose page leads to its story; or search for it",
        )
    if wanted(asked):
        rows = [tuple(str(v) if isinstance(v := getattr(one, name), UUID) else v for name in HEADERS) for one in members]
        return download(asked, Sheet.made(HEADERS, rows), "story")
    return rendered(
        "story.html",
        asked,
        f"Story: {one_line(members[0].title)}",
        members=members,
        event=told,
        also=also_reported(told),
        outlets=len({one.source for one in members}),
        first=members[0],
        copy=copy if texts else None,
        title_words=words(one_line(texts[0].title), one_line(texts[1].title)) if texts else [],
        paragraphs=list(paragraphs(lines(texts[0].text), lines(texts[1].text))) if texts else [],
        zone=room.zone,
    )


def _id(written: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(written)
    return None
