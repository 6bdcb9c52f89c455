"""HTTP/1.1 response heads with a size limit: Twisted takes any number of header lines, but none longer than 16 kB."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from twisted.web.http_headers import InvalidHeaderName

from spiders.scrapy_private import HeadFactory, HeadParser, HeadProtocol

# Chrome's limit for all headers of a response together. Real sites send up to some 30 kB, even in one line.
MAX_HEAD = 262_144


class HeadTooLarge(Exception):
    """The headers of a response exceed MAX_HEAD bytes. `spiders.network.failures` recognises it by its name."""


class _Parser(HeadParser):
    """Stop a response whose head exceeds the limit, whether by many lines, one long line or interim responses (1xx)."""

    MAX_LENGTH = MAX_HEAD
    head_bytes = 0

    def lineReceived(self, line: bytes) -> None:
        self.head_bytes += len(line) + 1
        if self.head_bytes > MAX_HEAD:
            raise HeadTooLarge
        super().lineReceived(line)

    def headerReceived(self, name: bytes, value: bytes) -> None:
        with suppress(InvalidHeaderName):  # not a header; browsers skip such a line
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]

    def lineLengthExceeded(self, line: bytes) -> Any:
        raise HeadTooLarge


class _Protocol(HeadProtocol):
    parser = _Parser


class Factory(HeadFactory):
    """Builds the connections of a connection pool."""

    built = _Protocol
