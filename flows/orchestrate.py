"""The Prefect flows `collect` and `maintain`: their steps as tasks, with names, retries, tags and a summary artifact.

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
from prefect.states import Cancelled, Completed, Failed

from flows.collect import Collected, Steps, clean_and_match, collect, crawl_sources, load_run, recover
from flows.maintain import maintain
from flows.progress import Silent, current_watcher
from flows.summary import summary_line, summary_markdown
from flows.watchlist import load_watchlist
from newslake.errors import CollectionUnderWay, WarehouseBusy

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
    with get_client(sync_client=True) as client:
        client.create_concurrency_limit(tag=LOAD_TAG, concurrency_limit=1)
    try:
        collected = collect(load_watchlist(Path(config)), only or (), _Log() if is_scheduled else current_watcher(), _TASKS)
    except CollectionUnderWay as error:
        if not is_scheduled:
            raise
        print(f"{_clock()} skipped: {error.happened}", flush=True)
        return Cancelled(message=f"skipped: {error.happened}")
    create_markdown_artifact(
        key="collect-summary", markdown=summary_markdown(collected), description=f"run {collected.run_id}: {collected.state}"
    )
    if is_scheduled:
        print(f"{_clock()} {summary_line(collected)}", flush=True)
    return collected


@flow(name="maintain", description="Upkeep: files, old states, captures", persist_result=False, validate_parameters=False)
def maintain_flow(config: str) -> State[Any]:
    """Run one maintenance of a watchlist file; it fails where captures cannot be read.

    Args:
        config: path of the watchlist file.
    """
    report = maintain(load_watchlist(Path(config)))
    broken = f", {len(report.broken)} captures cannot be read: newslake maintain tells which" if report.broken else ""
    said = f"maintained: {report.before.files} → {report.after.files} files, {report.captures_pruned} of captures pruned{broken}"
    print(f"{_clock()} {said}", flush=True)
    return Failed(message=said) if report.broken else Completed(message=said)


class _Log(Silent):
    """The watcher of a scheduled run, which nobody looks at: its notes are lines of the log."""

    def note(self, text: str) -> None:
        print(f"{_clock()} {text}", flush=True)


def _clock() -> str:
    return f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S}"
