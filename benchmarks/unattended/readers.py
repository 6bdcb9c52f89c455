"""Measures readers during writes: one process loads small batches while others query.

    python benchmarks/unattended/readers.py [--minutes M] [--plain-minutes M] [--readers N]
        [--json FILE] [--rewrite docs/benchmarks.md]

The writer loads a batch as a run does, through `open_writer`, and rests between batches; every third batch edits articles that
are there. Each reader opens the warehouse as `newslake sql` does, asks several questions (stories, source_health and timeline
among them), and reopens it every few rounds. An error is any exception on either side, and also an answer that is not of
one state: more articles than the runs up to then have loaded. The same then on a plain `.duckdb` file, which lets in one writer
or many readers.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import rewrite  # noqa: E402
from newslake.article import CleanArticle  # noqa: E402
from warehouse.database.connect import open_reader, open_writer  # noqa: E402
from warehouse.load.run import load  # noqa: E402
from warehouse.location import Location  # noqa: E402
from warehouse.records import ArticleRecord, FetchRecord, MatchRecord, RunBatch, RunRecord  # noqa: E402
from warehouse.similarity.compare import hashes_of  # noqa: E402
from warehouse.similarity.shingles import content_hash  # noqa: E402

IDS = UUID("3b6c1d52-19a4-4a8f-9f0e-6a1f0a7e54c1")
BATCH = 25
REST = 1.0  # seconds between two loads
ROUNDS_OPEN = 3  # rounds of questions that a reader asks over one connection

ONE_STATE = "SELECT (SELECT count(*) FROM articles), (SELECT coalesce(sum(loaded), 0) FROM runs)"
QUESTIONS = (
    "SELECT source, count(*) FROM articles GROUP BY ALL",
    "SELECT title, published_at FROM articles ORDER BY published_at DESC LIMIT 10",
    "SELECT a.title, m.terms FROM articles AS a JOIN matches AS m USING (article_id) WHERE m.topic = 'ports' LIMIT 20",
    "SELECT count(*) FROM articles WHERE text ILIKE '%harbour7 %'",
    "SELECT outcome, count(*) FROM fetches GROUP BY ALL",
    "FROM stories ORDER BY copies DESC LIMIT 10",
    "FROM source_health",
    "FROM timeline LIMIT 20",
)


def article(number: int, edit: int, at: datetime) -> ArticleRecord:
    words = [f"harbour{number % 97}", "oil", "ships", *(f"w{number}x{place}" for place in range(150)), f"edit{edit}"]
    text = " ".join(words)
    url = f"https://outlet{number % 12}.example/{number}"
    return ArticleRecord(
        article_id=uuid5(IDS, url),
        page=CleanArticle(
            url=url,
            title=f"Ships in harbour {number}",
            text=text,
            published_at=at,
            published_precision="second",
            word_count=len(words),
            title_from="benchmark",
        ),
        raw_url=url,
        source=f"outlet{number % 12}",
        domain=f"outlet{number % 12}.example",
        content_hash=content_hash(text),
        seen_at=at,
        capture_file="none.warc.gz",
        capture_offset=number,
        matches=(MatchRecord("ports", ("harbour",), True, 1.0, text[:100]),),
        hashes=hashes_of(text),
    )


def batch(number: int) -> RunBatch:
    at = datetime.now(UTC)
    is_edit = number % 3 == 2
    first = (number - 1 if is_edit else number) * BATCH
    articles = [article(first + place, number if is_edit else 0, at) for place in range(BATCH)]
    fetches = tuple(
        FetchRecord(
            each.article_id, each.source, each.page.url, each.page.url, "page", "benchmark", at, 0.1, 200, 1000, article=each
        )
        for each in articles
    )
    run = RunRecord(uuid5(IDS, f"run {number}"), "collect", at, at + timedelta(seconds=1), "completed", "0", len(fetches))
    return RunBatch(run, fetches)


def write(location: Location, until: float) -> dict[str, Any]:
    seconds: list[float] = []
    errors: Counter[str] = Counter()
    number = 0
    while time.time() < until:
        started = time.perf_counter()
        try:
            with open_writer(location, f"batch {number}") as writer:
                load(writer, batch(number))
            seconds.append(time.perf_counter() - started)
            number += 1
        except Exception as error:  # noqa: BLE001 - counted: that is the measurement
            errors[_named(error)] += 1
        time.sleep(REST)
    return {"done": number, "seconds": seconds, "errors": errors}


def read(location: Location, until: float) -> dict[str, Any]:
    seconds: list[float] = []
    errors: Counter[str] = Counter()
    while time.time() < until:
        try:
            with open_reader(location, allow_files=False) as con:
                for _ in range(ROUNDS_OPEN):
                    for question in (ONE_STATE, *QUESTIONS):
                        started = time.perf_counter()
                        rows = con.execute(question).fetchall()
                        seconds.append(time.perf_counter() - started)
                        if question == ONE_STATE and rows[0][0] != rows[0][1]:
                            errors["an answer of no one state"] += 1
        except Exception as error:  # noqa: BLE001 - counted: that is the measurement
            errors[_named(error)] += 1
    return {"done": len(seconds), "seconds": seconds, "errors": errors}


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0][:120]}"


def measure(location: Location, minutes: float, readers: int) -> dict[str, Any]:
    with open_writer(location, "start") as writer:
        load(writer, batch(-1))
    until = time.time() + minutes * 60
    what = ["write", *["read"] * readers]
    children = [
        subprocess.Popen(
            [sys.executable, __file__, "--child", one, location.model_dump_json(), str(until)], stdout=subprocess.PIPE, text=True
        )
        for one in what
    ]
    said = [
        json.loads(child.communicate()[0] or '{"done": 0, "seconds": [], "errors": {"process died": 1}}') for child in children
    ]
    writer_said, reader_said = said[0], said[1:]
    asked = sorted(second for one in reader_said for second in one["seconds"])
    errors = sum((Counter(one["errors"]) for one in reader_said), Counter[str]())
    return {
        "minutes": minutes,
        "loads": writer_said["done"],
        "load_seconds": round(statistics.median(writer_said["seconds"] or [0.0]), 2),
        "writer_errors": sum(writer_said["errors"].values()),
        "queries": len(asked),
        "query_ms": round(1000 * statistics.median(asked or [0.0]), 1),
        "query_ms_95": round(1000 * asked[int(len(asked) * 0.95)], 1) if asked else 0.0,
        "reader_errors": sum(errors.values()),
        "words": {"writer": writer_said["errors"], "readers": dict(errors.most_common(5))},
    }


def markdown(results: dict[str, dict[str, Any]], readers: int) -> str:
    keys = ("minutes", "loads", "load_seconds", "writer_errors", "queries", "query_ms", "query_ms_95", "reader_errors")
    lines = [
        "| warehouse | minutes | loads | s a load | writer errors | queries | ms a query | 95 % below | reader errors |",
        "| --- " + "| ---: " * len(keys) + "|",
        *(f"| {name} | {' | '.join(f'{row[key]:,}' for key in keys)} |" for name, row in results.items()),
        "",
        f"One writer, {readers} reading processes, 2 cores.",
    ]
    for name, row in results.items():
        for side, errors in row["words"].items():
            lines += [f"{name}, {side}: {count} × {words}" for words, count in errors.items()]
    return "\n".join(lines)


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        what, location, until = sys.argv[2:5]
        json.dump((write if what == "write" else read)(Location.model_validate_json(location), float(until)), sys.stdout)
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--plain-minutes", type=float, help="for the plain file; the same where not given")
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rewrite", type=Path)
    given = parser.parse_args()
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        places = {
            "DuckLake on SQLite": Location(catalog=f"ducklake:sqlite:{folder}/catalog.sqlite", data=f"{folder}/lake"),
            "plain .duckdb": Location(catalog=f"{folder}/news.duckdb"),
        }
        for name, location in places.items():
            is_plain = "plain" in name
            minutes = given.plain_minutes if is_plain and given.plain_minutes else given.minutes
            results[name] = measure(location, minutes, given.readers)
            print(name, json.dumps(results[name]), file=sys.stderr, flush=True)
    table = markdown(results, given.readers)
    print(table)
    if given.json:
        given.json.write_text(json.dumps({"readers": given.readers, "warehouses": results}, indent=1))
    if given.rewrite:
        rewrite(given.rewrite, "readers", table)


if __name__ == "__main__":
    main()
