"""The page behind an article as it was fetched, in a frame in which it can run, load and leave nothing."""

from __future__ import annotations

from flows.explore.asked import Asked, Reply
from flows.explore.room import Corpus, Room
from flows.reading.capture import page_behind, said_of
from flows.reading.find import find_article, read_whole
from flows.reading.sandbox import POLICY, sandboxed
from newslake.errors import CaptureError
from newslake.http import is_text
from warehouse.reading.whole import WholeArticle


def page(room: Room, asked: Asked, seconds: float) -> Reply:
    """Return the copy of a page, or of one of several (`part`), as a revision has it."""
    revision = asked.number("revision", 0, 1_000_000) or None
    part = asked.number("part", 1, 10_000)

    def read(corpus: Corpus) -> WholeArticle:
        return read_whole(
            corpus.con, find_article(corpus.con, asked.named, "newslake page").article_id, revision, "newslake page"
        )

    behind = page_behind(room.watchlist, room.read(read), part)
    if not is_text(behind.body):
        raise CaptureError(
            f"the page is no text but {behind.content_type or 'data'}",
            left="nothing was shown",
            next=f"newslake page {asked.named} --out FILE",
        )
    problem = f" Note: {behind.problem}." if behind.problem else ""
    said = f"{said_of(behind)}. A copy: no script runs, and nothing is loaded from elsewhere, such as images.{problem}"
    text = sandboxed(behind.text, said)
    return Reply(text.encode(errors="replace"), policy=f"sandbox; {POLICY}; frame-ancestors 'self'")
