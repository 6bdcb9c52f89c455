"""Reads the records of a WARC file one after the other; what cannot be read costs itself alone, and is reported once.

Content-Length says where a record ends. That is checked: after it, another record, another member or the end must follow. If not,
the length is wrong, and the record ends where the next one begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from newslake.http import is_text
from spiders.warc.digests import is_as_written
from spiders.warc.head import HEAD_END, MAX_HEAD, Head, head_of, read_head
from spiders.warc.members import GZIP, RECORD, ZSTD, next_member
from spiders.warc.unpack import Spot, Unpacked

# Bytes of a block that are held in memory; pages that are larger are not cleaned. Of larger blocks the beginning is kept.
MAX_BLOCK = 20_000_000
BEGINNING = 1 << 16
_BEHIND = 1 << 10  # bytes after a block that are looked at
_AHEAD = 1 << 16  # and that are unpacked, because some damage shows only behind what it hit
_WINDOW = 1 << 16
_LINE_ENDS = b"\r\n"
_END_OF_RECORD = b"\r\n\r\n"
_ODD_ONES = 16  # records that are read with all care after one that was odd
_HTTP_LENGTH = re.compile(rb"\ncontent-length[ \t]*:[ \t]*(\d{1,12})[ \t]*\r?(?=\n)", re.I)
_NOTHING = "no record begins here"
_TOO_LONG = f"the head of a record has more than {MAX_HEAD} bytes"


@dataclass(frozen=True, slots=True)
class Record:
    """A record that was read.

    Attributes:
        block: all of it, or its beginning if it has more than MAX_BLOCK bytes.
        length: bytes of the whole block.
        spot: where the record begins.
        is_own: whether the offset of `spot` leads to this record alone: it is not compressed, or the only one of its member.
    """

    head: Head
    block: bytes | memoryview
    length: int
    spot: Spot
    is_own: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """A part of a file that cannot be read. `head` is that of its record, if it can be read."""

    spot: Spot
    reason: str
    head: Head | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    """How many of the following bytes belong to a block, and why they cannot be trusted."""

    size: int
    problem: str | None = None


class Records:
    """Iterates over the records of a file from the member at `start` on, and over what is lost between them.

    Args:
        is_sought: the file is read from somewhere in its middle, so that what comes before the first record is no loss.
    """

    def __init__(self, stream: BinaryIO, start: int = 0, *, is_sought: bool = False) -> None:
        self._stream = stream
        self._in = Unpacked(stream, start)
        self._ended = 0  # position at which the last record ended
        self._is_lost = is_sought  # between a loss that was reported and the next record
        self._is_over = False
        self._odd = 0  # records until the next one is taken for sound

    def __iter__(self) -> Iterator[Record | Loss]:
        while not self._is_over:
            found = self._next()
            if found is not None:
                yield found

    def _next(self) -> Record | Loss | None:
        """Return the next record or loss; None if there is none, or if the loss was reported before."""
        record = self._sound()
        if record is not None:
            return record
        self._skip_line_ends()
        spot = self._in.spot
        if not self._in.has(1):
            return self._behind_trouble(spot)
        if self._in.is_plain and self._in.peek(4).startswith((GZIP, ZSTD)):
            self._go(spot)  # from here on the file is compressed
            return None
        is_first = self._in.member >= self._ended
        data = self._head()
        head = read_head(data) if data else None
        if data is None or head is None:
            loss = self._lost(spot, self._why_no_head())
            self._seek(1)
            return loss
        self._is_lost = False
        self._in.advance(len(data))
        lengths = head.lengths
        if not lengths:
            self._is_lost = True
            self._seek(0)
            return Loss(spot, _no_length(head), head)
        return self._read(head, self._length(lengths), spot, is_first)

    def _sound(self) -> Record | None:
        """Read the next record if it is what nearly all are: alone in its member, and exactly as its head says.

        This is much quicker than to look for every oddity. Where it fails, it is not tried again for a while, as the member is
        then unpacked in vain.
        """
        if self._odd:
            self._odd -= 1
            return None
        if self._in.is_behind_start:
            self._go(self._in.spot)
        data = self._in.whole_member()
        head = _sound_head(data)
        if head is not None and head.size + head.length + len(_END_OF_RECORD) == len(data) and data.endswith(_END_OF_RECORD):
            spot = self._in.spot
            self._in.advance(len(data))
            self._ended = self._in.position
            self._is_lost = False
            return Record(head.head, memoryview(data)[head.size : -len(_END_OF_RECORD)], head.length, spot, True)
        self._odd = _ODD_ONES
        return None

    def _length(self, lengths: Sequence[int]) -> int:
        """Return the length of a block. If its head gives several, the first after which the block can end counts."""
        if len(lengths) == 1:
            return lengths[0]
        fitting = (each for each in lengths if each <= MAX_BLOCK and self._in.has(each) >= each and self._ends_at(each))
        return next(fitting, lengths[0])

    def _behind_trouble(self, spot: Spot) -> Loss | None:
        """Go on where nothing more can be unpacked."""
        trouble = self._in.trouble
        if trouble is None:
            self._is_over = True
            return None
        # Of a member that was read in part, only the rest is lost.
        loss = self._lost(Spot(trouble.offset if spot.inner else trouble.member), trouble.reason)
        self._resume(trouble.member + 1)
        return loss

    def _lost(self, spot: Spot, reason: str) -> Loss | None:
        was_lost, self._is_lost = self._is_lost, True
        return None if was_lost else Loss(spot, reason)

    def _skip_line_ends(self) -> None:
        size = 1 << 6
        while begin := self._in.peek(size):
            ends = len(begin) - len(begin.lstrip(_LINE_ENDS))
            self._in.advance(ends)
            if ends < len(begin):
                break
            size = 1 << 12

    def _head(self) -> bytes | None:
        """Return the head that begins here, with its blank line; None if there is none."""
        size = 1 << 11
        while (data := self._in.peek(size)).startswith(b"WARC/"):
            end = HEAD_END.search(data)
            if end:  # a head that is damaged may run into the next one
                return None if RECORD.search(data, 1, end.end()) else data[: end.end()]
            if len(data) < size or size >= MAX_HEAD:
                break
            size = min(size * 4, MAX_HEAD)
        return None

    def _why_no_head(self) -> str:
        if self._in.trouble is not None:
            return self._in.trouble.reason
        return _TOO_LONG if self._in.peek(5) == b"WARC/" and self._in.has(MAX_HEAD) >= MAX_HEAD else _NOTHING

    def _read(self, head: Head, length: int, spot: Spot, is_first: bool) -> Record | Loss:
        """Read the block of a record, and go to its end."""
        if length > MAX_BLOCK:
            begin, place, is_plain = self._in.peek(BEGINNING), self._in.spot, self._in.is_plain
            if self._in.skip(length) == length and self._ends_at(0):
                self._ended = self._in.position
                return Record(head, begin, length, spot, self._in.is_plain)
            self._go(place, is_plain=is_plain)
        block = self._extent(length)
        data = self._in.peek(block.size)
        trouble = self._in.trouble
        if trouble is not None and block.problem is None and self._may_be_damaged(head, data):
            self._is_lost = True
            self._resume(trouble.member + 1)  # what comes after it in the member cannot be trusted either
            return Loss(spot, trouble.reason, head)
        is_whole_member = is_first and not self._in.is_crossed(block.size)
        self._in.advance(block.size)
        self._ended = self._in.position
        if block.problem is not None:
            self._is_lost = True
            return Loss(spot, block.problem, head)
        return Record(head, data, len(data), spot, self._in.is_plain or (is_whole_member and self._is_alone()))

    def _may_be_damaged(self, head: Head, block: bytes) -> bool:
        """Whether the damage of a member may have reached a block in it. Some damage is noticed only behind what it hit."""
        damaged = self._in.damaged_from
        if damaged is None or damaged >= self._in.position + len(block):
            return False
        as_written = is_as_written(head, block)
        return not as_written if as_written is not None else not _begins_record(self._in.peek(_BEHIND, len(block)))

    def _is_alone(self) -> bool:
        """Whether no other record begins in the member in which the last one ended."""
        self._skip_line_ends()
        return not self._in.has(1) or self._in.member >= self._ended

    def _extent(self, length: int) -> _Block:
        """Find out how many bytes belong to a block that has `length` bytes by its head."""
        there = min(length, self._in.has(min(length, MAX_BLOCK) + _AHEAD), MAX_BLOCK)
        border = self._in.border(there)
        if border is None and there < length and self._in.trouble is not None:
            return _Block(there, f"{self._in.trouble.reason} ({there} of {length} bytes)")
        if there == length and (border is None or border == length) and self._ends_at(length):
            return _Block(length)
        there = there if border is None else border
        inside = _before_record(self._in.peek(there))
        if inside is None and there == length:
            return self._longer(length)
        return self._shorter(there if inside is None else inside, length)

    def _ends_at(self, size: int) -> bool:
        """Whether a block can end after `size` bytes: what comes next is a record, another member or the end."""
        behind = self._in.peek(_BEHIND, size)
        border = self._in.border(size + len(behind))
        rest = (behind if border is None else behind[: max(0, border - size)]).lstrip(_LINE_ENDS)
        return not rest or rest.startswith((b"WARC/", GZIP, ZSTD))

    def _shorter(self, there: int, length: int) -> _Block:
        """Judge a block that ends before its length."""
        data = self._in.peek(there)
        for size in _by_http(data):
            if size <= there and not data[size:].strip(_LINE_ENDS):
                return _Block(size)  # the message is whole by its own account
        return _Block(there, f"cut off: {there} of {length} bytes")

    def _longer(self, length: int) -> _Block:
        """Judge a block that goes on after its length."""
        there = min(self._in.has(MAX_BLOCK), MAX_BLOCK)
        border = self._in.border(there)
        data = self._in.peek(there if border is None else border)
        following = _before_record(data, length)
        size = len(data) - _ends(data) if following is None else following
        by_http = _by_http(data)
        if length in by_http:
            return _Block(length)  # the block is whole, and what comes after it is damage
        is_at_end = following is not None or border is not None or (there < MAX_BLOCK and self._in.trouble is None)
        if is_at_end and (size in by_http or not self._in.is_plain or is_text(data[length:size])):
            return _Block(size)
        return _Block(size, f"its Content-Length is wrong: no record begins after {length} bytes")

    def _seek(self, skipped: int) -> None:
        """Go to the next record that begins after so many bytes."""
        if self._in.is_plain:
            self._resume(self._in.spot.offset + skipped)
            return
        while len(data := self._in.peek(_WINDOW)) > skipped:
            found = RECORD.search(data, skipped)
            if found or len(data) < _WINDOW:
                self._in.advance(found.start() if found else len(data))
                break
            self._in.advance(len(data) - 256)  # a match may begin in the last bytes
            skipped = 0
        else:
            self._in.advance(len(data))
        self._ended = self._in.position

    def _resume(self, offset: int) -> None:
        """Go to the first place after `offset` of the file from which records can be read."""
        found = next_member(self._stream, offset)
        if found is None:
            self._is_over = True
        else:
            self._go(Spot(found))

    def _go(self, spot: Spot, *, is_plain: bool = False) -> None:
        self._in.go(spot, is_plain=is_plain)
        self._ended = 0


class _SoundHead(NamedTuple):
    """A head without mistakes, its size, and the length of the block that follows; in bytes."""

    head: Head
    size: int
    length: int


def _sound_head(data: bytes) -> _SoundHead | None:
    """Return the head with which a record begins; None if anything in it is odd."""
    size = data.find(_END_OF_RECORD) + len(_END_OF_RECORD)
    if not data.startswith(b"WARC/") or size < len(_END_OF_RECORD) or HEAD_END.search(data, 0, size - 2):
        return None
    if data.find(b"WARC/", 5, size) >= 0 and RECORD.search(data, 5, size):
        return None  # it is damaged, and runs into the next head
    head = read_head(data[:size])
    lengths = head.lengths if head else []
    return _SoundHead(head, size, lengths[0]) if head and len(lengths) == 1 else None


def _begins_record(data: bytes) -> bool:
    """Whether bytes begin, after line ends, with a whole head of a record."""
    head = head_of(data.lstrip(_LINE_ENDS))
    return head is not None and bool(head.lengths)


def _before_record(data: bytes, start: int = 0) -> int | None:
    """Return how many bytes come before the next record and the blank line before it; None if no record begins."""
    found = RECORD.search(data, start)
    return None if found is None else found.start() - _ends(data[max(0, found.start() - 4) : found.start()])


def _ends(data: bytes) -> int:
    """Return the size of the two line ends after a block."""
    return next((len(ends) for ends in (b"\r\n\r\n", b"\n\n") if data.endswith(ends)), 0)


def _no_length(head: Head) -> str:
    values = head.values("content-length")
    return f"its Content-Length is no number: {', '.join(values)[:60]!r}" if values else "it has no Content-Length"


def _by_http(data: bytes) -> set[int]:
    """Return the sizes that the HTTP message at the beginning of a block can have by its own Content-Length."""
    end = HEAD_END.search(data)
    return {end.end() + int(found) for found in _HTTP_LENGTH.findall(data, 0, end.end())} if end else set()
