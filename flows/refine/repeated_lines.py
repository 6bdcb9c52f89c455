"""Find and cut lines that a source repeats in its articles, such as calls to follow a channel or credits. Pure.

The rules of cleaning cannot know all these lines, but a line that many articles of a source share belongs to none of them.
A line counts as repeated if enough different articles have it at their edge: with only repeated lines before it or after
it. So background that several reports share in the middle stays. A line in the middle must be short and appear in a good
part of the source's articles.

Versions of one report also share most of their lines. They are no evidence: an article counts only if at least half of its
words are its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TypeAlias

from flows.clean.words import count_words
from flows.refine.page import Refined, find_matches
from flows.topics import Matcher
from newslake.article import CleanArticle
from warehouse.records import ArticleRecord, Place, RepeatedLine, StoredText
from warehouse.similarity.shingles import content_hash

# How many different articles must have a line at their edge, or in the middle, where stock phrases are more likely.
ENOUGH_AT_EDGE, ENOUGH_ANYWHERE = 4, 6
# The share of a source's articles that must have a line in the middle: inserts are in most, stock phrases in few.
SHARE_ANYWHERE = 0.2
LONGEST_ANYWHERE = 120  # characters
# The share of an article's words that must be its own. Cutting more would do harm rather than correct the text.
OWN_WORDS = 0.5

Lines: TypeAlias = Mapping[str, RepeatedLine]  # by line_hash


@dataclass(frozen=True, slots=True)
class _Body:
    """A text, line by line. `keys` are the hashes of the lines, `headings` the hashes of the subheadings."""

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
        """Count the chosen lines at the start and at the end. If every line is chosen, both counts are the number of lines."""
        return sum(1 for _ in takewhile(chosen, self.keys)), sum(1 for _ in takewhile(chosen, reversed(self.keys)))

    def at_edges(self, chosen: Set[str]) -> set[str]:
        first, last = self.edges(chosen.__contains__)
        return {*self.keys[:first], *self.keys[len(self.keys) - last :]}

    def is_own(self, foreign: Iterable[str]) -> bool:
        """Return whether enough words remain without these lines."""
        return self.words - sum(map(count_words, foreign)) >= max(1, self.words * OWN_WORDS)


def find_repeated(
    articles: Sequence[ArticleRecord], stored: Sequence[StoredText] = (), known: Iterable[RepeatedLine] = ()
) -> dict[str, RepeatedLine]:
    """Return the repeated lines in the texts of one source, by hash: the known ones and those found now.

    Args:
        articles: the articles of this run, before any line is cut.
        stored: texts of the source in the warehouse; a single run rarely has enough articles.
        known: lines that earlier runs found.
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
    # reversed, so that the spelling of this run wins
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
    """Yield each article and each text once: the first one, so that this run takes precedence over stored texts."""
    seen: set[object] = set()
    for article in articles:
        text = article.page if isinstance(article, ArticleRecord) else article
        if article.article_id not in seen and article.content_hash not in seen and text.word_count:
            yield _Body.of(text)
        seen |= {article.article_id, article.content_hash}


def _these(body: _Body, keys: Set[str]) -> list[str]:
    return [line for key, line in zip(body.keys, body.lines, strict=True) if key in keys]


def _at_edges(witnesses: Sequence[_Body], counts: Counter[str], sure: Set[str]) -> Set[str]:
    """Return the lines that enough articles have at their edge, together with the `sure` ones.

    Starts with all frequent lines and removes those that are not at an edge often enough, until none is left to remove: a
    line may have been at the edge only because of another that was removed. So the order of lines in a footer does not matter.
    """
    lines = sure | {key for key, count in counts.items() if count >= ENOUGH_AT_EDGE}
    while True:
        standing = Counter(key for body in witnesses for key in body.at_edges(lines))
        kept = sure | {key for key in lines if standing[key] >= ENOUGH_AT_EDGE}
        if kept == lines:
            return lines
        lines = kept


def cut(article: ArticleRecord, repeated: Lines, matcher: Matcher) -> ArticleRecord:
    """Return the article without the repeated lines of its source, matched again; unchanged if too little would remain."""
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
        matches=find_matches(matcher, page.title, text, page.language, article.source),
    )


def without_repeated(
    pages: Sequence[Refined], stored: Iterable[StoredText], known: Iterable[RepeatedLine], matcher: Matcher
) -> tuple[list[Refined], list[RepeatedLine]]:
    """Cut the repeated lines of their sources from the pages of a run.

    Args:
        stored: texts of these sources in the warehouse.
        known: repeated lines that earlier runs found.
    Returns:
        The pages, and the repeated lines that are new or appeared in this run.
    """
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
