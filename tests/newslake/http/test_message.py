"""The reader of HTTP responses: whatever a browser would read."""

from __future__ import annotations

import gzip
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from newslake.http import ChunkedBody, NotHTTP, TooLarge, is_text, read_message, unchunked

PAGE = b"<!DOCTYPE html><html><title>A tanker turns back</title><p>" + "바다의 배 ".encode() * 400 + b"</html>\n"
LIMIT = 1_000_000


def chunked(body: bytes, step: int = 97, size: bytes = b"%x\r\n", end: bytes = b"0\r\n\r\n") -> bytes:
    pieces = (body[at : at + step] for at in range(0, len(body), step))
    return b"".join(size % len(piece) + piece + b"\r\n" for piece in pieces) + end


def block(body: bytes, *fields: bytes, status: bytes = b"HTTP/1.1 200 OK", line_end: bytes = b"\r\n") -> bytes:
    return line_end.join([status, b"Content-Type: text/html; charset=utf-8", *fields, b"", b""]) + body


CHUNKED = b"Transfer-Encoding: chunked"
GZIP = b"Content-Encoding: gzip"
WHOLE = {
    "as it should be": block(PAGE),
    "bare line feeds": block(PAGE, line_end=b"\n"),
    "mixed line ends": block(PAGE, b"X-One: 1\nX-Two: 2"),
    "a bare line feed as the blank line": block(b"", b"X: 1").removesuffix(b"\r\n") + b"\n" + PAGE,
    "two carriage returns": block(PAGE, line_end=b"\r\r\n"),
    "blank lines before it": b"\r\n\r\n" + block(PAGE),
    "no reason": block(PAGE, status=b"HTTP/1.1 200"),
    "HTTP/2": block(PAGE, status=b"HTTP/2 200"),
    "an interim response": b"HTTP/1.1 100 Continue\r\n\r\n" + block(PAGE),
    "blanks before a colon": block(gzip.compress(PAGE), b"Content-Encoding : gzip"),
    "a folded header": block(gzip.compress(PAGE), b"Content-Encoding:\r\n gzip"),
    "a line without a colon": block(gzip.compress(PAGE), b"nonsense", GZIP),
    "a blank line before a packed body": block(b"\r\n" + gzip.compress(PAGE), GZIP),
    "bare line feeds, packed": block(gzip.compress(PAGE), GZIP, line_end=b"\n"),
    "chunks": block(chunked(PAGE), CHUNKED),
    "chunks of another case": block(chunked(PAGE), b"transfer-encoding: Chunked"),
    "chunks after a blank line": block(b"\r\n" + chunked(PAGE), CHUNKED),
    "chunk sizes padded": block(chunked(PAGE, size=b"%-6x\r\n"), CHUNKED),
    "chunk sizes with a tab": block(chunked(PAGE, size=b"%x\t\r\n"), CHUNKED),
    "chunk sizes with zeros": block(chunked(PAGE, size=b"%016x\r\n", end=b"0000000000000000\r\n\r\n"), CHUNKED),
    "chunk extensions": block(chunked(PAGE, size=b'%x ; a="b;c"\r\n'), CHUNKED),
    "chunks with bare line feeds": block(chunked(PAGE).replace(b"\r\n", b"\n"), CHUNKED),
    "chunks with trailers": block(chunked(PAGE, end=b"0\r\nX-Sum: 1\r\n\r\n"), CHUNKED),
    "no line end after the last chunk": block(chunked(PAGE, end=b"0\r\n"), CHUNKED),
    "no last chunk": block(chunked(PAGE, end=b""), CHUNKED),
    "chunks of a packed body": block(chunked(gzip.compress(PAGE), size=b"%x;a=b\r\n", end=b"0\r\n"), CHUNKED, GZIP),
    "no last chunk of a packed body": block(chunked(gzip.compress(PAGE), end=b""), CHUNKED, GZIP),
    "chunks, not said": block(chunked(PAGE)),
    "chunks, said in another header": block(chunked(PAGE), b"X-Archive-Orig-Transfer-Encoding: chunked"),
    "chunks of a packed body, not said": block(chunked(gzip.compress(PAGE)), GZIP),
    "chunked no more": block(PAGE, CHUNKED),
    "chunked no more, a number first": block(b"12\r\n" + PAGE, CHUNKED),
    "packed no more": block(PAGE, GZIP),
    "packed, not said": block(gzip.compress(PAGE)),
    "packed by zstd, not said": block(zstd.compress(PAGE)),
    "packed by brotli, not said": block(brotli.compress(PAGE)),
    "packed by zlib, not said": block(zlib.compress(PAGE)),
    "packed twice, said once": block(gzip.compress(gzip.compress(PAGE)), GZIP),
    "packed twice, said twice": block(brotli.compress(gzip.compress(PAGE)), b"Content-Encoding: gzip, br"),
    "packed once, said twice": block(gzip.compress(PAGE), b"Content-Encoding: gzip, gzip"),
    "gzip, said to be br": block(gzip.compress(PAGE), b"Content-Encoding: br"),
    "gzip, said to be deflate": block(gzip.compress(PAGE), b"Content-Encoding: deflate"),
    "gzip, said to be zstd": block(gzip.compress(PAGE), b"Content-Encoding: zstd"),
    "br, said to be gzip": block(brotli.compress(PAGE), GZIP),
    "an unknown coding": block(PAGE, b"Content-Encoding: utf-8"),
    "raw deflate": block(zlib.compress(PAGE, wbits=-15), b"Content-Encoding: deflate"),
    "zstd in frames": block(zstd.compress(PAGE[:100]) + zstd.compress(PAGE[100:]), b"Content-Encoding: zstd"),
    "gzip in members": block(gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]), GZIP),
    "a wrong checksum": block(gzip.compress(PAGE)[:-8] + b"12345678", GZIP),
    "garbage after the end": block(gzip.compress(PAGE) + b"\0\0garbage", GZIP),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_response_is_read_whole(name: str) -> None:
    message = read_message(WHOLE[name], LIMIT)
    assert message.status == 200
    assert message.body.lstrip(b"\r\n").removeprefix(b"12\r\n") == PAGE
    assert message.content_type == "text/html; charset=utf-8"
    assert message.problem is None


