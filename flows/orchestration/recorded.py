"""Collect, and show it in Prefect: its steps as task runs, its log, its artifacts and how it ended.

Prefect is told, not asked: the same functions run as without it, and what Prefect cannot be told costs no news.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from threading import Event
from typing import Any, TypeVar

from flows.alerts.told import Told
from flows.collect import Collected, Steps, collect
from flows.orchestration.flow_run import FlowRun, Line, Origin
from flows.reports.health import health_markdown
from flows.reports.summary import source_lines, summary_lines, summary_markdown
from flows.runs.folder import RunFolder
from flows.runs.progress import Watcher
from flows.runs.set_aside import aside_line
from flows.watchlist import Watchlist
from newslake import __version__
from newslake.errors import CollectionUnderWay, NewslakeError, brief
from newslake.text import counted, some_of
from spiders.crawl import CrawlReport
from spiders.journal import Ended, Found
from spiders.sources import Source
from warehouse.database.connect import open_reader
from warehouse.read import sources_health

F = TypeVar("F", bound=Callable[..., Any])


def collect_with_prefect(
    watchlist: Watchlist,
    only: Sequence[str],
    watch: Watcher,
    on_failure: Callable[[str, bool], None],
    api_url: str,
    origin: Origin | None = None,
) -> Collected:
    """Run `flows.collect.collect`, and record it as a flow run.

    Args:
        on_failure: called with a sentence if Prefect could not be told everything, and whether its server may be at fault.
        api_url: of the server.
    """
    page, origin = FlowRun(api_url), origin or Origin()
    asked = {"sources": list(only)}
    page.begin("collect", origin, asked if origin.deployment else {"config": str(watchlist.path), **asked})
    if watch.stop is None:
        watch.stop = Event()
    page.heed_cancel(watch.stop)
    try:
        collected = collect(watchlist, only, OnPage(watch, page), _recorded(page))
    except CollectionUnderWay as error:
        page.end("CANCELLED", f"skipped: {error.happened}")
        raise
    except NewslakeError as error:
        page.end("FAILED", str(error))
        raise
    except BaseException as error:
        page.end("CRASHED", brief(error))
        raise
    show(page, watchlist, collected)
    if page.is_cancelled:
        watch.note("cancelled in Prefect; what the crawl had fetched is loaded")
    if collected.set_aside:
        page.end("FAILED", "\n".join(map(aside_line, collected.set_aside)))
    elif page.is_cancelled:
        page.end("CANCELLED", "the crawl was stopped in Prefect; what it had fetched is loaded")
    else:
        page.end("COMPLETED", summary_lines(collected)[0])
    if page.failure:
        on_failure(f"Prefect failed during the run, and its UI does not show all of it ({page.failure})", page.is_sick)
    return collected


def _recorded(page: FlowRun) -> Steps:
    """Return the steps of a collection as task runs of a page."""
    plain = Steps()

    def recorded(step: F, name: str) -> F:
        @wraps(step)
        def run(*args: Any, **options: Any) -> Any:
            with page.step(name):
                return step(*args, **options)

        return run  # type: ignore[return-value]

    def crawl(watchlist: Watchlist, sources: Sequence[Source], run: RunFolder, watch: Watcher) -> CrawlReport:
        name_page(page, run)
        return plain.crawl(watchlist, sources, run, watch)

    return Steps(
        recover=recorded(plain.recover, "recover"),
        crawl=recorded(crawl, "crawl"),
        clean=recorded(plain.clean, "clean"),
        load=recorded(plain.load, "load"),
        notify=recorded(plain.notify, "notify"),
        tell=recorded(plain.tell, "tell"),
    )


def name_page(page: FlowRun, run: RunFolder) -> None:
    """Give a page the id of the run as its name."""
    page.name(str(run.run_id))
    page.say(f"run {run.run_id} of newslake {__version__}")


def show(page: FlowRun, watchlist: Watchlist, collected: Collected) -> None:
    """Show a collection on its page: the artifacts, which people look at first, then a line for each source, then the summary."""
    page.artifact("collect-summary", summary_markdown(collected), f"run {collected.run_id}: {collected.state}")
    _show_health(page, watchlist, collected)
    show_brief(page, collected.told)
    lines: list[Line] = [(line, logging.WARNING if failed else logging.INFO) for line, failed in source_lines(collected)]
    page.say_all([*lines, *((line, logging.INFO) for line in summary_lines(collected))])


def _show_health(page: FlowRun, watchlist: Watchlist, collected: Collected) -> None:
    """Add the artifact `source-health`. Does nothing if the warehouse cannot be read now, since the run is loaded already."""
    try:
        with open_reader(watchlist.warehouse) as con:
            sources = sources_health(con)
    except NewslakeError:
        return
    page.artifact(
        "source-health", health_markdown(sources, collected.changes, watchlist.zone), "the state of each source, and why"
    )


def show_brief(page: FlowRun, told: Told) -> None:
    """Add the artifact `brief` if a brief was made."""
    if told.brief is not None:
        page.artifact("brief", told.brief, told.lines[0] if told.lines else "what is new")


class OnPage:
    """A watcher that puts the steps of a collection on the page of its flow run, and passes everything on to another watcher."""

    def __init__(self, watch: Watcher, page: FlowRun) -> None:
        self._watch = watch
        self.on = page

    @property
    def stop(self) -> Event | None:
        return self._watch.stop

    @stop.setter
    def stop(self, event: Event | None) -> None:
        self._watch.stop = event

    def crawling(self, sources: Sequence[str]) -> None:
        self.on.say(f"crawling {counted(len(sources), 'source')}: {some_of(sources)}")
        self._watch.crawling(sources)

    def crawl_event(self, event: Found | Ended) -> None:
        self._watch.crawl_event(event)

    def cleaning(self, pages: int) -> None:
        self.on.say(f"cleaning {pages:,} captures")
        self._watch.cleaning(pages)

    def page(self, page: Any) -> None:
        self._watch.page(page)

    def loading(self, fetches: int) -> None:
        self.on.say(f"loading {fetches:,} fetches")
        self._watch.loading(fetches)

    def note(self, text: str) -> None:
        self.on.say(text, logging.WARNING)
        self._watch.note(text)
