"""Scan one segment of a WARC file for pages that may match a topic, without cleaning them.

Runs in the worker processes of `flows.refine.pool`. Records that are not pages of a watched source or cannot match a topic are
only counted. The others are returned as offsets in the file, to be refined like the captures of a crawl.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from flows.refine.pool import MAX_PAGE_BYTES, workers_prefilter
from flows.topics.prefilter import Prefilter
from newslake.http import is_text, page_type
from newslake.outcomes import Outcome
from spiders.sources import Source
from spiders.urls.canonical import canonicalise, domain, site
from spiders.warc.members import GZIP, ZSTD, is_divided
from spiders.warc.model import Capture, Damaged, Exchange
from spiders.warc.read import iter_captures
from spiders.warc.write import CaptureWriter

# Bytes of a compressed file per task: some seconds of work, so that little is repeated after a kill.
SEGMENT = 32 << 20
# The source name under which pages of other sites are counted.
NO_SOURCE = "(no source)"
_PAGES = {"text/html", "application/xhtml+xml", "text/xml", "application/xml"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a WARC file: pages whose records begin at bytes [start, end). `start` need not be the beginning of a record.

    `part` is the number of the file in its archive, if that holds several.
    """

    file: Path
    start: int = 0
    end: int | None = None
    part: int = 0


@dataclass(frozen=True, slots=True)
class Intake:
    """Which pages a backfill takes.

    Attributes:
        sources: by site (registrable domain), in the order of the watchlist.
        any_source: also take pages of other sites; their source is their domain.
        folder: the backfill's own. Files below it are removed in the end.
        since: skip captures made earlier, which cannot hold later articles.
    """

    sources: Mapping[str, Sequence[Source]]
    any_source: bool
    folder: Path
    since: datetime | None = None

    @property
    def spool(self) -> Path:
        """The folder for copies of captures that have no lasting place of their own."""
        return self.folder / "spool"


class _Origin(NamedTuple):
    """The source of a page, with its time zone and language if known."""

    source: str
    timezone: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page to clean, with the file and offset of its capture. `problem` says what the archive lacks of it."""

    url: str
    source: str
    timezone: str | None
    language: str | None
    file: Path
    offset: int
    fetched_at: datetime
    bytes: int
    problem: str | None = None


@dataclass(slots=True)
class Scanned:
    """The result of scanning a segment.

    `pages` and `bytes` (of decompressed bodies) count all pages, `others` the records that hold none, by their type.
    """

    pages: int = 0
    bytes: int = 0
    counted: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    candidates: list[Candidate] = field(default_factory=list)
    damaged: list[Damaged] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)


def segments(file: Path, part: int = 0) -> list[Segment]:
    """Divide a file into segments. That needs many small gzip members, of which the beginnings can be found."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        is_divisible = size > SEGMENT and stream.read(len(GZIP)) == GZIP and is_divided(stream, within=SEGMENT)
    if not is_divisible:
        return [Segment(file, part=part)]
    return [Segment(file, start, start + SEGMENT, part) for start in range(0, size, SEGMENT)]


def by_site(sources: Iterable[Source]) -> dict[str, list[Source]]:
    """Group sources by site: the registrable domain of their home page, or else of their sections, feeds and sitemaps."""
    found: dict[str, list[Source]] = {}
    for source in sources:
        for address in [source.url] if source.url else [*source.sections, *source.feeds, *source.sitemaps]:
            found.setdefault(site(address), [])
            if source not in found[site(address)]:
                found[site(address)].append(source)
    return found


def scan_in_worker(segment: Segment, intake: Intake) -> Scanned:
    """Scan with the prefilter of the worker process."""
    return scan(segment, intake, workers_prefilter())


def scan(segment: Segment, intake: Intake, prefilter: Prefilter) -> Scanned:
    """Scan a segment. The result tells damaged parts; raises CaptureError if the file cannot be opened, or a copy be written."""
    scanned = Scanned()
    spool = CaptureWriter(intake.spool, f"{segment.part}-{segment.file.name}-{segment.start}")
    is_removed = segment.file.is_relative_to(intake.folder)
    reached = segment.start
    with segment.file.open("rb") as stream:
        try:
            for item in iter_captures(segment.file, segment.start, segment.end, scanned.others):
                reached = item.offset
                if isinstance(item, Damaged):
                    scanned.damaged.append(item)
                    continue
                scanned.pages += 1
                scanned.bytes += len(item.body)
                origin = _origin(item.url, intake)
                why_not = _why_not(item, origin, intake, prefilter)
                if origin is None or why_not is not None:
                    scanned.counted[origin.source if origin else NO_SOURCE, why_not or Outcome.REFUSED] += 1
                    continue
                file, offset = segment.file, item.offset
                if not _has_place(stream, item, is_removed):
                    place = spool.write(_exchange(item, segment.file))
                    file, offset = intake.spool / place.file, place.offset
                size = len(item.body)
                scanned.candidates.append(Candidate(item.url, *origin, file, offset, item.fetched_at, size, item.problem))
        except OSError as error:  # of the disk on which the file lies
            reason = f"the file cannot be read from there on: {error.strerror or error}"
            scanned.damaged.append(Damaged(str(segment.file), reached, reason))
        finally:
            spool.close()
    return scanned


def _has_place(stream: BinaryIO, capture: Capture, is_removed: bool) -> bool:
    """Whether the capture can be read from where it is for good, or at least be copied from there byte by byte."""
    if not capture.is_own:
        return False
    stream.seek(capture.offset)
    begin = stream.read(len(GZIP))
    return begin == GZIP or (not is_removed and begin != ZSTD[: len(GZIP)])


def _origin(url: str, intake: Intake) -> _Origin | None:
    """Return the source of a page, or its domain if any source is taken; None if it has none."""
    if not url.lower().startswith(("http://", "https://")):
        return None
    for source in intake.sources.get(site(url), ()):
        if source.article_pattern is None or re.search(source.article_pattern, url):
            return _Origin(source.name, source.timezone, source.language)
    name = domain(url) if intake.any_source else None
    return _Origin(name) if name else None


def _why_not(capture: Capture, origin: _Origin | None, intake: Intake, prefilter: Prefilter) -> Outcome | None:
    """Return the outcome of a page that need not be cleaned; None if it must be cleaned."""
    if origin is None or (intake.since and capture.fetched_at < intake.since):
        return Outcome.REFUSED
    if capture.status != 200:
        return Outcome.HTTP_ERROR
    if page_type(capture.content_type, capture.body).essence not in _PAGES:
        return Outcome.REFUSED
    if capture.is_too_large or len(capture.body) > MAX_PAGE_BYTES:
        return Outcome.FAILED
    if is_text(capture.body) and not prefilter.may_match(capture):
        return Outcome.OFF_TOPIC
    return None


def _exchange(capture: Capture, file: Path) -> Exchange:
    """Return a capture as an exchange to write again, because it has no lasting place of its own."""
    headers = [("Content-Type", capture.content_type)] if capture.content_type else []
    about = {"copied_from": str(file), "copied_from_byte": capture.offset, "canonical": canonicalise(capture.url)}
    return Exchange(capture.url, "GET", [], capture.status, headers, capture.body, capture.fetched_at, None, capture.hints, about)
