"""The journal of a crawl: one JSON line for each event, in the folder of the run's WARC files.

The parent follows it while the crawl runs, and a later run reads it if this one was killed. A line is written after the WARC
record that it refers to, so an offset in the journal always has its record.

    {"event": "found", "id": "<32 hex>", "url": …, "canonical": …, "source": …, "kind": "page", "found_by": "feed https://…",
     "origin": "listing", "listed_by": "chosun"}
    {"event": "relisted", "id": "<32 hex>", "source": "joongang"}   a listing of another source names it too, or one names what a
     retry or revisit found
    {"event": "ended", "id": "<32 hex>", "outcome": null, "reason": null, "status": 200, "bytes": 1234, "seconds": 0.2,
     "requested_at": "2026-…+00:00", "detail": null, "file": "<name in the run's folder>", "offset": 0,
     "retry_at": "2026-…+00:00", "retry_host": "www.example.org", "time_of": "chosun"}
    {"event": "finished", "reason": "finished", "stats": {…}}   the last line; "stopped" if the crawl ended early on request

An outcome of null says that the response is in a WARC file and that cleaning decides.
An end with the reason address-budget has `urls`, the number of addresses that it stands for.
In a crawl that finished, every `found` id has exactly one `ended`, or two: where a page was not due or over the budget, and its
article needed it after all. Then the second one counts, which has `requested_at`.
`id` is `spiders.urls.canonical.url_id` of the canonical URL.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from sys import intern
from typing import Any, BinaryIO, Literal, get_args

from newslake.disk import sync
from newslake.errors import CaptureError
from newslake.outcomes import Origin, Outcome, Reason
from spiders.warc.members import append

NAME = "journal.jsonl"
SYNC_SECONDS = 5.0

Kind = Literal["page", "feed", "sitemap", "section", "home"]

# The words of journals up to version 66021da, which had one word `end` for the outcome and no reason. A run that such a version
# left unfinished is recovered by this one.
_OLD_ENDS: dict[str, Outcome | None] = {
    "captured": None,
    "read": Outcome.NOT_ARTICLE,
    "not-modified": Outcome.UNCHANGED,
    "known": Outcome.UNCHANGED,
    "robots": Outcome.ROBOTS,
    "refused": Outcome.REFUSED,
    "http-error": Outcome.HTTP_ERROR,
    "network-error": Outcome.NETWORK_ERROR,
    "failed": Outcome.FAILED,
}
# These journals say where a URL was found only in words, except for these.
_OLD_ORIGINS = {"watchlist": Origin.WATCHLIST, "revisit": Origin.REVISIT, "retry": Origin.RETRY}


@dataclass(frozen=True, slots=True)
class Found:
    """A URL that a crawl discovered, once per run."""

    id: str
    url: str
    canonical: str
    source: str
    kind: Kind
    found_by: str
    in_place_of: str | None = None  # the id of a lost listing that this one may replace
    origin: Origin | None = None  # None: the journal of an older newslake does not say
    listed_by: str | None = None  # the source whose listing names it; None if no listing does
    listed_at: datetime | None = None  # when it was published, by that listing if it is of its own source


@dataclass(frozen=True, slots=True)
class Relisted:
    """A listing of `source` names a URL that the crawl had found already: each source and URL once.

    Attributes:
        found_by: the listing, if the page is on the source's own site: then it is fetched as this listing names it.
        pages: for a listing that two sources share, the number of pages that it names.
        listed_at: when the page was published, by that listing.
    """

    id: str
    source: str
    found_by: str | None = None
    pages: int | None = None
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How a URL ended in this crawl."""

    id: str
    outcome: Outcome | None  # None: the response is in a WARC file, and cleaning decides
    reason: Reason | None = None  # None with the outcome None, and in journals of an older newslake
    status: int | None = None  # of the HTTP response
    bytes: int | None = None  # of the body, decompressed
    seconds: float | None = None  # that the last attempt took
    requested_at: datetime | None = None  # when the last attempt was sent
    detail: str | None = None  # in words
    file: str | None = None  # name of the WARC file in the run's folder
    offset: int | None = None  # of the response record, in bytes
    urls: int | None = None  # how many addresses are counted here, of which the URL is one; None for the URL alone
    url: str | None = None  # the spelling that was fetched, if it was found in another one
    retry_at: datetime | None = None  # until when the server asked to be left alone (Retry-After)
    retry_host: str | None = None  # that server: host, and port unless it is the usual one
    time_of: str | None = None  # the source whose time was used up, so that the URL was not requested


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of the crawl itself: `reason` is "finished" or "stopped"."""

    reason: str
    stats: dict[str, float] = field(default_factory=dict)


Event = Found | Relisted | Ended | Finished
_EVENTS: dict[str, type[Found] | type[Relisted] | type[Ended] | type[Finished]] = {
    "found": Found,
    "relisted": Relisted,
    "ended": Ended,
    "finished": Finished,
}
# The keys whose values many lines share: a run may have a million lines, all of which its reader holds.
_SHARED = ("source", "kind", "found_by", "listed_by", "in_place_of", "detail", "file")
_MOMENTS = ("requested_at", "retry_at", "listed_at")
# The keys whose values are from a closed list. `reason` is one only in the lines of ended URLs.
_WORDS: dict[str, Collection[str]] = {
    "event": _EVENTS,
    "end": _OLD_ENDS,
    "outcome": list(Outcome),
    "origin": list(Origin),
    "kind": get_args(Kind),
}


class JournalWriter:
    """Appends events to `folder`/journal.jsonl.

    A line reaches the operating system before `write` returns, and the disk within SYNC_SECONDS, after the captures that it
    refers to. All methods raise OSError if the journal cannot be written.

    Args:
        sync_captures: flushes those captures to the disk.
        hide: takes secrets out of a line.
    """

    def __init__(self, folder: Path, sync_captures: Callable[[], None] | None = None, hide: Callable[[str], str] = str) -> None:
        self._out = (folder / NAME).open("ab", buffering=0)
        self._sync_captures = sync_captures
        self._hide = hide
        self._synced = time.monotonic()
        sync(folder)

    def write(self, event: Event) -> None:
        record = {name: value for name, value in asdict(event).items() if value is not None}
        if isinstance(event, Ended):
            record["outcome"] = event.outcome
        for name in _MOMENTS:
            if name in record:
                record[name] = record[name].isoformat()
        line = self._hide(json.dumps({"event": type(event).__name__.lower()} | record, ensure_ascii=False)).encode(
            "utf-8", "backslashreplace"
        )
        append(self._out, line + b"\n")
        if time.monotonic() - self._synced > SYNC_SECONDS:
            self._sync()

    def close(self) -> None:
        self._sync()
        self._out.close()

    def _sync(self) -> None:
        if self._sync_captures:
            self._sync_captures()
        os.fsync(self._out.fileno())
        self._synced = time.monotonic()


def has_journal(folder: Path) -> bool:
    """Whether a crawl began in `folder`; if none did, nothing was fetched."""
    return (folder / NAME).is_file()


def read_journal(folder: Path) -> Iterator[Event]:
    """Yield the events of a crawl in order.

    A power cut may leave lines torn or full of zeros. They are skipped: what they referred to was not on the disk yet, and
    nothing was derived from it. Raises CaptureError if there is no journal, or if a
    line has a word that this version does not know.
    """
    path = folder / NAME
    try:
        with path.open("rb") as stream:
            for line in stream:
                if not line.endswith(b"\n"):
                    break
                # a hole of zeros has no line ends, so what was written after it begins in the middle of a line
                with suppress(ValueError, TypeError, KeyError, AttributeError):
                    said = json.loads(line[line.rfind(b"\0") + 1 :])
                    _check_words(said, path)
                    yield _event(said)
    except FileNotFoundError:
        raise CaptureError(
            f"there is no journal in {folder}", left="nothing was read", next="newslake run starts a new crawl"
        ) from None


def _check_words(said: Any, path: Path) -> None:
    """Refuse a whole line with a word that this version does not know: unlike a torn one it says something."""
    if not isinstance(said, dict):
        return
    for name, known in _WORDS.items():
        if said.get(name) is not None and said[name] not in known:
            raise _unknown(path, name, said[name])
    if said.get("event") == "ended" and said.get("reason") is not None and said["reason"] not in list(Reason):
        raise _unknown(path, "reason", said["reason"])


def _unknown(path: Path, name: str, word: object) -> CaptureError:
    return CaptureError(
        f"the journal {path} has an unknown word, {name} {word!r}: it is damaged, or of another version",
        left="the captures beside it are untouched",
        next="upgrade newslake, then newslake recover --all",
    )


def events(stream: BinaryIO, path: Path) -> Iterator[Event]:
    """Yield the events of the complete lines from the position of `stream` on, and leave it after the last of them.

    Calling it again yields what has been written since. Raises CaptureError if a line is damaged.
    """
    at = stream.tell()
    for line in iter(stream.readline, b""):
        if not line.endswith(b"\n"):
            break
        try:
            event = _event(json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            raise CaptureError(
                f"the journal {path} is damaged at byte {at}: {error}",
                left="the captures in its folder are untouched",
                next=f"move {path.parent} away and run newslake run",
            ) from error
        at += len(line)
        yield event
    stream.seek(at)


def _event(record: dict[str, Any]) -> Event:
    kind = _EVENTS[record.pop("event")]
    if kind is Found:
        origin = record.get("origin")
        record["origin"] = Origin(origin) if origin else _OLD_ORIGINS.get(record.get("found_by", ""))
    if kind is Ended:
        _read_end(record)
    if record.get("canonical") == record.get("url"):
        record["canonical"] = record.get("url")
    for name in _SHARED:
        if isinstance(record.get(name), str):
            record[name] = intern(record[name])
    for name in _MOMENTS:
        if record.get(name):
            record[name] = datetime.fromisoformat(record[name])
    known = {one.name for one in fields(kind)}  # a later version may write more
    return kind(**{name: value for name, value in record.items() if name in known})


def _read_end(record: dict[str, Any]) -> None:
    """Turn the words of an ended URL into values, those of an older newslake too."""
    if "end" in record:
        record["outcome"] = _OLD_ENDS[record.pop("end")]
    else:
        record["outcome"] = Outcome(record["outcome"]) if record["outcome"] is not None else None
    record["reason"] = Reason(record["reason"]) if record.get("reason") is not None else None
