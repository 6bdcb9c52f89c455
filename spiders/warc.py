"""Writing WARC 1.1 files: the captures of a crawl, and the copy of those that are kept."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from fastwarc.warc import WarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newslake import __version__
from newslake.errors import CaptureError
from spiders.captures import Hints, member

GIGABYTE = 1 << 30
# Level 9, warcio's own, costs three times the CPU of level 4 for 3 % less space.
LEVEL = 4
# A crash of the machine, not of the process, costs at most this many seconds of captures.
SYNC_SECONDS = 5.0
# Of a body that Scrapy has decoded these say what is no longer so.
_STALE = {"content-length", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response. Headers are as sent and received, in their order."""

    url: str  # that answered
    method: str
    request_headers: Sequence[tuple[str, str]]
    status: int
    response_headers: Sequence[tuple[str, str]]
    body: bytes
    fetched_at: datetime
    ip_address: str | None
    hints: Hints
    about: dict[str, Any]  # for the metadata record: source, kind, found_by, the URL as found, redirects, …


@dataclass(frozen=True, slots=True)
class Place:
    """Where a group of records stands: `offset` is that of its response record."""

    file: str
    offset: int
    length: int


class CaptureWriter:
    """Appends groups of records to `<name>-00000.warc.gz` in `folder`, and starts the next file at about `max_bytes`.

    A group reaches the operating system before `write` returns, and the disk within SYNC_SECONDS.
    Raises CaptureError where it cannot be written; the file then ends with the last whole group.
    """

    def __init__(self, folder: Path, name: str = "crawl", max_bytes: int = GIGABYTE) -> None:
        self.folder = folder
        self.name = name
        self.max_bytes = max_bytes
        self._number = 0
        self._out: BinaryIO | None = None
        self._synced = 0.0

    def write(self, exchange: Exchange) -> Place:
        group = _group(exchange)
        try:
            out = self._file()
            offset = out.tell()
            _append(out, group)
            if time.monotonic() - self._synced > SYNC_SECONDS:
                self._sync(out)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        return Place(Path(out.name).name, offset, len(group))

    def close(self) -> None:
        if self._out:
            self._sync(self._out)
            self._out.close()
            self._out = None

    def _sync(self, out: BinaryIO) -> None:
        os.fsync(out.fileno())
        self._synced = time.monotonic()

    def _file(self) -> BinaryIO:
        if self._out and self._out.tell() >= self.max_bytes:
            self.close()
        while self._out is None:
            path = self.folder / f"{self.name}-{self._number:05}.warc.gz"
            self._number += 1
            with suppress(FileExistsError):  # a file of an earlier crawl into this folder is never touched
                self._out = path.open("xb", buffering=0)
                _append(self._out, _warcinfo(path.name))
                self._sync(self._out)
        return self._out


def keep(captures: Iterable[tuple[Path, int]], into: Path) -> dict[tuple[Path, int], tuple[Path, int]]:
    """Copy chosen captures into the new WARC file `into`, bytes as they are, and say where each now stands.

    A capture is (file, offset of its response record); its request and metadata records come along. `into` appears
    whole or not at all. Raises CaptureError where a capture cannot be read or `into` not be written.
    """
    kept: dict[tuple[Path, int], tuple[Path, int]] = {}
    partial = into.with_name(into.name + ".part")
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as out:
            out.write(_warcinfo(into.name))
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
        _sync_folder(into.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise _unwritable(into, error) from error
    except CaptureError:
        partial.unlink(missing_ok=True)
        raise
    return kept


def _group_at(stream: BinaryIO, file: Path, offset: int) -> bytes:
    """The gzip members of the group whose response record begins at `offset`."""
    try:
        first, end = member(stream, offset)
        record_id = _header(first, b"WARC-Record-ID")
        with suppress(EOFError, zlib.error):  # the file's last group ends here, or what follows is damaged: not of this group
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


def _group(exchange: Exchange) -> bytes:
    """Response, request and metadata record, each a gzip member."""
    writer = WARCWriter(BytesIO(), gzip=False, warc_version="1.1")
    common = {"WARC-Date": exchange.fetched_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")}
    answered = common | ({"WARC-IP-Address": exchange.ip_address} if exchange.ip_address else {})
    fresh = [pair for pair in exchange.response_headers if pair[0].lower() not in _STALE]
    response = writer.create_warc_record(
        exchange.url,
        "response",
        payload=BytesIO(exchange.body),
        length=len(exchange.body),
        warc_headers_dict=answered,
        http_headers=StatusAndHeaders(
            f"{exchange.status} {phrase(exchange.status)}",
            [*fresh, ("Content-Length", str(len(exchange.body)))],
            protocol="HTTP/1.1",
        ),
    )
    beside = common | {"WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
    host, _, path = exchange.url.partition("://")[2].partition("/")
    request = writer.create_warc_record(
        exchange.url,
        "request",
        warc_headers_dict=dict(beside),
        http_headers=StatusAndHeaders(
            f"{exchange.method} /{path.partition('#')[0]} HTTP/1.1",
            [("Host", host), *exchange.request_headers],
            is_http_request=True,
        ),
    )
    about = json.dumps(exchange.about | {"hints": exchange.hints.as_json()}, ensure_ascii=False).encode()
    metadata = writer.create_warc_record(
        exchange.url,
        "metadata",
        payload=BytesIO(about),
        length=len(about),
        warc_content_type="application/json",
        warc_headers_dict=dict(beside),
    )
    return b"".join(_member(writer, record) for record in (response, request, metadata))


def _warcinfo(name: str) -> bytes:
    writer = WARCWriter(BytesIO(), gzip=False, warc_version="1.1")
    info = {"software": f"newslake {__version__}", "format": "WARC File Format 1.1"}
    return _member(writer, writer.create_warcinfo_record(name, info))


def _member(writer: WARCWriter, record: WarcRecord) -> bytes:
    """A record as a gzip member."""
    writer.out = plain = BytesIO()
    writer.write_record(record)
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    return deflate.compress(plain.getbuffer()) + deflate.flush()


def phrase(status: int) -> str:
    """The reason phrase of an HTTP status, empty where it is none of the registered ones."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _append(out: BinaryIO, data: bytes) -> None:
    """Write all of it or nothing: a full disk must not leave half a group in the middle of a file."""
    start = out.tell()
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[out.write(rest) :]
    except OSError:
        out.truncate(start)
        out.seek(start)
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(where: Path, error: OSError) -> CaptureError:
    return CaptureError(
        f"captures cannot be written to {where}: {error.strerror or error}",
        left="what was written before is whole and stays",
        next=f"make room or grant access: df -h {where.parent}",
    )
