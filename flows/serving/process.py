"""Run one scheduled collection or maintenance in a process of its own: `python -m flows.serving.process`, started by `serve`.

The first line of standard input says what to do. When the input closes, because `serve` stops or died, the crawl stops in order
and what it fetched is loaded.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from flows.collect import Collected, collect
from flows.orchestration.settings import settle_prefect
from flows.reports.summary import summary_lines
from flows.runs.progress import Log, log
from flows.watchlist import Watchlist, load_watchlist
from newslake.children import wait_for_the_end
from newslake.errors import CollectionUnderWay, NewslakeError, brief
from newslake.lazy import without_pandas
from newslake.secrecy import hide_secrets_of_tracebacks

Task = Literal["collect", "maintain", "tell"]
# Exit codes besides 0, which means collected.
FAILED = 1
PREFECT_FAILED = 3
SKIPPED = 4
SET_ASIDE = 5  # collected, and an earlier run was set aside


def job(watchlist: Path, text: str, sources: Sequence[str] = (), task: Task = "collect", at: datetime | None = None) -> str:
    """Return the line of input that tells the process what to do.

    Args:
        watchlist: its path.
        text: its text, which `serve` has read and checked.
        sources: the names of those to collect; all if empty.
        at: the time by the clock that decides what is due.
    """
    told = {"task": task, "watchlist": str(watchlist), "text": text, "sources": list(sources)}
    return json.dumps(told | {"at": (at or datetime.now(UTC)).isoformat()}) + "\n"


def main() -> int:
    """Collect or maintain, and return the exit code."""
    hide_secrets_of_tracebacks()
    task = json.loads(sys.stdin.readline())
    stop = threading.Event()
    threading.Thread(target=_hear_the_end, args=(stop,), daemon=True).start()
    try:
        watchlist = load_watchlist(Path(task["watchlist"]), task["text"])
        if task["task"] == "maintain":
            from flows.maintain import maintain, maintain_line

            log(maintain_line(maintain(watchlist)))
            return 0
        if task["task"] == "tell":
            return _tell(watchlist, datetime.fromisoformat(task["at"]))
        collected, prefect_failed = _collect(watchlist, task["sources"], Log(stop))
    except CollectionUnderWay as error:
        log(f"skipped: {error.happened}")
        return SKIPPED
    except NewslakeError as error:
        log(f"failed: {' — '.join(str(error).splitlines())}")
        return FAILED
    for line in summary_lines(collected):
        log(line)
    if prefect_failed:
        return PREFECT_FAILED
    return SET_ASIDE if collected.set_aside else 0


def _collect(watchlist: Watchlist, sources: Sequence[str], watch: Log) -> tuple[Collected, bool]:
    """Collect, with Prefect if the environment names a server; also return whether Prefect failed."""
    if "PREFECT_API_URL" not in os.environ:
        return collect(watchlist, sources, watch), False
    settle_prefect(watchlist)
    failures: list[str] = []

    def failed(why: str) -> None:
        failures.append(why)
        log(why)

    from flows.orchestrate import collect_with_prefect

    return collect_with_prefect(watchlist, sources, watch, failed, tag="scheduled"), bool(failures)


def _tell(watchlist: Watchlist, at: datetime) -> int:
    """Make the brief that is due and send what waits, without a collection."""
    from flows.alerts.tell import tell

    told = tell(watchlist, at, after_run=False, now=lambda: at)
    for line in (*told.lines, *told.warnings):
        log(line)
    if told.brief is not None and "PREFECT_API_URL" in os.environ:
        settle_prefect(watchlist)
        from flows.orchestrate import show_brief

        try:
            show_brief(told)
        except Exception as error:  # noqa: BLE001 - the brief is made, and Prefect's UI only misses it
            log(f"Prefect failed, and its UI does not show the brief ({brief(error, 200)})")
            return PREFECT_FAILED
    return FAILED if told.warnings else 0


def _hear_the_end(stop: threading.Event) -> None:
    wait_for_the_end()
    stop.set()


if __name__ == "__main__":
    with without_pandas():
        sys.exit(main())
