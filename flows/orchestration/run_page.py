"""What Prefect's page of a run shows: the id of newslake's run as its name, and the steps of the collection as its log.

Prefect's own handler of logs tries a server that went away again and again, for minutes, and keeps the process alive meanwhile.
Here each line is sent once, and after the first failure none: news does not wait for its page.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Event
from uuid import UUID

from flows.orchestration.api import ask
from flows.refine.page import Refined
from flows.runs.progress import Watcher
from newslake.secrecy import redacted
from spiders.journal import Ended, Found


class RunPage:
    """The page of a flow run.

    Args:
        api_url: of the server; None if there is no page.
        flow_run_id: of the run in Prefect.
    """

    def __init__(self, api_url: str | None, flow_run_id: str | None) -> None:
        self._api_url = api_url if flow_run_id else None
        self._flow_run_id = flow_run_id

    def name(self, run_id: UUID) -> None:
        """Name the page after a run of newslake, so that a search for the id finds it."""
        self._send(f"/flow_runs/{self._flow_run_id}", {"name": str(run_id)}, "PATCH")

    def say(self, text: str, level: int = logging.INFO) -> None:
        """Add a line to the log."""
        line = {
            "name": "newslake",
            "level": level,
            "message": redacted(text),
            "timestamp": datetime.now(UTC).isoformat(),
            "flow_run_id": self._flow_run_id,
        }
        self._send("/logs/", [line])

    def _send(self, path: str, body: object, method: str = "POST") -> None:
        if self._api_url is None:
            return
        try:
            ask(self._api_url, path, body, method)
        except (OSError, ValueError):
            self._api_url = None


class OnPage:
    """A watcher that puts the steps of a collection on the page of its flow run, and passes everything on to another watcher."""

    def __init__(self, watch: Watcher, page: RunPage) -> None:
        self._watch = watch
        self._page = page

    @property
    def stop(self) -> Event | None:
        return self._watch.stop

    @stop.setter
    def stop(self, event: Event | None) -> None:
        self._watch.stop = event

    def crawling(self, sources: Sequence[str]) -> None:
        self._page.say(f"crawling {len(sources)} source{'s' if len(sources) != 1 else ''}: {', '.join(sources)}")
        self._watch.crawling(sources)

    def crawl_event(self, event: Found | Ended) -> None:
        self._watch.crawl_event(event)

    def cleaning(self, pages: int) -> None:
        self._page.say(f"cleaning {pages:,} captures")
        self._watch.cleaning(pages)

    def page(self, page: Refined) -> None:
        self._watch.page(page)

    def loading(self, fetches: int) -> None:
        self._page.say(f"loading {fetches:,} fetches")
        self._watch.loading(fetches)

    def note(self, text: str) -> None:
        self._page.say(text, logging.WARNING)
        self._watch.note(text)
