"""Reads captures back from WARC files, those of newslake and those of other crawlers.

newslake writes three records for each fetch, each a gzip member: `response`, `request` and `metadata` (JSON: what discovery
knew). A capture is addressed by its file and the offset of its response record. newslake stores bodies decoded, as Scrapy
delivers them; other crawlers also store chunked and compressed bodies.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from newslake.disk import sync
from newslake.errors import CaptureError
from spiders.warc.files import unwritable, warcinfo
from spiders.warc.members import end_of_record, member, next_record
from spiders.warc.model import Capture, Damaged, Hints

# Bytes. A page that decompresses to more is a bomb, or too large for cleaning.
MAX_BODY = 100_000_000
_PLAIN_HEAD = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})\b")
_ODD_DATE = re.compile(r"^(\d{4}-\d\d-\d\d)\dT")
_CONTENT_TYPE = re.compile(rb"\ncontent-type:([^\r\n]*)", re.I)
_ALL = WarcRecordType.response | WarcRecordType.request | WarcRecordType.metadata | WarcRecordType.any_type


class _Unreadable(Exception):
    """A damaged record; the message says what is wrong."""


def read_capture(file: Path, offset: int) -> Capture:
    """Return the capture whose response record begins at `offset` of `file`, with the hints of its metadata record.

    Raises CaptureError if the file is missing, or if the record is cut off, corrupt or not a response.
    """
    path = file.absolute()
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            records = iter(ArchiveIterator(stream, record_types=_ALL, parse_http=False))
            first = next(records, None)
            if first is None:
                raise _Unreadable("there is no record")
            if first.record_type != WarcRecordType.response:
                raise _Unreadable(f"there is a {first.headers.get('WARC-Type')} record, not a response")
            record_id = first.record_id
            capture = _capture(first, path, offset)
            return replace(capture, hints=_hints_after(records, record_id))
    except FileNotFoundError:
        problem = "the file is not there"
    except (_Unreadable, OSError) as error:
        problem = str(error)
    raise CaptureError(
        f"the capture at byte {offset} of {path} cannot be read: {problem}",
        left="nothing was changed; other captures of the file may still be readable",
        next="newslake run fetches the page again when it is next due",
    )


def iter_captures(file: Path, start: int = 0, end: int | None = None) -> Iterator[Capture | Damaged]:
    """Yield every HTTP response of a WARC file in file order.

    Reads WARC 1.0 and 1.1 of any crawler, uncompressed, gzipped by record or zstd. Yields Damaged for what cannot be read, and
    continues with the next record.

    Args:
        start: offset of the record to begin with, in bytes.
        end: offset from which on nothing is yielded.

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
        begin: int | None = start
        while begin is not None and (end is None or begin < end):
            last, problem = None, None
            waiting: tuple[Capture, str | None] | None = None
            stream.seek(begin)
            try:
                for record in ArchiveIterator(stream, record_types=_ALL, parse_http=False):
                    at = record.stream_pos
                    if end is not None and at >= end and (not waiting or record.record_type == WarcRecordType.response):
                        if waiting:
                            yield waiting[0]
                        return
                    if record.record_type == WarcRecordType.metadata and waiting:
                        hints = _hints(record, waiting[1])
                        last = at
                        if hints:
                            yield replace(waiting[0], hints=hints)
                            waiting = None
                        continue
                    if record.record_type == WarcRecordType.response:
                        if waiting:
                            yield waiting[0]
                            waiting = None
                        if record.is_http:
                            record_id = record.record_id
                            waiting = _capture(record, path, at), record_id
                    last = at
            except (_Unreadable, OSError) as error:
                problem = str(error)
            if waiting:
                yield waiting[0]
            trouble = begin if last is None else end_of_record(path, last)
            if problem is None and trouble is not None and trouble < path.stat().st_size:
                problem = "cut off"
            if problem is None:
                return
            trouble = last + 1 if trouble is None and last is not None else trouble
            if end is not None and (trouble or 0) >= end:
                return
            yield Damaged(str(path), trouble or 0, problem)
            begin = next_record(path, (trouble or 0) + 1)


def keep(captures: Iterable[tuple[Path, int]], into: Path) -> dict[tuple[Path, int], tuple[Path, int]]:
    """Copy captures byte by byte into the new WARC file `into`, which appears complete or not at all.

    A capture is given as (file, offset of its response record); its request and metadata records are copied too.

    Returns:
        The new place of each capture.

    Raises:
        CaptureError: a capture cannot be read or `into` cannot be written.
    """
    kept: dict[tuple[Path, int], tuple[Path, int]] = {}
    partial = into.with_name(into.name + ".part")
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as out:
            out.write(warcinfo(into.name))
            streams: dict[Path, BinaryIO] = {}
            try:
                for file, offset in sorted(set(captures)):
                    if file not in streams:
                        streams[file] = file.open("rb")
                    kept[file, offset] = (into, out.tell())
                    out.write(_group_at(streams[file], file, offset))
            finally:
                for stream in streams.values():
                    stream.close()
            out.flush()
            os.fsync(out.fileno())
        partial.replace(into)
        for folder in (into.parent, into.parent.parent):  # either may be new
            sync(folder)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise unwritable(into, error) from error
    except CaptureError:
        partial.unlink(missing_ok=True)
        raise
    return kept


