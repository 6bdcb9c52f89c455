"""The questions that `query.py` asks newslake, in a fresh process.

    python benchmarks/corpora/asked.py WATCHLIST ROUNDS < questions.json

Input: {"search": {kind: [query, …]}, "ilike": [[word, …], …], "same": [query, …], "names": [name, …]}; "same" asks the questions
of "ilike" of the index. Output: the figures, by the keys of `query.py`.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.corpora.used import cpu, peak_mb  # noqa: E402
from flows.search.search import Searcher  # noqa: E402
from flows.topics import parse_query  # noqa: E402
from flows.watchlist import load_watchlist  # noqa: E402
from warehouse.database.connect import open_reader  # noqa: E402

LIMIT = 20
Times = tuple[list[float], list[float]]  # of questions: seconds of wall time and of CPU


def timed(ask: Callable[[Any], object], questions: list[Any], rounds: int) -> Times:
    """Ask each question `rounds` times, in turn; return the medians of each."""
    wall: list[list[float]] = [[] for _ in questions]
    used: list[list[float]] = [[] for _ in questions]
    for _ in range(rounds):
        for number, question in enumerate(questions):
            began, before = time.perf_counter(), cpu()
            ask(question)
            wall[number].append(time.perf_counter() - began)
            used[number].append(cpu() - before)
    return [statistics.median(each) for each in wall], [statistics.median(each) for each in used]


def ms(seconds: list[float], share: float = 0.5) -> float:
    """Return a quantile in milliseconds."""
    return round(1000 * sorted(seconds)[min(int(len(seconds) * share), len(seconds) - 1)], 1)


def ilike(words: list[str]) -> tuple[str, list[str]]:
    """Return the question as SQL without an index, newest first: there is no rank."""
    each = "(title ILIKE ? OR text ILIKE ?)"
    query = f"SELECT article_id, title, published_at FROM articles WHERE {' AND '.join([each] * len(words))}"
    given = [f"%{word}%" for word in words for _ in range(2)]
    return f"{query} ORDER BY published_at DESC LIMIT {LIMIT}", given


def ask(watchlist: Path, asked: dict[str, Any], rounds: int) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    with open_reader(load_watchlist(watchlist).warehouse) as con:
        searcher = Searcher(con)

        def search(query: str) -> None:
            searcher.search(parse_query(query), limit=LIMIT)

        for query in asked["search"]["1"][:3]:  # the first searches of a process load modules and read the lengths of all texts
            search(query)
        took = {kind: timed(search, queries, rounds) for kind, queries in asked["search"].items()}
        words = [kind for kind in took if kind.isdigit()]
        figures["search_p50_ms"] = {kind: ms(took[kind][0]) for kind in words}
        figures["search_p95_ms"] = {kind: ms(took[kind][0], 0.95) for kind in words}
        figures["search_cpu_ms"] = {kind: ms(took[kind][1]) for kind in words}
        figures["search_any_p50_ms"], figures["search_any_p95_ms"] = ms(took["any"][0]), ms(took["any"][0], 0.95)
        figures["phrase_p50_ms"], figures["phrase_p95_ms"] = ms(took["phrase"][0]), ms(took["phrase"][0], 0.95)
        wall, used = timed(lambda words: con.execute(*ilike(words)).fetchall(), asked["ilike"], 1)
        figures["ilike_ms"], figures["ilike_cpu_ms"] = ms(wall), ms(used)
        figures["search_same_ms"] = ms(timed(search, asked["same"], rounds)[0])
    figures["peak_mb"] = peak_mb()
    return figures


def batch(watchlist: Path, names: list[str]) -> float:
    """Return the seconds of `newslake search --batch`, a whole process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "names.csv")
        file.write_text("\n".join(["name", *names]) + "\n", "utf-8")
        command = [sys.executable, "-m", "flows.cli", "search", "--batch", str(file), "--config", str(watchlist), "--json"]
        began = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, cwd=ROOT)
        return round(time.perf_counter() - began, 1)


def main() -> None:
    watchlist, rounds, asked = Path(sys.argv[1]), int(sys.argv[2]), json.load(sys.stdin)
    figures = ask(watchlist, asked, rounds)
    figures["batch_1000_names_s"] = batch(watchlist, asked["names"])
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
