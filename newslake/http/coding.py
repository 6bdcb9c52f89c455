"""Undo the content coding of a body (gzip, deflate, br, zstd), whatever its header says or leaves out. Pure."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

import brotli  # type: ignore[import-untyped]

from newslake.http.media_type import is_text

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP = b"\x1f\x8b\x08"
ZSTD = b"\x28\xb5\x2f\xfd"
# A page that is packed more often is an attack.
MAX_LAYERS = 4
MAX_FRAMES = 100
_PIECE = 65_536
# Flags of a gzip header (RFC 1952): the optional fields between its first ten bytes and the data.
_HEADER_CRC, _EXTRA, _NAME, _COMMENT = 2, 4, 8, 16
_GZIP_TRAILER = 8
_NAMES = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd"}


class CodingError(ValueError):
    """A body that cannot be unpacked."""


class Incomplete(CodingError):
    """A compressed body that ends before its end."""


class TooLarge(CodingError):
    """A body that unpacks to more than the limit."""


class Part(NamedTuple):
    """What a decoder gave: the data until the end or the first error, whether the end was reached, and whether errors were."""

    data: bytes
    is_whole: bool
    is_damaged: bool


def codings_of(header: str | None) -> tuple[str, ...]:
    """Return the codings that a Content-Encoding header names, in the order in which they were applied, unknown ones left out."""
    return tuple(_NAMES[name] for part in (header or "").split(",") if (name := part.strip().lower()) in _NAMES)


def unpacked(body: bytes, codings: Iterable[str], limit: int) -> bytes:
    """Return a body without its content coding.

    The header is a hint. A body that is text already is returned as it is. A declared coding that does not fit is replaced by
    the one that does. What is compressed still, or without any header, is unpacked too, if it unpacks to its end.

    Args:
        codings: as `codings_of` returns them.
        limit: bytes.

    Raises:
        Incomplete: the stream of a declared coding ends too early.
        CodingError: the stream of a declared coding is damaged, or no coding fits and the bytes are no text.
        TooLarge: the body unpacks to more than `limit` bytes.
    """
    layers = 0
    for coding in reversed(tuple(codings)):
        if layers == MAX_LAYERS or not body:
            break
        part = _declared(body, coding, limit)
        if part is None:
            break
        layers += 1
        if part.is_damaged:
            raise CodingError("a compressed response that cannot be decompressed")
        if not part.is_whole:
            raise Incomplete("a compressed response that ends too early")
        body = part.data
    while layers < MAX_LAYERS:
        part = _undeclared(body, limit)
        if part is None or not part.is_whole:
            break
        body, layers = part.data, layers + 1
    return body


def gunzipped(body: bytes, limit: int) -> Part:
    """Return what all members of a gzip file contain, up to the first error. Raises TooLarge.

    Checksums are not checked: some servers omit them or get them wrong, and browsers ignore them.
    """
    data: list[bytes] = []
    at = size = 0
    while True:
        start = _after_header(body, at)
        if start is None:
            return Part(b"".join(data), False, False)
        part, end = _inflated(body, start, -zlib.MAX_WBITS, limit - size)
        data.append(part.data)
        size += len(part.data)
        at = end + _GZIP_TRAILER
        if not part.is_whole or not body.startswith(GZIP, at):  # what follows the last member is no part of the file
            return Part(b"".join(data), part.is_whole, part.is_damaged)


def _declared(body: bytes, coding: str, limit: int) -> Part | None:
    """Unpack a body by the coding that its header names, or by another that fits; None if it is not packed."""
    part: Part | None = None
    match coding:
        case "gzip" if body.lstrip(b"\r\n").startswith(GZIP):
            return gunzipped(body.lstrip(b"\r\n"), limit)
        case "zstd" if body.startswith(ZSTD):
            return _unzstd(body, limit)
        case "br":
            part = _unbrotli(body, limit)
        case "deflate":
            part = _deflated(body, limit)
    if part and part.is_whole:
        return part
    other = _undeclared(body, limit)
    if other and (other.is_whole or not part or not part.data):
        return other
    if is_text(body):
        return None
    if part and part.data and is_text(part.data):
        return part
    return Part(b"", False, True)


def _undeclared(body: bytes, limit: int) -> Part | None:
    """Unpack a body by the coding that its bytes show; None if they show none."""
    begin = body.lstrip(b"\r\n") if body[:1] in (b"\r", b"\n") else body
    if begin.startswith(GZIP):
        return gunzipped(begin, limit)
    if begin.startswith(ZSTD):
        return _unzstd(begin, limit)
    # Neither has a signature, so they count only if they give a text, to its end.
    if not is_text(body) or (body[:1] == b"x" and body[1:2] in (b"\x01", b"\x5e", b"\x9c", b"\xda")):
        for unpack in (_deflated, _unbrotli):
            part = unpack(body, limit)
            if part.is_whole and part.data and is_text(part.data):
                return part
    return None


def _after_header(body: bytes, start: int) -> int | None:
    """Return the offset at which the data of the gzip member at `start` begin; None if the body ends before."""
    if len(body) < start + 10:
        return None
    flags, at = body[start + 3], start + 10
    if flags & _EXTRA:
        at += 2 + int.from_bytes(body[at : at + 2], "little")
    for field in (_NAME, _COMMENT):
        if flags & field:
            at = body.find(b"\0", at) + 1
            if not at:
                return None
    if flags & _HEADER_CRC:
        at += 2
    return at if at < len(body) else None


def _deflated(body: bytes, limit: int) -> Part:
    """Unpack zlib data, or raw deflate data, which some servers send instead."""
    part, _ = _inflated(body, 0, zlib.MAX_WBITS, limit)
    if part.is_whole or part.data:
        return part
    raw, _ = _inflated(body, 0, -zlib.MAX_WBITS, limit)
    return raw if raw.is_whole or raw.data else part


def _inflated(body: bytes, start: int, wbits: int, limit: int) -> tuple[Part, int]:
    """Return the data of the deflate stream at `start`, and the offset of its end.

    zlib copies the input after the end of a stream. With steps that grow with the stream, that copy is never larger than the
    stream; with the whole rest as input, a file of a million empty members would take hours.
    """
    unpacker = zlib.decompressobj(wbits)
    view, at, step = memoryview(body), start, 512
    data: list[bytes] = []
    size = 0
    try:
        while at < len(body) and not unpacker.eof:
            piece: bytes | memoryview = view[at : at + step]
            at += len(piece)
            while len(piece) and not unpacker.eof:
                data.append(unpacker.decompress(piece, 1 << 20))
                size += len(data[-1])
                _check(size, limit)
                piece = unpacker.unconsumed_tail
            step = min(step * 2, _PIECE)
        if not unpacker.eof:
            data.append(unpacker.flush())  # the end may still be pending in the last piece of output
            _check(size + len(data[-1]), limit)
    except zlib.error:
        return Part(b"".join(data), False, True), at
    return Part(b"".join(data), unpacker.eof, False), at - len(unpacker.unused_data)


def _unbrotli(body: bytes, limit: int) -> Part:
    unpacker = brotli.Decompressor()
    return _drained(
        body, limit, lambda piece: unpacker.process(piece, output_buffer_limit=_PIECE), unpacker.is_finished, brotli.error
    )


def _unzstd(body: bytes, limit: int) -> Part:
    """Unpack all frames, at most MAX_FRAMES: each costs a copy of what follows it."""
    data: list[bytes] = []
    size = 0
    for _ in range(MAX_FRAMES):
        part, body = _frame(body, limit - size)
        data.append(part.data)
        size += len(part.data)
        if not part.is_whole or not body.startswith(ZSTD):
            return Part(b"".join(data), part.is_whole, part.is_damaged)
    return Part(b"".join(data), False, True)


def _frame(body: bytes, limit: int) -> tuple[Part, bytes]:
    """Unpack one zstd frame; return what follows it, too."""
    unpacker = zstd.ZstdDecompressor()
    part = _drained(body, limit, lambda piece: unpacker.decompress(piece, _PIECE), lambda: unpacker.eof, zstd.ZstdError)
    return part, unpacker.unused_data if part.is_whole else b""


def _drained(
    body: bytes, limit: int, unpack: Callable[[bytes], bytes], is_at_end: Callable[[], bool], error: type[Exception]
) -> Part:
    """Unpack a stream. `unpack` gets the whole body first, then nothing until it is drained."""
    data: list[bytes] = []
    size, piece = 0, body
    try:
        while not is_at_end():
            part = unpack(piece)
            if not part and not piece:
                return Part(b"".join(data), False, False)
            data.append(part)
            size, piece = size + len(part), b""
            _check(size, limit)
    except error:
        return Part(b"".join(data), False, True)
    return Part(b"".join(data), True, False)


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise TooLarge(f"more than {limit} bytes after decompression")
