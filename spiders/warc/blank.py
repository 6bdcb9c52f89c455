"""Removes captures from WARC files of newslake: each becomes a record without content, so that the others keep their offsets."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from newslake.disk import write_whole
from spiders.warc.kept import group_at
from spiders.warc.members import GZIP, member

_STORED = 65_535  # bytes in an uncompressed block of deflate
_MARK = b"WARC-Filename: removed\r\n"
_NAMED, _PLAIN = 8, 0  # flags of a gzip header: with a file name, without


def blank(file: Path, offsets: Iterable[int]) -> bool:
    """Replace the captures at these offsets by records without content, of the same length; return whether the file changed.

    The file is replaced whole. Offsets that hold no capture, or one that was removed before, are left alone.

    Raises:
        OSError: the file cannot be read or written.
    """
    data = bytearray(file.read_bytes())
    changed = False
    with file.open("rb") as stream:
        for offset in sorted(set(offsets)):
            stream.seek(max(offset, 0))
            if offset < 0 or stream.read(3) != GZIP:
                continue
            try:
                if _MARK in member(stream, offset)[0][:1000]:
                    continue
                group = group_at(stream, offset)
            except (EOFError, zlib.error):
                continue
            data[offset : offset + len(group)] = removed(len(group))
            changed = True
    if changed:
        write_whole(file, bytes(data))
    return changed


def is_removed(stream: BinaryIO, offset: int) -> bool:
    """Return whether a record without content stands at `offset` of a file, in the place of a capture that was removed."""
    try:
        stream.seek(offset)
        return stream.read(len(GZIP)) == GZIP and _MARK in member(stream, offset)[0][:1000]
    except (EOFError, zlib.error):
        return False


def removed(length: int) -> bytes:
    """Return a gzip member of exactly this length with a WARC record that says that a capture was removed."""
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    ids = f"WARC-Record-ID: <urn:uuid:{uuid4()}>"
    said = "A capture was removed from here with newslake forget."

    def record(filling: int) -> bytes:
        block = said.encode() + b" " * filling
        head = f"WARC/1.1\r\nWARC-Type: metadata\r\n{ids}\r\nWARC-Date: {now}\r\n".encode() + _MARK
        return head + f"Content-Type: text/plain\r\nContent-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"

    # The length in the head and the number of blocks grow with the filling, so that not every length can be met exactly; a few
    # bytes of a file name in the head of the member fill the rest.
    low, high = 0, length
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(_member(record(middle), 0)) <= length else (low, middle - 1)
    rest = length - len(_member(record(low), 0))
    if rest < 0:  # hardly room for a record: three compressed ones are longer than this
        raise ValueError(f"a capture of {length} bytes is too short to be replaced by a record")
    return _member(record(low), rest)


def _member(data: bytes, name: int) -> bytes:
    """Return a gzip member that holds `data` uncompressed, with `name` bytes for a file name in its head."""
    head = GZIP + bytes([_NAMED if name else _PLAIN]) + b"\0\0\0\0\0\xff" + (b"-" * (name - 1) + b"\0" if name else b"")
    blocks = [data[start : start + _STORED] for start in range(0, len(data), _STORED)]
    body = b"".join(
        struct.pack("<BHH", place == len(blocks) - 1, len(block), len(block) ^ 0xFFFF) + block
        for place, block in enumerate(blocks)
    )
    return head + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