def _capture(record: WarcRecord, path: Path, offset: int) -> Capture:
    """Return the capture of a response record. Raises _Unreadable or OSError if the record is damaged."""
    expected = int(record.headers.get("Content-Length") or 0)
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    date = record.headers.get("WARC-Date") or ""
    block = record.reader.read()
    if len(block) < expected:
        raise _Unreadable(f"cut off: {len(block)} of {expected} bytes")
    status, content_type, body = _message(block)
    if status is None:
        raise _Unreadable("no HTTP response in the record")
    if len(body) > MAX_BODY:
        raise _Unreadable(f"more than {MAX_BODY} bytes after decompression")
    try:
        # ClueWeb's dates have an extra digit after the day
        fetched_at = datetime.fromisoformat(_ODD_DATE.sub(r"\1T", date))
    except ValueError:
        raise _Unreadable(f"no valid WARC-Date: {date!r}") from None
    return Capture(
        url=url,
        fetched_at=fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC),
        status=status,
        content_type=content_type,
        body=body,
        hints=Hints(),
        file=str(path),
        offset=offset,
    )


def _message(block: bytes) -> tuple[int | None, str | None, bytes]:
    """Return status, content type and decoded body of the HTTP message in a record's block; no status if it is not HTTP."""
    head, parted, body = block.partition(b"\r\n\r\n")
    plain = _PLAIN_HEAD.match(head) if parted else None
    if plain and b"-encoding:" not in head.lower():  # most are stored decoded, and need no HTTP parser
        found = _CONTENT_TYPE.search(head)
        return int(plain[1]), found[1].decode("latin-1").strip() or None if found else None, body
    parsed, body = _http(block)
    headers = parsed.http_headers
    return (headers.status_code, headers.get("Content-Type"), body) if headers is not None else (None, None, body)


def _http(block: bytes) -> tuple[WarcRecord, bytes]:
    """Parse the HTTP message in a record's block, and return it with its decoded body.

    Archives often keep the headers `Transfer-Encoding` and `Content-Encoding` of bodies that they store decoded, so a body that
    cannot be decoded is returned as stored.
    """
    for decode in ("all", "content", "none"):
        record = WarcRecord()
        record.init_headers(WarcRecordType.response)
        record.set_bytes_content(block)
        record.is_http = True
        try:
            record.parse_http(auto_decode=decode)
            return record, record.reader.read(MAX_BODY + 1)
        except OSError:
            if decode == "none":
                raise
    raise AssertionError("unreachable")


def _hints_after(records: Iterator[WarcRecord], record_id: str | None) -> Hints:
    """Return the hints of the metadata record of the same fetch; empty if the next fetch begins or the file is damaged first."""
    try:
        for record in records:
            if record.record_type not in (WarcRecordType.request, WarcRecordType.metadata):
                break
            if record.record_type == WarcRecordType.metadata:
                return _hints(record, record_id) or Hints()
    except OSError:
        return Hints()
    return Hints()


def _hints(record: WarcRecord, record_id: str | None) -> Hints | None:
    """Return the hints of a metadata record that newslake wrote for the response `record_id`; None if it is any other record."""
    if record_id is None or record.headers.get("WARC-Concurrent-To") != record_id:
        return None
    try:
        return Hints.from_json(json.loads(record.reader.read())["hints"])
    except (ValueError, KeyError, TypeError):
        return None


def _group_at(stream: BinaryIO, file: Path, offset: int) -> bytes:
    """Return the bytes of the records of the fetch whose response record begins at `offset`."""
    try:
        first, end = member(stream, offset)
        record_id = _header(first, b"WARC-Record-ID")
        with suppress(EOFError, zlib.error):  # the file ends here, or what follows is damaged and not of this fetch
            while record_id:
                record, after = member(stream, end)
                if _header(record, b"WARC-Concurrent-To") != record_id:
                    break
                end = after
    except (EOFError, zlib.error) as error:
        raise CaptureError(
            f"the capture at byte {offset} of {file} cannot be copied: {error}",
            left="the file is as it was; no copy was made",
            next="newslake run fetches the page again when it is next due",
        ) from error
    stream.seek(offset)
    return stream.read(end - offset)


def _header(record: bytes, name: bytes) -> bytes | None:
    head = record[: record.find(b"\r\n\r\n")]
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name.lower():
            return value.strip()
    return None
