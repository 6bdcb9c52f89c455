"""Writing WARC 1.1 files: request, response and metadata record of each fetch."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from fastwarc.warc import WarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newslake import __version__
from newslake.disk import sync
from newslake.errors import CaptureError
from spiders.warc.members import append

if TYPE_CHECKING:
    from spiders.warc.read import Hints

GIGABYTE = 1 << 30
# Level 9, warcio's own, takes four times the CPU of level 2 to save an eighth of the space (real pages).
LEVEL = 2
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
            append(out, group)
            if time.monotonic() - self._synced > SYNC_SECONDS:
                self._sync(out)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        return Place(Path(out.name).name, offset, len(group))

    def sync(self) -> None:
        """Write what was captured to the disk; OSError where that fails."""
        if self._out:
            self._sync(self._out)

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
                append(self._out, warcinfo(path.name))
                self._sync(self._out)
                sync(self.folder)
        return self._out


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


def warcinfo(name: str) -> bytes:
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


def unwritable(where: Path, error: OSError) -> CaptureError:
    return CaptureError(
        f"captures cannot be written to {where}: {error.strerror or error}",
        left="what was written before is whole and stays",
        next=f"make room or grant access: df -h {where.parent}",
    )
