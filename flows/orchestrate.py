"""The Prefect flow `collect`: the steps of `flows.collect` as tasks, with names, retries, tags and a summary artifact.

Thin on purpose: everything here wraps a plain function that is tested without Prefect.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client

from flows.collect import Collected, Steps, clean_and_match, collect, crawl_sources, load_run, recover
from flows.progress import current_watcher
from flows.summary import summary_markdown
from flows.watchlist import load_watchlist
from newslake.errors import WarehouseBusy

LOAD_TAG = "newslake-load"


async def _is_busy(_task: Any, _run: Any, state: Any) -> bool:
    """Whether a load failed only because another process was writing."""
    result = state.data
    error = await result.get() if hasattr(result, "get") else result
    return isinstance(error, WarehouseBusy)


# The results are large and of no use to a later run, and the inputs have no stable hash.
_STEP: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}

_TASKS = Steps(
    recover=task(recover, name="recover", description="finish interrupted runs", tags=[LOAD_TAG], **_STEP),
    crawl=task(crawl_sources, name="crawl", description="sources to WARC captures", tags=["newslake-crawl"], **_STEP),
    clean=task(clean_and_match, name="clean", description="captures to matched articles", tags=["newslake-clean"], **_STEP),
    load=task(
        load_run,
        name="load",
        description="articles and outcomes to the warehouse, in one transaction",
        tags=[LOAD_TAG],
        retries=3,
        retry_delay_seconds=[10, 60, 300],
        retry_condition_fn=_is_busy,
        **_STEP,
    ),
)


@flow(
    name="collect",
    description="One collection: crawl → clean → match → dedup → load",
    persist_result=False,
    validate_parameters=False,
)
def collect_flow(config: str, only: list[str] | None = None) -> Collected:
    """Run one collection of a watchlist file.

    Args:
        config: path of the watchlist file.
        only: names of the sources to collect; all if empty.
    """
    with get_client(sync_client=True) as client:
        client.create_concurrency_limit(tag=LOAD_TAG, concurrency_limit=1)
    collected = collect(load_watchlist(Path(config)), only or (), current_watcher(), _TASKS)
    create_markdown_artifact(
        key="collect-summary", markdown=summary_markdown(collected), description=f"run {collected.run_id}: {collected.state}"
    )
    return collected
