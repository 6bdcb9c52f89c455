"""Scan one segment of a WARC file for pages that may match a topic, without cleaning them.

Runs in the worker processes of `flows.refine.pool`. Records that are not pages of a watched source or cannot match a topic are
only counted. The others are returned as offsets in the file, to be refined like the captures of a crawl.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from flows.refine.page import MAX_PAGE_BYTES
from flows.refine.pool import workers_prefilter
from flows.topics.prefilter import Prefilter
from newslake.http import is_text, page_type
from newslake.outcomes import Outcome
from spiders.sources import Source
from spiders.urls.canonical import canonicalise, domain, url_id
from spiders.urls.owners import Owners
from spiders.warc.members import GZIP, ZSTD, is_divided
from spiders.warc.model import Capture, Damaged, Exchange, Place
from spiders.warc.read import iter_captures
from spiders.warc.write import CaptureWriter

# Bytes of a compressed file per task: some seconds of work, so that little is repeated after a kill.
SEGMENT = 32 << 20
# The source name under which pages of other sites are counted.
NO_SOURCE = "(no source)"
# Ids of URLs, 16 bytes each, one behind the other.
Ids = bytes
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
        owners: decides which source of the watchlist a page belongs to, as in a crawl.
        sources: those whose pages are taken, by name.
        any_source: also take pages on no watched site; their source is their domain.
        folder: the backfill's own. Files below it are removed in the end.
        since: skip captures made earlier, which cannot hold later articles.
    """

    owners: Owners
    sources: Mapping[str, Source]
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
    """A page to clean, with the file and offset of its capture.

    Attributes:
        problem: what the archive lacks of it, or what is wrong with its record.
        is_known: an article came from its URL, so that its text counts as an edit if it is off topic.
    """

    url: str
    source: str
    timezone: str | None
    language: str | None
    file: Path
    offset: int
    fetched_at: datetime
    bytes: int
    problem: str | None = None
    is_known: bool = False


@dataclass(slots=True)
class Scanned:
    """The result of scanning a segment.

    `pages` and `bytes` (of decompressed bodies) count all pages, `others` the records that hold none, by their type, and
    `repeated` those whose head has a field with different values, by the name of the field. `unread` holds the URLs of pages on
    which no topic's words are.
    """

    pages: int = 0
    bytes: int = 0
    counted: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    candidates: list[Candidate] = field(default_factory=list)
    damaged: list[Damaged] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    unread: Ids = b""


def segments(file: Path, part: int = 0) -> list[Segment]:
    """Divide a file into segments. That needs many small gzip members, of which the beginnings can be found."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        is_divisible = size > SEGMENT and stream.read(len(GZIP)) == GZIP and is_divided(stream, within=SEGMENT)
    if not is_divisible:
        return [Segment(file, part=part)]
    return [Segment(file, start, start + SEGMENT, part) for start in range(0, size, SEGMENT)]


def scan_in_worker(segment: Segment, intake: Intake, wanted: frozenset[bytes] = frozenset()) -> Scanned:
    """Scan with the prefilter of the worker process."""
    return scan(segment, intake, workers_prefilter(), wanted)


def scan(segment: Segment, intake: Intake, prefilter: Prefilter, wanted: frozenset[bytes] = frozenset()) -> Scanned:
    """Scan a segment. The result tells damaged parts.

    Args:
        wanted: look a second time, and take only the pages of these URLs (as ids) that were left unread the first time.

    Raises:
        CaptureError: the file cannot be opened, or a copy be written.
    """
    scanned = Scanned()
    unread = bytearray()
    spool = CaptureWriter(intake.spool, f"{segment.part}-{segment.file.name}-{segment.start}")
    is_removed = segment.file.is_relative_to(intake.folder)
    reached = segment.start
    with segment.file.open("rb") as stream, closing(spool):
        try:
            for item in iter_captures(segment.file, segment.start, segment.end, scanned.others):
                reached = item.offset
                if isinstance(item, Damaged):
                    scanned.damaged.append(item)
                    continue
                scanned.pages += 1
                scanned.bytes += len(item.body)
                scanned.repeated.update(item.repeated)
                origin = _origin(item.url, intake)
                why_not = _why_not(item, origin, intake, prefilter)
                key = url_id(item.url).bytes if why_not is Outcome.OFF_TOPIC else b""
                if origin and (key in wanted if wanted else why_not is None):
                    place = item.offset if _has_place(stream, item, is_removed) else spool.write(_exchange(item, segment.file))
                    page = _candidate(item, origin, place, segment.file, intake.spool)
                    scanned.candidates.append(replace(page, is_known=bool(wanted)))
                    continue
                scanned.counted[origin.source if origin else NO_SOURCE, why_not or Outcome.REFUSED] += 1
                unread += key
        except OSError as error:  # of the disk on which the file lies
            reason = f"the file cannot be read from there on: {error.strerror or error}"
            scanned.damaged.append(Damaged(str(segment.file), reached, reason))
    scanned.unread = bytes(unread)
    return scanned


def _candidate(capture: Capture, origin: _Origin, place: Place | int, file: Path, spool: Path) -> Candidate:
    """Return a page to clean, at an offset of the archive or at a place in the spool."""
    at = (file, place) if isinstance(place, int) else (spool / place.file, place.offset)
    return Candidate(capture.url, *origin, *at, capture.fetched_at, len(capture.body), capture.problem)


def _has_place(stream: BinaryIO, capture: Capture, is_removed: bool) -> bool:
    """Whether the capture can be read from where it is for good, or at least be copied from there byte by byte."""
    if not capture.is_own:
        return False
    stream.seek(capture.offset)
    begin = stream.read(len(GZIP))
    return begin == GZIP or (not is_removed and begin != ZSTD[: len(GZIP)])


def _origin(url: str, intake: Intake) -> _Origin | None:
    """Return the source of a page, or its domain if it is on no watched site and any source is taken; None if it has none."""
    if not url.lower().startswith(("http://", "https://")):
        return None
    owner = intake.owners.owner(url, "")
    if not owner:
        name = domain(url) if intake.any_source else None
        return _Origin(name) if name else None
    source = intake.sources.get(owner)
    return _Origin(source.name, source.timezone, source.language) if source else None


def _why_not(capture: Capture, origin: _Origin | None, intake: Intake, prefilter: Prefilter) -> Outcome | None:
    """Return the outcome of a page that need not be cleaned; None if it must be cleaned."""
    if origin is None or (intake.since and capture.fetched_at < intake.since):
        return Outcome.REFUSED
    source = intake.sources.get(origin.source)
    if source and source.article_pattern and not re.search(source.article_pattern, capture.url):
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
