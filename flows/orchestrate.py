"""Define the Prefect flows `collect` and `maintain` for workers of the user's own (`prefect.yaml`): their steps as tasks.

This module is thin on purpose: each flow and task wraps a plain function that is tested without Prefect. `newslake run` and
`newslake serve` call the same functions and record them through Prefect's REST API (`flows.orchestration.recorded`), because to
import Prefect takes longer than most collections.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.context import TagsContext
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL
from prefect.states import Cancelled, Completed, Failed

from flows.alerts.tell import tell
from flows.collect import Collected, Steps, clean_and_match, collect, crawl_sources, load_run, recover
from flows.maintain import maintain, maintain_line
from flows.orchestration.flow_run import FlowRun
from flows.orchestration.recorded import OnPage, name_page, show
from flows.reports.notify import notify_load
from flows.reports.summary import summary_lines
from flows.runs.folder import RunFolder
from flows.runs.progress import Log, Watcher, log
from flows.runs.set_aside import aside_line
from flows.schedule.polling import next_polls
from flows.watchlist import Watchlist, load_watchlist
from newslake.errors import CollectionUnderWay, NewslakeError, WarehouseBusy, brief
from newslake.secrecy import redacted
from spiders.crawl import CrawlReport
from spiders.sources import Source

# If the server goes away, its UI only misses some lines, but Prefect's warnings about that would fill our log.
logging.getLogger("prefect.events").setLevel(logging.CRITICAL)

F = TypeVar("F", bound=Callable[..., Any])


async def _is_busy(_task: Any, _run: Any, state: Any) -> bool:
    """Return whether a load failed only because another process was writing."""
    result = state.data
    error = await result.get() if hasattr(result, "get") else result
    return isinstance(error, WarehouseBusy)


def _step(function: F, name: str, description: str, **more: Any) -> F:
    """Wrap a step as a task. Its result is neither cached nor stored: it is large, and its inputs have no stable hash.

    Tasks have no tags: Prefect asks its server for a concurrency slot for each tag, and a killed task keeps its slots. Loads are
    kept apart by the warehouse's writer lock, which no dead process holds.
    """
    make: Any = task
    wrapped = make(
        _without_secrets(function), name=name, description=description, cache_policy=NO_CACHE, persist_result=False, **more
    )
    return cast(F, wrapped)


def _without_secrets(function: F) -> F:
    """Wrap a step so that no error with a secret in its words reaches Prefect, which stores the words of every error."""

    @wraps(function)
    def step(*args: Any, **options: Any) -> Any:
        try:
            return function(*args, **options)
        except NewslakeError:
            raise
        except Exception as error:
            if redacted(str(error)) == str(error):
                raise
            raise RuntimeError(brief(error)) from None

    return cast(F, step)


def _crawl(watchlist: Watchlist, sources: Sequence[Source], run: RunFolder, watch: Watcher) -> CrawlReport:
    """Crawl the sources, on a page with the name of the run."""
    if isinstance(watch, OnPage):
        name_page(watch.on, run)
    return crawl_sources(watchlist, sources, run, watch)


_TASKS = Steps(
    recover=_step(recover, "recover", "finish interrupted runs"),
    crawl=_step(_crawl, "crawl", "sources to WARC captures"),
    clean=_step(clean_and_match, "clean", "captures to matched articles"),
    load=_step(
        load_run,
        "load",
        "articles and outcomes to the warehouse, in one transaction",
        retries=3,
        retry_delay_seconds=[10, 60, 300],
        retry_condition_fn=_is_busy,
    ),
    tell=_step(tell, "tell", "what alerts found, the brief that is due, and messages that wait, to the addresses of [notify]"),
    notify=_step(notify_load, "notify", "changes in the health of sources, and take-downs, to the addresses of [notify]"),
)


def _page() -> FlowRun:
    """Return the page of the flow run under way."""
    return FlowRun(PREFECT_API_URL.value(), flow_run.id)


@flow(
    name="collect",
    description="One collection: crawl → clean → match → dedup → load",
    persist_result=False,
    validate_parameters=False,
)
def collect_flow(config: str, only: list[str] | None = None, due: bool = False) -> Collected | State[Any]:
    """Run one collection of a watchlist file. It is cancelled, with the reason, if another collection is under way.

    Args:
        config: path of the watchlist file.
        only: names of the sources to collect; all if empty.
        due: collect only sources that are due (see `flows.schedule.due`).
    """
    watchlist, watch = load_watchlist(Path(config)), Log()
    if due:
        now = datetime.now(UTC)
        only = [poll.source for poll in next_polls(watchlist, now) if poll.at <= now]
        if not only:
            return Completed(message="no source is due")
    page = _page()
    try:
        with TagsContext(current_tags=set()):  # the tags of the run do not apply to its tasks
            collected = collect(watchlist, only or (), OnPage(watch, page), _TASKS)
    except CollectionUnderWay as error:
        return Cancelled(message=f"skipped: {error.happened}")
    except NewslakeError as error:
        return Failed(message=str(error))
    except Exception as error:  # noqa: BLE001 - as itself, its words would go to Prefect's database with all they quote
        return Failed(message=brief(error))
    show(page, watchlist, collected)
    page.wait()
    for line in summary_lines(collected):
        watch.note(line)
    if collected.set_aside:
        return Failed(message="\n".join(map(aside_line, collected.set_aside)))
    return collected


@flow(name="maintain", description="Upkeep: files, old states, captures", persist_result=False, validate_parameters=False)
def maintain_flow(config: str) -> State[Any]:
    """Run one maintenance of a watchlist file; it fails if captures cannot be read.

    Args:
        config: path of the watchlist file.
    """
    report = maintain(load_watchlist(Path(config)))
    line = maintain_line(report)
    page = _page()
    page.say(line)
    page.wait()
    log(line)
    return Failed(message=line) if report.broken else Completed(message=line)
