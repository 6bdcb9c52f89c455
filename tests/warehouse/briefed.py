"""What a brief and alerts are made of, as `tests/warehouse/test_every_catalog.py` reads it."""

from __future__ import annotations

from typing import Any

import duckdb

from tests.warehouse.makers import MATCH, hours
from warehouse.brief.alerts import dated_articles, first_seen_of, headline_words, outlets_before, watched_since
from warehouse.brief.news import first_collection, leads, members_of, news, past_of_articles, past_of_topics


def briefed(con: duckdb.DuckDBPyConnection) -> list[Any]:
    """What a brief is made of."""
    found = news(con, hours(-9_999), hours(999_999))
    ids, first, last = [one.article_id for one in found], hours(-999).date(), hours(999).date()
    return [
        *sorted(map(repr, found)),
        sorted(members_of(con, {one.story_id for one in found}).items()),
        sorted(leads(con, ids).items()),
        past_of_topics(con, first, last),
        past_of_articles(con, ids, first, last),
        first_collection(con),
        sorted(map(repr, dated_articles(con, [MATCH.topic], ids, hours(999), 60))),
        first_seen_of(con, [MATCH.topic]),
        sorted(outlets_before(con, [MATCH.topic], ids, ids[:1], hours(999))),
        sorted(watched_since(con).items()),
        sorted(headline_words(con, ids, 20).items()),
    ]
