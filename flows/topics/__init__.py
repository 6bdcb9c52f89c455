"""Select articles by topics, which are named queries in Lucene syntax.

What finds the topics of articles is loaded on first use: to read a watchlist, its queries are only parsed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from flows.topics.nodes import Node
from flows.topics.query import parse_query
from newslake.errors import QueryError
from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from flows.topics.matcher import Matcher, TopicMatch

__all__ = [
    "NO_TAGS",
    "Matcher",
    "Node",
    "Query",
    "QueryError",
    "SourceTags",
    "Topic",
    "TopicMatch",
    "compile_topics",
    "parse_query",
]


SourceTags = Mapping[str, Sequence[str]]
NO_TAGS: SourceTags = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Query:
    """A topic query, as written and as parsed."""

    text: str
    tree: Node

    @classmethod
    def validated(cls, value: object) -> Self:
        """Parse the text of a query, for pydantic. The error's context has `position`, the offset of the mistake, or None."""
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("string_type", "Input should be a valid string")
        try:
            return cls(value, parse_query(value))
        except QueryError as error:
            context = {"sentence": error.happened, "position": error.position}
            raise PydanticCustomError("topic_query", "{sentence}", context) from None


class Topic(BaseModel):
    """A `[[topic]]` of the watchlist. Its query is parsed once, when the watchlist is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^\w[\w.-]*$", max_length=100)
    query: Annotated[Query, PlainValidator(Query.validated), PlainSerializer(lambda query: query.text, return_type=str)]
    description: str | None = None


def compile_topics(topics: Sequence[Topic], source_tags: SourceTags = NO_TAGS) -> Matcher:
    """Build one matcher for all topics; its cost per article hardly grows with their number.

    Args:
        source_tags: the tags of the sources that have some, by name.
    """
    from flows.topics.matcher import Matcher

    return Matcher(((topic.name, topic.query.tree) for topic in topics), source_tags)


if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, {"Matcher": ".matcher", "TopicMatch": ".matcher"})
