"""Read a whole HTTP response from its bytes, as in a WARC record: head, transfer coding, content coding. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from newslake.http.chunks import is_chunked_whole, unchunked
from newslake.http.coding import CodingError, Incomplete, TooLarge, codings_of, gunzipped, unpacked
from newslake.http.media_type import is_text

# The first line; the reason phrase may be missing. ICY is what some media servers answer.
_STATUS = re.compile(rb"[\r\n \t]*(?:HTTP/\d+(?:\.\d+)?|ICY)[ \t]+(\d{3})(?![\d])[^\n]*(?:\n|\Z)", re.I)
_BLANK = re.compile(rb"\n\r*\n")
_CONTENT_TYPE = re.compile(rb"\n[ \t]*content-type[ \t]*:([^\n]*(?:\n[ \t]+[^\r\n]+)*)", re.I)


class NotHTTP(ValueError):
    """Bytes that do not begin with the status line of an HTTP response."""


@dataclass(frozen=True)
class Message:
    """An HTTP response.

    Attributes:
        head: its bytes, from the status line to the last header.
        content_type: all values of Content-Type, joined by commas; None if there is none.
        body: without transfer and content coding, as far as it can be read.
        problem: what is missing of the body or wrong with it; None if it is whole. A body that cannot be unpacked stays packed,
            so that `is_text` is false.
    """

    status: int
    head: bytes
    content_type: str | None
    body: bytes
    problem: str | None = None

    @cached_property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The headers in order: names as written, values unfolded. Lines without a colon are left out, as in browsers."""
        return read_fields(self.head)

    def values(self, name: str) -> list[str]:
        """Return the values of a header in order, each as it was sent."""
        return [value for key, value in self.fields if key.lower() == name.lower()]


def read_message(block: bytes | memoryview, limit: int) -> Message:
    """Read an HTTP response.

    Args:
        block: all of it, to the end of the body.
        limit: bytes of the body after decompression.

    Raises:
        NotHTTP: it does not begin with a status line.
        TooLarge: the body unpacks to more than `limit` bytes.
    """
    first = _STATUS.match(block)
    if first is None:
        raise NotHTTP(f"no HTTP status line: {bytes(block[:60])!r}")
    blank = _BLANK.search(block, first.end() - 1)
    head, body = (bytes(block[: blank.start()]), bytes(block[blank.end() :])) if blank else (bytes(block), b"")
    types = [_unfolded(found) for found in _CONTENT_TYPE.findall(head)]
    content_type = ", ".join(value for value in types if value) or None
    status = int(first[1])
    if 100 <= status < 200 and _STATUS.match(body):  # an interim response; the real one follows
        return read_message(body, limit)
    problem = None
    # most are stored decoded, and then their headers need not be read
    if b"encoding" in head.lower() or not is_text(body) or is_chunked_whole(body):
        body, problem = _decoded(body, read_fields(head), limit)
    if len(body) > limit:
        raise TooLarge(f"more than {limit} bytes")
    return Message(status, head, content_type, body, problem)


def read_fields(head: bytes) -> tuple[tuple[str, str], ...]:
    """Return the headers of a head whose first line is a status line."""
    fields: list[tuple[str, str]] = []
    for line in head.lstrip(b"\r\n").split(b"\n")[1:]:
        text = line.rstrip(b"\r").decode("latin-1")
        if text[:1] in (" ", "\t") and fields:
            name, value = fields[-1]
            fields[-1] = name, f"{value} {text.strip()}".strip()
            continue
        name, colon, value = text.partition(":")
        if colon and name.strip():
            fields.append((name.strip(), value.strip()))
    return tuple(fields)


def _decoded(body: bytes, fields: tuple[tuple[str, str], ...], limit: int) -> tuple[bytes, str | None]:
    """Undo the transfer and the content coding; return what is wrong or missing, too."""
    problem = None
    # some archives keep the chunks of a body, but rename or drop the header that says so
    if "chunked" in (_joined(fields, "Transfer-Encoding") or "").lower() or is_chunked_whole(body):
        data = unchunked(body)
        if data is not None:
            body, is_whole = data
            problem = None if is_whole else "the last chunk is missing"
    codings = codings_of(_joined(fields, "Content-Encoding"))
    try:
        return unpacked(body, codings, limit), problem
    except TooLarge:
        raise
    except Incomplete as error:
        return _beginning(body, limit), problem or str(error)
    except CodingError as error:
        return body, str(error)


def _beginning(body: bytes, limit: int) -> bytes:
    """Return what can be read of a gzip body that ends too early; others are returned as they are."""
    return gunzipped(body, limit).data if body.startswith(b"\x1f\x8b\x08") else body


def _joined(fields: tuple[tuple[str, str], ...], name: str) -> str | None:
    found = [value for key, value in fields if key.lower() == name.lower()]
    return ", ".join(found) if found else None


def _unfolded(value: bytes) -> str:
    return " ".join(value.decode("latin-1").split())
