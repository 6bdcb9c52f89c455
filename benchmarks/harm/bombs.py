"""Measures outlets made to harm: bombs beside an outlet of 60 articles, and sitemaps that name 300,000 addresses.

    python benchmarks/harm/bombs.py [--json FILE] [--rounds N] [--addresses N] [--rewrite docs/benchmarks.md]

An outlet of 60 articles is collected alone and beside one of bombs, each with the default delay and in a fresh folder, in turns;
the medians are reported. The bombs are listings and pages that keep a parser busy. Then one outlet names addresses in sitemaps.
Memory is the largest resident size of any one process. No other tool collects as a whole, so the peer is the parser by itself:
lxml, which most of them use, on one of the pages, ended after a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import hand_out  # noqa: E402
from benchmarks.sites import bombs as made  # noqa: E402
from newslake.testing import Site  # noqa: E402

STORIES = 60
PARSER_SECONDS = 60
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
TOPIC = '[[topic]]\nname = "trade"\nquery = \'("North Korea" OR DPRK) AND Russia*\'\n'


def collect(folder: Path, *sources: str, crawl: str = "") -> dict[str, float]:
    """Collect once. Return seconds, processor seconds and MB of the largest process."""
    folder.mkdir()
    tables = "".join(f"[[source]]\n{source}" for source in sources)
    (folder / "watchlist.toml").write_text(f"[crawl]\nallow_private = true\n{crawl}{TOPIC}{tables}", "utf-8")
    began = time.perf_counter()
    command = [sys.executable, "-P", "-m", "flows.cli", "run", "--plain", "--config", str(folder / "watchlist.toml")]
    largest, cpu = 0, {}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=ENVIRONMENT) as process:
        parent = psutil.Process(process.pid)
        while process.poll() is None:
            with suppress(psutil.Error):
                for one in (parent, *parent.children(recursive=True)):
                    with suppress(psutil.Error):
                        largest = max(largest, one.memory_info().rss)
                        times = one.cpu_times()
                        cpu[one.pid] = times.user + times.system
            time.sleep(0.1)
    return {"seconds": time.perf_counter() - began, "cpu_seconds": sum(cpu.values()), "mb": largest / 1e6}


def ask(folder: Path, query: str) -> Any:
    """Return the value that a query of one row and one column gives."""
    command = [sys.executable, "-P", "-m", "flows.cli", "sql", "--config", str(folder / "watchlist.toml"), "--json", query]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, env=ENVIRONMENT)
    return next(iter(json.loads(done.stdout)[0].values()))


def parser_alone(body: bytes) -> float | None:
    """Return how many seconds lxml takes to parse a page; None if more than PARSER_SECONDS."""
    began = time.perf_counter()
    try:
        program = "import sys; from lxml import html; html.document_fromstring(sys.stdin.buffer.read())"
        subprocess.run([sys.executable, "-c", program], input=body, timeout=PARSER_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    return round(time.perf_counter() - began, 1)


def measure(rounds: int, addresses: int) -> dict[str, Any]:
    loaded = "SELECT count(*) FROM articles WHERE source = 'good'"
    taken: dict[str, list[dict[str, float]]] = {"alone": [], "beside": []}
    figures: dict[str, Any] = {"rounds": rounds, "cores": os.cpu_count(), "stories": STORIES, "addresses": addresses}
    with tempfile.TemporaryDirectory(prefix="newslake-bombs-") as name, Site() as good, Site() as evil:
        made.outlet(good, STORIES)
        source, bombs = f'name = "good"\nfeeds = ["{good.url}/feed"]\n', made.bombs(evil)
        for number in range(rounds):
            for kind in ("alone", "beside") if number % 2 else ("beside", "alone"):
                folder = Path(name) / f"{kind}-{number}"
                taken[kind].append(collect(folder, source, *([bombs] if kind == "beside" else [])))
                figures[f"{kind}_loaded"] = min(ask(folder, loaded), figures.get(f"{kind}_loaded", STORIES))
                print(f"round {number + 1}, {kind}: {taken[kind][-1]}", file=sys.stderr)
        for kind, runs in taken.items():
            for what in ("seconds", "cpu_seconds", "mb"):
                figures[f"{kind}_{what}"] = round(statistics.median(run[what] for run in runs), 1)
        pairs = zip(taken["beside"], taken["alone"], strict=True)
        figures["ratio"] = round(statistics.median(beside["seconds"] / alone["seconds"] for beside, alone in pairs), 2)
        with Site() as many:
            table = made.sitemaps(many, addresses)
            named = collect(Path(name) / "many", table, crawl="delay = 0\ntimeout = 60\n")
        figures |= {f"named_{what}": round(value, 1) for what, value in named.items()}
        figures["named_rows"] = ask(Path(name) / "many", "SELECT count(*) FROM fetches")
        figures["named_urls"] = ask(Path(name) / "many", "SELECT sum(urls)::BIGINT FROM fetches")
    figures["lxml_seconds"] = parser_alone(made.attributes(200_000))
    return figures


def table(figures: dict[str, Any]) -> str:
    parser = f"over {PARSER_SECONDS}" if figures["lxml_seconds"] is None else figures["lxml_seconds"]
    rows = [
        (
            f"{STORIES} articles, alone",
            figures["alone_loaded"],
            *(figures[f"alone_{w}"] for w in ("seconds", "cpu_seconds", "mb")),
        ),
        ("the same beside bombs", figures["beside_loaded"], *(figures[f"beside_{w}"] for w in ("seconds", "cpu_seconds", "mb"))),
        (
            f"{figures['addresses']:,} addresses in sitemaps",
            f"{figures['named_rows']:,} rows for {figures['named_urls']:,}",
            *(figures[f"named_{what}"] for what in ("seconds", "cpu_seconds", "mb")),
        ),
        ("lxml alone, one home page of 200,000 attributes", "", parser, "", ""),
    ]
    lines = ["| | loaded | seconds | CPU seconds | MB, largest process |", "| --- | ---: | ---: | ---: | ---: |"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    ratio = f"Beside bombs the {STORIES} take **{figures['ratio']} times** as long (median of {figures['rounds']} pairs"
    return "\n".join([*lines, "", f"{ratio}; the aim is 2 at most), {figures['cores']} cores."])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--addresses", type=int, default=300_000)
    parser.add_argument("--rewrite", type=Path, help="put the table into this Markdown file")
    arguments = parser.parse_args()
    figures = measure(arguments.rounds, arguments.addresses)
    hand_out(arguments, "bombs", figures, table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
