"""The members of a WARC file (gzip members, zstd frames): unpacking them, finding the next one, appending one or nothing."""

from __future__ import annotations

import re
import sys
import zlib
from typing import BinaryIO, Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP = b"\x1f\x8b\x08"
ZSTD = b"\x28\xb5\x2f\xfd"
# A frame without contents. In a .warc.zst file, one of this kind at the beginning holds the dictionary of all others.
SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18", re.DOTALL)
_WITH_DICTIONARY = b"\x5d\x2a\x4d\x18"
_MAX_DICTIONARY = 64 << 20  # bytes
UNPACKING_ERRORS = (zlib.error, zstd.ZstdError)
# The beginning of a record. What comes before it does not count: a record that was cut off does not end with a line.
RECORD = re.compile(rb"WARC/\d{1,2}\.\d{1,2}[ \t]*\r?\n(?=warc-|content-)", re.I)
_ANY_BEGIN = re.compile(rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd|" + RECORD.pattern, re.I)
_TRIED = 1 << 16  # bytes of a member of which one must begin a record
# Unpacked with so few bytes at once, nothing is lost before damage.
SMALLEST_PIECE = 32
_WINDOW = 1 << 20
_OUTPUT = 1 << 20


class Decoder(Protocol):
    """Unpacks one member. After `is_done`, the last `unused` bytes that it was fed are not of this member."""

    @property
    def needs_input(self) -> bool: ...

    @property
    def is_done(self) -> bool: ...

    @property
    def unused(self) -> int: ...

    def feed(self, piece: bytes) -> bytes:
        """Return what the next bytes unpack to. Raises one of UNPACKING_ERRORS."""


class _Gzip:
    needs_input = True

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=31)
        self.feed = self._inflate.decompress

    @property
    def is_done(self) -> bool:
        return self._inflate.eof

    @property
    def unused(self) -> int:
        return len(self._inflate.unused_data)


class _Zstd:
    def __init__(self, dictionary: zstd.ZstdDict | None) -> None:
        self._unpacker = zstd.ZstdDecompressor(dictionary)

    @property
    def needs_input(self) -> bool:
        return self._unpacker.needs_input

    @property
    def is_done(self) -> bool:
        return self._unpacker.eof

    @property
    def unused(self) -> int:
        return len(self._unpacker.unused_data)

    def feed(self, piece: bytes) -> bytes:
        return self._unpacker.decompress(piece, _OUTPUT)  # a few bytes can unpack to gigabytes


class Decoders:
    """Makes the decoders of a file's members. A zstd file may begin with the dictionary that all its frames need."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._dictionary: zstd.ZstdDict | None = None
        self._has_looked = False

    def for_member(self, begin: bytes) -> Decoder | None:
        """Return a decoder for the member with these first bytes; None if they begin none. Raises one of UNPACKING_ERRORS."""
        if begin.startswith(GZIP):
            return _Gzip()
        if not begin.startswith(ZSTD):
            return None
        if not self._has_looked:
            self._has_looked = True
            self._dictionary = _dictionary(self._stream)
        return _Zstd(self._dictionary)


def _dictionary(stream: BinaryIO) -> zstd.ZstdDict | None:
    """Return the dictionary at the beginning of a file, compressed or not; None if there is none."""
    stream.seek(0)
    begin = stream.read(8)
    size = int.from_bytes(begin[4:], "little")
    if not begin.startswith(_WITH_DICTIONARY) or size > _MAX_DICTIONARY:
        return None
    data = stream.read(size)
    if data.startswith(ZSTD):
        data = zstd.ZstdDecompressor().decompress(data, _MAX_DICTIONARY)
    try:
        return zstd.ZstdDict(data)
    except ValueError:
        return None


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


def is_divided(stream: BinaryIO, within: int) -> bool:
    """Whether a file is divided into gzip members that begin with records; the first must end `within` so many bytes."""
    stream.seek(0)
    decoder, end, piece = _Gzip(), 0, b""
    try:
        while not decoder.is_done and end < within and (piece := stream.read(1 << 14)):
            end += len(piece)
            decoder.feed(piece)
        stream.seek(end - decoder.unused)
        following = stream.read(1 << 12)
        return decoder.is_done and _Gzip().feed(following).lstrip(b"\r\n").startswith(b"WARC/")
    except zlib.error:  # the beginning is damaged; what follows is probably like most files
        return True


def next_member(stream: BinaryIO, start: int) -> int | None:
    """Return the first offset from `start` on from which records can be read; None if there is none.

    There a record begins that nothing compresses, or a member in whose first bytes a record begins.
    """
    decoders = Decoders(stream)
    base, carry = start, b""
    while True:
        stream.seek(base + len(carry))
        chunk = stream.read(_WINDOW)
        if not chunk:
            return None
        window = carry + chunk
        for found in _ANY_BEGIN.finditer(window):
            if found[0][:1] in b"Ww" or _holds_record(stream, decoders, base + found.start()):
                return base + found.start()
        carry = window[-48:]  # a match that the next chunk completes
        base += len(window) - len(carry)


def _holds_record(stream: BinaryIO, decoders: Decoders, offset: int) -> bool:
    """Whether a member begins at `offset` of a file, and a record in its first bytes."""
    stream.seek(offset)
    unpacked = b""
    try:
        decoder = decoders.for_member(stream.read(8))
        stream.seek(offset)
        while decoder and len(unpacked) < _TRIED and not decoder.is_done:
            piece = stream.read(SMALLEST_PIECE) if decoder.needs_input else b""
            if decoder.needs_input and not piece:
                break
            unpacked += decoder.feed(piece)
            if RECORD.search(unpacked):
                return True
    except UNPACKING_ERRORS:
        pass
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
