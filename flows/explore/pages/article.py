"""The page of an article: its text with the words of a search or its topics, and all that is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from flows.explore.asked import Asked, Reply, address, place
from flows.explore.finding import NAMES, REACH, listed, search_of
from flows.explore.render import page as rendered
from flows.explore.room import Corpus, Room
from flows.reading.citation import chicago, citation_of
from flows.reading.events import also_reported
from flows.reading.find import find_article, read_whole
from flows.reading.view import LISTED, Span, view_of
from flows.search.called import parsed
from flows.topics import Matcher, SourceTags
from newslake.errors import NewslakeError, QueryError
from newslake.words.readings import has_clitics
from newslake.words.tags import fold_tag
from warehouse.reading.whole import WholeArticle
from warehouse.search.tags import known_sources

MOST_REVISION = 1_000_000
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage; `number` counts the places with words of the search, from 1, and is 0 for text around them."""

    text: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """The hits before and after an article in the search that led to it, as addresses; and the address of that search."""

    before: str | None
    after: str | None
    back: str
    rank: int


def page(room: Room, asked: Asked, seconds: float) -> Reply:
    """Return the page of an article."""
    revision = asked.number("revision", 0, MOST_REVISION) or None

    def read(corpus: Corpus) -> tuple[WholeArticle, Beside | None, SourceTags]:
        return _article(corpus, asked.named, revision), _beside(room, corpus, asked), known_sources(corpus.con)

    article, beside, tags = room.read(read)
    article_id = str(article.row["article_id"])
    if not _ID.fullmatch(asked.named) or asked.named != article_id:
        return Reply(to=address(place("article", article_id), asked.query))
    terms = _terms(asked.one("q"), article, tags)
    view = view_of(article, room.zone, terms=terms)
    numbers = iter(range(1, MOST_REVISION))
    title = _marks(view.title, numbers)
    blocks = [(block.is_heading, _marks(block.spans, numbers)) for block in view.blocks]
    places = next(numbers) - 1
    apart = ("Story", "Also reported", "Revisions", LISTED)  # which the page shows in its own way
    sections = [one for one in view.sections if not one.name.startswith(apart)]
    return rendered(
        "article.html",
        asked,
        "".join(part.text for part in title),
        view=view,
        headline=title,
        blocks=blocks,
        places=places,
        is_of_search=terms is not None,
        sections=sections,
        article=article,
        beside=beside,
        listed=list(dict.fromkeys(one.entity for one in article.listed)) if article.is_current else [],
        also=also_reported(article.event),
        zone=room.zone,
        here=place("article", article_id),
        citation=chicago(citation_of(article, (), room.zone)),
    )


def _article(corpus: Corpus, named: str, revision: int | None) -> WholeArticle:
    """Return an article by its id, which is quickest, or by whatever names it."""
    if _ID.fullmatch(named):
        with suppress(LookupError):
            return read_whole(corpus.con, UUID(named), revision, "newslake show")
    return read_whole(corpus.con, find_article(corpus.con, named, "newslake show").article_id, revision, "newslake show")


def _terms(query: str, article: WholeArticle, source_tags: SourceTags) -> Sequence[str] | None:
    """Return the words of a query as the article writes them; None without a query, and where it does not select the article."""
    if not query:
        return None
    try:
        matcher = Matcher([("query", parsed(query))], source_tags)
    except QueryError:
        return None
    row = article.row
    tags = frozenset(map(fold_tag, (*(row["tags"] or ()), *(tag for note in article.notes for tag in note.tags))))
    origin = matcher.origin_of(row["source"])
    found = matcher.match_words(article.title, article.text, clitics=has_clitics(row["language"]), tags=tags, origin=origin)
    return found[0].terms if found else None


def _marks(spans: Sequence[Span], numbers: Iterator[int]) -> list[Mark]:
    return [Mark(span.text, next(numbers)) if span.hit else Mark(span.text) for span in spans]


def _beside(room: Room, corpus: Corpus, asked: Asked) -> Beside | None:
    """Return what stands beside the article in the search that led to it; None if it was opened by itself."""
    kept = [(name, value) for name, value in asked.query if name in NAMES and value.strip()]
    if not kept:
        return None
    back = address("/", kept)
    with suppress(NewslakeError):  # an address that somebody changed: the article is shown all the same
        rank = asked.number("at", 1, REACH)
        first = max(rank - 2, 0)
        ids = listed(corpus, room.watchlist, search_of(asked, room.watchlist), first, rank + 1 - first)
        around = dict(enumerate(ids, start=first + 1))

        def to(number: int) -> str | None:
            there = around.get(number)
            return address(place("article", there), kept, at=number) if there and number <= REACH else None

        return Beside(to(rank - 1), to(rank + 1), back, rank)
    return Beside(None, None, back, 0)
