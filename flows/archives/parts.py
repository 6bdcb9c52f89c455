"""Take the WARC files out of a zip file that holds several (WACZ), and say what a file is in which there is no record."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flows.archives.remote import LARGEST
from newslake.disk import whole_file
from newslake.errors import ArchiveError
from spiders.warc.members import GZIP

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_WARC = re.compile(r".*\.warc(?:\.gz|\.zst|\.zstd)?", re.I)
_NESTED = re.compile(r".*\.(?:wacz|zip)", re.I)
_DEEPEST = 3  # zip files in zip files: a collection of WACZ files has one level
_MOST = 10_000
_CHUNK = 1 << 20
_PIECE = 1 << 12  # of deflated bytes: as much is lost before damage
_LOCAL_HEAD = 30
_IS_ENCRYPTED = 1
_WHAT = (
    (re.compile(rb"filedesc:"), "an ARC file, the format before WARC: convert it with `warcio recompress`"),
    (re.compile(rb"\s*<(?:!doctype html|html|head)", re.I), "a web page"),
    (re.compile(rb"\s*<\?xml"), "an XML document, such as servers send instead of a file"),
    (re.compile(rb"\0{100}|\0+\Z"), "no WARC file: it begins with zeros"),
    (re.compile(rb"[^\0].{256}ustar", re.DOTALL), "a tar file: unpack it first"),
    (re.compile(rb"BZh\d"), "compressed with bzip2: unpack it first"),
    (re.compile(rb"\xfd7zXZ\0"), "compressed with xz: unpack it first"),
    (re.compile(rb"7z\xbc\xaf"), "a 7z file: unpack it first"),
    (re.compile(rb"PK\x03\x04"), "a zip file that is damaged or cut off"),
    (re.compile(rb"version https://git-lfs"), "only the pointer to a file that was not downloaded (Git LFS)"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A WARC file to read: an archive itself, or a file in it, with its name there and what is wrong with it."""

    file: Path
    name: str = ""
    problem: str | None = None


def parts_of(file: Path, into: Path) -> list[Part]:
    """Return the WARC files of an archive: itself, or those of a zip file, unpacked into the folder `into`.

    A zip file without a readable directory is returned itself: WARC files lie in it as they are, so that their records are found.

    Raises ArchiveError if a zip file holds no WARC file.
    """
    with file.open("rb") as stream:
        if not stream.read(len(_ZIP[0])).startswith(_ZIP):
            return [Part(file)]
    try:
        parts = list(_Unpacking(into).parts(file))
    except zipfile.BadZipFile:
        return [Part(file)]
    if not parts:
        raise ArchiveError(f"{file} is a zip file without WARC files", left="nothing of it was loaded", next=f"unzip -l {file}")
    return parts


def what_it_is(file: Path) -> str:
    """Say what a file is in which there is no record, judged by its first bytes."""
    with file.open("rb") as stream:
        begin = stream.read(_PIECE)
    if begin.startswith(GZIP):
        try:
            begin = zlib.decompressobj(wbits=31).decompress(begin, _PIECE)
        except zlib.error:
            return "no WARC file, or damaged from its beginning"
    if not begin.strip():
        return "empty"
    for pattern, words in _WHAT:
        if pattern.match(begin):
            return words
    return f"no WARC file: it begins with {begin[:40].decode('latin-1')!r}"


class _Unpacking:
    def __init__(self, into: Path) -> None:
        self._into = into
        self._left = LARGEST
        self._count = 0

    def parts(self, file: Path, prefix: str = "", depth: int = 0) -> Iterator[Part]:
        """Unpack the WARC files of a zip file, and those of zip files in it. Raises BadZipFile if its directory is damaged."""
        with zipfile.ZipFile(file) as zipped:
            entries = zipped.infolist()
        with file.open("rb") as stream:
            for entry in entries:
                name = prefix + entry.filename
                is_nested = _NESTED.fullmatch(name) is not None and depth < _DEEPEST
                if entry.is_dir() or not (is_nested or _WARC.fullmatch(name)):
                    continue
                self._count += 1
                if self._count > _MOST:
                    raise _too_much(file, f"more than {_MOST:,} WARC files")
                to = self._into / f"{self._count}-{Path(entry.filename).name[-100:]}"
                part = Part(to, name, self._unpack(stream, entry, to))
                try:
                    yield from self.parts(to, f"{name}!/", depth + 1) if is_nested else [part]
                except zipfile.BadZipFile:
                    yield part  # its records are looked for in its bytes

    def _unpack(self, stream: BinaryIO, entry: zipfile.ZipInfo, to: Path) -> str | None:
        """Unpack an entry as far as it can be read; return what is wrong with it."""
        to.parent.mkdir(parents=True, exist_ok=True)
        checksum = size = 0
        with whole_file(to, durable=False) as out:
            try:
                for chunk in _contents(stream, entry):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise _too_much(Path(stream.name), f"more than {LARGEST:,} bytes when unpacked")
                    out.write(chunk)
                    size += len(chunk)
                    checksum = zlib.crc32(chunk, checksum)
            except (zlib.error, zipfile.BadZipFile) as error:
                return f"damaged in the zip file: {error}"
        if size != entry.file_size or checksum != entry.CRC:
            return "damaged in the zip file: its checksum is another"
        return None


def _contents(stream: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the bytes of an entry up to the first that cannot be read. Raises zlib.error or BadZipFile there.

    The reader of the standard library checks the checksum first, and then gives nothing of a damaged entry.
    """
    if entry.flag_bits & _IS_ENCRYPTED:
        raise zipfile.BadZipFile("it is encrypted")
    stream.seek(entry.header_offset)
    head = stream.read(_LOCAL_HEAD)
    fields = head[26:] if head.startswith(_ZIP[0]) else len(entry.filename).to_bytes(2, "little") + bytes(2)
    lengths = int.from_bytes(fields[:2], "little") + int.from_bytes(fields[2:], "little")
    stream.seek(entry.header_offset + _LOCAL_HEAD + lengths)
    inflate = zlib.decompressobj(wbits=-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    if inflate is None and entry.compress_type != zipfile.ZIP_STORED:
        raise zipfile.BadZipFile(f"compressed with method {entry.compress_type}")
    left = entry.compress_size
    while left > 0 and (piece := stream.read(min(left, _PIECE if inflate else _CHUNK))):
        left -= len(piece)
        yield inflate.decompress(piece) if inflate else piece


def _too_much(file: Path, what: str) -> ArchiveError:
    return ArchiveError(f"{file} has {what}", left="nothing of it was loaded", next="unpack it, and give the folder")