def test_what_is_missing_is_said_and_what_is_there_is_read() -> None:
    half = read_message(block(chunked(PAGE)[:3000], CHUNKED), LIMIT)
    assert half.problem == "the last chunk is missing"
    assert PAGE.startswith(half.body) and len(half.body) > 2000
    damaged = read_message(block(chunked(PAGE[:970], end=b"zz\r\n") + PAGE, CHUNKED), LIMIT)
    assert (damaged.problem, damaged.body) == ("the last chunk is missing", PAGE[:970])
    packed = read_message(block(gzip.compress(PAGE)[:-60], GZIP), LIMIT)
    assert packed.problem == "a compressed response that ends too early"
    assert PAGE.startswith(packed.body)


def test_bytes_that_cannot_be_unpacked_stay_and_are_no_text() -> None:
    message = read_message(block(gzip.compress(PAGE)[:10] + b"\xff\1" * 200, GZIP), LIMIT)
    assert message.problem == "a compressed response that cannot be decompressed"
    assert not is_text(message.body)


def test_a_bomb_is_refused() -> None:
    with pytest.raises(TooLarge):
        read_message(block(gzip.compress(b"0" * 2_000_000), GZIP), LIMIT)
    with pytest.raises(TooLarge):
        read_message(block(gzip.compress(gzip.compress(b"0" * 2_000_000))), LIMIT)
    with pytest.raises(TooLarge):
        read_message(block(b"0" * 2_000_000), LIMIT)


def test_what_is_no_response_is_told() -> None:
    for other in (b"", PAGE, b"SSH-2.0-OpenSSH_9.6\r\n", b"GET / HTTP/1.1\r\n\r\n"):
        with pytest.raises(NotHTTP):
            read_message(other, LIMIT)


def test_headers_are_read_in_order_and_joined_by_commas() -> None:
    message = read_message(b"HTTP/1.1 302 Found\nLocation : /a\nX: 1\n  2\nx:3\n: none\n\n", LIMIT)
    assert message.fields == (("Location", "/a"), ("X", "1 2"), ("x", "3"))
    assert message.values("X") == ["1 2", "3"]
    assert message.content_type is None
    assert read_message(b"HTTP/1.1 204 No Content\r\nX: 1", LIMIT).body == b""


def test_chunks_that_arrive_byte_by_byte_are_the_same() -> None:
    reader, data = ChunkedBody(), b""
    for byte in chunked(PAGE, size=b"%x \r\n") + b"HTTP/1.1":
        if reader.is_done:
            break
        data += b"".join(reader.feed(bytes((byte,))))
    assert data == PAGE
    assert reader.has_all_data


def test_what_follows_the_last_chunk_is_left_over() -> None:
    reader = ChunkedBody()
    assert b"".join(reader.feed(chunked(PAGE) + b"HTTP/1.1 200")) == PAGE
    assert reader.rest == b"HTTP/1.1 200"


@pytest.mark.parametrize("cut", [3, 50, 101, 300])
def test_half_a_page_is_not_whole(cut: int) -> None:
    data = unchunked(chunked(PAGE, end=b"")[:-cut])
    assert data is not None and not data[1]


def test_endless_lines_between_chunks_are_refused() -> None:
    for flood in (b"0" * 20_000, b"1;" + b"x" * 20_000, b"0\r\n" + b"X: y\r\n" * 20_000):
        with pytest.raises(ValueError, match="more than"):
            list(ChunkedBody().feed(flood))
