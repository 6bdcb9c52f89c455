"""Find and cut lines that a source prints with every article: calls to follow a channel, notes of who paid. Pure.

No rule of cleaning can know them all, but what repeats across a source's articles is part of none of them. A line is
repeated where enough different articles have it at their edge, that is with nothing but repeated lines before it or
behind it, so that background pasted into the middle of several reports stays. In the middle a line must be short, and
be had by a good part of the source's articles.

Several versions of one report share most of their lines as well. They give no evidence: an article counts only if more
than half of it is its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TypeAlias

from flows.clean.words import count_words
from flows.refine.pool import Refined, find_matches
from flows.topics import Matcher
from newslake.article import CleanArticle
from warehouse.records import ArticleRecord, Place, RepeatedLine, StoredText
from warehouse.similarity.shingles import content_hash

# Different articles that must have a line: at their edge, and in the middle, where a stock phrase is sooner met.
ENOUGH_AT_EDGE, ENOUGH_ANYWHERE = 4, 6
# The share of the source's articles that must have a line in the middle: a page's insertion is in most, a stock phrase in few.
SHARE_ANYWHERE = 0.2
LONGEST_ANYWHERE = 120  # characters
# The share of an article's words that must be its own. Cutting more is no longer a corrective.
OWN_WORDS = 0.5

Lines: TypeAlias = Mapping[str, RepeatedLine]  # by line_hash


@dataclass(frozen=True, slots=True)
class _Body:
    """A text, line by line. `keys` are the lines' hashes; `headings` those of its subheadings."""

    lines: list[str]
    keys: list[str]
    headings: Set[str]
    words: int

    @classmethod
    def of(cls, article: CleanArticle | StoredText) -> _Body:
        lines = article.text.splitlines()
        headings = frozenset(map(content_hash, article.headings))
        return cls(lines, [content_hash(line) for line in lines], headings, article.word_count)

    def edges(self, chosen: Callable[[str], bool]) -> tuple[int, int]:
        """How many of the first lines and of the last ones are chosen; both are all lines where every one is."""
        return sum(1 for _ in takewhile(chosen, self.keys)), sum(1 for _ in takewhile(chosen, reversed(self.keys)))

    def at_edges(self, chosen: Set[str]) -> set[str]:
        first, last = self.edges(chosen.__contains__)
        return {*self.keys[:first], *self.keys[len(self.keys) - last :]}

    def is_own(self, foreign: Iterable[str]) -> bool:
        """Whether enough of the words remain without these lines."""
        return self.words - sum(map(count_words, foreign)) >= max(1, self.words * OWN_WORDS)


def find_repeated(
    articles: Sequence[ArticleRecord], stored: Sequence[StoredText] = (), known: Iterable[RepeatedLine] = ()
) -> dict[str, RepeatedLine]:
    """The repeated lines in the texts of one source by their hash: those known before, and those found now.

    Args:
        articles: of this run, before anything was cut.
        stored: texts of the source in the warehouse, for a run seldom has enough articles by itself.
    """
    there = {line.line_hash: line for line in known}
    texts: list[ArticleRecord | StoredText] = [*articles, *stored]
    bodies = list(_distinct(texts))
    had = Counter(key for body in bodies for key in set(body.keys))
    shared = {key for key, count in had.items() if count >= ENOUGH_AT_EDGE or key in there}
    if not shared:
        return {}
    witnesses = [body for body in bodies if body.is_own(_these(body, shared))]
    counts = Counter(key for body in witnesses for key in shared.intersection(body.keys))
    # the spelling of this run, which comes first
    written = {key: line for body in reversed(bodies) for key, line in zip(body.keys, body.lines, strict=True) if key in shared}
    headings = {key for body in bodies for key in body.headings}
    anywhere = {key for key, line in there.items() if line.place is Place.ANYWHERE}
    enough = max(ENOUGH_ANYWHERE, SHARE_ANYWHERE * len(witnesses))
    anywhere |= {key for key, n in counts.items() if n >= enough and len(written[key]) <= LONGEST_ANYWHERE} - headings
    found = _at_edges(witnesses, counts, sure=anywhere | there.keys())
    return {
        key: RepeatedLine(texts[0].source, key, line, Place.ANYWHERE if key in anywhere else Place.EDGE, had[key])
        for key, line in written.items()
        if key in found
    }


