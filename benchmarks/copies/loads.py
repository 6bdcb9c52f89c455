"""The loads that `dedup.py` measures, each in a fresh process.

python benchmarks/copies/loads.py stories DOCUMENTS FOLDER         clusters, articles a second and memory
python benchmarks/copies/loads.py growth CORPUS FOLDER ARTICLES    seconds and memory of a load into a corpus of that size
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import warehouse.load.run  # noqa: E402
from benchmarks.copies.originals import originals  # noqa: E402
from flows.clean.words import count_words  # noqa: E402
from newslake.article import CleanArticle  # noqa: E402
from warehouse.database.connect import open_reader, open_writer  # noqa: E402
from warehouse.database.writer import Writer  # noqa: E402
from warehouse.load.run import load  # noqa: E402
from warehouse.location import Location  # noqa: E402
from warehouse.records import ArticleRecord, FetchRecord, MatchRecord, RunBatch, RunRecord, TextHashes  # noqa: E402
from warehouse.similarity.compare import hashes_of  # noqa: E402
from warehouse.similarity.shingles import content_hash  # noqa: E402

NOW = datetime(2026, 11, 1, tzinfo=UTC)
IDS = UUID("8f1d1f5e-8c5a-4f0c-9d51-0c4b8f3d2a10")
BATCH = 1_000
ROUNDS = 3
WORKERS = 2  # fingerprints are made where articles are cleaned, in worker processes
WINDOW_DAYS = 21
# Articles within a window, whatever the size of the corpus.
DENSITY = 10_000
STAGES = ("find_copies", "touched_stories", "write_copies", "write_fingerprints")


def article(name: str, title: str, text: str, at: datetime, hashed: TextHashes | None = None) -> ArticleRecord:
    # a source each: copies within one source would be no articles of their own
    url = f"https://{uuid5(IDS, name).hex}.example/article"
    return ArticleRecord(
        article_id=uuid5(IDS, url),
        page=CleanArticle(
            url=url,
            title=title or "Without a title",
            text=text,
            published_at=at,
            published_precision="second",
            word_count=count_words(text),
            title_from="benchmark",
        ),
        raw_url=url,
        source=name,
        domain="example",
        content_hash=content_hash(text),
        seen_at=at,
        capture_file="none.warc.gz",
        capture_offset=0,
        matches=(MatchRecord("everything", ("a",), False, 1.0, text[:100]),),
        hashes=hashed,
    )


def batch(number: int, articles: list[ArticleRecord]) -> RunBatch:
    fetches = tuple(
        FetchRecord(
            each.article_id, each.source, each.page.url, each.page.url, "page", "benchmark", NOW, 0.1, 200, 1, article=each
        )
        for each in articles
    )
    run = RunRecord(uuid5(IDS, f"run {number}"), "collect", NOW, NOW, "completed", "0", len(fetches))
    return RunBatch(run, fetches)


def peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


class Stages:
    """Measure the seconds that a load spends on fingerprints, matching and clustering."""

    def __init__(self) -> None:
        self.seconds = 0.0
        for name in STAGES:
            setattr(warehouse.load.run, name, self._timed(getattr(warehouse.load.run, name)))

    def _timed(self, stage: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **given: Any) -> Any:
            started = time.perf_counter()
            try:
                return stage(*args, **given)
            finally:
                self.seconds += time.perf_counter() - started

        return timed


def stories(given: Path, folder: Path) -> dict[str, Any]:
    location = Location(catalog=str(folder / "news.duckdb"))
    stages = Stages()
    documents = json.loads(given.read_text("utf-8"))
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(hashes_of, ["starts the workers, as cleaning has by the time that there are texts"] * WORKERS))
        for start in range(0, len(documents), BATCH):
            part = documents[start : start + BATCH]
            started = time.perf_counter()
            made = list(pool.map(hashes_of, (text for *_, text in part), chunksize=50))
            stages.seconds += time.perf_counter() - started
            articles = [article(name, title, text, NOW, each) for (name, title, text), each in zip(part, made, strict=True)]
            with open_writer(location, "benchmark") as writer:
                load(writer, batch(start, articles))
    with open_reader(location) as con:
        clusters = {source: str(story) for source, story in con.execute("SELECT source, story_id FROM articles").fetchall()}
    return {
        "clusters": clusters,
        "articles_per_second": round(len(documents) / stages.seconds, 1),
        "peak_mb": peak_mb(),
    }


def fill(corpus: Path, folder: Path, size: int) -> None:
    """Build a corpus of `size` articles."""
    texts = originals(corpus, 1_000_000)
    span = timedelta(days=WINDOW_DAYS) * (size / DENSITY)
    with open_writer(lake(folder), "benchmark") as writer:
        _fill(writer, texts, size - BATCH, span)
        # the newest are real, so that the load that is measured has something to copy
        load(writer, batch(0, [article(f"first {number}", *texts[number % len(texts)], NOW) for number in range(BATCH)]))


def growth(corpus: Path, folder: Path) -> dict[str, float]:
    """Measure seconds and memory of loads of 1,000 articles, a third of them copies of stored ones."""
    texts = originals(corpus, 1_000_000)
    seconds = []
    for turn in range(1, ROUNDS + 1):
        articles = []
        for number in range(BATCH):
            title, text = texts[number % len(texts)]
            if number % 3:  # two thirds are news: words that no other text has
                text = " ".join(f"{word}{turn}" if place % 2 else word for place, word in enumerate(text.split()))
            articles.append(article(f"{turn} {number}", title, f"{text} {turn} {number}", NOW))
        started = time.perf_counter()
        with open_writer(lake(folder), "benchmark") as writer:
            load(writer, batch(turn, articles))
        seconds.append(time.perf_counter() - started)
    return {"seconds": round(statistics.median(seconds), 2), "peak_mb": peak_mb()}


def lake(folder: Path) -> Location:
    return Location(catalog=f"ducklake:sqlite:{folder}/catalog.sqlite", data=str(folder / "lake"))


def _fill(writer: Writer, texts: list[tuple[str, str]], count: int, span: timedelta) -> None:
    """Write articles that nobody copies, in order of time, as a year of loads and a maintenance leave them."""
    con = writer.con
    con.execute("CREATE TEMP TABLE texts (number INTEGER, text VARCHAR)")
    con.executemany("INSERT INTO texts VALUES (?, ?)", [(number, text[:2500]) for number, (_, text) in enumerate(texts)])
    con.execute("SET preserve_insertion_order = true")
    for start in range(0, count, 50_000):
        rows = min(50_000, count - start)
        con.execute(
            """
            CREATE OR REPLACE TEMP TABLE filler AS
            SELECT uuid() AS article_id, md5(i::VARCHAR) AS content_hash, uuid() AS url_id, text || ' ' || i AS text,
                'https://filler' || i || '.example/article' AS url, 'filler' || i % 200 AS source,
                CAST($now AS TIMESTAMPTZ) - to_seconds($seconds * (1 - i / $count)) AS moment,
                list_transform(range(75), lambda h: CAST(hash(i * 75 + h) >> 3 AS BIGINT)) AS sketch
            FROM range($start, $start + $rows) AS filler(i) JOIN texts ON number = i % (SELECT count(*) FROM texts) ORDER BY i
            """,
            {"now": NOW, "seconds": span.total_seconds(), "count": count, "start": start, "rows": rows},
        )
        for statement in (
            "INSERT INTO articles BY NAME SELECT article_id, url, url AS raw_url, source, 'example' AS domain, "
            "'A title' AS title, moment AS published_at, 'second' AS published_precision, text, 500 AS word_count, "
            "article_id AS story_id, "
            "1 AS revision, content_hash, moment AS first_seen_at, moment AS last_seen_at FROM filler",
            "INSERT INTO revisions BY NAME SELECT article_id, 1 AS revision, moment AS seen_at, 'A title' AS title, text, "
            "500 AS word_count, content_hash FROM filler",
            "INSERT INTO fingerprints BY NAME SELECT article_id, content_hash, moment AS dated_at, moment AS seen_at, "
            "500 AS word_count, 600 AS shingles, sketch FROM filler",
            "INSERT INTO matches BY NAME SELECT article_id, 'everything' AS topic, ['a'] AS terms, false AS in_title, "
            "1.0 AS score, text[:100] AS snippet FROM filler",
            "INSERT INTO urls BY NAME SELECT url_id, url, url AS canonical_url, source, 'page' AS kind, "
            "moment AS first_found_at, moment AS last_outcome_at, moment AS last_fetched_at, 'loaded' AS last_outcome, "
            "0 AS failures, article_id, true AS is_carrier, moment AS published_at FROM filler",
        ):
            con.execute(statement)
    con.execute("SET preserve_insertion_order = false")


def main() -> None:
    what, given, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if what == "fill":
        fill(given, folder, int(sys.argv[4]))
    else:
        json.dump(stories(given, folder) if what == "stories" else growth(given, folder), sys.stdout)


if __name__ == "__main__":
    main()
