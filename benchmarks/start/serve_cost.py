"""Measures what Prefect costs: a collection of an unchanged loopback site through a warm server, and as plain functions.

    python benchmarks/start/serve_cost.py [--json FILE] [--rounds N] [--rewrite docs/benchmarks.md]

The sample site is collected once into two folders, and nothing of it changes from then on. Each round collects it again in
both, each in a process of its own as `newslake serve` starts it, in turns; the medians are reported. The server runs in a third
process, as `newslake serve` keeps it, and was used once before.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import main_of_rounds  # noqa: E402
from flows.demo.site import SampleSite  # noqa: E402
from flows.orchestration.server import PrefectServer  # noqa: E402
from flows.serving import process as scheduled  # noqa: E402
from flows.watchlist import Watchlist, load_watchlist  # noqa: E402
from newslake import children  # noqa: E402

TARGET = 1.0  # seconds


@contextmanager
def warm_server(watchlist: Watchlist) -> Iterator[str]:
    server = PrefectServer(watchlist, 0)
    try:
        server.wait()
        yield server.api_url
    finally:
        server.stop()


def collect(watchlist: Watchlist, api_url: str | None) -> tuple[float, float]:
    """Collect once. Return seconds of wall clock, and of CPU of the process and those that it waited for."""
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    environment |= {"PREFECT_API_URL": api_url} if api_url else {}
    before, began = psutil.Process().cpu_times(), time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "flows.serving.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=children.environment(environment),
    ) as process:
        assert process.stdin and process.stdout
        process.stdin.write(scheduled.Job(watchlist.path.read_text("utf-8"), datetime.now(UTC)).line(watchlist.path))
        process.stdin.flush()
        said = process.stdout.read()
        code = process.wait()
    seconds = time.perf_counter() - began
    after = psutil.Process().cpu_times()
    if code or " completed: " not in said:
        sys.exit(f"a collection ended with {code}: {said}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, cpu


def measure(rounds: int) -> dict[str, Any]:
    with SampleSite() as site, tempfile.TemporaryDirectory(prefix="newslake-serve-cost-") as folder:
        plain = load_watchlist(site.watchlist(Path(folder) / "plain"))
        through = load_watchlist(site.watchlist(Path(folder) / "prefect"))
        with warm_server(through) as api_url:
            collect(plain, None)
            collect(through, api_url)
            taken: dict[str, list[tuple[float, float]]] = {"plain": [], "prefect": []}
            for number in range(rounds):
                for name in ("plain", "prefect") if number % 2 else ("prefect", "plain"):
                    taken[name].append(collect(plain, None) if name == "plain" else collect(through, api_url))
                    print(f"round {number + 1}, {name}: {taken[name][-1][0]:.1f} s", file=sys.stderr)
    figures: dict[str, Any] = {"rounds": rounds, "cores": os.cpu_count(), "prefect_version": version("prefect")}
    for name, runs in taken.items():
        figures[f"{name}_seconds"] = round(statistics.median(wall for wall, _ in runs), 2)
        figures[f"{name}_cpu_seconds"] = round(statistics.median(cpu for _, cpu in runs), 2)
    # of pairs: both of a round meet the same machine
    pairs = zip(taken["prefect"], taken["plain"], strict=True)
    figures["extra_seconds"] = round(statistics.median(ours[0] - plain[0] for ours, plain in pairs), 2)
    figures["target_seconds"] = TARGET
    return figures


def table(figures: dict[str, Any]) -> str:
    return "\n".join(
        [
            "| an unchanged site, collected | seconds | CPU seconds |",
            "| --- | ---: | ---: |",
            f"| as plain functions | {figures['plain_seconds']} | {figures['plain_cpu_seconds']} |",
            f"| through a warm Prefect server | {figures['prefect_seconds']} | {figures['prefect_cpu_seconds']} |",
            "",
            f"Prefect costs **{figures['extra_seconds']} s** a collection (median of {figures['rounds']} pairs; the aim is"
            f" {figures['target_seconds']:g} s at most), prefect {figures['prefect_version']}, {figures['cores']} cores.",
        ]
    )


if __name__ == "__main__":
    sys.exit(main_of_rounds(__doc__, "serve_cost", 5, measure, table))
