"""HTTP/1.1 heads with a limit: Twisted takes any number of header lines, and none longer than 16 kB."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.web.http_headers import InvalidHeaderName

# Chrome's limit for all headers of an answer together. Real ones have up to some 30 kB, in single lines (policies, cookies) too.
MAX_HEAD = 262_144


class HeadTooLarge(Exception):
    """The headers of an answer are more than MAX_HEAD bytes. `spiders.network.failures` knows it by its name."""


class _Parser(_LenientHTTPClientParser):
    """Ends an answer whose head goes over the limit, whatever it is made of: lines, one line, or interim answers (1xx)."""

    MAX_LENGTH = MAX_HEAD
    head_bytes = 0

    def lineReceived(self, line: bytes) -> None:
        self.head_bytes += len(line) + 1
        if self.head_bytes > MAX_HEAD:
            raise HeadTooLarge
        super().lineReceived(line)

    def headerReceived(self, name: bytes, value: bytes) -> None:
        with suppress(InvalidHeaderName):  # a line that is no header; browsers pass over it
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]

    def lineLengthExceeded(self, line: bytes) -> Any:
        raise HeadTooLarge


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = _Parser  # as Scrapy's own protocol does it
        return answer


class Factory(_LenientHTTP11ClientFactory):
    """What a connection pool builds its connections with."""

    def buildProtocol(self, addr: Any) -> _Protocol:
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
