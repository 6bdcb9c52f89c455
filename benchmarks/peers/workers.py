"""Measures the whole command `newslake backfill` with several workers: pages a second of wall time, CPU time, and memory.

Unlike the CPU seconds of one thread in `benchmarks/backfill.py`, this shows what a machine needs: the memory of the largest
worker, and of all processes of the command together. CPU time is told for the command's own process, which loads what the
workers found, and for the workers: on a machine with other work it says more than the wall time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

_MB = 1 << 20
_BETWEEN_LOOKS = 0.1


def watchlist(topics: Sequence[tuple[str, str]]) -> str:
    lines = [f"[[topic]]\nname = {json.dumps(name)}\nquery = {json.dumps(query, ensure_ascii=False)}\n" for name, query in topics]
    return "\n".join([*lines, '[[source]]\nname = "none"\nurl = "https://none.example/"\n'])


def measured(warc: Path, topics: Sequence[tuple[str, str]], workers: int) -> dict[str, Any]:
    """Run the command in its own folder and sample its processes meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "watchlist.toml").write_text(watchlist(topics), encoding="utf-8")
        command = [sys.executable, "-m", "flows.cli", "backfill", str(warc), "--any-source", "--json", "--workers", str(workers)]
        environment = {**psutil.Process().environ(), "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        started = time.monotonic()
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as running:
            main = psutil.Process(running.pid)
            largest = together = 0
            taken: dict[int, float] = {}
            while running.poll() is None:
                held = _held(main, taken)
                largest, together = max([largest, *held[1:]]), max(together, sum(held))
                time.sleep(_BETWEEN_LOOKS)
            said = running.stdout.read() if running.stdout else ""
        seconds = time.monotonic() - started
    if running.returncode:
        raise SystemExit(f"newslake backfill ended with {running.returncode}; its complaint is above")
    report = json.loads(said)
    loading = taken.pop(running.pid, 0.0)
    return {
        "workers": workers,
        "pages": report["pages"],
        "new_articles": report["new_articles"],
        "seconds": round(seconds, 1),
        "pages_per_second": round(report["pages"] / seconds, 1),
        "cpu_seconds_of_the_command": round(loading, 1),
        "cpu_seconds_of_the_workers": round(sum(taken.values()), 1),
        "peak_mb_of_a_worker": round(largest / _MB, 1),
        "peak_mb_together": round(together / _MB, 1),
    }


def _held(main: psutil.Process, taken: dict[int, float]) -> list[int]:
    """Return the memory of the command's process, then of each one that it started; note the CPU seconds of each by its id."""
    held = []
    for process in [main, *_children(main)]:
        try:
            held.append(process.memory_info().rss)
            taken[process.pid] = sum(process.cpu_times()[:2])
        except psutil.Error:
            held.append(0)
    return held


def _children(main: psutil.Process) -> list[psutil.Process]:
    try:
        return main.children(recursive=True)
    except psutil.Error:
        return []
