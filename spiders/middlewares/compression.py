"""Rejects compressed responses whose stream is truncated, whatever their Content-Length says.

Scrapy unpacks what it can of a truncated stream and delivers it as the whole body. As half an article must not pass for the
article, such a response is treated like a broken connection.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from contextlib import suppress

import brotli  # type: ignore[import-untyped]
from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

from spiders.scrapy_private import max_size
from spiders.warc.members import GZIP

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_PIECE = 65536
# Flags of a gzip header (RFC 1952): the optional fields between its first ten bytes and the data.
_HEADER_CRC, _EXTRA, _NAME, _COMMENT = 2, 4, 8, 16


class Compression(HttpCompressionMiddleware):
    """Scrapy's middleware, after a check that the stream is complete: raises ResponseDataLossError if it is not."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        # the download of a long robots.txt is stopped on purpose
        is_wanted_whole = request.method != "HEAD" and "download_stopped" not in response.flags
        if is_wanted_whole and not is_whole(response, max_size(self)):
            raise ResponseDataLossError
        return super().process_response(request, response)


def is_whole(response: Response, limit: int) -> bool:
    """Whether the compressed body of a response is complete.

    Also true for bodies that are uncompressed, unpack to more than `limit` bytes, or do not match their Content-Encoding; Scrapy
    rejects those itself. Raises zlib.error if the data are damaged before their end.
    """
    body = response.body
    match b",".join(response.headers.getlist("Content-Encoding")).strip().lower():
        case b"gzip" | b"x-gzip" if body.startswith(GZIP):
            # The checksum after the data is not checked: some servers omit it or get it wrong, and browsers ignore it.
            start = _after_header(body)
            return start is not None and _deflate_ends(body, start, -zlib.MAX_WBITS, limit)
        case b"deflate" if body:
            try:
                return _deflate_ends(body, 0, zlib.MAX_WBITS, limit)
            except zlib.error:  # some servers omit the header
                return _deflate_ends(body, 0, -zlib.MAX_WBITS, limit)
        case b"br" if body:
            return _brotli_ends(body, limit)
        case b"zstd" if body:
            return _zstd_ends(body, limit)
    return True


def _after_header(body: bytes) -> int | None:
    """Return the offset at which the data of a gzip file begin; None if the file ends before."""
    flags, at = body[3] if len(body) > 3 else 0, 10
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


def _deflate_ends(body: bytes, start: int, wbits: int, limit: int) -> bool:
    unpacker = zlib.decompressobj(wbits)
    view, size = memoryview(body), 0
    for at in range(start, len(body), _PIECE):
        piece: bytes | memoryview = view[at : at + _PIECE]
        while len(piece) and not unpacker.eof:
            size += len(unpacker.decompress(piece, 1 << 20))
            piece = unpacker.unconsumed_tail
            if size > limit:
                return True
        if unpacker.eof:
            return True
    unpacker.flush()  # the end may still be pending in the last piece of output
    return unpacker.eof


def _brotli_ends(body: bytes, limit: int) -> bool:
    unpacker = brotli.Decompressor()
    return _stream_ends(
        body, limit, lambda piece: unpacker.process(piece, output_buffer_limit=_PIECE), unpacker.is_finished, brotli.error
    )


def _zstd_ends(body: bytes, limit: int) -> bool:
    unpacker = zstd.ZstdDecompressor()
    return _stream_ends(body, limit, lambda piece: unpacker.decompress(piece, _PIECE), lambda: unpacker.eof, zstd.ZstdError)


def _stream_ends(
    body: bytes, limit: int, unpack: Callable[[bytes], bytes], is_at_end: Callable[[], bool], error: type[Exception]
) -> bool:
    """Whether unpacking reaches the end of the stream. `unpack` gets the whole body first, then nothing until it is drained."""
    size, piece = 0, body
    with suppress(error):
        while not is_at_end() and size <= limit:
            unpacked = unpack(piece)
            if not unpacked and not piece:
                return False
            size, piece = size + len(unpacked), b""
    return True
