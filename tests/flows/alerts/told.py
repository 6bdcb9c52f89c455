"""A watchlist that tells people what is new: a loopback address that takes messages, and loads of made articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.alerts.tell import tell
from flows.alerts.told import Told
from flows.watchlist import Watchlist, load_watchlist
from newslake.testing import Answer, Site
from tests.warehouse.makers import hours
from warehouse.database.connect import open_writer
from warehouse.load.run import load
from warehouse.records import RunBatch

TOPICS = """
[schedule]
interval = "1h"
timezone = "Europe/Berlin"
[warehouse]
catalog = "data/news.duckdb"
[[topic]]
name = "trade"
query = "oil"
[[topic]]
name = "arms"
query = "missile"
[[source]]
name = "harbour"
url = "https://harbour.example/"
[[source]]
name = "strait"
url = "https://strait.example/"
"""


@dataclass
class Desk:
    """Somebody who is told: the watchlist, and the site that takes the messages."""

    config: Path
    site: Site

    def write(self, tables: str, urls: str | None = None) -> None:
        urls = f'"json://127.0.0.1:{self.site.port}/hook"' if urls is None else urls
        self.config.write_text(f"[notify]\nurls = [{urls}]\n{TOPICS}{tables}")

    @property
    def watchlist(self) -> Watchlist:
        return load_watchlist(self.config)

    def load(self, *batches: RunBatch) -> None:
        with open_writer(self.watchlist.warehouse, "test") as writer:
            for batch in batches:
                load(writer, batch)

    def tell(self, at: datetime | float, began: datetime | None = None, *, after_run: bool = True) -> Told:
        now = at if isinstance(at, datetime) else hours(at)
        return tell(self.watchlist, began or hours(-1), after_run=after_run, now=lambda: now)

    def refuse(self) -> None:
        self.site.routes["/hook"] = Answer(status=500)

    def accept(self) -> None:
        self.site.routes["/hook"] = Answer()

    @property
    def messages(self) -> list[dict[str, str]]:
        """The messages that came, each with its attachments."""
        return [json.loads(asked.body) for asked in self.site.asked]


@contextmanager
def desk(folder: Path, tables: str) -> Iterator[Desk]:
    with Site() as site:
        made = Desk(folder / "watchlist.toml", site)
        made.accept()
        made.write(tables)
        yield made
