"""Measures how long maintenance holds the lock for which loads have to wait.

    python benchmarks/unattended/maintain.py [--articles N] [--nights N] [--json FILE] [--rewrite docs/benchmarks.md]

Builds a lake with a SQLite catalog of N articles with their revisions, fetches, addresses and fingerprints. Then, for some
nights: a day of loads (new articles, edits, addresses that were fetched again), and a maintenance. On the last night the
snapshots of all days before are expired, and a third of all articles is rewritten first, as a reclean may do.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import rewrite  # noqa: E402
from warehouse.database.connect import open_writer  # noqa: E402
from warehouse.database.stage import columns_of  # noqa: E402
from warehouse.database.writer import Writer  # noqa: E402
from warehouse.location import Location  # noqa: E402
from warehouse.maintain import size, tend  # noqa: E402

WORDS = 300  # in a text
PART = 20_000  # articles that one load of the archive brings
LOADS, BATCH = 24, 20  # of a day: loads, and the articles that each brings and edits
KEEP_DAYS = 7
TEXT = f"array_to_string(list_transform(range({WORDS}), lambda x: 'w' || (hash(n * {WORDS} + x) % 20000)), ' ')"
# By table, the columns that matter for its size; the others stay null.
ROWS = {
    "articles": {
        "article_id": "md5(n::VARCHAR)::UUID",
        "url": "'https://outlet' || n % 50 || '.example/news/' || n",
        "source": "'outlet' || n % 50",
        "title": "'A headline of some words, number ' || n",
        "text": TEXT,
        "story_id": "md5(n::VARCHAR)::UUID",
        "revision": "1",
        "content_hash": "md5('text' || n)",
        "first_seen_at": "now()",
        "last_seen_at": "now()",
    },
    "revisions": {
        "article_id": "md5(n::VARCHAR)::UUID",
        "revision": "1",
        "seen_at": "now()",
        "title": "'A headline of some words, number ' || n",
        "text": TEXT,
        "content_hash": "md5('text' || n)",
    },
    "fetches": {
        "url_id": "md5(n::VARCHAR)::UUID",
        "source": "'outlet' || n % 50",
        "url": "'https://outlet' || n % 50 || '.example/news/' || n",
        "outcome": "'loaded'",
        "requested_at": "now()",
    },
    "urls": {
        "url_id": "md5(n::VARCHAR)::UUID",
        "url": "'https://outlet' || n % 50 || '.example/news/' || n",
        "source": "'outlet' || n % 50",
        "last_outcome": "'loaded'",
        "last_fetched_at": "now()",
    },
    "fingerprints": {
        "article_id": "md5(n::VARCHAR)::UUID",
        "content_hash": "md5('text' || n)",
        "dated_at": "now()",
        "seen_at": "now()",
        "sketch": "list_transform(range(70), lambda x: CAST(hash(n * 70 + x) >> 2 AS BIGINT))",
    },
}


def insert(con: duckdb.DuckDBPyConnection, first: int, count: int) -> None:
    """Insert so many articles, as a load does, in all tables."""
    for table, values in ROWS.items():
        known = columns_of(con, table)
        columns = [column for column in values if column in known]
        select = ", ".join(f"{values[column]} AS {column}" for column in columns)
        con.execute(f"INSERT INTO {table} BY NAME SELECT {select} FROM range({first}, {first + count}) AS r(n)")


def edit(con: duckdb.DuckDBPyConnection, where: str) -> None:
    """Edit articles, and fetch their addresses again."""
    con.execute(f"UPDATE articles SET title = title || ' (edited)', revision = revision + 1, last_seen_at = now() WHERE {where}")
    con.execute(f"UPDATE urls SET last_fetched_at = now() WHERE {where.replace('article_id', 'url_id')}")


def day(location: Location, total: int) -> int:
    """Load what a day brings; return the number of articles afterwards."""
    for number in range(LOADS):
        with open_writer(location, f"load {number}") as writer:
            at = total + number * BATCH
            picked = f"SELECT (k * 7919 + {at}) % {total} AS n FROM range({BATCH}) AS r(k)"
            known = f"article_id IN (SELECT md5(n::VARCHAR)::UUID FROM ({picked}))"

            def work(con: duckdb.DuckDBPyConnection, at: int = at, known: str = known) -> None:
                insert(con, at, BATCH)
                edit(con, known)

            writer.transact(work)
    return total + LOADS * BATCH


def build(location: Location, articles: int) -> None:
    with open_writer(location, "archive") as writer:
        for first in range(0, articles, PART):
            _load(writer, first, min(PART, articles - first))


def _load(writer: Writer, first: int, count: int) -> None:
    writer.transact(lambda con: insert(con, first, count))


def measure(articles: int, nights: int, folder: Path) -> dict[str, Any]:
    location = Location(catalog=f"ducklake:sqlite:{folder}/catalog.sqlite", data=str(folder / "lake"))
    build(location, articles)
    total, now = articles, datetime.now(UTC)
    locked: list[float] = []
    for night in range(1, nights + 1):
        total = day(location, total)
        is_last = night == nights
        if is_last:
            with open_writer(location, "reclean") as writer:
                writer.transact(lambda con: edit(con, "hash(article_id) % 3 = 0"))
        began = time.perf_counter()
        done = tend(location, now + timedelta(days=KEEP_DAYS + 2 if is_last else 0), KEEP_DAYS)
        locked.append(round(max(done.seconds_locked, 0.0), 2))
        print(f"night {night}: lock held {locked[-1]} s of {time.perf_counter() - began:.1f} s, {done}", flush=True)
    return {
        "articles": total,
        "nights": nights,
        "lock_seconds": locked,
        "lock_seconds_longest": max(locked),
        "lock_seconds_usual": sorted(locked[:-1] or locked)[len(locked[:-1] or locked) // 2],
        "files": size(location).files,
        "bytes": size(location).bytes,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def table(figures: dict[str, Any]) -> str:
    return "\n".join(
        (
            "| articles | lock held, a usual night | the night after a reclean of a third | peak memory |",
            "| ---: | ---: | ---: | ---: |",
            f"| {figures['articles']:,} | {figures['lock_seconds_usual']:.1f} s | {figures['lock_seconds'][-1]:.1f} s "
            f"| {figures['peak_mb']:,} MB |",
        )
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--nights", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--rewrite", type=Path, help="replace the table `maintain` in this file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newslake-maintain-") as folder:
        figures = measure(given.articles, given.nights, Path(folder))
    print(table(figures))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), "utf-8")
    if given.rewrite:
        rewrite(given.rewrite, "maintain", table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
