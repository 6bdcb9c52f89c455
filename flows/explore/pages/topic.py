"""The pages of topics: all topics and saved searches, and the days and stories of one beside its own past."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from flows.brief.chart import chart_of
from flows.brief.model import Part, Past
from flows.brief.past import REACH, past_of
from flows.explore.asked import Asked, Reply
from flows.explore.charts import drawn
from flows.explore.downloads import Sheet, download, wanted
from flows.explore.render import nearest
from flows.explore.render import page as rendered
from flows.explore.room import Corpus, Room
from flows.search.called import called
from newslake.text import one_line
from warehouse.brief.news import first_collection, past_of_articles, past_of_topics
from warehouse.explore.stories import TopicStory, stories_of
from warehouse.read import topic_counts, topics_of
from warehouse.records import TopicCount
from warehouse.search.plan import Only
from warehouse.search.saved import saved_searches
from warehouse.search.texts import ids_of

HEADERS = ("day", "articles", "usual_on_that_weekday")


def page(room: Room, asked: Asked, seconds: float) -> Reply:
    """Return the page of all topics, or of the one that is named."""
    return _one(room, asked) if asked.named else _all(room, asked)


def _all(room: Room, asked: Asked) -> Reply:
    def read(corpus: Corpus) -> tuple[dict[str, TopicCount], dict[str, str]]:
        return topic_counts(corpus.con), saved_searches(corpus.con)

    counts, saved = room.read(read)
    watched = {topic.name: topic.query.text for topic in room.watchlist.topics}
    names = list(dict.fromkeys((*watched, *counts)))
    rows = [(name, counts.get(name), watched.get(name)) for name in names]
    return rendered("topics.html", asked, "Topics", rows=rows, saved=saved, zone=room.zone)


def _one(room: Room, asked: Asked) -> Reply:
    until = datetime.now(UTC)
    last = until.date()

    def read(corpus: Corpus) -> tuple[Past, list[TopicStory], str | None, tuple[str, ...]]:
        con = corpus.con
        saved = saved_searches(con)
        known = {*(topic.name for topic in room.watchlist.topics), *topics_of(con), *saved}
        if asked.named not in known:
            raise nearest("topic or saved search", asked.named, known, "Topics")
        meant = called(room.watchlist, con, [asked.named], "nothing was changed")
        days: dict[date, int]
        if meant.searches:
            docs = np.unique(np.concatenate([corpus.searcher.select(each.node)[0] for each in meant.searches]))
            days = past_of_articles(con, ids_of(con, docs), last - REACH, last)
        else:
            docs = corpus.searcher.within(Only(topics=(asked.named,)))
            days = past_of_topics(con, last - REACH, last).get(asked.named, {})
        past = past_of(days, until, first_collection(con))
        stories = stories_of(con, corpus.searcher.attributes, docs)
        return past, stories, saved.get(asked.named) if meant.searches else None, meant.notes

    past, stories, query, notes = room.read(read)
    rows = list(zip(past.days, past.articles, past.usual, strict=True))
    if wanted(asked):
        return download(asked, Sheet.made(HEADERS, rows), "timeline")
    name = one_line(asked.named)
    watched = {topic.name: topic.query.text for topic in room.watchlist.topics}
    chart = drawn(chart_of(Part(name, {}, (), (), (), 0, past)), HEADERS, rows)
    return rendered(
        "topic.html",
        asked,
        f"Topic: {name}",
        name=name,
        query=query if query is not None else watched.get(asked.named),
        is_saved=query is not None,
        chart=chart,
        stories=stories,
        notes=notes,
        zone=room.zone,
    )
