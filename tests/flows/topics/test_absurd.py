"""Queries that nobody means are refused in words, before they take minutes."""

from __future__ import annotations

import time

import pytest

from flows.topics import parse_query
from newslake.errors import QueryError


@pytest.mark.parametrize("query", ["x" * 100_000, "oil AND " + "x1" * 5000, "a*" * 2000, "x-" * 300])
def test_a_word_that_no_article_has(query: str) -> None:
    started = time.process_time()
    with pytest.raises(QueryError, match="no article has one of more than 200"):
        parse_query(query)
    assert time.process_time() - started < 1


def test_a_query_that_should_be_several_topics() -> None:
    with pytest.raises(QueryError, match="divide it into several topics"):
        parse_query(" OR ".join(f"name{number}" for number in range(60_000)))


def test_long_lists_of_names_are_fine() -> None:
    parse_query(" OR ".join(f"name{number}" for number in range(5_000)))
