"""Checks that captures are still where the journal and the warehouse say, mostly from the beginning of each record."""

from __future__ import annotations

import errno
import zlib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from spiders.warc.head import HEAD_END, read_head
from spiders.warc.members import GZIP, member
from spiders.warc.read import PAGES

# Errors by which the file system says that no file is there, but something else.
_NO_FILE = {errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL}
HEAD = 4096  # bytes; the first lines of a record take far less


class Fault(StrEnum):
    """What is wrong with a capture."""

    MISSING = "missing"  # there is no such file
    UNREADABLE = "unreadable"  # this process may not read the file, or the disk does not answer: the capture may be whole
    DAMAGED = "damaged"  # the file was read, and has no intact record there


class Trouble(NamedTuple):
    """Why a capture cannot be read, as a value and in words."""

    fault: Fault
    words: str


def unresolved(file: Path, offsets: Iterable[int], *, whole: bool = False) -> dict[int, Trouble]:
    """Return the offsets at which `file` has no intact record of a page, each with the reason.

    The last record is read to its end, as that is where a file is cut off. Of the others only the beginning is read, or
    everything if `whole`.
    """
    wanted = sorted(set(offsets))
    try:
        with file.open("rb") as stream:
            found: dict[int, Trouble] = {}
            for offset in wanted:
                stream.seek(max(offset, 0))
                begin = stream.read(HEAD)
                compressed = begin.startswith(GZIP)
                try:
                    unpacker = zlib.decompressobj(wbits=31)
                    head = unpacker.decompress(begin, HEAD) if compressed else begin
                    if compressed and len(begin) < HEAD and not unpacker.eof and not unpacker.unconsumed_tail:
                        found[offset] = Trouble(Fault.DAMAGED, "the record is damaged: cut off")
                    elif offset < 0 or not _holds_page(head):
                        words = "no response record begins there" if begin else "the file ends before it"
                        found[offset] = Trouble(Fault.DAMAGED, words)
                    elif compressed and (whole or offset == wanted[-1]):
                        member(stream, offset)
                except (zlib.error, EOFError) as error:
                    found[offset] = Trouble(Fault.DAMAGED, f"the record is damaged: {error}")
            return found
    except (FileNotFoundError, NotADirectoryError):
        return dict.fromkeys(wanted, Trouble(Fault.MISSING, "the file is not there"))
    except OSError as error:
        fault = Fault.DAMAGED if error.errno in _NO_FILE else Fault.UNREADABLE
        return dict.fromkeys(wanted, Trouble(fault, f"the file cannot be read: {error.strerror or error}"))


def _holds_page(begin: bytes) -> bool:
    """Whether bytes begin with a record of a page."""
    begin = begin.lstrip(b"\r\n")
    end = HEAD_END.search(begin)
    head = read_head(begin[: end.start()] if end else begin)
    return head is not None and head.kind in PAGES
