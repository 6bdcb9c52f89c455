"""Decode the chunked transfer coding as browsers do: padded sizes, extensions, bare line feeds, a missing end. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum, auto

from newslake.http.media_type import is_text

# Bytes of a line between chunks, and of all lines after the last chunk. Chrome's limit for the former.
MAX_LINE = 16_384
MAX_TRAILERS = 65_536

_SIZE = re.compile(rb"[ \t]*0*([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?", re.DOTALL)
# What the end of a document looks like: of a page, a feed or a sitemap.
_DOCUMENT_END = re.compile(rb"</(?:html|body|rss|feed|rdf:rdf|urlset|sitemapindex)\s*>", re.I)
_FIRST_LINE = re.compile(rb"[\r\n]*([^\n]{1,%d})\n" % MAX_LINE)
_JSON_END = re.compile(rb"[}\]]\s*\Z")
_TAIL = 2048


class _At(Enum):
    SIZE = auto()
    DATA = auto()
    DATA_END = auto()
    TRAILERS = auto()
    DONE = auto()


class ChunkedBody:
    """A chunked body that arrives in pieces.

    Attributes:
        rest: the bytes after its end, once `is_done`.
    """

    def __init__(self) -> None:
        self.rest = b""
        self._at = _At.SIZE
        self._line = bytearray()
        self._missing = 0  # bytes of the current chunk
        self._trailers = 0
        self._head = b""
        self._tail = b""

    @property
    def is_done(self) -> bool:
        """Whether the body has ended as the standard says."""
        return self._at is _At.DONE

    @property
    def has_all_data(self) -> bool:
        """Whether no data are missing: at least the last chunk is here, if not the line end after it."""
        return self._at in (_At.DONE, _At.TRAILERS)

    @property
    def may_be_whole(self) -> bool:
        """Whether the body could end here although its last chunk is missing: after a chunk that ends a document.

        A compressed body says itself where it ends, so this is true between any two of its chunks.
        """
        if self.has_all_data:
            return True
        is_between = self._at is _At.DATA_END or (self._at is _At.SIZE and not self._line.strip())
        if not is_between or not self._head:
            return False
        ends = _JSON_END if self._head.lstrip()[:1] in (b"{", b"[") else _DOCUMENT_END
        return bool(ends.search(self._tail)) or not is_text(self._tail)

    def feed(self, received: bytes) -> Iterator[bytes]:
        """Take the next bytes, and yield the data in them. Raises ValueError where they are not chunked."""
        at, end = 0, len(received)
        while at < end and self._at is not _At.DONE:
            if self._at is _At.DATA:
                piece = received[at : at + self._missing]
                at += len(piece)
                self._missing -= len(piece)
                self._head = self._head or piece[:64]
                self._tail = (self._tail + piece)[-_TAIL:] if len(piece) < _TAIL else piece[-_TAIL:]
                if not self._missing:
                    self._at = _At.DATA_END
                yield piece
                continue
            stop = received.find(b"\n", at)
            self._line += received[at : stop if stop >= 0 else end]
            at = stop + 1 if stop >= 0 else end
            if len(self._line) > MAX_LINE:
                raise ValueError(f"a line of more than {MAX_LINE} bytes between chunks")
            if stop >= 0:
                line, self._line = bytes(self._line).rstrip(b"\r"), bytearray()
                self._take(line)
        self.rest = received[at:]

    def _take(self, line: bytes) -> None:
        if self._at is _At.TRAILERS:
            self._trailers += len(line)
            if self._trailers > MAX_TRAILERS:
                raise ValueError(f"more than {MAX_TRAILERS} bytes after the last chunk")
            if not line:
                self._at = _At.DONE
        elif self._at is _At.DATA_END:
            if line:
                raise ValueError("a chunk that is longer than its size says")
            self._at = _At.SIZE
        elif line.strip():  # some servers send a blank line more
            size = _SIZE.fullmatch(line)
            if size is None:
                raise ValueError(f"no size of a chunk: {line[:40]!r}")
            self._missing = int(size[1], 16)
            self._at = _At.DATA if self._missing else _At.TRAILERS


def unchunked(body: bytes) -> tuple[bytes, bool] | None:
    """Return the data of a chunked body, and whether none are missing; None if it is not chunked.

    If something in it is wrong, the data before that are returned.
    """
    if not _begins_chunked(body):
        return None
    reader = ChunkedBody()
    data: list[bytes] = []
    with suppress(ValueError):
        data.extend(reader.feed(body))
    return b"".join(data), reader.may_be_whole


def is_chunked_whole(body: bytes) -> bool:
    """Whether a body of which nothing says so is nothing but chunks, to the last one, which no other body is by chance."""
    if not _begins_chunked(body):
        return False
    reader = ChunkedBody()
    try:
        length = sum(map(len, reader.feed(body)))
    except ValueError:
        return False
    return length > 0 and reader.has_all_data and not reader.rest.strip()


def _begins_chunked(body: bytes) -> bool:
    """Whether a body begins with a chunk: a size, so many bytes, a line end. A mere number may be the beginning of a text."""
    begin = _FIRST_LINE.match(body)
    size = _SIZE.fullmatch(begin[1].rstrip(b"\r")) if begin else None
    if begin is None or size is None:
        return False
    length = int(size[1], 16)
    return not length or body[begin.end() + length : begin.end() + length + 1] in (b"", b"\r", b"\n")