def _distinct(articles: Iterable[ArticleRecord | StoredText]) -> Iterator[_Body]:
    """Each article once, and each text once: the first, so that this run's word counts before the one that is stored."""
    seen: set[object] = set()
    for article in articles:
        text = article.page if isinstance(article, ArticleRecord) else article
        if article.article_id not in seen and article.content_hash not in seen and text.word_count:
            yield _Body.of(text)
        seen |= {article.article_id, article.content_hash}


def _these(body: _Body, keys: Set[str]) -> list[str]:
    return [line for key, line in zip(body.keys, body.lines, strict=True) if key in keys]


def _at_edges(witnesses: Sequence[_Body], counts: Counter[str], sure: Set[str]) -> Set[str]:
    """The lines that enough articles have at their edge, together with those that are sure.

    Begins with all that are frequent enough and takes away what is not at an edge often enough, until nothing more falls:
    a line may have been at the edge thanks to one that fell. So the order of lines within a footer makes no difference.
    """
    lines = sure | {key for key, count in counts.items() if count >= ENOUGH_AT_EDGE}
    while True:
        standing = Counter(key for body in witnesses for key in body.at_edges(lines))
        kept = sure | {key for key in lines if standing[key] >= ENOUGH_AT_EDGE}
        if kept == lines:
            return lines
        lines = kept


def cut(article: ArticleRecord, repeated: Lines, matcher: Matcher) -> ArticleRecord:
    """The article without the repeated lines of its source, matched anew; as it is where too little would be left of it."""
    page = article.page
    body = _Body.of(page)
    first, last = body.edges(repeated.__contains__)
    last = len(body.keys) - last

    def is_foreign(place: int, key: str) -> bool:
        if not first <= place < last:
            return True
        return key in repeated and repeated[key].place is Place.ANYWHERE and key not in body.headings

    foreign = [place for place, key in enumerate(body.keys) if is_foreign(place, key)]
    if not foreign or not body.is_own(body.lines[place] for place in foreign):
        return article
    gone = set(foreign)
    kept = [line for place, line in enumerate(body.lines) if place not in gone]
    keys = {key for place, key in enumerate(body.keys) if place not in gone}
    text = "\n".join(kept)
    headings = tuple(heading for heading in page.headings if content_hash(heading) in keys)
    return replace(
        article,
        page=replace(page, text=text, headings=headings, word_count=count_words(text)),
        content_hash=content_hash(text),
        hashes=None,
        matches=find_matches(matcher, page.title, text, page.language),
    )


def without_repeated(
    pages: Sequence[Refined], stored: Iterable[StoredText], known: Iterable[RepeatedLine], matcher: Matcher
) -> tuple[list[Refined], list[RepeatedLine]]:
    """The pages of a run without the repeated lines of their sources; and those of the lines that are new or that they had."""
    articles: dict[str, list[ArticleRecord]] = defaultdict(list)
    for page in pages:
        if page.article:
            articles[page.article.source].append(page.article)
    texts: dict[str, list[StoredText]] = defaultdict(list)
    for text in stored:
        texts[text.source].append(text)
    memory: dict[str, list[RepeatedLine]] = defaultdict(list)
    for line in known:
        memory[line.source].append(line)
    repeated = {source: find_repeated(ours, texts[source], memory[source]) for source, ours in articles.items()}

    met: list[RepeatedLine] = []
    for source, lines in repeated.items():
        before = {line.line_hash for line in memory[source]}
        ours = {line for article in articles[source] for line in article.page.text.splitlines()}
        met += [line for key, line in sorted(lines.items()) if key not in before or line.line in ours]
    return [_without(page, repeated, matcher) for page in pages], met


def _without(page: Refined, repeated: Mapping[str, Lines], matcher: Matcher) -> Refined:
    if page.article is None:
        return page
    article = cut(page.article, repeated[page.article.source], matcher)
    return Refined.of(page.key, article)
