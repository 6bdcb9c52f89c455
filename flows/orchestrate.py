"""The Prefect flow `collect`: the steps of `flows.collect` as tasks, with names, retries, tags and a summary artifact.

Thin on purpose: everything here wraps a plain function that is tested without Prefect.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.runtime import deployment
from prefect.states import Cancelled

from flows.collect import Collected, Steps, clean_and_match, collect, crawl_sources, load_run, recover
from flows.health import change_line, health_markdown
from flows.notify import notify_changes
from flows.progress import Silent, current_watcher
from flows.summary import summary_line, summary_markdown
from flows.watchlist import Watchlist, load_watchlist
from newslake.errors import CollectionUnderWay, NewslakeError, WarehouseBusy
from warehouse.connect import open_reader
from warehouse.read import sources_health

LOAD_TAG = "newslake-load"
F = TypeVar("F", bound=Callable[..., Any])


async def _is_busy(_task: Any, _run: Any, state: Any) -> bool:
    """Whether a load failed only because another process was writing."""
    result = state.data
    error = await result.get() if hasattr(result, "get") else result
    return isinstance(error, WarehouseBusy)


def _step(function: F, name: str, description: str, tag: str, **more: Any) -> F:
    """A step as a task. Its result is large and of no use to a later run, and its inputs have no stable hash."""
    make: Any = task
    wrapped = make(function, name=name, description=description, tags=[tag], cache_policy=NO_CACHE, persist_result=False, **more)
    return cast(F, wrapped)


_TASKS = Steps(
    recover=_step(recover, "recover", "finish interrupted runs", LOAD_TAG),
    crawl=_step(crawl_sources, "crawl", "sources to WARC captures", "newslake-crawl"),
    clean=_step(clean_and_match, "clean", "captures to matched articles", "newslake-clean"),
    load=_step(
        load_run,
        "load",
        "articles and outcomes to the warehouse, in one transaction",
        LOAD_TAG,
        retries=3,
        retry_delay_seconds=[10, 60, 300],
        retry_condition_fn=_is_busy,
    ),
    notify=_step(notify_changes, "notify", "changes in the health of sources to the addresses of [notify]", "newslake-notify"),
)


@flow(
    name="collect",
    description="One collection: crawl → clean → match → dedup → load",
    persist_result=False,
    validate_parameters=False,
)
def collect_flow(config: str, only: list[str] | None = None) -> Collected | State[Any]:
    """Run one collection of a watchlist file. A scheduled one that meets another at work is skipped: cancelled, with the reason.

    Args:
        config: path of the watchlist file.
        only: names of the sources to collect; all if empty.
    """
    is_scheduled = deployment.id is not None
    watchlist = load_watchlist(Path(config))
    with get_client(sync_client=True) as client:
        client.create_concurrency_limit(tag=LOAD_TAG, concurrency_limit=1)
    try:
        collected = collect(watchlist, only or (), _Log() if is_scheduled else current_watcher(), _TASKS)
    except CollectionUnderWay as error:
        if not is_scheduled:
            raise
        print(f"{_clock()} skipped: {error.happened}", flush=True)
        return Cancelled(message=f"skipped: {error.happened}")
    create_markdown_artifact(
        key="collect-summary", markdown=summary_markdown(collected), description=f"run {collected.run_id}: {collected.state}"
    )
    _show_health(watchlist, collected)
    if is_scheduled:
        for line in (summary_line(collected), *map(change_line, collected.changes), *collected.warnings):
            print(f"{_clock()} {line}", flush=True)
    return collected


def _show_health(watchlist: Watchlist, collected: Collected) -> None:
    """The artifact `source-health`. The run is loaded: a warehouse that cannot be read just now is no failure of it."""
    try:
        with open_reader(watchlist.warehouse) as con:
            sources = sources_health(con)
    except NewslakeError:
        return
    create_markdown_artifact(
        key="source-health",
        markdown=health_markdown(sources, collected.changes),
        description="the state of each source, and why",
    )


class _Log(Silent):
    """The watcher of a scheduled run, which nobody looks at: its notes are lines of the log."""

    def note(self, text: str) -> None:
        print(f"{_clock()} {text}", flush=True)


def _clock() -> str:
    return f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S}"
