"""Measures search and SQL in corpora of any size: newslake's index, the same questions without it, and other indexes.

    python benchmarks/query.py [--sizes 10000,100000,1000000] [--folder DIR] [--json FILE] [--rewrite docs/benchmarks.md]

The articles are made (see benchmarks/corpora/), in lakes with a SQLite catalog; --folder keeps these lakes for the next time.
Every question asks for articles that have all of one to three words, of all frequencies and in five languages, and gets the best
20 with title, address and snippet. It is asked in a process that has answered others before, as in a shell or a notebook. The
same questions, those in English and Russian, go to ILIKE in the same process, and to DuckDB's fts and to tantivy, each in a fresh
process; these return numbers and scores only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import peers_python, rewrite  # noqa: E402
from benchmarks.corpora.lake import fill, watchlist  # noqa: E402
from benchmarks.corpora.questions import SPACED, Question, names, questions  # noqa: E402
from flows.watchlist import load_watchlist  # noqa: E402
from warehouse.database.connect import open_reader, open_writer  # noqa: E402
from warehouse.derived.quoted import fill_quotations  # noqa: E402
from warehouse.location import Location  # noqa: E402
from warehouse.maintain import size as size_of  # noqa: E402
from warehouse.maintain import tend  # noqa: E402
from warehouse.search.catch_up import catch_up, missing  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
EACH = 60  # questions of a kind
PHRASES = 20  # of these; a phrase of two frequent words takes seconds in a million articles
SCANS = 3  # of these are asked by ILIKE, which reads all texts: one of each number of words
NAMES = 1_000
PEERS = ("tantivy", "fts")
INDEX = ("postings", "docs", "passages")  # tables
FTS_MOST = 100_000  # articles: DuckDB's fts takes hours and more memory than there is for a million


def lake(folder: Path, size: int) -> tuple[Path, dict[str, Any]]:
    """Return the watchlist of a made corpus, made and indexed where needed, with the seconds that this took."""
    place = folder / str(size)
    file = place / "watchlist.toml"
    took: dict[str, Any] = {}
    if not file.exists():
        place.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        fill(Location().resolved(place.resolve()), size)
        file.write_text(watchlist(), "utf-8")
        took["made_s"] = round(time.perf_counter() - began, 1)
    location = load_watchlist(file).warehouse
    with open_writer(location, "benchmark") as writer:  # of an earlier newslake, perhaps
        left = missing(writer.con)
    fill_quotations(location)
    if left:
        began = time.perf_counter()
        catch_up(location)
        took["index_s"] = round(time.perf_counter() - began, 1)
        tend(location, datetime.now(UTC) + timedelta(days=2), 0)  # merges what was indexed in parts
    return file, took


def sizes(location: Location) -> dict[str, float]:
    """Measure the lake with and without the index, and the index beside the texts."""
    data = Path(location.data)
    index = sum(file.stat().st_size for table in INDEX for file in data.glob(f"*/{table}/**/*.parquet"))
    with open_reader(location) as con:
        query = "SELECT sum(total_compressed_size) FROM parquet_metadata(?) WHERE path_in_schema IN ('title', 'text')"

        def texts(table: str) -> int:
            files = [str(file) for file in data.glob(f"*/{table}/**/*.parquet")]
            return int(con.execute(query, [files]).fetchall()[0][0])

        current, every = texts("articles"), texts("revisions")
    total = size_of(location).bytes
    return {
        "bytes": total,
        "bytes_without_index": total - index,
        "current_text_bytes": current,
        "text_bytes": current + every,  # a current text is also the last revision
        "index_of_current_text": round(index / current, 3),
        "index_of_text": round(index / (current + every), 3),
    }


def asked_of_newslake(found: dict[str, list[Question]]) -> dict[str, Any]:
    same = [question for kind in "123" for question in spaced(found[kind])[: SCANS // 3]]
    searches = {kind: [question.query for question in asked] for kind, asked in found.items()}
    searches["phrase"] = searches["phrase"][:PHRASES]
    searches["any"] = [" OR ".join(question.words) for question in found["3"]]
    return {
        "search": searches,
        "ilike": [question.said for question in same],
        "same": [question.query for question in same],
        "names": names(NAMES),
    }


def spaced(asked: Sequence[Question]) -> list[Question]:
    return [question for question in asked if question.language in SPACED]


def child(command: list[str], given: Any) -> dict[str, Any]:
    done = subprocess.run(command, input=json.dumps(given).encode(), stdout=subprocess.PIPE, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def of_peers(
    peers: Sequence[str], location: Location, found: dict[str, list[Question]], size: int, rounds: int
) -> dict[str, Any]:
    """Ask the peers the questions in English and Russian. They index the texts of the same Parquet files."""
    files = sorted(str(file) for file in Path(location.data).glob("*/articles/**/*.parquet"))
    given = {kind: [question.said for question in spaced(asked)] for kind, asked in found.items()}
    figures: dict[str, Any] = {"fts_ms": None, "fts_rebuild_s": None, "tantivy_p50_ms": None}
    for name in peers:
        if name == "fts" and size > FTS_MOST:
            continue
        with tempfile.TemporaryDirectory(dir=Path(location.data).parent.parent) as folder:
            asked = given if name == "tantivy" else {kind: given[kind][:10] for kind in "123"}
            command = [str(peers_python()), str(ROOT / "benchmarks/peers/search.py"), name, folder, str(rounds), *files]
            figures[name] = child(command, asked)
    if "tantivy" in figures:
        figures["tantivy_p50_ms"] = figures["tantivy"]["p50_ms"]
    if "fts" in figures:
        figures["fts_ms"], figures["fts_rebuild_s"] = figures["fts"]["p50_ms"], figures["fts"]["index_s"]
    return figures


def measure(folder: Path, size: int, rounds: int, peers: Sequence[str]) -> dict[str, Any]:
    file, figures = lake(folder, size)
    location = load_watchlist(file).warehouse
    found = questions(size, EACH)
    steps: dict[str, Callable[[], dict[str, Any]]] = {
        "sizes": lambda: sizes(location),
        "asked": lambda: child([*newslake("asked"), str(file), str(rounds)], asked_of_newslake(found)),
        "loading": lambda: child([*newslake("loading"), str(file), str(rounds)], None),
        "cookbook": lambda: child([*newslake("cookbook"), str(file)], None),
        "peers": lambda: of_peers(peers, location, found, size, rounds),
    }
    for name, step in steps.items():
        measured = step()
        print(size, name, json.dumps(measured), file=sys.stderr, flush=True)
        figures |= measured
    return figures


def newslake(module: str) -> list[str]:
    """Return the command of a module that measures newslake in a process of its own."""
    return [sys.executable, str(ROOT / "benchmarks" / "corpora" / f"{module}.py")]


def table(results: dict[str, dict[str, Any]]) -> str:
    """Return the figures as Markdown: a column a size."""

    def each(figure: Any) -> str:
        if isinstance(figure, dict):
            return " / ".join(f"{figure[kind]:,g}" for kind in "123")
        return "–" if figure is None else f"{figure:,g}"

    rows = {
        "search, ms, median (1 / 2 / 3 words)": "search_p50_ms",
        "search, ms, 95 % below": "search_p95_ms",
        "search, CPU ms, median": "search_cpu_ms",
        "any of 3 words, ms, median": "search_any_p50_ms",
        "phrase, ms, median": "phrase_p50_ms",
        "`ILIKE`, ms, median": "ilike_ms",
        "the same questions to search, ms, median": "search_same_ms",
        "tantivy, ms, median": "tantivy_p50_ms",
        "duckdb fts, ms, median": "fts_ms",
        "duckdb fts, s to index again": "fts_rebuild_s",
        "1,000 articles loaded, s": "load_1000_s",
        "without events, s": "load_1000_without_events_s",
        "without events and names, s": "load_1000_without_names_s",
        "without the index as well, s": "load_1000_without_index_s",
        "1,000 articles loaded, CPU s": "load_1000_cpu_s",
        "without events, CPU s": "load_1000_without_events_cpu_s",
        "without events and names, CPU s": "load_1000_without_names_cpu_s",
        "without the index as well, CPU s": "load_1000_without_index_cpu_s",
        "1,000 names, s": "batch_1000_names_s",
        "slowest question of the cookbook, s": "cookbook_slowest_s",
        "MB of the lake": "bytes",
        "MB without the index": "bytes_without_index",
        "index, share of the texts (`articles` and `revisions`)": "index_of_text",
        "index, share of the texts of `articles`": "index_of_current_text",
    }
    lines = ["| | " + " | ".join(f"{int(size):,} articles" for size in results) + " |", "| --- |" + " ---: |" * len(results)]
    for name, key in rows.items():
        scale = 1_000_000 if name.startswith("MB") else 1
        shown = [figures.get(key) for figures in results.values()]
        lines.append(f"| {name} | " + " | ".join(each(one if scale == 1 else round(one / scale)) for one in shown) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of articles (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of which medians are reported (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="where lakes are made, and kept; 20 GB for a million articles")
    parser.add_argument("--peers", default=",".join(PEERS), help="which to measure too (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--rewrite", type=Path, help="the document whose table between <!-- query --> marks is to be replaced")
    given = parser.parse_args()
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="newslake-query-") as scratch:
        for size in map(int, given.sizes.split(",")):
            results[str(size)] = measure(
                given.folder or Path(scratch), size, given.rounds, [name for name in PEERS if name in given.peers.split(",")]
            )
            if given.json:
                given.json.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    print(table(results))
    if given.rewrite:
        rewrite(given.rewrite, "query", table(results))


if __name__ == "__main__":
    main()
