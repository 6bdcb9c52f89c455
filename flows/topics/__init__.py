"""Topics: named queries in Lucene syntax, and the articles they select."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, field_validator

from flows.topics.matcher import Matcher, TopicMatch
from flows.topics.nodes import Node
from flows.topics.query import parse_query
from newslake.errors import QueryError

__all__ = ["Matcher", "Node", "QueryError", "Topic", "TopicMatch", "compile_topics", "parse_query"]


class Topic(BaseModel):
    """A topic as the watchlist names it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[\w.-]+$")
    query: str
    description: str | None = None

    @field_validator("query")
    @classmethod
    def _readable(cls, query: str) -> str:
        try:
            parse_query(query)
        except QueryError as error:
            raise ValueError(error.happened) from None
        return query


def compile_topics(topics: Sequence[Topic]) -> Matcher:
    """A matcher over all topics; its cost for an article hardly grows with their number."""
    return Matcher((topic.name, parse_query(topic.query)) for topic in topics)
