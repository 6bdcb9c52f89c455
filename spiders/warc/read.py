"""Reads captures back from WARC files, those of newslake and those of other crawlers.

newslake writes three records for each fetch, each a gzip member: `response`, `request` and `metadata` (JSON: what discovery
knew). A capture is addressed by its file and the offset of its record. newslake stores bodies decoded, as Scrapy delivers them;
other crawlers also store chunked and compressed bodies, and pages without HTTP head in `resource` records.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from newslake.errors import CaptureError
from newslake.http import Message, NotHTTP, TooLarge, read_message
from spiders.warc.head import HEAD_END, read_date
from spiders.warc.members import next_member
from spiders.warc.model import Capture, Damaged, Hints
from spiders.warc.records import BEGINNING, MAX_BLOCK, Loss, Record, Records

PAGES = ("response", "resource")  # types of records that hold a page
_WEB = ("http://", "https://")
_HTML = re.compile(r"text/html|application/xhtml\+xml", re.I)
_HTTP = re.compile(r"application/http\b", re.I)


class _Unreadable(Exception):
    """A record that holds no usable page; the message says why."""


def read_capture(file: Path, offset: int) -> Capture:
    """Return the capture whose record begins at `offset` of `file`, with the hints of its metadata record.

    Raises CaptureError if the file is missing, or if the record is cut off, corrupt or holds no page.
    """
    path = file.absolute()
    try:
        with path.open("rb") as stream:
            records = iter(Records(stream, offset))
            first = next(records, None)
            if first is None:
                raise _Unreadable("there is no record")
            if isinstance(first, Loss):
                raise _Unreadable(first.reason)
            if first.spot.offset != offset:
                raise _Unreadable("no record begins there")
            capture = _page(first, path)
            if capture is None:
                raise _Unreadable(f"there is a {first.head.kind} record, not a response")
            return replace(capture, hints=_hints_after(records, first.head.record_id))
    except FileNotFoundError:
        problem = "the file is not there"
    except (_Unreadable, OSError) as error:
        problem = str(error)
    raise CaptureError(
        f"the capture at byte {offset} of {path} cannot be read: {problem}",
        left="nothing was changed; other captures of the file may still be readable",
        next="newslake run fetches the page again when it is next due",
    )


def iter_captures(
    file: Path, start: int = 0, end: int | None = None, others: Counter[str] | None = None
) -> Iterator[Capture | Damaged]:
    """Yield every page of a WARC file in file order.

    Reads WARC 0.17 to 1.1 from any crawler: uncompressed, gzip and zstd, one or many records in a member. Yields Damaged for what
    cannot be read, and continues behind it.

    Args:
        start: offset from which on records are read; need not be that of a record.
        end: offset from which on nothing is yielded. A record belongs to the member in which it begins.
        others: counts the records that hold no page, by their type.

    Raises:
        CaptureError: the file cannot be opened.
    """
    path = file.absolute()
    try:
        stream = path.open("rb")
    except OSError as error:
        raise CaptureError(
            f"{path} cannot be opened: {error.strerror}", left="nothing was read", next=f"check the path: ls -l {path}"
        ) from None
    with stream:
        begin = next_member(stream, start) if start else 0
        if begin is None or (end is not None and begin >= end):
            return
        waiting: tuple[Capture, str | None] | None = None  # its hints may follow
        for item in Records(stream, begin, is_sought=start > 0):
            kind = item.head.kind if item.head else ""
            is_beyond = end is not None and item.spot.offset >= end
            if waiting and isinstance(item, Record) and kind in ("request", "metadata"):
                hints = _hints(item, waiting[1]) if kind == "metadata" else None
                if hints is not None:
                    yield replace(waiting[0], hints=hints)
                    waiting = None
            elif waiting:
                yield waiting[0]
                waiting = None
            if is_beyond and not waiting and item.head:
                return
            found = _damaged(item, path) if isinstance(item, Loss) else None if is_beyond else _read(item, path)
            if isinstance(found, Capture):
                waiting = found, item.head.record_id if item.head else None
            elif found is not None:
                yield found
            elif others is not None and not is_beyond:
                others[_kind(item)] += 1
        if waiting:
            yield waiting[0]


def _damaged(loss: Loss, path: Path) -> Damaged:
    reason = f"{loss.head.url}: {loss.reason}" if loss.head and loss.head.url else loss.reason
    return Damaged(str(path), loss.spot.offset, reason, loss.spot.inner)


def _read(record: Record, path: Path) -> Capture | Damaged | None:
    """Return the page of a record, or why it cannot be read; None if the record holds no page."""
    try:
        return _page(record, path)
    except _Unreadable as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - whatever a record does to its reader costs the record alone
        reason = f"{type(error).__name__}: {error}"
    return _damaged(Loss(record.spot, reason, record.head), path)


def _page(record: Record, path: Path) -> Capture | None:
    """Return the page of a record; None if the record holds no page. Raises _Unreadable."""
    head = record.head
    kind, url, declared = head.kind, head.url, head.fields.get("content-type", "")
    if not kind:
        raise _Unreadable("nothing says of which type it is: it has no WARC-Type")
    if kind not in PAGES or not (url.lower().startswith(_WEB) or _HTML.match(declared) or _HTTP.match(declared)):
        return None
    if "warc-segment-number" in head.fields:
        raise _Unreadable("the page is split over several records, which newslake does not join")
    is_too_large = record.length > len(record.block)
    message: Message | None = None
    if kind == "response" or _HTTP.match(declared):
        message, was_too_large = _message(record.block)
        is_too_large = is_too_large or was_too_large
    return Capture(
        url=url,
        fetched_at=_fetched_at(record, message),
        status=message.status if message else 200,
        content_type=(message.content_type if message else declared) or None,
        body=message.body if message else bytes(record.block),
        hints=Hints(),
        file=str(path),
        offset=record.spot.offset,
        is_own=record.is_own,
        is_too_large=is_too_large,
        problem=None if is_too_large else _problem(record, message),
        repeated=head.contradictions,
    )


def _message(block: bytes | memoryview) -> tuple[Message, bool]:
    """Return the HTTP message of a block, and whether it is too large to be read in full. Raises _Unreadable."""
    try:
        return read_message(block, MAX_BLOCK), False
    except NotHTTP:
        raise _Unreadable("no HTTP response in the record") from None
    except TooLarge:
        end = HEAD_END.search(block)
        return read_message(block[: end.end()] if end else block[:BEGINNING], MAX_BLOCK), True


def _fetched_at(record: Record, message: Message | None) -> datetime:
    """Return when the page was fetched: by its record, or else by the server's clock. Raises _Unreadable."""
    now = datetime.now(UTC)
    written = record.head.values("warc-date")
    for value in written:
        if found := read_date(value, now):
            return found
    for value in message.values("Date") if message else ():
        if found := read_date(value, now):
            return found
    raise _Unreadable(f"no WARC-Date on which a page can have been fetched: {', '.join(written)[:60]!r}")


