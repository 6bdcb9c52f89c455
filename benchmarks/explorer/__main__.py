"""Measures the explorer in a corpus of any size: how long a page takes, while nothing else runs and while a run is loading.

    python benchmarks/explorer [--size 1000000] [--folder DIR] [--each 12] [--json FILE] [--rewrite docs/benchmarks.md]

The corpus is made, as in query.py (--folder keeps it, and takes what query.py has kept), with six names in each article.
`newslake explore` serves a copy of it as it would for a user; one reader asks for one page after another over HTTP, each address
once, in a drawn order. Meanwhile another process loads runs of a thousand new articles, one after another without a pause: a run
collects for minutes in between.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import UUID

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import rewrite  # noqa: E402
from benchmarks.corpora.lake import add_names  # noqa: E402
from benchmarks.corpora.loading import copied  # noqa: E402
from benchmarks.corpora.questions import questions  # noqa: E402
from benchmarks.query import lake, newslake  # noqa: E402
from flows.watchlist import load_watchlist  # noqa: E402
from warehouse.database.connect import open_reader  # noqa: E402

SEED = 11
ADDRESS = re.compile(r"http://\S+")
SINCE = "2026-09-24"  # of a brief: the last week of a made corpus
SQL = "SELECT source, count(*) AS articles FROM articles GROUP BY source ORDER BY articles DESC"
Pages = list[tuple[str, str]]  # kind and address


def pages(config: Path, size: int, each: int) -> Pages:
    """Return the addresses that are asked for, so many of each kind, in a drawn order."""
    asked = questions(size, each)
    queries = {words: [one.query for one in asked[words]] for words in "123"}
    with open_reader(load_watchlist(config).warehouse) as con:
        rows = con.execute(
            "SELECT article_id, story_id, source, run_id FROM articles USING SAMPLE reservoir(5000 ROWS) REPEATABLE (7)"
        ).fetchall()
        copies = con.execute("SELECT story_id FROM copies USING SAMPLE reservoir(5000 ROWS) REPEATABLE (7)").fetchall()
    drawn: list[tuple[UUID, UUID, str, UUID]] = random.Random(SEED).sample(sorted(rows), each)
    both, found = list(zip(queries["1"], drawn, strict=False)), Pages()

    def add(kind: str, path: str, **query: str | int) -> None:
        found.append((kind, f"{path}?{urlencode(query)}" if query else path))

    for number in range(1, each + 1):
        add("all articles", "/", page=number)
    for words, several in queries.items():
        for query in several[:each]:
            add(f"search, {words} word{'s' if words != '1' else ''}", "/", q=query)
    for query, (article, _, source, _) in both:
        add("search in a topic", "/", q=query, topic="news")
        add("search in a source", "/", q=query, source=source)
        add("search, by date", "/", q=query, sort="date", since="2026-01-01")
        add("article, from a search", f"/article/{article}", q=query, at=3)
    for article, _, source, run in drawn:
        add("article", f"/article/{article}")
        add("one source", f"/source/{source}")
        add("one run", f"/run/{run}")
    for (story,) in random.Random(SEED).sample(sorted(copies), each):
        add("story", f"/story/{story}")
    for topic in ("news", "narrow", "rare"):
        for number in range(1, each // 3 + 1):
            add("articles of a topic", "/", topic=topic, page=number)
        add("one topic", f"/topic/{topic}")
    for _ in range(max(each // 4, 1)):
        for kind, path in (("all sources", "/sources"), ("all runs", "/runs"), ("all topics", "/topics")):
            add(kind, path)
        add("brief of a week", "/brief", since=SINCE)
        add("SQL, a count of all articles", "/sql", sql=SQL)
    random.Random(SEED).shuffle(found)
    return found


@contextmanager
def explorer(config: Path) -> Iterator[tuple[str, int, float]]:
    """Serve the explorer for the time of the block; yield its address, its process and the seconds until it answered."""
    began = time.perf_counter()
    command = [str(Path(sys.executable).with_name("newslake")), "explore", "--no-open", "--config", str(config)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(match[0] for line in process.stdout if (match := ADDRESS.search(line)))
        seconds = time.perf_counter() - began
        try:
            yield address, process.pid, seconds
        finally:
            process.send_signal(signal.SIGINT)


class Reader:
    """A browser without pictures: it opens the first address, keeps the cookie, and asks for one page after another."""

    def __init__(self, address: str) -> None:
        self._at = urlsplit(address)
        self._cookie = ""
        status, headers, _ = self._get(self._at._replace(scheme="", netloc="", path=self._at.path or "/").geturl())
        self._cookie = headers["set-cookie"].partition(";")[0]
        assert status == 303, status

    def seconds(self, path: str) -> float:
        """Return how long a page took, to its last byte."""
        began = time.perf_counter()
        status, _, body = self._get(path)
        took = time.perf_counter() - began
        if status != 200:
            raise SystemExit(f"{path}: {status}\n{body[:2000].decode()}")
        return took

    def _get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection(self._at.hostname or "", self._at.port, timeout=120)
        connection.request("GET", path, headers={"Cookie": self._cookie} if self._cookie else {})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


@contextmanager
def loading(config: Path, loads: Path) -> Iterator[None]:
    """Load runs of new articles for the time of the block; `loads` gets a line for each."""
    command = [*newslake("endless"), str(config)]
    with loads.open("w") as out, subprocess.Popen(command, stdout=out) as process:
        while not loads.stat().st_size:  # the first load does not count: the process reads its articles
            time.sleep(0.2)
        try:
            yield
        finally:
            process.terminate()


def idle_mb(process: int) -> float:
    """Return the memory of a process, in MB."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return round(int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024, 1)


