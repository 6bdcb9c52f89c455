"""Measures how long commands take that users wait for: CPU and wall time, beside a bare Python and a bare DuckDB.

    python benchmarks/start [--rounds N] [--json FILE] [--rewrite docs/benchmarks.md]

The sample site is collected into a warehouse until it has nothing new. Then each round runs every command once, each in a process
of its own, and the medians are reported. CPU time is that of the process and of all that it waited for: workers, the crawler, a
server of Prefect. The floors do what no command can do without: start Python, answer `SELECT 1` with DuckDB in memory, ask for
the same feeds with a bare Scrapy spider. The peers are other tools of the same environment, which only print their version.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import main_of_rounds  # noqa: E402
from flows.demo.site import SampleSite  # noqa: E402
from flows.watchlist import load_watchlist  # noqa: E402

NEWSLAKE = str(Path(sys.executable).with_name("newslake"))
DUCKDB = "import duckdb; duckdb.connect().execute('SELECT 1').fetchall()"
SCRAPY = """
import sys
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
class Feeds(Spider):
    name, start_urls = "feeds", sys.argv[1:]
    def parse(self, response): pass
process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR"})
process.crawl(Feeds)
process.start()
"""
PEERS = ("trafilatura --version", "scrapy version", "prefect version")
# Each with the seconds of CPU that it may take, where there is an aim.
COMMANDS: dict[str, float | None] = {
    "--version": None,
    "--help": 0.25,
    "check --offline": None,
    "status": None,
    "sql 'SELECT 1'": 0.45,
    "topics": None,
    "search ferry": None,
    "show ARTICLE": None,
    "run": 1.5,
    "run --prefect": None,
}


class Taken(NamedTuple):
    """What a process took, in seconds."""

    cpu: float
    wall: float


def take(command: list[str], folder: Path) -> Taken:
    """Run a command to its end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "NEWSLAKE_", "PYTHON"))}
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=kept, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    expected = 1 if "status" in command else 0  # `status` finds no `serve`
    if process.returncode != expected:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}: {said.decode()}")
    return Taken(used.ru_utime + used.ru_stime, time.perf_counter() - began)


def commands(folder: Path) -> dict[str, list[str]]:
    """Return what is run, by the name under which it is reported."""
    feeds = [url for source in load_watchlist(folder).sources for url in source.feeds]
    asked = [NEWSLAKE, "sql", "--json", "SELECT article_id::VARCHAR AS id FROM articles ORDER BY ALL LIMIT 1"]
    article = json.loads(subprocess.run(asked, cwd=folder, stdout=subprocess.PIPE, check=True).stdout)[0]["id"]
    words = {name: name.replace("ARTICLE", article) for name in COMMANDS}
    given = {name: ["sql", "SELECT 1"] if name.startswith("sql") else text.split() for name, text in words.items()}
    return {
        "python": [sys.executable, "-c", "pass"],
        "duckdb": [sys.executable, "-c", DUCKDB],
        "scrapy": [sys.executable, "-c", SCRAPY, *feeds],
        **{f"peer {peer}": [str(Path(NEWSLAKE).with_name(peer.split()[0])), *peer.split()[1:]] for peer in PEERS},
        **{f"newslake {name}": [NEWSLAKE, *each] for name, each in given.items()},
    }


def measure(rounds: int) -> dict[str, Any]:
    with SampleSite() as site, tempfile.TemporaryDirectory(prefix="newslake-start-") as place:
        folder = Path(place)
        site.watchlist(folder)
        for _ in range(2):
            take([NEWSLAKE, "run", "--plain"], folder)
        measured = commands(folder)
        for each in measured.values():  # the bytecode is written then, and Prefect's database made
            take(each, folder)
        taken: dict[str, list[Taken]] = {name: [] for name in measured}
        for number in range(rounds):
            for name, each in measured.items():
                taken[name].append(take(each, folder))
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return {
        "rounds": rounds,
        "cores": os.cpu_count(),
        "python_version": sys.version.split()[0],
        "duckdb_version": version("duckdb"),
        "commands": {
            name: {
                "cpu_seconds": round(statistics.median(each.cpu for each in runs), 3),
                "seconds": round(statistics.median(each.wall for each in runs), 3),
                "target_cpu_seconds": COMMANDS.get(name.removeprefix("newslake ")),
            }
            for name, runs in taken.items()
        },
    }


def table(figures: dict[str, Any]) -> str:
    shown = {
        "python": "floor: Python, `pass`",
        "duckdb": "floor: DuckDB in Python, `SELECT 1` in memory",
        "scrapy": "floor: Scrapy, the same feeds and nothing else",
        **{f"peer {peer}": f"peer: `{peer}`" for peer in PEERS},
        "newslake run": "`newslake run`, nothing new",
        "newslake run --prefect": "`newslake run --prefect`, nothing new",
    }
    lines = ["| command | CPU seconds | aim | seconds |", "| --- | ---: | ---: | ---: |"]
    for name, each in figures["commands"].items():
        aim = "" if each["target_cpu_seconds"] is None else f"≤ {each['target_cpu_seconds']:g}"
        lines.append(f"| {shown.get(name, f'`{name}`')} | {each['cpu_seconds']:.2f} | {aim} | {each['seconds']:.2f} |")
    lines += [
        "",
        f"Medians of {figures['rounds']} rounds; Python {figures['python_version']}, DuckDB {figures['duckdb_version']},"
        f" {figures['cores']} cores.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main_of_rounds(__doc__, "start", 7, measure, table))
