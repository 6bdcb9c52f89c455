"""Takes the records of one fetch out of a WARC file, as a WARC file of their own, and says by what they are known."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from newslake.disk import write_whole
from newslake.errors import CaptureError
from spiders.warc.blank import is_removed
from spiders.warc.files import LEVEL, unwritable, warcinfo
from spiders.warc.head import HEAD_END, MAX_HEAD, Head
from spiders.warc.kept import group_at
from spiders.warc.members import GZIP
from spiders.warc.records import Record, Records

_END_OF_RECORD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Known:
    """By what a record is known: its WARC-Record-ID, and the WARC-Payload-Digest that its crawler computed; None if not given."""

    record_id: str | None
    payload_digest: str | None


def known_by(file: Path, offset: int) -> Known:
    """Return by what the record at `offset` of a file is known. Raises OSError."""
    with file.open("rb") as stream:
        first = next(iter(Records(stream, offset)), None)
    head = first.head if isinstance(first, Record) else Head({})
    return Known(head.record_id, head.fields.get("warc-payload-digest"))


def was_removed(file: Path, offset: int) -> bool:
    """Return whether the capture at `offset` of a file was removed with `newslake forget`."""
    try:
        with file.open("rb") as stream:
            return is_removed(stream, offset)
    except OSError:
        return False


def extract(file: Path, offset: int, into: Path) -> None:
    """Write the records of the fetch at `offset` of a file to a new gzip-compressed WARC file, byte by byte as they are.

    The file `into` appears whole or not at all. A file of the same name is replaced.

    Raises:
        CaptureError: the record cannot be read, or `into` cannot be written.
    """
    try:
        with file.open("rb") as stream:
            stream.seek(offset)
            records = group_at(stream, offset) if stream.read(len(GZIP)) == GZIP else _packed_group(stream, offset)
    except (OSError, EOFError, zlib.error) as error:
        raise CaptureError(
            f"the capture at byte {offset} of {file} cannot be copied: {error}",
            left="the file is as it was; no copy was made",
            next="newslake verify",
        ) from error
    try:
        write_whole(into, warcinfo(into.name) + records)
    except OSError as error:
        raise unwritable(into, error) from error


def _packed_group(stream: BinaryIO, offset: int) -> bytes:
    """Return the records of a fetch in a file that is not compressed, each as a gzip member. Raises EOFError if there is none."""
    group: list[Record] = []
    for item in Records(stream, offset):
        if not isinstance(item, Record) or (group and not item.head.belongs_to(group[0].head.record_id)):
            break
        group.append(item)
    if not group or group[0].length > len(group[0].block):
        raise EOFError("there is no record that can be read in full")
    return b"".join(_packed(stream, record) for record in group)


def _packed(stream: BinaryIO, record: Record) -> bytes:
    stream.seek(record.spot.offset)
    begin = stream.read(MAX_HEAD)
    end = HEAD_END.search(begin)
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    return deflate.compress(begin[: end.end() if end else 0] + bytes(record.block) + _END_OF_RECORD) + deflate.flush()
