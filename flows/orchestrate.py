"""Define the Prefect flows `collect` and `maintain`: their steps as tasks, with names, retries and summary artifacts.

This module is thin on purpose: each flow and task wraps a plain function that is tested without Prefect. News does not wait for
its orchestrator: if the Prefect server goes away, the collection is finished without it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import httpx
from prefect import flow, tags, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.context import TagsContext
from prefect.exceptions import PrefectException
from prefect.runtime import deployment, flow_run
from prefect.settings import PREFECT_API_URL
from prefect.states import Cancelled, Completed, Failed

from flows.alerts.tell import tell
from flows.alerts.told import Told
from flows.collect import Collected, Steps, clean_and_match, collect, crawl_sources, load_run, recover
from flows.maintain import maintain, maintain_line
from flows.orchestration.run_page import OnPage, RunPage
from flows.orchestration.settings import PASSWORD, SERVER_PASSWORD
from flows.reports.health import health_markdown
from flows.reports.notify import notify_load
from flows.reports.summary import summary_lines, summary_markdown
from flows.runs.folder import RunFolder
from flows.runs.progress import Log, Watcher, log
from flows.runs.set_aside import aside_line
from flows.schedule.polling import next_polls
from flows.watchlist import Watchlist, load_watchlist
from newslake import __version__
from newslake.errors import CollectionUnderWay, NewslakeError, WarehouseBusy, brief
from newslake.secrecy import redacted
from spiders.crawl import CrawlReport
from spiders.sources import Source
from warehouse.database.connect import open_reader
from warehouse.read import sources_health

# If the server goes away, its UI only misses some lines, but Prefect's warnings about that would fill our log.
logging.getLogger("prefect.events").setLevel(logging.CRITICAL)

F = TypeVar("F", bound=Callable[..., Any])
# What Prefect raises if its server is gone, broken or out of room, before the flow begins or after it ends.
_PREFECT_FAILED = (httpx.HTTPError, PrefectException, RuntimeError, OSError)


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
    page = _page()
    page.name(run.run_id)
    page.say(f"run {run.run_id} of newslake {__version__}")
    return crawl_sources(watchlist, sources, run, watch)


def _page() -> RunPage:
    """Return the page of the flow run under way."""
    return RunPage(PREFECT_API_URL.value(), flow_run.id)


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


class _Request:
    """Values that cannot be flow parameters, which are plain data, and the way the collection ended."""

    def __init__(self, watchlist: Watchlist, watch: Watcher) -> None:
        self.watchlist = watchlist
        self.watch = watch
        self.collected: Collected | None = None
        self.error: BaseException | None = None


_asked: ContextVar[_Request | None] = ContextVar("asked", default=None)


def collect_with_prefect(
    watchlist: Watchlist,
    only: Sequence[str],
    watch: Watcher,
    on_failure: Callable[[str], None],
    tag: str = "manual",
) -> Collected:
    """Run `flows.collect.collect` as a flow run, on the server of `PREFECT_API_URL`.

    If Prefect fails, the collection is done without it: it first recovers what was fetched so far.

    Args:
        on_failure: called with a sentence that says how Prefect failed.
        tag: tag of the flow run, such as "manual".
    """
    request = _Request(watchlist, watch)
    token = _asked.set(request)
    failed: BaseException | None = None
    try:
        with tags("newslake", tag):
            state: Any = collect_flow(str(watchlist.path), list(only), return_state=True)
            failed = RuntimeError(f"the run ended as {state.name}") if not request.collected else None
    except _PREFECT_FAILED as error:
        failed = error
    finally:
        _asked.reset(token)
    if request.collected:
        if request.error or failed:
            on_failure(f"Prefect failed during the run, and its UI does not show the end ({_why(request.error or failed)})")
        return request.collected
    if isinstance(request.error, NewslakeError):
        raise request.error
    # Prefect's error, or a defect of ours, which will show again without Prefect.
    on_failure(f"Prefect failed ({_why(request.error or failed)}); collecting without it")
    return collect(watchlist, only, watch)


def _why(error: BaseException | None) -> str:
    if isinstance(error, httpx.HTTPStatusError) and error.response.status_code in (401, 403):
        return f"its server refuses the password: give {PASSWORD} the NAME:PASSWORD that {SERVER_PASSWORD} gave to the server"
    return brief(error, 200) if error else "no reason is known"


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
        due: collect only sources that are due (see `flows.schedule.due`); for deployments on the user's own server.
    """
    request = _asked.get() or _Request(load_watchlist(Path(config)), Log())
    if due:
        now = datetime.now(UTC)
        only = [poll.source for poll in next_polls(request.watchlist, now) if poll.at <= now]
        if not only:
            return Completed(message="no source is due")
    try:
        with TagsContext(current_tags=set()):  # the tags of the run do not apply to its tasks
            page = _page()
            collected = request.collected = collect(request.watchlist, only or (), OnPage(request.watch, page), _TASKS)
        for line in summary_lines(collected):
            page.say(line)
        create_markdown_artifact(
            key="collect-summary", markdown=summary_markdown(collected), description=f"run {collected.run_id}: {collected.state}"
        )
        _show_health(request.watchlist, collected)
        show_brief(collected.told)
    except CollectionUnderWay as error:
        request.error = error
        return Cancelled(message=f"skipped: {error.happened}")
    except NewslakeError as error:
        request.error = error
        return Failed(message=str(error))
    except Exception as error:  # noqa: BLE001 - as itself, its words would go to Prefect's database with all they quote
        request.error = error
        return Failed(message=brief(error))
    if deployment.id is not None:
        for line in summary_lines(collected):
            request.watch.note(line)
    if collected.set_aside:
        return Failed(message="\n".join(map(aside_line, collected.set_aside)))
    return collected


def _show_health(watchlist: Watchlist, collected: Collected) -> None:
    """Create the artifact `source-health`. Does nothing if the warehouse cannot be read now, since the run is loaded already."""
    try:
        with open_reader(watchlist.warehouse) as con:
            sources = sources_health(con)
    except NewslakeError:
        return
    create_markdown_artifact(
        key="source-health",
        markdown=health_markdown(sources, collected.changes, watchlist.zone),
        description="the state of each source, and why",
    )


def show_brief(told: Told) -> None:
    """Create the artifact `brief` if a brief was made."""
    if told.brief is not None:
        create_markdown_artifact(key="brief", markdown=told.brief, description=told.lines[0] if told.lines else "what is new")


@flow(name="maintain", description="Upkeep: files, old states, captures", persist_result=False, validate_parameters=False)
def maintain_flow(config: str) -> State[Any]:
    """Run one maintenance of a watchlist file; it fails if captures cannot be read.

    Args:
        config: path of the watchlist file.
    """
    report = maintain(load_watchlist(Path(config)))
    line = maintain_line(report)
    _page().say(line)
    log(line)
    return Failed(message=line) if report.broken else Completed(message=line)