def measure(folder: Path, size: int, each: int) -> dict[str, object]:
    file, _ = lake(folder, size)
    add_names(load_watchlist(file).warehouse)
    asked = pages(file, size, each)
    figures: dict[str, object] = {"size": size, "pages": len(asked)}
    with copied(load_watchlist(file).warehouse) as place:
        config = Path(place.data).parent / "watchlist.toml"
        shutil.copy(file, config)
        with config.open("a") as out:
            out.write(f'\n[warehouse]\ncatalog = "{place.catalog}"\ndata = "{place.data}"\n')
        with explorer(config) as (address, process, started):
            figures |= {"started_s": round(started, 2), "idle_mb": idle_mb(process)}
            reader = Reader(address)
            for _, path in asked[:5]:  # a process starts, and reads the index for the first time
                reader.seconds(path)
            figures["quiet_ms"] = told(reader, asked)
            with loading(config, config.with_name("loads")):
                figures["loading_ms"] = told(reader, asked)
            figures["loads"] = len(config.with_name("loads").read_text().splitlines())
    return figures


def told(reader: Reader, asked: Pages) -> dict[str, tuple[int, int]]:
    """Return median and 95th percentile of each kind of page, and of all, in ms."""
    took: dict[str, list[float]] = defaultdict(list)
    for kind, path in asked:
        took[kind].append(reader.seconds(path))
    took = dict(sorted(took.items())) | {"all pages": [one for several in took.values() for one in several]}
    return {kind: (_ms(statistics.median(several)), _ms(percentile(several))) for kind, several in took.items()}


def percentile(several: list[float]) -> float:
    """Return below what 95 of 100 values are."""
    return sorted(several)[min(int(0.95 * len(several)), len(several) - 1)]


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def table(figures: dict[str, object]) -> str:
    """Return the figures as Markdown."""
    quiet, busy = figures["quiet_ms"], figures["loading_ms"]
    assert isinstance(quiet, dict) and isinstance(busy, dict)
    head = ["| page | median, ms | 95 % below | median while loading | 95 % below |", "| --- | ---: | ---: | ---: | ---: |"]
    return "\n".join(
        [*head, *(f"| {kind} | {quiet[kind][0]} | {quiet[kind][1]} | {busy[kind][0]} | {busy[kind][1]} |" for kind in quiet)]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1_000_000, help="articles (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="where the lake is made, and kept; 20 GB for a million articles")
    parser.add_argument("--each", type=int, default=12, help="addresses of each kind of page (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--rewrite", type=Path, help="the document whose table between <!-- explore --> marks is to be replaced")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newslake-explore-") as scratch:
        figures = measure(given.folder or Path(scratch), given.size, given.each)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(table(figures))
    print(
        f"\n{figures['pages']} pages; ready after {figures['started_s']} s, {figures['idle_mb']} MB before the first page;",
        end=" ",
    )
    print(f"{figures['loads']} loads of 1,000 articles meanwhile.")
    if given.rewrite:
        rewrite(given.rewrite, "explore", table(figures))


if __name__ == "__main__":
    main()
