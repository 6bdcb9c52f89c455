"""Run one scheduled collection or maintenance in a process of its own: `python -m flows.serving.process`, started by `serve`.

The first line of standard input says what to do. When the input closes, because `serve` stops or died, the crawl stops in order
and what it fetched is loaded.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from flows.collect import Collected, collect
from flows.orchestration.flow_run import Flow, FlowRun, Origin
from flows.orchestration.settings import settle_prefect
from flows.reports.summary import summary_lines
from flows.runs.progress import Log, log
from flows.watchlist import Watchlist, load_watchlist
from newslake.children import wait_for_the_end
from newslake.errors import CollectionUnderWay, NewslakeError, brief
from newslake.lazy import without_pandas
from newslake.secrecy import hide_secrets_of_tracebacks

Task = Literal["collect", "maintain", "tell"]
WhichBrief = Literal["due", "now", "paused"]
SCHEDULED = Origin("scheduled")
# Exit codes besides 0, which means collected.
FAILED = 1
PREFECT_FAILED = 3
SKIPPED = 4
SET_ASIDE = 5  # collected, and an earlier run was set aside


@dataclass(frozen=True, slots=True)
class Job:
    """What the process has to do.

    Attributes:
        text: of the watchlist, which `serve` has read and checked.
        at: the time by the clock that decides what is due.
        sources: the names of those to collect; all if empty.
        origin: what its flow run comes from.
        brief: "due": make a brief if one is due; "now": make one; "paused": make none.
    """

    text: str
    at: datetime
    task: Task = "collect"
    sources: Sequence[str] = ()
    origin: Origin = SCHEDULED
    brief: WhichBrief = "due"

    def line(self, watchlist: Path) -> str:
        """Return the line of input that tells the process what to do for a watchlist."""
        return json.dumps(asdict(self) | {"watchlist": str(watchlist), "at": self.at.isoformat()}) + "\n"

    @classmethod
    def read(cls, line: str) -> tuple[Path, Self]:
        """Return the path of the watchlist, and the job."""
        told = json.loads(line)
        path = Path(told.pop("watchlist"))
        return path, cls(**told | {"at": datetime.fromisoformat(told["at"]), "origin": Origin(**told["origin"])})


def main() -> int:
    """Do what the first line of standard input says, and return the exit code."""
    hide_secrets_of_tracebacks()
    path, job = Job.read(sys.stdin.readline())
    stop = threading.Event()
    threading.Thread(target=_hear_the_end, args=(stop,), daemon=True).start()
    try:
        watchlist = load_watchlist(path, job.text)
        if "PREFECT_API_URL" in os.environ:
            settle_prefect(watchlist)
        watchlist = replace(watchlist, brief_is_paused=job.brief == "paused")
        if job.task == "maintain":
            return _maintain(watchlist, job)
        if job.task == "tell":
            return _tell(watchlist, job)
        collected, prefect_failed = _collect(watchlist, job, Log(stop))
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


def _collect(watchlist: Watchlist, job: Job, watch: Log) -> tuple[Collected, bool]:
    """Collect, with Prefect if the environment names a server; also return whether that server seems to be sick."""
    if "PREFECT_API_URL" not in os.environ:
        return collect(watchlist, job.sources, watch), False
    sick: list[str] = []

    def failed(why: str, is_sick: bool) -> None:
        log(why)
        sick.extend([why] if is_sick else [])

    from flows.orchestration.recorded import collect_with_prefect

    collected = collect_with_prefect(watchlist, job.sources, watch, failed, os.environ["PREFECT_API_URL"], job.origin)
    return collected, bool(sick)


def _maintain(watchlist: Watchlist, job: Job) -> int:
    from flows.maintain import maintain, maintain_line

    with _page("maintain", watchlist, job) as page:
        report = maintain(watchlist)
        line = maintain_line(report)
        log(line)
        page.say(line)
        page.end("FAILED" if report.broken else "COMPLETED", line)
    return 0


def _tell(watchlist: Watchlist, job: Job) -> int:
    """Make the brief that is due and send what waits, without a collection."""
    from flows.alerts.tell import tell
    from flows.orchestration.recorded import show_brief

    told = tell(watchlist, job.at, after_run=False, now=lambda: job.at, brief_now=job.brief == "now")
    for line in (*told.lines, *told.warnings):
        log(line)
    if told.brief is not None or job.origin.requested:
        with _page("brief", watchlist, job) as page:
            show_brief(page, told)
            for line in (*told.lines, *told.warnings):
                page.say(line)
            page.end("FAILED" if told.warnings else "COMPLETED", (*told.warnings, *told.lines, "there is nothing to tell")[0])
    return FAILED if told.warnings else 0


@contextmanager
def _page(flow: Flow, watchlist: Watchlist, job: Job) -> Iterator[FlowRun]:
    """Yield a flow run in Prefect for what the block does, which ends it; how it fails is shown there, too."""
    page = FlowRun(os.environ.get("PREFECT_API_URL"))
    page.begin(flow, job.origin, {"config": str(watchlist.path)})
    try:
        yield page
    except NewslakeError as error:
        page.end("CANCELLED" if isinstance(error, CollectionUnderWay) else "FAILED", str(error))
        raise
    except BaseException as error:
        page.end("CRASHED", brief(error))
        raise
    if page.failure:
        log(f"Prefect failed, and its UI does not show all of this ({page.failure})")


def _hear_the_end(stop: threading.Event) -> None:
    wait_for_the_end()
    stop.set()


if __name__ == "__main__":
    with without_pandas():
        sys.exit(main())
