"""Decide whether a file was read completely, and make the rows of what is lost of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID, uuid5

from flows.archives.files import Archive
from flows.archives.parts import Part, what_it_is
from flows.archives.results import Done
from flows.archives.scan import NO_SOURCE, Candidate, Segment
from flows.refine.page import Refined
from newslake.outcomes import Origin, Outcome, Reason
from spiders.warc.model import Damaged
from warehouse.records import FetchRecord

# Namespace of the UUIDs (version 5) of backfills, their runs and their damaged records.
NAMES = UUID("6b0b5d5e-5f0e-4f5c-9a55-0b7f3c1e9d27")


@dataclass(slots=True)
class Seen:
    """What was read of a file."""

    pages: int = 0
    records: int = 0
    damaged: int = 0
    damaged_parts: set[int] = field(default_factory=set)
    others: Counter[str] = field(default_factory=Counter)
    sound_parts: set[int] = field(default_factory=set)  # those with a record
    not_cleaned: Counter[str] = field(default_factory=Counter)  # pages beyond the time of their source, by source

    def add(self, segment: Segment, done: Done) -> None:
        """Count the result of a segment."""
        damaged = len(done.damaged) + sum(refined.reason is Reason.DAMAGED for _, refined in done.cleaned)
        self.pages += done.pages
        records = done.pages + sum(done.others.values())
        self.records += records
        if records:
            self.sound_parts.add(segment.part)
        self.others += done.others
        self.damaged += damaged
        if damaged:
            self.damaged_parts.add(segment.part)

    def final(self, results: Iterable[Done]) -> Iterator[Done]:
        """Yield results as they are loaded, and count the pages that were not cleaned."""
        for done in results:
            self.not_cleaned.update(page.source for page, refined in done.cleaned if refined.reason is Reason.CLEANING_BUDGET)
            yield done

    def losses(self, parts: Sequence[Part]) -> list[Damaged]:
        """Return the damage of files in a zip file that shows in nothing else."""
        lost: list[Damaged] = []
        for number, part in enumerate(parts):
            is_empty = len(parts) > 1 and number not in self.sound_parts
            problem = part.problem or (f"nothing in it can be read: it is {what_it_is(part.file)}" if is_empty else None)
            if problem and number not in self.damaged_parts:
                lost.append(Damaged(str(part.file), 0, problem))
        return lost

    def problem(self, parts: Sequence[Part]) -> str | None:
        """Return why the file does not count as loaded; None if all of it was read."""
        if not self.records:
            return f"nothing in it can be read: it is {what_it_is(parts[0].file)}"
        if damaged := self.damaged + len(self.losses(parts)):
            parts_lost = "1 part" if damaged == 1 else f"{damaged:,} parts"
            return f"{parts_lost} of it cannot be read, each with a row in fetches that names file and byte; the rest is loaded"
        if not self.pages and self.others.keys() & _WITHOUT_PAGES:
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.others.items()))
            return f"it holds no pages, only records of other types ({kinds}); give the WARC files that hold the pages themselves"
        return None


# Files of these records alone are made from WARC files: texts (WET) and data (WAT).
_WITHOUT_PAGES = {"conversion", "metadata"}


def what_was_read(
    pages: Sequence[tuple[Candidate, Refined]], counted: Counter[tuple[str, Outcome]], damaged: Sequence[Damaged]
) -> str:
    """Return a text that is the same for the same results, so that a run that was loaded before is recognised."""
    told = [
        sorted((page.url, page.fetched_at.isoformat(), str(refined.outcome), str(refined.reason)) for page, refined in pages),
        sorted((source, outcome.value, count) for (source, outcome), count in counted.items()),
        sorted((damage.offset, damage.inner, damage.reason) for damage in damaged),
    ]
    return sha256(json.dumps(told).encode()).hexdigest()


def damage_row(archive: Archive, damage: Damaged, parts: Sequence[Part]) -> FetchRecord:
    """Return the row of a damaged part of a file. It is not a page, so its URL names the file and the byte."""
    name = next((part.name for part in parts if str(part.file) == damage.file and part.name), "")
    inner = f"+{damage.inner}" if damage.inner else ""
    url = f"{archive.place}#{f'file={name}&' if name else ''}byte={damage.offset}{inner}"
    return FetchRecord(
        url_id=uuid5(NAMES, url),
        source=NO_SOURCE,
        url=url,
        canonical_url=url,
        kind="record",
        found_by=f"backfill {archive.place}",
        outcome=Outcome.FAILED,
        reason=Reason.DAMAGED,
        detail=damage.reason,
        origin=Origin.BACKFILL,
    )
