"""Read from an address what is searched for, and search: for the page of results, and to go from one hit to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flows.explore.asked import Asked
from flows.search.called import parsed
from flows.search.moments import moment
from flows.search.restrict import Restrictions, restricted
from flows.search.search import Hit, Sort, listed_hits, within
from flows.topics.nodes import Node
from newslake.errors import UsageError
from warehouse.explore.found import Chosen
from warehouse.search.selected import selected

if TYPE_CHECKING:
    from flows.explore.room import Corpus
    from flows.watchlist import Watchlist
    from warehouse.search.rank import Numbers

FACETS = ("topic", "source", "language", "tag", "entity", "event", "name")
# The names in an address that say what is searched for; an article keeps them, to lead back.
NAMES = ("q", *FACETS, "since", "until", "sort")
REACH = 1_000  # hits that pages go through
SIZES = (20, 50, 100, 500)


@dataclass(frozen=True, slots=True)
class Search:
    """What an address asks for."""

    query: str
    node: Node | None
    given: Restrictions
    sort: Sort

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked for: all articles."""
        return self.node is None and not self.given.options


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        hits: those of one page.
        total: how many articles; the most that can be if not `exact`.
        docs: the numbers of all texts; None: all articles.
    """

    hits: tuple[Hit, ...]
    total: int
    exact: bool
    docs: Numbers | None
    chosen: Chosen
    notes: tuple[str, ...] = ()
    node: Node | None = None


def search_of(asked: Asked, watchlist: Watchlist) -> Search:
    """Return what an address asks for.

    Raises:
        UsageError: it cannot be read; a QueryError has the position.
    """
    zone, now = watchlist.schedule.timezone, datetime.now(UTC)
    since, until = asked.one("since"), asked.one("until")
    query, sort = asked.one("q"), asked.one("sort")
    if sort not in ("", "score", "date"):
        raise UsageError(f"sort is score or date, not {sort[:40]!r}", left="nothing was searched", next="choose one of the two")
    given = Restrictions(
        asked.many("topic"),
        asked.many("source"),
        asked.many("language"),
        asked.many("tag"),
        moment(since, "from", zone, now) if since else None,
        moment(until, "before", zone, now) if until else None,
        asked.many("name"),
        asked.many("entity"),
        asked.many("event"),
    )
    node = parsed(query) if query else None
    return Search(query, node, given, Sort(sort) if sort else Sort.SCORE if query else Sort.DATE)


def listed(corpus: Corpus, watchlist: Watchlist, search: Search, first: int, count: int) -> list[UUID]:
    """Return so many articles from a place on, in the order of `find`, without what a page of hits tells of them."""
    only, saved = restricted(watchlist, corpus.con, search.given)
    if search.node is not None or saved:
        return corpus.searcher.ids(within(search.node, saved), only, first, count, search.sort)
    return [hit.article.article_id for hit in find(corpus, watchlist, search, first, count).hits]


def find(corpus: Corpus, watchlist: Watchlist, search: Search, first: int, count: int) -> Found:
    """Search, and return so many hits from a place (0 is the best) on."""
    notes: list[str] = []
    only, saved = restricted(watchlist, corpus.con, search.given, notes.append)
    if search.node is not None or saved:
        node = within(search.node, saved)
        result, docs = corpus.searcher.overview(node, only, first + count, search.sort)
        chosen = Chosen(corpus.con, corpus.searcher.attributes, docs)
        return Found(result.hits[first:], result.total, result.exact, docs, chosen, tuple(notes), node)
    allowed = None if only.nothing else corpus.searcher.within(only)
    chosen = Chosen(corpus.con, corpus.searcher.attributes, allowed)
    if allowed is not None and only.topics and search.sort is Sort.SCORE:
        found = selected(corpus.con, allowed, only, first + count, by_score=True)[first:]
    else:
        found = chosen.newest(first, count, only)
    return Found(listed_hits(corpus.con, found), chosen.total(), True, allowed, chosen, tuple(notes))
