"""Find the copies of a batch's texts, in the batch and in the warehouse: a join of sketches, then a comparison of texts.

Only texts that appeared within `window` of each other are compared, so the cost depends on the weeks around the batch and not on
the size of the corpus. Whether two texts are linked depends on these two alone. So stories, the connected components of the
links, are the same in whatever order and batches articles arrive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import duckdb
import numpy as np

from warehouse.database.stage import stage
from warehouse.database.statements import statement
from warehouse.records import ArticleRecord, TextHashes
from warehouse.similarity.compare import CONTAINED, OF_THE_LONGER, WHOLE_TAKE, Likeness, Text, adds_nothing, likeness
from warehouse.similarity.digests import Pair, binding, digests
from warehouse.similarity.linked import Carrier, Linked, are_near, in_order
from warehouse.similarity.regroup import Marks, earlier_parts, links_within
from warehouse.similarity.shingles import LEAST, ONE_IN, sketch
from warehouse.similarity.texts import read_texts
from warehouse.similarity.twins import ENOUGH_WORDS, Twin, repeats

# A shingle in more texts of one window than this is ignored: far more than any real story, far fewer than a template prints.
COMMON = 1_000
_COLUMNS = {
    "article_id": "UUID",
    "content_hash": "VARCHAR",
    "dated_at": "TIMESTAMP WITH TIME ZONE",
    "seen_at": "TIMESTAMP WITH TIME ZONE",
    "word_count": "INTEGER",
    "shingles": "INTEGER",
    "sketch": "BIGINT[]",
    "is_digest": "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class BatchText:
    """A text of the batch and its article."""

    article: Twin
    content_hash: str
    text: str
    seen_at: datetime
    hashes: TextHashes | None = None
    is_digest: bool = False  # as far as known before the load

    @property
    def at(self) -> datetime:
        return self.article.published_at or self.seen_at


@dataclass(slots=True)
class Found:
    """The copies that were found."""

    links: list[tuple[UUID, UUID]] = field(default_factory=list)  # article ids that belong to one story
    # Articles of the same source that an article of the batch repeats, by its id; the most similar first.
    twins: dict[UUID, list[Twin]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[str, Text] = field(default_factory=dict)  # the texts that were compared, by content hash
    # Stories of linked articles in the warehouse, by article id; without known articles that the batch gives a new text.
    stories: dict[UUID, UUID] = field(default_factory=dict)
    # Texts that are digests, by content hash; those that were found to be digests just now; and the stories that these had
    # joined, or in which times changed. `links` has all links of the articles of those stories as they are without the digests.
    digests: set[str] = field(default_factory=set)
    new_digests: set[str] = field(default_factory=set)
    parted: set[UUID] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)  # stored digests that are looked at again


def texts_of(articles: Iterable[ArticleRecord]) -> list[BatchText]:
    """Return the texts of the articles of a run, each once."""
    made = {
        (article.article_id, article.content_hash): BatchText(
            _twin(article),
            article.content_hash,
            article.page.text,
            article.seen_at,
            article.hashes,
        )
        for article in sorted(articles, key=lambda article: article.seen_at, reverse=True)  # the first fetch wins
    }
    return list(made.values())


def _twin(article: ArticleRecord) -> Twin:
    page = article.page
    return Twin(page.url, article.article_id, article.source, page.title, page.word_count, page.published_at)


def find_copies(
    con: duckdb.DuckDBPyConnection,
    batch: Sequence[BatchText],
    window: timedelta,
    parted: Set[UUID] = frozenset(),
    unsure: Set[str] = frozenset(),
) -> Found:
    """Compare the batch's texts with one another and with the warehouse. Stages `batch_texts` for write_fingerprints.

    Args:
        parted: stored stories whose links are looked at again, because times of their texts changed.
        unsure: stored digests that may be none any more, by content hash; all articles that have them are in the batch.
    """
    texts = {text.content_hash: Text(text.text, text.hashes) for text in batch}
    _stage(con, batch, texts, window)
    pairs: list[tuple[str, str]] = [(str(row[0]), str(row[1])) for row in _candidates(con)]
    near = {content_hash for pair in pairs for content_hash in pair}
    stage(con, "near_hashes", {"content_hash": "VARCHAR"}, [(content_hash,) for content_hash in {*near, *texts}])
    carriers = _carriers(con, batch)
    _read_texts(con, carriers, texts, near)

    found = Found(texts=texts, parted=set(parted), unsure=set(unsure))
    alike = _alike(pairs, texts, carriers)
    _mark_digests(con, found, alike, carriers, window)
    stories = Linked(window)
    for content_hash, those in carriers.items():
        stories.known(each for each in those if each.story_id not in found.parted)
        found.stories |= {each.article.article_id: each.story_id for each in those if each.story_id}
        exact = [carrier for carrier in those if carrier.article.word_count >= ENOUGH_WORDS]
        found.links += stories.link(exact)
        _twins(found, those, those, None)
        carriers[content_hash] = exact
    for pair in binding(alike, found.digests):
        ones, others = carriers.get(pair.shorter, []), carriers.get(pair.longer, [])
        same_source = {carrier.article.source for carrier in ones} & {carrier.article.source for carrier in others}
        if not stories.joined([*ones, *others]):  # else another link would change nothing
            found.links += stories.link([*ones, *others], pair.window(window))
        if same_source:
            one, other = texts[pair.shorter], texts[pair.longer]
            _twins(found, ones, others, pair.like, (adds_nothing(one, other), adds_nothing(other, one)))
    return found


def _alike(pairs: Sequence[tuple[str, str]], texts: dict[str, Text], carriers: Mapping[str, Sequence[Carrier]]) -> list[Pair]:
    """Return the pairs of texts that are copies and that articles have, the most similar first."""
    alike = []
    for one, other in pairs:
        if carriers.get(one) and carriers.get(other):
            like = likeness(texts[one], texts[other])
            if like.is_copy:
                alike.append(Pair.of(one, other, texts, like))
    return alike


def _mark_digests(
    con: duckdb.DuckDBPyConnection,
    found: Found,
    alike: Sequence[Pair],
    carriers: Mapping[str, Sequence[Carrier]],
    window: timedelta,
) -> None:
    """Note which texts of the pairs are digests, and link the stories that one of them had joined again, without it."""
    known = {str(row[0]) for row in con.execute("SELECT DISTINCT content_hash FROM window_texts WHERE is_digest").fetchall()}
    parts = [
        pair
        for pair in alike
        if pair.longer not in known
        and pair.leaves_room
        and are_near(carriers[pair.shorter], carriers[pair.longer], pair.window(window))
    ]
    longer = {pair.longer: carriers[pair.longer] for pair in parts}
    new = digests(parts, found.texts, earlier_parts(con, longer, found.texts, window))
    found.digests, found.new_digests = known | new, new
    found.parted |= {
        carrier.story_id for content_hash in new for carrier in carriers[content_hash] if carrier.story_id is not None
    }
    if found.parted:
        found.links += links_within(con, found.parted, Marks(new, found.unsure), found.texts, window)


def write_fingerprints(
    con: duckdb.DuckDBPyConnection, kept: Iterable[UUID], batch: Sequence[BatchText], found: Found, window: timedelta
) -> None:
    """Store the fingerprints of the batch's texts whose articles are kept."""
    stage(con, "batch_kept", {"article_id": "UUID"}, [(article_id,) for article_id in kept])
    if batch:
        times = [text.at for text in batch]
        stage(con, "batch_digests", {"content_hash": "VARCHAR"}, [(content_hash,) for content_hash in found.digests])
        # a text that comes back may be dated differently by now
        con.execute(statement("merge_fingerprints"), {"since": min(times) - window, "until": max(times) + window})
        if found.new_digests:
            con.execute(statement("mark_digests"))
        if undone := found.unsure - found.digests:
            stage(con, "batch_undone", {"content_hash": "VARCHAR"}, [(content_hash,) for content_hash in undone])
            con.execute(statement("unmark_digests"))


