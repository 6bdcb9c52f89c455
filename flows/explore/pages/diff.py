"""The page of the differences between two revisions of an article, word by word."""

from __future__ import annotations

from flows.explore.asked import Asked, Reply, place
from flows.explore.render import page as rendered
from flows.explore.room import Corpus, Room
from flows.reading.find import find_article
from flows.reports.diff import paragraphs, words
from newslake.errors import UsageError
from newslake.text import one_line
from warehouse.reading.revisions import StoredRevision, revisions_of


def page(room: Room, asked: Asked, seconds: float) -> Reply:
    """Return the differences between the revisions `from` and `to`; by default the last two."""

    def read(corpus: Corpus) -> list[StoredRevision]:
        return revisions_of(corpus.con, find_article(corpus.con, asked.named, "newslake diff").article_id)

    revisions = {one.revision: one for one in room.read(read)}
    last = max(revisions)
    newer = asked.number("to", last, 1_000_000)
    older = asked.number("from", max(newer - 1, 1), 1_000_000)
    for number in (older, newer):
        if number not in revisions:
            raise UsageError(
                f"the article has no revision {number}: it has revisions 1 to {last}",
                left="nothing was changed",
                next="correct from and to in the address of this page",
            )
    before, after = revisions[older], revisions[newer]
    return rendered(
        "diff.html",
        asked,
        f"Changes: {one_line(after.title)}",
        before=before,
        after=after,
        title_words=words(one_line(before.title), one_line(after.title)),
        paragraphs=list(paragraphs(lines(before.text), lines(after.text))),
        revisions=sorted(revisions),
        zone=room.zone,
        here=place("article", after.article_id),
        names=(f"revision {older}", f"revision {newer}"),
    )


def lines(text: str) -> str:
    """Return a text with each paragraph on one line, without control and format characters."""
    return "\n".join(filter(None, map(one_line, text.splitlines())))
