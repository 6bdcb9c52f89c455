"""Read what a brief tells from the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flows.brief.compose import Asked, Period, compose, shown_leads, with_leads, with_listed
from flows.brief.model import Brief, Named, Part, Trouble
from flows.brief.past import REACH, past_of
from flows.search.called import Called, articles_of, called
from flows.watchlist import Watchlist
from newslake.text import one_line
from warehouse.brief.news import first_collection, leads, members_of, news, past_of_articles, past_of_topics
from warehouse.database.statements import one_state
from warehouse.events.read import event_reports
from warehouse.news import latest_load
from warehouse.notes.read import marks_of
from warehouse.read import sources_health
from warehouse.reading.listed import listed_in
from warehouse.reading.mentions import most_named

if TYPE_CHECKING:
    import duckdb

MOST_NAMES = 10  # of a topic


def brief_of(
    watchlist: Watchlist,
    con: duckdb.DuckDBPyConnection,
    since: datetime,
    until: datetime,
    names: Sequence[str] = (),
    *,
    is_now: bool = False,
) -> tuple[Brief, tuple[str, ...]]:
    """Return the brief of a stretch of time, and notes on what the names mean.

    Args:
        names: of topics and saved searches, in the order of the brief; all topics of the watchlist if empty.
        is_now: `until` is now, and nothing is left out: not even what was loaded while a clock was ahead, or after that.
    Raises:
        UsageError: nothing has such a name.
    """
    with one_state(con):
        wanted = called(watchlist, con, names, "nothing was written") if names else _all_topics(watchlist)
        found = news(con, since, max(until, latest_load(con) or until) if is_now else until)
        brief = compose(
            Period(since, until, watchlist.zone),
            _asked(con, wanted, until),
            found,
            members_of(con, {one.story_id for one in found if one.kind in ("article", "copy") and not one.is_late}),
            _troubles(watchlist, con),
            len(watchlist.enabled),
        )
        told = event_reports(con, {story.lead.article_id for part in brief.parts for story in part.stories})
        brief = replace(with_leads(brief, leads(con, shown_leads(brief))), marks=marks_of(con, brief.articles), events=told)
        named = zip(brief.parts, _names(con, brief.parts), strict=True)
        brief = replace(brief, parts=tuple(replace(part, names=names) for part, names in named))
        arrived = set[UUID]().union(*(part.arrived for part in brief.parts))
        return with_listed(brief, listed_in(con, arrived) if arrived else {}), wanted.notes


def _names(con: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> list[tuple[Named, ...]]:
    """Return whom and what the new articles of each part name most; no places, of which the countries are in every article."""
    found = most_named(con, [part.arrived for part in parts], ("person", "organisation", "vessel"), MOST_NAMES)
    return [tuple(Named(kind, one_line(name), articles) for kind, name, articles in names) for names in found]


def _all_topics(watchlist: Watchlist) -> Called:
    return Called(tuple(topic.name for topic in watchlist.topics), ())


def _asked(con: duckdb.DuckDBPyConnection, wanted: Called, until: datetime) -> list[Asked]:
    last = until.astimezone(UTC).date()
    collected_since = first_collection(con)
    days = past_of_topics(con, last - REACH, last) if wanted.topics else {}
    asked = [Asked(topic, past_of(days.get(topic, {}), until, collected_since)) for topic in wanted.topics]
    for search in wanted.searches:
        ids = frozenset(articles_of(con, [search]))
        past = past_of(past_of_articles(con, ids, last - REACH, last), until, collected_since)
        asked.append(Asked(search.name, past, ids))
    return asked


def _troubles(watchlist: Watchlist, con: duckdb.DuckDBPyConnection) -> list[Trouble]:
    """Return the sources of the watchlist that are not well, the worst first."""
    watched = {source.name for source in watchlist.enabled}
    order = ("blocked", "failing", "silent", "stale")
    found = [
        Trouble(one_line(each.source), each.state, one_line(each.reason or ""), each.last_success)
        for each in sources_health(con)
        if each.source in watched and each.state in order
    ]
    return sorted(found, key=lambda one: (order.index(one.state), one.source))