def date_fingerprints(con: duckdb.DuckDBPyConnection, dated: Mapping[UUID, datetime | None]) -> None:
    """Bring the times of stored texts up to date; by them they are found.

    Args:
        dated: when articles were published of which that, or when they had a text, is known otherwise than before.
    """
    if dated:
        stage(con, "batch_dated", {"article_id": "UUID", "published_at": "TIMESTAMP WITH TIME ZONE"}, dated.items())
        con.execute(statement("date_fingerprints"))


def _stage(con: duckdb.DuckDBPyConnection, batch: Sequence[BatchText], texts: dict[str, Text], window: timedelta) -> None:
    sketches = {key: sketch(text.shingles).view(np.int64) for key, text in texts.items()}
    rows = [
        (
            text.article.article_id,
            text.content_hash,
            text.at,
            text.seen_at,
            text.article.word_count,
            len(texts[text.content_hash].shingles),
            sketches[text.content_hash],
            text.is_digest,
        )
        for text in batch
    ]
    stage(con, "batch_texts", _COLUMNS, rows)
    con.execute("CREATE OR REPLACE TEMP TABLE window_texts AS SELECT *, true AS in_batch FROM batch_texts")
    for since, until in _stretches([time for text in batch for time in (text.at, text.seen_at)], window):
        for query in ("window_texts", "window_texts_seen"):
            con.execute(statement(query), {"since": since, "until": until})


