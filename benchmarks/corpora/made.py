"""Make any number of news articles whose words are spread as in real ones, in five languages, the same for the same seed.

An article has a theme, whose words it repeats and which are rare elsewhere, and a few words of its own; the rest is drawn from
the whole language. Half of the articles have at least 600 words, and 345 different ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.corpora.words import Generator, Ids, Vocabulary, vocabulary, zipf

UNTIL = datetime(2026, 10, 1, tzinfo=UTC)
SPAN = timedelta(days=3 * 365)
PART = 10_000  # articles that are made at a time
LANGUAGES = {"en": 0.45, "ru": 0.2, "ko": 0.2, "ja": 0.08, "zh": 0.07}
OUTLETS = {"en": 80, "ru": 40, "ko": 40, "ja": 20, "zh": 20}
MEDIAN_WORDS, SPREAD, LEAST_WORDS, MOST_WORDS = 600, 0.5, 60, 5_000  # lognormal
TITLE_WORDS = (6, 14)
THEMES, THEME_WORDS, THEME_FROM = 2_000, 400, 60  # words of a theme are of this rank or rarer
QUOTED = 0.25  # of every second sentence
OWN = 12  # words that an article has of its own
SHARES = (0.3, 0.08)  # of the words that are of the theme, and of the article's own
# Topics by name: in each language so many words, from this rank on; an article with one of them is on topic.
TOPICS = {"news": (3, 0), "narrow": (1, 1_000), "rare": (1, 15_000)}


@dataclass(frozen=True)
class Articles:
    """A part of a corpus: a row an article with number, title, text, language, source, published_at and words."""

    table: pa.Table
    topics: dict[str, tuple[npt.NDArray[np.int64], pa.StringArray]]  # the rows on topic, with the term of each

    def __iter__(self) -> Iterator[tuple[str, str, str, str, datetime]]:
        """Yield title, text, language, source and published_at of each article."""
        columns = ("title", "text", "language", "source", "published_at")
        return zip(*(self.table[name].to_pylist() for name in columns), strict=True)


@cache
def themes(language: str) -> Ids:
    """Return the words of each theme, most frequent first."""
    known = vocabulary(language)
    random = np.random.default_rng([23, known.words])
    drawn = known.draw(random, THEMES * THEME_WORDS)
    drawn = np.where(drawn < THEME_FROM, drawn + THEME_FROM + 40 * random.integers(0, 100, len(drawn)), drawn)
    return drawn.reshape(THEMES, THEME_WORDS)


def topic_words(language: str) -> dict[str, list[str]]:
    """Return the words of each topic in a language."""
    known = vocabulary(language)
    return {name: [known.word(rank) for rank in ranks] for name, ranks in topic_ranks(language).items()}


@cache
def topic_ranks(language: str) -> dict[str, Ids]:
    """Return the ranks of the words of each topic: no names or numbers, which Japanese and Chinese words are without."""
    known = vocabulary(language)
    plain = [
        [rank for rank in range(first, first + 50) if known.word(rank).lower() == known.word(rank)]
        for _, first in TOPICS.values()
    ]
    plain = [[rank for rank in ranks if known.word(rank).isalpha()] for ranks in plain]
    return {name: np.array(ranks[:count]) for (name, (count, _)), ranks in zip(TOPICS.items(), plain, strict=True)}


def texts(count: int, seed: int = 1, first: int = 0) -> Iterator[Articles]:
    """Make the articles `first` to `first + count` of a corpus, in order of their publication, which spans three years.

    The texts depend on the seed and their number alone, if `first` and `count` are multiples of PART.
    """
    step = SPAN / count
    for start in range(first, first + count, PART):
        yield _part(
            np.random.default_rng([seed, start]), start, min(PART, first + count - start), UNTIL - SPAN - first * step, step
        )


def _part(random: Generator, start: int, count: int, since: datetime, step: timedelta) -> Articles:
    language = random.choice(len(LANGUAGES), count, p=list(LANGUAGES.values()))
    order = np.argsort(language, kind="stable")
    tables, hits = [], {name: ([], []) for name in TOPICS}
    done = 0
    for number, name in enumerate(LANGUAGES):
        rows = order[done : done + int(np.count_nonzero(language == number))]
        if len(rows):
            made, on_topic = _articles(random, vocabulary(name), len(rows))
            tables.append(made)
            for topic, (those, terms) in on_topic.items():
                hits[topic][0].append(rows[those])
                hits[topic][1].append(terms)
        done += len(rows)
    back = np.empty(count, np.int64)
    back[order] = np.arange(count)
    table = pa.concat_tables(tables).combine_chunks().take(pa.array(back))
    at = since.timestamp() + (start + np.arange(count) + random.random(count)) * step.total_seconds()
    table = table.append_column("number", pa.array(start + np.arange(count)))
    table = table.append_column("published_at", pa.array((at * 1e6).astype(np.int64)).cast(pa.timestamp("us", "UTC")))
    return Articles(table, {name: (np.concatenate(rows), pa.concat_arrays(terms)) for name, (rows, terms) in hits.items()})


def _articles(random: Generator, known: Vocabulary, count: int) -> tuple[pa.Table, dict[str, tuple[Ids, pa.StringArray]]]:
    lengths = np.exp(np.log(MEDIAN_WORDS) + SPREAD * random.standard_normal(count)).clip(LEAST_WORDS, MOST_WORDS).astype(int)
    titles = random.integers(*TITLE_WORDS, count)
    theme = zipf(random, THEMES, count)
    own = known.draw(random, count * OWN).reshape(count, OWN) + 20
    text, ids = _written(random, known, lengths, theme, own % known.words)
    title, _ = _written(random, known, titles, theme, own % known.words)
    title = pc.replace_substring_regex(title, r"\s*[.,、。，]?\s*$", "")
    outlet = zipf(random, OUTLETS[known.language], count)
    source = pa.array([f"{known.language}{number:03}" for number in range(OUTLETS[known.language])]).take(pa.array(outlet))
    language = pa.array([known.language]).take(pa.array(np.zeros(count, np.int64)))
    table = pa.table({"title": title, "text": text, "language": language, "source": source, "words": lengths.astype(np.int32)})
    return table, _on_topic(known, ids, lengths)


def _written(random: Generator, known: Vocabulary, lengths: Ids, theme: Ids, own: Ids) -> tuple[pa.StringArray, Ids]:
    """Write texts of these lengths; return them and the ranks of all their words."""
    total = int(lengths.sum())
    article = np.repeat(np.arange(len(lengths)), lengths)
    ids = known.draw(random, total)
    kind = random.random(total, dtype=np.float32)
    of_theme = np.flatnonzero(kind < SHARES[0])
    ids[of_theme] = themes(known.language)[theme[article[of_theme]], zipf(random, THEME_WORDS, len(of_theme))]
    of_own = np.flatnonzero(kind > 1 - SHARES[1])
    ids[of_own] = own[article[of_own], zipf(random, OWN, len(of_own))]

    pieces = np.empty(2 * total, np.int64)
    tails = known.draw_tails(random, total)
    ends = np.cumsum(lengths)
    firsts = ends - lengths
    tails[ends - 1] = known.full_stop
    _quote(random, known, tails, article)
    begins = np.concatenate(([True], known.ends[tails[:-1]]))
    begins[firsts] = True
    pieces[::2] = np.where(begins, ids + known.words, ids)
    pieces[1::2] = tails
    offsets = pa.array(np.concatenate((firsts, [total])) * 2, pa.int32())
    written = pa.ListArray.from_arrays(offsets, known.pieces.take(pa.array(pieces)))
    return pc.utf8_rtrim_whitespace(pc.binary_join(written, "")), ids


def _quote(random: Generator, known: Vocabulary, tails: Ids, article: Ids) -> None:
    """Put some sentences within quotation marks."""
    sentences = np.flatnonzero(known.ends[tails])[: -1 if len(tails) else None]
    opens = np.arange(0, len(sentences) - 1, 2)
    opens = opens[random.random(len(opens)) < QUOTED]
    before, after = sentences[opens], sentences[opens + 1]
    within = (article[before] == article[after]) & (tails[before] != known.full_stop) & (tails[after] != known.full_stop)
    tails[before[within]], tails[after[within]] = known.opening, known.closing


def _on_topic(known: Vocabulary, ids: Ids, lengths: Ids) -> dict[str, tuple[Ids, pa.StringArray]]:
    """Return for each topic the texts that have a word of it, and the first such word."""
    found = {}
    ends = np.cumsum(lengths)
    for name, ranks in topic_ranks(known.language).items():
        places = np.flatnonzero(np.isin(ids, ranks))
        article = np.searchsorted(ends, places, "right")
        rows, where = np.unique(article, return_index=True)
        found[name] = rows, known.pieces.take(pa.array(ids[places[where]]))
    return found
