"""Writes captures to WARC 1.1 files as they arrive: the response, request and metadata records of each fetch."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newslake.disk import sync
from spiders.warc.files import packed, phrase, unwritable, warcinfo
from spiders.warc.members import append
from spiders.warc.model import Exchange, Place

if TYPE_CHECKING:
    pass

GIGABYTE = 1 << 30
# A crash of the machine loses at most the captures of this many seconds; a crash of the process loses none.
SYNC_SECONDS = 5.0
# Headers that no longer hold for a body that Scrapy has decoded.
_STALE = {"content-length", "transfer-encoding"}


class CaptureWriter:
    """Appends fetches to `<name>-00000.warc.gz` in `folder`, and starts the next file at about `max_bytes`.

    The records of a fetch reach the operating system before `write` returns, and the disk within SYNC_SECONDS.
    """

    def __init__(self, folder: Path, name: str = "crawl", max_bytes: int = GIGABYTE) -> None:
        self.folder = folder
        self.name = name
        self.max_bytes = max_bytes
        self._number = 0
        self._out: BinaryIO | None = None
        self._synced = 0.0

    def write(self, exchange: Exchange) -> Place:
        """Append a fetch. Raises CaptureError if it cannot be written; the file then ends with the last complete fetch."""
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
        """Flush what was written to the disk. Raises OSError."""
        if self._out:
            self._sync(self._out)

    def close(self) -> None:
        """Flush and close the current file. Raises OSError."""
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
            with suppress(FileExistsError):  # never touch a file that an earlier crawl wrote
                self._out = path.open("xb", buffering=0)
                append(self._out, warcinfo(path.name))
                self._sync(self._out)
                sync(self.folder)
        return self._out


def _group(exchange: Exchange) -> bytes:
    """Return the response, request and metadata record of a fetch, each as a gzip member."""
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
    concurrent = common | {"WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
    host, _, path = exchange.url.partition("://")[2].partition("/")
    request = writer.create_warc_record(
        exchange.url,
        "request",
        warc_headers_dict=dict(concurrent),
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
        warc_headers_dict=dict(concurrent),
    )
    return b"".join(packed(writer, record) for record in (response, request, metadata))
