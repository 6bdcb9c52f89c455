"""The loads that `query.py` measures, in a fresh process: new articles into copies of a lake, by all that a load does, or less.

    python benchmarks/corpora/loading.py WATCHLIST ROUNDS [--corpus DIR]

With `--corpus`, the articles are real ones, the texts of the labelled pages. There are enough for one round of a thousand,
whatever ROUNDS says, after a first load of a few hundred.

Output: {"load_1000_s": median, "load_1000_without_index_s": median, …}.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid5

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.copies import originals  # noqa: E402
from benchmarks.corpora.made import UNTIL, texts  # noqa: E402
from benchmarks.corpora.used import peak_mb  # noqa: E402
from flows.watchlist import load_watchlist  # noqa: E402
from newslake.article import CleanArticle  # noqa: E402
from warehouse.database.connect import open_writer  # noqa: E402
from warehouse.load.run import load  # noqa: E402
from warehouse.location import Location  # noqa: E402
from warehouse.records import ArticleRecord, FetchRecord, MatchRecord, RunBatch, RunRecord  # noqa: E402
from warehouse.similarity.compare import hashes_of  # noqa: E402
from warehouse.similarity.shingles import content_hash  # noqa: E402

IDS = UUID("5e9f0a86-7f52-4f7c-a7f1-50c3c6b1c0de")
ARTICLES = 1_000
# What a load does by default, and less and less of it.
LESS: dict[str, dict[str, bool]] = {
    "load_1000": {},
    "load_1000_without_events": {"events": False},
    "load_1000_without_names": {"events": False, "names": False},
    "load_1000_without_index": {"events": False, "names": False},
}
SHORTEST = 400  # characters of a real text that counts as an article
SEED = 77  # of articles that no corpus has


def batches(rounds: int, first: int = 0) -> list[RunBatch]:
    """Make a run of a thousand new articles for each of at most ten rounds, as cleaning hands it over: with hashes of the texts.

    Args:
        first: the number of rounds before these.
    """
    (made,) = texts(rounds * ARTICLES, SEED, first * ARTICLES)
    matches: dict[int, list[MatchRecord]] = defaultdict(list)
    for topic, (rows, terms) in made.topics.items():
        for row, term in zip(rows.tolist(), terms.to_pylist(), strict=True):
            matches[row].append(MatchRecord(topic, (term,), False, 1.0, term))
    words = made.table["words"].to_pylist()
    every = [_article(first * ARTICLES + number, one, words[number], matches[number]) for number, one in enumerate(made)]
    return [_run(first + turn, every[turn * ARTICLES : (turn + 1) * ARTICLES]) for turn in range(rounds)]


def real_batches(corpus: Path) -> list[RunBatch]:
    """Make a run of a few hundred real articles and one of a thousand: published within a day, in no order of outlets."""
    truths = (row for file in sorted(corpus.glob("articles/*/truth.jsonl")) for row in originals.rows(file))
    bodies = {row["body"]: row.get("title") or "" for row in truths if isinstance(row.get("body"), str)}
    texts = sorted((content_hash(body), title, body) for body, title in bodies.items() if len(body) > SHORTEST)
    every = [
        _article(number, (title, body, _language(body), f"real{number % 50:03}", UNTIL), len(body.split()), [])
        for number, (_, title, body) in enumerate({one[0]: one for one in texts}.values())
    ]
    first = len(every) - ARTICLES
    assert first > 0, f"{corpus} has only {len(every)} texts"
    return [_run(0, every[:first]), _run(1, every[first:])]


def _language(body: str) -> str:
    for language, letters in (("ko", "가힣"), ("ja", "ぁヶ"), ("zh", "一龥"), ("ru", "ая")):
        if sum(letters[0] <= letter <= letters[1] for letter in body[:800]) > 200:
            return language
    return "en"


def _article(number: int, one: tuple[str, str, str, str, datetime], words: int, matches: list[MatchRecord]) -> ArticleRecord:
    title, text, language, source, _ = one
    at = UNTIL + timedelta(hours=1, seconds=number)
    url = f"https://{source}.example/new/{number}"
    return ArticleRecord(
        article_id=uuid5(IDS, url),
        page=CleanArticle(
            url=url,
            title=title,
            text=text,
            title_from="h1",
            published_at=at,
            published_precision="second",
            language=language,
            word_count=words,
        ),
        raw_url=url,
        source=source,
        domain=f"{source}.example",
        content_hash=content_hash(text),
        seen_at=at + timedelta(minutes=5),
        capture_file="runs/new/captures-0.warc.gz",
        capture_offset=number,
        matches=tuple(matches),
        hashes=hashes_of(text),
    )


def _run(turn: int, articles: list[ArticleRecord]) -> RunBatch:
    at = UNTIL + timedelta(days=1, hours=turn)
    fetches = tuple(
        FetchRecord(
            each.article_id, each.source, each.page.url, each.page.url, "page", "feed", at, 0.4, 200, 60_000, article=each
        )
        for each in articles
    )
    return RunBatch(RunRecord(uuid5(IDS, f"run {turn}"), "collect", at, at, "completed", "1", len(fetches)), fetches)


@contextmanager
def copied(location: Location) -> Iterator[Location]:
    """Yield a copy of a lake that takes no room: its data files, which never change, are linked, the catalog is copied."""
    assert location.file is not None
    with tempfile.TemporaryDirectory(dir=location.file.parent.parent) as folder:
        shutil.copytree(location.data, Path(folder, "lake"), copy_function=os.link)
        catalog = Path(folder, "catalog.sqlite")
        with closing(sqlite3.connect(location.file)) as old, closing(sqlite3.connect(catalog)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=wal")
        yield Location(catalog=f"ducklake:sqlite:{catalog}", data=str(Path(folder, "lake")))


def seconds(location: Location, batch: RunBatch) -> tuple[float, float]:
    """Load a run; return the seconds of wall time and of CPU."""
    began, before = time.perf_counter(), time.process_time()
    with open_writer(location, "benchmark") as writer:
        load(writer, batch)
    return time.perf_counter() - began, time.process_time() - before


def measure(location: Location, runs: Sequence[RunBatch]) -> dict[str, Any]:
    """Load the same articles into copies in turn, each of which does less than the one before. The first loads do not count."""
    took: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with ExitStack() as copies:
        places = [copies.enter_context(copied(location)) for _ in LESS]
        given = {name: place.model_copy(update=less) for (name, less), place in zip(LESS.items(), places, strict=True)}
        for turn, batch in enumerate(runs):
            for name, place in [*given.items()][:: 1 if turn % 2 else -1]:
                with patch("warehouse.load.run.write_index") if name.endswith("index") else nullcontext():
                    took[name].append(seconds(place, batch))
    figures: dict[str, Any] = {}
    for name, each in took.items():
        wall, cpu = zip(*each[1:], strict=True)
        figures |= {f"{name}_s": round(statistics.median(wall), 2), f"{name}_cpu_s": round(statistics.median(cpu), 2)}
    return figures | {"load_peak_mb": peak_mb()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("watchlist", type=Path)
    parser.add_argument("rounds", type=int)
    parser.add_argument("--corpus", type=Path)
    args = parser.parse_args()
    runs = real_batches(args.corpus) if args.corpus else batches(args.rounds + 1)
    json.dump(measure(load_watchlist(args.watchlist).warehouse, runs), sys.stdout)


if __name__ == "__main__":
    main()
