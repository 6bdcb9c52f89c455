"""Unpacks a file of gzip members, zstd frames or plain bytes piece by piece, and tells where each member begins.

Memory stays bounded whatever the file unpacks to. Damage in a member costs what follows it in that member: the bytes before it
are delivered, and reading can continue at a later member.
"""

from __future__ import annotations

import zlib
from collections import deque
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, NamedTuple

from fastwarc.stream_io import GzipReader

from spiders.warc.members import GZIP, SKIPPABLE, SMALLEST_PIECE, UNPACKING_ERRORS, ZSTD, Decoder, Decoders

# Bytes of the file that are read at once, and that are unpacked at once: few of each member at first, as most are small and
# what follows a member is copied.
_CHUNK = 1 << 18
_FIRST_PIECE, _LAST_PIECE = 1 << 12, 1 << 15
_WHOLE = 1 << 22  # bytes of a member that is unpacked at once, before and after; larger ones are rare
_FALSE_ENDS = 4  # places that are tried as its end
_GZIP_HEAD = 10  # bytes at the beginning of a gzip member
_LEAST_MEMBER = 18  # bytes of an empty one
_SIZE = 4  # bytes at its end, with the size of what it unpacks to
_SMALL = 1 << 12  # bytes of a member for which the quicker decoder takes too long to set up
_KEPT = 1 << 20  # bytes behind the current place that may stay in memory
_BEGIN = b"WARC/"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why unpacking cannot go on. If `is_damage`, bytes of the member are wrong, possibly also the last ones that came out."""

    member: int  # offset of the member
    offset: int  # where it was noticed
    reason: str
    is_damage: bool = False


class Spot(NamedTuple):
    """A place in a file: the offset of a member, and the number of its unpacked bytes before the place."""

    offset: int
    inner: int = 0


class _Start(NamedTuple):
    position: int  # in the unpacked bytes
    offset: int  # in the file
    is_plain: bool


class Unpacked:
    """The unpacked bytes of a file, from the member at `start` on.

    Attributes:
        position: unpacked bytes before the current place, counted from the last `go`.
        trouble: why nothing comes after the bytes that are available; None at the regular end of the file.
    """

    def __init__(self, stream: BinaryIO, start: int = 0) -> None:
        self._stream = stream
        self._decoders = Decoders(stream)
        self.go(Spot(start))

    def go(self, spot: Spot, *, is_plain: bool = False) -> None:
        """Continue at a place of the file, where a member begins, or anything if nothing is compressed (`is_plain`)."""
        self.position = 0
        self.trouble: Trouble | None = None
        self._buffer: bytes | bytearray = bytearray()
        self._at = 0  # index of the current place in the buffer
        self._starts: deque[_Start] = deque()
        self._chunk, self._chunk_at, self._chunk_offset = b"", 0, spot.offset
        self._decoder: Decoder | None = None
        self._is_plain, self._is_over = is_plain, False
        if is_plain:
            self._starts.append(_Start(0, spot.offset, is_plain=True))
        self._piece = _FIRST_PIECE
        self._begin = bytes(_GZIP_HEAD)  # of the last member that was unpacked as a whole
        if spot.inner:
            self.skip(spot.inner)

    def has(self, count: int) -> int:
        """Make `count` bytes available if there are so many; return how many are available."""
        while len(self._buffer) - self._at < count and self._fill():
            pass
        return len(self._buffer) - self._at

    @property
    def is_behind_start(self) -> bool:
        """Whether the current place is the beginning of a member that was unpacked in part already."""
        if len(self._buffer) == self._at:
            return False
        self._drop_starts()
        return bool(self._starts) and not self._starts[0].is_plain and self._starts[0].position == self.position

    def whole_member(self) -> bytes:
        """Make the gzip member that begins at the current place available as a whole, and return it.

        Returns nothing, and changes nothing, if none begins here, if it is damaged or cut off, or if it is large.
        """
        if self._at < len(self._buffer) or self._decoder or self._is_plain or self._is_over or self.trouble:
            return b""
        begin = self._raw(len(self._begin))
        if not begin.startswith(GZIP):
            return b""
        # Most files begin all members alike, so that where the next one begins is found quickly, and not by chance in the data.
        end, whole = _LEAST_MEMBER, b""
        for sought in (begin, *(GZIP,) * _FALSE_ENDS) if begin == self._begin else (GZIP,) * _FALSE_ENDS:
            end = self._distance(sought, end)
            whole = _unpacked(self._chunk[self._chunk_at : self._chunk_at + end]) if end < _WHOLE else b""
            if whole:
                break
            end = end + 1 if sought is GZIP else _LEAST_MEMBER
        else:
            return b""
        self._begin = begin
        self._starts.clear()
        self._starts.append(_Start(self.position, self._offset, False))
        self._chunk_at += end
        self._buffer, self._at = whole, 0
        return whole

    def _distance(self, sought: bytes, start: int) -> int:
        """Return how many of the next bytes of the file, at least `start`, come before what is sought, or before the end."""
        while True:
            found = self._chunk.find(sought, self._chunk_at + start)
            if found >= 0:
                return found - self._chunk_at
            there = len(self._chunk) - self._chunk_at
            if there >= _WHOLE or not self._read_chunk():
                return there
            start = max(start, there - len(sought) + 1)

    def peek(self, count: int, start: int = 0) -> bytes:
        """Return up to `count` of the following bytes, from the `start`-th on, and stay at the current place."""
        self.has(start + count)
        return bytes(self._buffer[self._at + start : self._at + start + count])

    def advance(self, count: int) -> None:
        """Go on by `count` bytes, which must be available."""
        self._at += count
        self.position += count
        if self._at > _KEPT:
            self._buffer = self._buffer[self._at :]
            self._at = 0
        self._drop_starts()

    def skip(self, count: int) -> int:
        """Go on by `count` bytes, or to the next member that begins with a record; return by how many. Needs little memory."""
        done = 0
        while done < count:
            there = min(count - done, self.has(1))
            if not there or (done and self._is_at_record_member()):
                break
            border = self.border(there)
            self.advance(there if border is None else border)
            done += there if border is None else border
        return done

    @property
    def spot(self) -> Spot:
        """The current place in the file. Where nothing is compressed, each byte has an offset of its own."""
        self.has(1)
        self._drop_starts()
        if not self._starts:
            return Spot(self._offset)
        start = self._starts[0]
        inner = self.position - start.position
        return Spot(start.offset + inner) if start.is_plain else Spot(start.offset, inner)

    @property
    def is_plain(self) -> bool:
        """Whether nothing compresses the bytes at the current place."""
        self._drop_starts()
        return bool(self._starts) and self._starts[0].is_plain

    @property
    def member(self) -> int:
        """The position at which the member of the current place begins."""
        self._drop_starts()
        return self._starts[0].position if self._starts else self.position

    def border(self, within: int) -> int | None:
        """Return the distance to the next member that begins with a record if it is at most `within`; None if it is farther."""
        for start in self._starts:
            away = start.position - self.position
            if 0 < away <= within and self.peek(len(_BEGIN), away) == _BEGIN:
                return away
        return None

    def is_crossed(self, within: int) -> bool:
        """Whether another member begins among the next `within` bytes."""
        return any(0 < start.position - self.position < within for start in self._starts)

    @property
    def damaged_from(self) -> int | None:
        """The position at which the damaged member begins; None if none is damaged."""
        return self._starts[-1].position if self.trouble is not None and self.trouble.is_damage else None

    def _is_at_record_member(self) -> bool:
        self._drop_starts()
        return self._starts[0].position == self.position and self.peek(len(_BEGIN)) == _BEGIN

    @property
    def _offset(self) -> int:
        return self._chunk_offset + self._chunk_at

    def _drop_starts(self) -> None:
        while len(self._starts) > 1 and self._starts[1].position <= self.position:
            self._starts.popleft()

    def _raw(self, count: int) -> bytes:
        """Return up to `count` of the next bytes of the file."""
        if len(self._chunk) - self._chunk_at < count:
            self._read_chunk()
        return self._chunk[self._chunk_at : self._chunk_at + count]

    def _read_chunk(self) -> bool:
        """Read more of the file, and forget what came before its next bytes. Return False at the end."""
        self._stream.seek(self._chunk_offset + len(self._chunk))
        read = self._stream.read(_CHUNK)
        self._chunk_offset += self._chunk_at
        self._chunk = self._chunk[self._chunk_at :] + read
        self._chunk_at = 0
        return bool(read)

    def _fill(self) -> bool:
        """Unpack a little more. Return False at the end, and where nothing more can be unpacked."""
        if self._is_over or self.trouble or (self._decoder is None and not self._is_plain and not self._begin_member()):
            return False
        if isinstance(self._buffer, bytes):
            self._buffer = bytearray(self._buffer)
        if self._decoder is not None:
            return self._unpack(self._decoder)
        piece = self._raw(_CHUNK)
        self._chunk_at += len(piece)
        self._buffer += piece
        self._is_over = not piece
        return bool(piece)

    def _begin_member(self) -> bool:
        """Begin the next member. Return False at the end of the file, and where no member begins."""
        begin = self._raw(8)
        while len(begin) == 8 and SKIPPABLE.match(begin):
            self._chunk, self._chunk_at, self._chunk_offset = b"", 0, self._offset + 8 + int.from_bytes(begin[4:], "little")
            begin = self._raw(8)
        if not begin:
            self._is_over = True
            return False
        try:
            self._decoder = self._decoders.for_member(begin)
        except UNPACKING_ERRORS as error:
            self.trouble = Trouble(self._offset, self._offset, str(error))
            return False
        if self._decoder is None:
            self._is_plain = _begins_plain(self._raw(1 << 10))
            if not self._is_plain:
                self.trouble = Trouble(self._offset, self._offset, "no record begins here")
                return False
        start = _Start(self.position + len(self._buffer) - self._at, self._offset, self._is_plain)
        if self._starts and self._starts[-1].position == start.position:  # the member before this one is empty
            self._starts.pop()
        self._starts.append(start)
        self._piece = _FIRST_PIECE
        return True

    def _unpack(self, decoder: Decoder) -> bool:
        """Unpack the next piece of a member. Return False if it is damaged or cut off."""
        piece = self._raw(self._piece) if decoder.needs_input else b""
        if decoder.needs_input and not piece:
            self.trouble = Trouble(self._starts[-1].offset, self._offset, "cut off")
            return False
        try:
            self._buffer += decoder.feed(piece)
        except UNPACKING_ERRORS as error:
            member = self._starts[-1]
            known = self.position + len(self._buffer) - self._at - member.position
            self._buffer += self._before_damage(member.offset, known)
            self.trouble = Trouble(member.offset, self._offset, f"damaged: {error}", is_damage=True)
            return False
        self._chunk_at += len(piece)
        self._piece = min(self._piece * 2, _LAST_PIECE)
        if decoder.is_done:
            self._chunk_at -= decoder.unused
            self._decoder = None
        return True

    def _before_damage(self, offset: int, known: int) -> bytes:
        """Return the unpacked bytes between the first `known` bytes of a damaged member and the damage."""
        self._stream.seek(offset)
        decoder = self._decoders.for_member(self._stream.read(8))
        assert decoder is not None
        self._stream.seek(offset)
        found = bytearray()
        seen, at = 0, offset
        try:
            while not decoder.is_done:
                size = _LAST_PIECE if at + _LAST_PIECE <= self._offset else SMALLEST_PIECE
                piece = self._stream.read(size) if decoder.needs_input else b""
                at += len(piece)
                if decoder.needs_input and not piece:
                    break
                unpacked = decoder.feed(piece)
                if seen + len(unpacked) > known:
                    found += unpacked[max(0, known - seen) :]
                seen += len(unpacked)
        except UNPACKING_ERRORS:
            pass
        return bytes(found)


def _unpacked(member: bytes) -> bytes:
    """Return what a whole gzip member unpacks to; nothing if it is damaged, cut off, no single member, or large."""
    size = int.from_bytes(member[-_SIZE:], "little")
    if not 0 < size < _WHOLE:
        return b""
    try:
        if len(member) >= _SMALL:  # FastWARC takes half the time of zlib, and checks all if it is asked for more than there is
            whole = GzipReader(BytesIO(member)).read(size + 1)
        else:
            inflate = zlib.decompressobj(wbits=31)
            whole = inflate.decompress(member)
            if not inflate.eof or inflate.unused_data:  # another member, or padding, follows in these bytes
                return b""
    except (zlib.error, OSError):
        return b""
    return whole if len(whole) == size else b""


def _begins_plain(begin: bytes) -> bool:
    """Whether bytes begin with a record that nothing compresses, or with line ends that come before a record."""
    first = begin.lstrip(b"\r\n")
    return not first or first.startswith((_BEGIN, GZIP, ZSTD))
