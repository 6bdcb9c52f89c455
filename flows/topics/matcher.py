"""Find the topics that select an article, with the words that matched and where they are; scores come from `plan`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flows.topics.nodes import Node, sources_in
from flows.topics.plan import TEXT, TITLE, Article, Found, Origin, Planner
from flows.topics.vocabulary import Vocabulary
from newslake.words.named import fits
from newslake.words.readings import has_clitics
from newslake.words.snippet import snippet
from newslake.words.tags import fold_tag


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """A topic that selects an article.

    Attributes:
        terms: distinct passages that matched, as the article writes them, in order, title first; never words under NOT.
        score: from 0 to 1, rounded to four decimals; comparable between articles of one topic (see `flows.topics.plan`).
        snippet: about 260 characters of the text around most of the matches; its beginning if only the title matches.
    """

    topic: str
    terms: tuple[str, ...]
    in_title: bool
    score: float
    snippet: str


class Matcher:
    """Compiled topics. Pickled as the queries alone; a worker process rebuilds the tables in milliseconds."""

    def __init__(
        self, queries: Iterable[tuple[str, Node]], source_tags: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> None:
        """Compile topics; `source_tags` has the tags of sources by name, for topics that ask for them."""
        self._queries = tuple(queries)
        self._source_tags = dict(source_tags)
        self._asked = frozenset(one.key for _, node in self._queries for one in sources_in(node))
        self._origins: dict[str, frozenset[Origin]] = {}  # by source
        planner = Planner()
        self._plans = [planner.plan(node) for _, node in self._queries]
        self._vocabulary = Vocabulary(planner.words)
        self._always: list[int] = []  # topics that may match an article that has none of their words
        self._by_gate: dict[int, list[int]] = {}  # topics by the words of which an article must have one
        for topic, plan in enumerate(self._plans):
            gate = plan.gate()
            for word in gate or ():
                self._by_gate.setdefault(word, []).append(topic)
            if gate is None:
                self._always.append(topic)

    def __reduce__(self) -> tuple[type[Matcher], tuple[tuple[tuple[str, Node], ...], dict[str, Sequence[str]]]]:
        return Matcher, (self._queries, self._source_tags)

    def match(self, title: str, text: str, language: str | None = None, source: str = "") -> list[TopicMatch]:
        """Return the topics that select an article, in the order of the watchlist.

        Args:
            language: ISO 639 code if known. For Persian, Urdu and similar languages Arabic prefixes are not removed.
            source: the name of its source.
        """
        return self.match_words(title, text, clitics=has_clitics(language), origin=self.origin_of(source))

    def origin_of(self, source: str) -> frozenset[Origin]:
        """Return what topics ask of the source of an article and holds for this one."""
        if source not in self._origins:
            has = {"source": [fold_tag(source)], "sourcetag": list(map(fold_tag, self._source_tags.get(source, ())))}
            holds = (one for one in self._asked if any(fits(one[1], name) for name in has[one[0]]))
            self._origins[source] = frozenset(holds)
        return self._origins[source]

    def match_words(
        self,
        title: str,
        text: str,
        *,
        clitics: bool,
        tags: frozenset[str] = frozenset(),
        origin: frozenset[Origin] = frozenset(),
    ) -> list[TopicMatch]:
        """Return the topics that select an article.

        Args:
            clitics: its language has Arabic prefixes (see `has_clitics`).
            tags: those that it has, folded (see `fold_tag`); for searches, since no topic asks for any.
            origin: what is asked of its source, and holds.
        """
        vocabulary = self._vocabulary
        article = Article(vocabulary.places(title, clitics=clitics), vocabulary.places(text, clitics=clitics), tags, origin)
        open_topics = set(self._always)
        for places in article.places:
            for word in places:
                open_topics.update(self._by_gate.get(word, ()))
        matches: list[TopicMatch] = []
        for topic in sorted(open_topics):
            found = self._plans[topic].find(article)
            if found is not None:
                matches.append(_describe(self._queries[topic][0], found, title, text))
        return matches


def _describe(topic: str, found: Found, title: str, text: str) -> TopicMatch:
    stretches = sorted(set(found.stretches))
    written = ((title if field == TITLE else text)[start:end] for field, start, end in stretches)
    return TopicMatch(
        topic=topic,
        terms=tuple(dict.fromkeys(written)),
        in_title=any(stretch.field == TITLE for stretch in stretches),
        score=round(found.score, 4),
        snippet=snippet(text, [(start, end) for field, start, end in stretches if field == TEXT]),
    )