def _stretches(times: list[datetime], window: timedelta) -> list[tuple[datetime, datetime]]:
    """Return the disjoint stretches of time within `window` of any of `times`."""
    stretches: list[tuple[datetime, datetime]] = []
    for time in sorted(times):
        since, until = time - window, time + window
        if stretches and since <= stretches[-1][1]:
            since = stretches.pop()[0]
        stretches.append((since, until))
    return stretches


def _candidates(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    limits: dict[str, float] = {
        "words": ENOUGH_WORDS,
        "common": COMMON,
        "contained": CONTAINED,
        "whole": WHOLE_TAKE,
        "of_the_longer": OF_THE_LONGER,
        "one_in": ONE_IN,
        "least": LEAST,
    }
    return con.execute(statement("near_texts"), limits).fetchall()


def _carriers(con: duckdb.DuckDBPyConnection, batch: Sequence[BatchText]) -> dict[str, list[Carrier]]:
    """Return the articles that have each text, by content hash, in order of appearance."""
    carriers: dict[str, list[Carrier]] = defaultdict(list)
    fresh = {(text.article.article_id, text.content_hash): text for text in batch}
    for content_hash, article_id, at, seen_at, words, in_batch, source, url, title, story_id, published_at in con.execute(
        statement("text_carriers"), {"since": _seen_between(con, "near_hashes")[0]}
    ).fetchall():
        if in_batch:
            article = fresh[article_id, content_hash].article
        elif source is None:
            continue
        else:
            article = Twin(url, article_id, source, title, words, published_at)
        carriers[content_hash].append(Carrier(article, at, seen_at, story_id, in_batch))
    return {content_hash: in_order(those) for content_hash, those in carriers.items()}


def _read_texts(
    con: duckdb.DuckDBPyConnection, carriers: dict[str, list[Carrier]], texts: dict[str, Text], near: set[str]
) -> None:
    missing = near - texts.keys()
    if not missing:
        return
    stage(con, "missing_hashes", {"content_hash": "VARCHAR"}, [(content_hash,) for content_hash in missing])
    since, until = _seen_between(con, "missing_hashes")
    texts |= read_texts(con, missing, since, until)
    for content_hash in missing - texts.keys():
        carriers.pop(content_hash, None)  # a reclean gave its article another text


def _seen_between(con: duckdb.DuckDBPyConnection, hashes: str) -> tuple[datetime | None, datetime | None]:
    """Return when the first and the last of the texts in a temporary table of hashes were seen; None where it is empty."""
    seen = f"SELECT min(seen_at), max(seen_at) FROM window_texts WHERE content_hash IN (SELECT content_hash FROM {hashes})"
    first, last = con.execute(seen).fetchall()[0]
    return first, last


def _twins(
    found: Found,
    ones: list[Carrier],
    others: list[Carrier],
    like: Likeness | None,
    told: tuple[bool, bool] = (True, True),
) -> None:
    """Keep the twins among the carriers of two texts; `told`: whether each text says all that the other one does."""
    for one in ones:
        for other in others:
            pairs = ((one, other, told[0]), (other, one, told[1])) if like else ((one, other, True),)
            for new, old, is_told in pairs:
                is_other = is_told and new.article.article_id != old.article.article_id
                if new.in_batch and is_other and repeats(new.article, old.article, like):
                    found.twins[new.article.article_id].append(old.article)
