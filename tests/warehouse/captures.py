"""Captures of a few outlets for property tests, drawn at random, and a warehouse into which they are loaded again and again.

What a page says, and which topics select it, follow from the name of its text. So two captures with one text differ in nothing
but their addresses, times, dates and titles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from newslake.outcomes import Outcome
from tests.warehouse.makers import article, fetch, hours, page, run, words
from warehouse.database.connect import open_writer
from warehouse.database.writer import Writer
from warehouse.load.run import load
from warehouse.location import Location
from warehouse.records import FetchRecord, MatchRecord, RunBatch
from warehouse.similarity.shingles import content_hash

WIRE, OTHER, THIRD = words("wire", 60), words("other", 60), words("third", 60)
TAKE, SECOND_TAKE = words("take", 30), words("flash", 30)
TEXTS = {
    "wire": WIRE,
    "print": f"{WIRE} printed page",  # adds nothing to the wire report
    "edit": f"{WIRE} {words('later', 20)}",
    "abridged": words("wire", 34),
    "other": OTHER,
    "other edit": f"{words('newer', 20)} {OTHER}",
    "third": THIRD,
    "digest": f"{WIRE} {OTHER} {THIRD}",
    "two in one": f"{OTHER} {WIRE}",
    "brief": words("brief", 8),  # too short to tell
    "take": TAKE,
    "second take": SECOND_TAKE,
    "report": f"{words('lead', 60)} {TAKE} {words('rest', 140)}",  # a small part of it is the take
    "papers": f"{words('first', 60)} {TAKE} {words('then', 60)} {SECOND_TAKE} {words('last', 80)}",  # holds two takes
    "off": words("garden", 60),
    "off wire": f"{words('wire', 50)} {words('garden', 12)}",
}
TOPICS: dict[str, tuple[str, ...]] = {
    "wire": ("trade",),
    "print": ("trade",),
    "edit": ("trade", "later"),
    "abridged": ("trade",),
    "other": ("steel",),
    "other edit": ("steel",),
    "third": ("coal",),
    "digest": ("trade", "steel", "coal"),
    "two in one": ("steel",),
    "brief": ("notes",),
    "take": ("trade",),
    "second take": ("trade",),
    "report": ("trade",),
    "papers": ("trade",),
    "off": (),
    "off wire": (),  # an edit that takes the words of all topics out
}


@dataclass(frozen=True, slots=True)
class Capture:
    """A page: its address, the address that it names as its own, what it says when, and the date that it states."""

    source: str
    address: str
    text: str
    seen: float  # hours
    canonical: str | None = None  # None: its own address
    title: str = "Oil for Rason"
    published: float | None = None
    precision: str = "second"
    outcome: Outcome | None = None  # of a fetch that brought no page

    @property
    def at(self) -> tuple[str, str]:
        return self.source, self.address

    @property
    def is_off_topic(self) -> bool:
        return not TOPICS[self.text]

    def fetch(self) -> FetchRecord:
        site = f"https://{self.source}.example"
        if self.outcome is not None:
            return page(site + self.address, self.outcome, self.source, requested_at=hours(self.seen))
        text = TEXTS[self.text]
        has_date = self.published is not None
        found = article(
            site + (self.canonical or self.address),
            self.source,
            text,
            content_hash=content_hash(text),
            title=self.title,
            seen_at=hours(self.seen),
            published_at=hours(self.published) if self.published is not None else None,
            published_precision=self.precision if has_date else None,
            published_from="json-ld" if has_date else None,
            raw_url=f"{site}{self.address}?seen={self.seen}",
            capture_offset=int(self.seen * 10),
            matches=tuple(MatchRecord(topic, (topic,), False, 1.0, f"… {topic} …") for topic in TOPICS[self.text]),
        )
        return fetch(
            found,
            site + self.address,
            outcome=Outcome.OFF_TOPIC if self.is_off_topic else None,
            capture_file=found.capture_file,
            capture_offset=found.capture_offset,
        )


def captures(
    source: str, addresses: Sequence[str], texts: Sequence[str], canonical: Sequence[str | None] = (None,), **given: Any
) -> st.SearchStrategy[Capture]:
    """Draw captures; all times are within the window in which copies are looked for."""
    return st.builds(
        Capture,
        source=st.just(source),
        address=st.sampled_from(addresses),
        text=st.sampled_from(texts),
        seen=st.integers(0, 400).map(lambda number: number / 2),
        canonical=st.sampled_from(canonical),
        title=st.sampled_from(("Oil for Rason", "More oil for Rason")),
        published=st.none() | st.integers(-200, 200).map(float),
        precision=st.sampled_from(("day", "minute", "second")),
        **given,
    )


def split(captured: Sequence[Capture], random: Random, flow: str = "backfill") -> list[RunBatch]:
    """Make runs of captures, in order; a run has each address once."""
    runs: list[list[Capture]] = [[]]
    for capture in captured:
        if capture.at in {each.at for each in runs[-1]} or (runs[-1] and random.random() < 0.3):
            runs.append([])
        runs[-1].append(capture)
    made = (run(number, *(capture.fetch() for capture in each)) for number, each in enumerate(runs, start=1))
    return [replace(batch, run=replace(batch.run, flow=flow)) for batch in made]


class Shelf:
    """One warehouse for all examples of a test. So an example costs its loads and nothing else."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        tables = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND table_name NOT LIKE 'schema_%'"
        self._tables = [str(table) for (table,) in writer.con.execute(tables).fetchall()]

    def load(self, batches: Sequence[RunBatch]) -> None:
        """Empty the warehouse and load."""
        for table in self._tables:
            self._writer.con.execute(f"DELETE FROM {table}")
        self.load_more(*batches)

    def load_more(self, *batches: RunBatch) -> None:
        for batch in batches:
            load(self._writer, batch)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return self._writer.con.execute(query).fetchall()


@contextmanager
def open_shelf(folder: Path) -> Iterator[Shelf]:
    with open_writer(Location(catalog=str(folder / "news.duckdb")), "test") as writer:
        writer.con.execute("SET threads = 1")  # small statements take half the time
        yield Shelf(writer)
