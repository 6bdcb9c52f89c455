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
from typing import NamedTuple

from flows.refine.pool import MAX_PAGE_BYTES, workers_prefilter
from flows.topics.prefilter import Prefilter
from newslake.outcomes import Outcome
from spiders.sources import Source
from spiders.urls.canonical import canonicalise, domain, site
from spiders.warc.members import GZIP, next_record
from spiders.warc.model import Capture, Damaged, Exchange
from spiders.warc.read import iter_captures
from spiders.warc.write import CaptureWriter

# Bytes of a compressed file per task: some seconds of work, so that little is repeated after a kill.
SEGMENT = 32 << 20
# The source name under which pages of other sites are counted.
NO_SOURCE = "(no source)"
_HTML = re.compile(r"text/html|application/xhtml\+xml|text/xml|application/xml", re.I)
_LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype html|html|head|body|meta|title|div|p|h1)\b", re.I)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a WARC file: responses that begin at bytes [start, end). `start` need not be the beginning of a record."""

    file: Path
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Which pages a backfill takes.

    Attributes:
        sources: by site (registrable domain), in the order of the watchlist.
        any_source: also take pages of other sites; their source is their domain.
        spool: folder for copies of captures that have no offset of their own in their file.
        since: skip captures made earlier, which cannot hold later articles.
    """

    sources: Mapping[str, Sequence[Source]]
    any_source: bool
    spool: Path
    since: datetime | None = None


class _Origin(NamedTuple):
    """The source of a page, with its time zone and language if known."""

    source: str
    timezone: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page to clean, with the file and offset of its capture."""

    url: str
    source: str
    timezone: str | None
    language: str | None
    file: Path
    offset: int
    fetched_at: datetime
    bytes: int


@dataclass(slots=True)
class Scanned:
    """The result of scanning a segment; `pages` and `bytes` (of decompressed bodies) count all responses."""

    pages: int = 0
    bytes: int = 0
    counted: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    candidates: list[Candidate] = field(default_factory=list)
    damaged: list[Damaged] = field(default_factory=list)


def segments(file: Path) -> list[Segment]:
    """Divide a file into segments. Only in gzip files, compressed record by record, can the start of a record be found."""
    with file.open("rb") as stream:
        is_gzip = stream.read(len(GZIP)) == GZIP
    size = file.stat().st_size
    if not is_gzip or size <= SEGMENT:
        return [Segment(file)]
    return [Segment(file, start, start + SEGMENT) for start in range(0, size, SEGMENT)]


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
    """Scan a segment. Damaged parts are part of the result; raises CaptureError if the file cannot be opened."""
    scanned = Scanned()
    start = next_record(segment.file, segment.start) if segment.start else 0
    if start is None or (segment.end is not None and start >= segment.end):
        return scanned
    previous = -1
    spool = CaptureWriter(intake.spool, f"{segment.file.name}-{segment.start}")
    with segment.file.open("rb") as stream:
        try:
            for item in iter_captures(segment.file, start, segment.end):
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
                stream.seek(offset)
                if offset <= previous or not stream.read(7).startswith((GZIP, b"WARC/1.")):
                    place = spool.write(_exchange(item, segment.file))
                    file, offset = intake.spool / place.file, place.offset
                scanned.candidates.append(Candidate(item.url, *origin, file, offset, item.fetched_at, len(item.body)))
                previous = item.offset
        finally:
            spool.close()
    return scanned


def _origin(url: str, intake: Intake) -> _Origin | None:
    """Return the source of a page, or its domain if any source is taken; None if it has none."""
    if not url.startswith(("http://", "https://")):
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
    kind = capture.content_type
    if not (_HTML.search(kind) if kind else _LOOKS_LIKE_HTML.search(capture.body[:2048])):
        return Outcome.REFUSED
    if len(capture.body) > MAX_PAGE_BYTES:
        return Outcome.FAILED
    if not prefilter.may_match(capture):
        return Outcome.OFF_TOPIC
    return None


def _exchange(capture: Capture, file: Path) -> Exchange:
    """Return a capture as an exchange to write again, because it has no offset of its own in its file."""
    headers = [("Content-Type", capture.content_type)] if capture.content_type else []
    about = {"copied_from": str(file), "canonical": canonicalise(capture.url)}
    return Exchange(capture.url, "GET", [], capture.status, headers, capture.body, capture.fetched_at, None, capture.hints, about)