def _problem(record: Record, message: Message | None) -> str | None:
    problems = [message.problem] if message and message.problem else []
    truncated = record.head.fields.get("warc-truncated")
    if truncated:
        problems = [f"the archive holds only the beginning of the page (WARC-Truncated: {truncated[:40]})"]
    problems += [f"its record has {name} more than once; the first valid one counts" for name in record.head.contradictions]
    return "; ".join(problems) or None


def _kind(record: Record | Loss) -> str:
    """Name the kind of a record that holds no page, for people who look for their pages."""
    head = record.head
    if head is None or head.kind not in PAGES:
        return (head.kind if head else "") or "unknown"
    return f"{head.kind} of {head.url.partition(':')[0][:20] or 'no address'}"


def _hints_after(records: Iterator[Record | Loss], record_id: str | None) -> Hints:
    """Return the hints of the metadata record of the same fetch; empty if the next fetch begins or the file is damaged first."""
    for record in records:
        if isinstance(record, Loss) or record.head.kind not in ("request", "metadata"):
            break
        if record.head.kind == "metadata":
            return _hints(record, record_id) or Hints()
    return Hints()


def _hints(record: Record, record_id: str | None) -> Hints | None:
    """Return the hints of a metadata record that newslake wrote for the response `record_id`; None if it is any other record."""
    if not record.head.belongs_to(record_id):
        return None
    try:
        return Hints.from_json(json.loads(bytes(record.block))["hints"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
