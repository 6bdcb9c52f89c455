"""HTTP/1.1 responses: heads with a size limit, and framing that is not quite right read as browsers read it.

Twisted takes any number of header lines, but none longer than 16 kB, and gives up at headers that browsers read over.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from twisted.web.http_headers import InvalidHeaderName

from spiders.scrapy_private import HeadFactory, HeadParser, HeadProtocol

# Chrome's limit for all headers of a response together. Real sites send up to some 30 kB, even in one line.
MAX_HEAD = 262_144
_LENGTH = re.compile(rb"\d+(?:\s*,\s*\d+)*")


class HeadTooLarge(Exception):
    """The headers of a response exceed MAX_HEAD bytes. `spiders.network.failures` recognises it by its name."""


class _Parser(HeadParser):
    """Parse a response leniently.

    Stops at a head that exceeds the limit, whether by many lines, one long line or interim responses (1xx). A length that is no
    number and a transfer coding other than chunked are ignored: the body then ends with the connection.
    """

    MAX_LENGTH = MAX_HEAD
    head_bytes = 0

    def lineReceived(self, line: bytes) -> None:
        self.head_bytes += len(line) + 1
        if self.head_bytes > MAX_HEAD:
            raise HeadTooLarge
        super().lineReceived(line)

    def headerReceived(self, name: bytes, value: bytes) -> None:
        name = name.strip()
        match name.lower():
            case b"transfer-encoding":
                if b"chunked" not in value.lower():
                    return
                value = b"chunked"
            case b"content-length" if not _LENGTH.fullmatch(value):
                return
        with suppress(InvalidHeaderName):  # not a header; browsers skip such a line
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]

    def lineLengthExceeded(self, line: bytes) -> Any:
        raise HeadTooLarge


class _Protocol(HeadProtocol):
    parser = _Parser


class Factory(HeadFactory):
    """Builds the connections of a connection pool."""

    built = _Protocol
