"""Checks that captures are still where the journal and the warehouse say, mostly from the beginning of each record."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from pathlib import Path

from spiders.warc.members import GZIP, member

HEAD = 4096  # bytes; the first lines of a record take far less
_RESPONSE = re.compile(rb"^WARC/[\d.]+\r\n(?:[^\r\n]+\r\n)*?warc-type:\s*response\r\n", re.I)


def unresolved(file: Path, offsets: Iterable[int], *, whole: bool = False) -> dict[int, str]:
    """Return the offsets at which `file` has no intact response record, each with the reason.

    The last record is read to its end, as that is where a file is cut off. Of the others only the beginning is read, or
    everything if `whole`.
    """
    wanted = sorted(set(offsets))
    try:
        with file.open("rb") as stream:
            found = {}
            for offset in wanted:
                stream.seek(max(offset, 0))
                begin = stream.read(HEAD)
                compressed = begin.startswith(GZIP)
                try:
                    unpacker = zlib.decompressobj(wbits=31)
                    head = unpacker.decompress(begin, HEAD) if compressed else begin
                    if compressed and len(begin) < HEAD and not unpacker.eof and not unpacker.unconsumed_tail:
                        found[offset] = "the record is damaged: cut off"
                    elif offset < 0 or not _RESPONSE.match(head):
                        found[offset] = "no response record begins there" if begin else "the file ends before it"
                    elif compressed and (whole or offset == wanted[-1]):
                        member(stream, offset)
                except (zlib.error, EOFError) as error:
                    found[offset] = f"the record is damaged: {error}"
            return found
    except OSError as error:
        return dict.fromkeys(wanted, "the file is not there" if isinstance(error, FileNotFoundError) else str(error))
