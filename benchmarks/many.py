"""Measures what a run costs that finds nothing new, on watchlists of many sources and many topics.

    python benchmarks/many.py [--sources 10 1000 10000] [--topics 1 1000] [--rounds N] [--delay S] [--json FILE]
                              [--rewrite docs/benchmarks.md] [--plot FILE.svg]

Every source is an outlet of `benchmarks/sites/many.py` with a feed of ten entries that the warehouse knows. A first run reads all
feeds, so that those with an ETag or a date answer 304 from then on. Then each round runs `newslake run --plain`, a bare Scrapy
spider that throws the same feeds away, and a loop with feedparser, in turns; the medians are reported. `newslake serve` is
started without Prefect, and stopped when it says that it serves. The site is a process that no figure counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import Peak, adopt_orphans, hand_out  # noqa: E402
from benchmarks.plots import growth_svg  # noqa: E402
from benchmarks.sites.many import address, pages  # noqa: E402
from benchmarks.sites.real import write_watchlist  # noqa: E402
from flows.watchlist import load_watchlist  # noqa: E402
from newslake.outcomes import Origin, Outcome, Reason  # noqa: E402
from spiders.urls.canonical import url_id  # noqa: E402
from warehouse.database.connect import open_writer  # noqa: E402
from warehouse.load.run import load  # noqa: E402
from warehouse.records import FetchRecord, RunBatch, RunRecord  # noqa: E402

NEWSLAKE = str(Path(sys.executable).with_name("newslake"))
LONGEST = 1800  # seconds of a command
PEERS = ("scrapy", "feedparser")


class Taken(NamedTuple):
    """What a command took: seconds of wall clock, of CPU with all its processes, MB at once."""

    wall: float
    cpu: float
    peak: float


@contextmanager
def served() -> Iterator[int]:
    """Start the site in its own process and yield its port."""
    command = [sys.executable, "-m", "benchmarks.sites.many"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as site:
        assert site.stdin and site.stdout
        try:
            yield int(site.stdout.readline())
        finally:
            site.stdin.close()  # it stops by itself


def take(command: Sequence[str], folder: Path, until: str | None = None) -> Taken:
    """Run a command to its end, or until it prints a word.

    Raises:
        SystemExit: it failed; what it said is on screen.
    """
    environment = os.environ | {"NO_PROXY": "127.0.0.0/8,localhost", "no_proxy": "127.0.0.0/8,localhost"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with (folder / "said.log").open("w+b") as said:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        memory = Peak(process.pid)
        wall = None
        while process.poll() is None and time.perf_counter() - began < LONGEST:
            if until and wall is None and until in (folder / "said.log").read_text("utf-8"):
                wall = time.perf_counter() - began
                process.terminate()
            time.sleep(0.02)
        process.kill()
        code = process.wait()
        wall = wall or time.perf_counter() - began
        peak = memory.stop()
    if code:
        sys.exit(f"{' '.join(command)} ended with {code}:\n{(folder / 'said.log').read_text('utf-8')[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak)


def prepare(folder: Path, port: int, sources: int, topics: int, delay: float) -> None:
    """Write the watchlist, and load what an earlier run found: all pages of all sources, none on topic."""
    roots = {f"outlet-{number:05}": f"http://{address(number)}:{port}" for number in range(sources)}
    watched: dict[str, dict[str, str | int | list[str]]] = {
        name: {"url": f"{root}/", "feeds": [f"{root}/feed.xml"]} for name, root in roots.items()
    }
    queries = {f"topic-{number}": f'"harbour {number}" AND (tanker OR ship {number})' for number in range(topics)}
    file = write_watchlist(folder, watched, queries, delay=delay, per_domain=1)
    (folder / "feeds.json").write_text(json.dumps([f"{root}/feed.xml" for root in roots.values()]), "utf-8")
    at = datetime.now(UTC)
    fetches = tuple(
        FetchRecord(
            url_id(url),
            source,
            url,
            url,
            "page",
            "feed",
            requested_at=at,
            status=200,
            outcome=Outcome.OFF_TOPIC,
            reason=Reason.NO_MATCH,
            origin=Origin.LISTING,
            listed_by=source,
        )
        for source, root in roots.items()
        for url in pages(root)
    )
    run = RunRecord(uuid4(), "collect", at, at, "completed", version("newslake"), len(fetches))
    with open_writer(load_watchlist(file).warehouse, "many") as writer:
        load(writer, RunBatch(run, fetches))


def measure(port: int, sources: int, topics: int, rounds: int, delay: float, peers: Sequence[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="newslake-many-") as place:
        folder = Path(place)
        prepare(folder, port, sources, topics, delay)
        run = [NEWSLAKE, "run", "--plain"]
        commands = {"newslake": run}
        commands |= {name: [sys.executable, str(ROOT / "benchmarks/peers/feeds.py"), name, str(folder)] for name in peers}
        for command in commands.values():
            take(command, folder)
        taken: dict[str, list[Taken]] = {name: [] for name in commands}
        starts: list[Taken] = []
        for number in range(rounds):
            for name, command in commands.items():
                taken[name].append(take(command, folder))
                print(f"{sources} sources, {topics} topics, {name} {number + 1}: {taken[name][-1]}", file=sys.stderr)
            starts.append(take([NEWSLAKE, "serve", "--plain"], folder, until="Serving "))
    return {
        "sources": sources,
        "topics": topics,
        "systems": {name: _medians(runs) for name, runs in taken.items()},
        "serve": _medians(starts),
    }


def _medians(runs: Sequence[Taken]) -> dict[str, float]:
    wall, cpu, peak = (statistics.median(values) for values in zip(*runs, strict=True))
    return {"wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "peak_mb": round(peak)}


def table(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    peers = [name for name in PEERS if all(name in each["systems"] for each in figures["measured"])]
    titles = {"scrapy": "Scrapy alone, CPU s", "feedparser": "feedparser, CPU s"}
    head = ["sources", "topics", "seconds", "CPU seconds", "peak MB", *(titles[name] for name in peers), "`serve` is up, s"]
    lines = [f"| {' | '.join(head)} |", f"|{' ---: |' * len(head)}"]
    for each in figures["measured"]:
        ours, start = each["systems"]["newslake"], each["serve"]
        cells = [f"{each['sources']:,}", f"{each['topics']:,}", f"{ours['wall_s']:.1f}", f"{ours['cpu_s']:.1f}"]
        cells += [
            f"{ours['peak_mb']:.0f}",
            *(f"{each['systems'][name]['cpu_s']:.1f}" for name in peers),
            f"{start['wall_s']:.1f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", f"Medians of {figures['rounds']} rounds, {figures['delay']:g} s between requests, {figures['cores']} cores."]
    return "\n".join(lines)


def plot(figures: dict[str, Any]) -> str:
    """Draw how the cost grows with the sources."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for each in figures["measured"]:
        if each["topics"] == figures["measured"][0]["topics"]:
            for name, used in each["systems"].items():
                curves.setdefault(name, []).append((each["sources"], used["cpu_s"]))
    return growth_svg("A run that finds nothing new", "sources", "CPU seconds", curves)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--sources", type=int, nargs="+", default=[10, 100, 1_000, 10_000], help="sizes of the watchlist")
    parser.add_argument("--topics", type=int, nargs="+", default=[1, 1_000], help="numbers of topics; the first for all sizes")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the medians are reported (default: %(default)s)")
    parser.add_argument("--delay", type=float, default=0, help="seconds between requests to an outlet (default: %(default)s)")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS, help="which to run (default: all)")
    parser.add_argument("--rewrite", type=Path, help="put the table into this Markdown file")
    parser.add_argument("--plot", type=Path, help="draw the growth into this SVG file")
    arguments = parser.parse_args()
    adopt_orphans()
    sizes = [(sources, arguments.topics[0]) for sources in arguments.sources]
    sizes += [(arguments.sources[0], topics) for topics in arguments.topics[1:]]
    with served() as port:
        measured = [measure(port, *size, arguments.rounds, arguments.delay, arguments.peers) for size in sizes]
    figures = {"rounds": arguments.rounds, "delay": arguments.delay, "cores": os.cpu_count(), "measured": measured}
    hand_out(arguments, "many", figures, table(figures))
    if arguments.plot:
        arguments.plot.write_text(plot(figures), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
