"""Copies captures byte by byte into files of their own, complete or not at all."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from newslake.disk import sync
from newslake.errors import CaptureError
from spiders.warc.files import unwritable, warcinfo
from spiders.warc.head import Head, head_of
from spiders.warc.members import member


def keep(captures: Iterable[tuple[Path, int]], into: Path) -> dict[tuple[Path, int], tuple[Path, int]]:
    """Copy captures byte by byte into the new WARC file `into`, which appears complete or not at all.

    A capture is given as (file, offset of its response record); its request and metadata records are copied too.

    Returns:
        The new place of each capture.

    Raises:
        CaptureError: a capture cannot be read or `into` cannot be written.
    """
    kept: dict[tuple[Path, int], tuple[Path, int]] = {}
    partial = into.with_name(into.name + ".part")
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as out:
            out.write(warcinfo(into.name))
            streams: dict[Path, BinaryIO] = {}
            try:
                for file, offset in sorted(set(captures)):
                    if file not in streams:
                        streams[file] = file.open("rb")
                    kept[file, offset] = (into, out.tell())
                    out.write(_copied(streams[file], file, offset))
            finally:
                for stream in streams.values():
                    stream.close()
            out.flush()
            os.fsync(out.fileno())
        partial.replace(into)
        for folder in (into.parent, into.parent.parent):  # either may be new
            sync(folder)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise unwritable(into, error) from error
    except CaptureError:
        partial.unlink(missing_ok=True)
        raise
    return kept


def group_at(stream: BinaryIO, offset: int) -> bytes:
    """Return the bytes of the records of the fetch whose response record begins at `offset`.

    Raises zlib.error or EOFError if the response record is damaged.
    """
    first, end = member(stream, offset)
    record_id = _head(first).record_id
    with suppress(EOFError, zlib.error):  # the file ends here, or what follows is damaged and not of this fetch
        while record_id:
            record, after = member(stream, end)
            if not _head(record).belongs_to(record_id):
                break
            end = after
    stream.seek(offset)
    return stream.read(end - offset)


def _copied(stream: BinaryIO, file: Path, offset: int) -> bytes:
    try:
        return group_at(stream, offset)
    except (EOFError, zlib.error) as error:
        raise CaptureError(
            f"the capture at byte {offset} of {file} cannot be copied: {error}",
            left="the file is as it was; no copy was made",
            next="newslake run fetches the page again when it is next due",
        ) from error


def _head(record: bytes) -> Head:
    return head_of(record) or Head({})
