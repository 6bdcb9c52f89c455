"""The page of a brief: what is new, as `newslake brief` tells it."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.brief.formats import Form, written
from flows.brief.gather import brief_of
from flows.brief.html import within_page
from flows.brief.model import Brief
from flows.brief.words import title
from flows.explore.asked import HTML, Asked, Reply
from flows.explore.render import page as rendered
from flows.explore.room import Corpus, Room
from flows.search.moments import moment
from newslake.errors import UsageError
from warehouse.search.saved import saved_searches

SINCE = "24h"
KINDS = {
    "html": HTML,
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "atom": "application/atom+xml",
    "json": "application/json",
}
_NAMES = {"html": "HTML", "md": "Markdown", "txt": "Text", "atom": "Atom", "json": "JSON"}


def page(room: Room, asked: Asked, seconds: float) -> Reply:
    """Return the brief of some topics (`topic`, of all without) since a moment (`since`), until another (`until`).

    As a file, if one is asked for (`download`).
    """
    now, zone = datetime.now(UTC), room.watchlist.schedule.timezone
    since = moment(asked.one("since") or SINCE, "since", zone, now)
    until = moment(asked.one("until"), "until", zone, now) if asked.one("until") else now
    if since >= until:
        raise UsageError("since is not before until", left="nothing was read", next="open Brief, and choose another time")

    def read(corpus: Corpus) -> tuple[Brief, tuple[str, ...], list[str]]:
        made, notes = brief_of(room.watchlist, corpus.con, since, until, asked.many("topic"), is_now=not asked.one("until"))
        names = [topic.name for topic in room.watchlist.topics]
        return made, notes, [*names, *(one for one in saved_searches(corpus.con) if one not in names)]

    made, notes, topics = room.read(read)
    if form := asked.one("download"):
        return _file(made, form)
    return rendered(
        "brief.html",
        asked,
        title(made),
        body=within_page(made),
        notes=notes,
        topics=topics,
        since=asked.one("since") or SINCE,
        fixed=asked.address(**{name: at.astimezone(room.zone).isoformat() for name, at in (("since", since), ("until", until))}),
        forms=_NAMES,
        zone=room.zone,
    )


def _file(made: Brief, form: str) -> Reply:
    """Return the brief that the page shows as a file."""
    if form not in KINDS:
        raise UsageError(f"there is no download as {form[:40]!r}", left="nothing was read", next=f"one of {', '.join(KINDS)}")
    return Reply(written(made, Form(form)), kind=KINDS[form], name=f"newslake-brief.{form}")
