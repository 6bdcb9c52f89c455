"""What the WARC reader and writer share: compressed records, the warcinfo record and the error of a failed write."""

from __future__ import annotations

import zlib
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

from fastwarc.warc import WarcRecord
from warcio.warcwriter import WARCWriter

from newslake import __version__
from newslake.errors import CaptureError

# Measured on real pages, warcio's default level 9 takes four times the CPU of level 2 and saves an eighth of the space.
LEVEL = 2


def warcinfo(name: str) -> bytes:
    """Return the record that begins the WARC file `name`, compressed."""
    writer = WARCWriter(BytesIO(), gzip=False, warc_version="1.1")
    info = {"software": f"newslake {__version__}", "format": "WARC File Format 1.1"}
    return packed(writer, writer.create_warcinfo_record(name, info))


def packed(writer: WARCWriter, record: WarcRecord) -> bytes:
    """Return a record as a gzip member."""
    writer.out = plain = BytesIO()
    writer.write_record(record)
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    return deflate.compress(plain.getbuffer()) + deflate.flush()


def phrase(status: int) -> str:
    """Return the reason phrase of an HTTP status; empty if the status is not registered."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def unwritable(where: Path, error: OSError) -> CaptureError:
    """Return the error of a failed write to the file or folder `where`."""
    return CaptureError(
        f"captures cannot be written to {where}: {error.strerror or error}",
        left="what was written before is whole and stays",
        next=f"make room or grant access: df -h {where.parent}",
    )
