"""The gzip members of a WARC file: where records begin and end, and appending one completely or not at all."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import BinaryIO

GZIP = b"\x1f\x8b\x08"


def member(stream: BinaryIO, offset: int) -> tuple[bytes, int]:
    """Decompress the gzip member at `offset`, and return it with the offset of its end.

    Raises zlib.error or EOFError if it is damaged.
    """
    stream.seek(offset)
    inflate = zlib.decompressobj(wbits=31)
    parts, read = [], 0
    while not inflate.eof:
        chunk = stream.read(1 << 16)
        if not chunk:
            raise EOFError("cut off")
        read += len(chunk)
        parts.append(inflate.decompress(chunk))
    return b"".join(parts), offset + read - len(inflate.unused_data)


def end_of_record(path: Path, offset: int) -> int | None:
    """Return the offset of the end of the gzip member at `offset`, or `offset` itself if the member is damaged.

    Returns None if there is no gzip member, as in an uncompressed or a zstd file.
    """
    with path.open("rb") as stream:
        stream.seek(offset)
        if stream.read(3) != GZIP:
            return None
        try:
            return member(stream, offset)[1]
        except (zlib.error, EOFError):
            return offset


def next_record(path: Path, start: int) -> int | None:
    """Return the first offset from `start` on at which a WARC record begins, compressed by gzip or not; None if none does."""
    with path.open("rb") as stream:
        base, carry = start, b""
        stream.seek(start)
        while chunk := stream.read(1 << 20):
            window = carry + chunk
            at = -1
            while True:
                found = [spot for spot in (window.find(GZIP, at + 1), window.find(b"WARC/1.", at + 1)) if spot >= 0]
                if not found:
                    break
                at = min(found)
                if window.startswith(b"WARC/1.", at) or _begins_record(path, base + at):
                    return base + at
            carry = window[-8:]
            base += len(window) - len(carry)
    return None


def _begins_record(path: Path, offset: int) -> bool:
    with path.open("rb") as stream:
        stream.seek(offset)
        try:
            return zlib.decompressobj(wbits=31).decompress(stream.read(4096), 16).startswith(b"WARC/")
        except zlib.error:
            return False


def append(out: BinaryIO, data: bytes) -> None:
    """Write all of `data` or nothing, so that a full disk leaves no partial record. Raises OSError."""
    start = out.tell()
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[out.write(rest) :]
    except OSError:
        out.truncate(start)
        out.seek(start)
        raise
