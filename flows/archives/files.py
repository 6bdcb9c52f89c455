"""Find the archives that a user named by path, address or list, and bring remote ones to this machine."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from flows.archives.remote import LARGEST_LIST, WEB_PAGE, Remote
from newslake.errors import ArchiveError
from newslake.http import TooLarge, gunzipped

_LIST = re.compile(r"\.(?:txt|paths|lst|list)(?:\.gz)?\Z", re.I)
# The files of a folder that are read: archives of every format, and not the indexes and checksums beside them.
_ARCHIVE = re.compile(r".*(?:\.w?arc(?:\.\w+)?|\.warc[.-].*|\.wacz)", re.I)
_BESIDE = re.compile(r".*\.(?:cdxj?|idx|json|jsonl|txt|csv|md5|sha\d*|part|tmp|new|log|paths|lst|cdxj?\.gz|idx\.gz)", re.I)
# Common Crawl publishes lists of paths without a host.
_COMMON_CRAWL = "https://data.commoncrawl.org/"
# A list may name lists, and those others, up to this depth; and so many files in all.
_DEEPEST = 4
_MOST = 1_000_000
_GZIP = b"\x1f\x8b"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)


@dataclass(frozen=True, slots=True)
class Archive:
    """One file to read.

    Attributes:
        place: its absolute path or URL.
        size: in bytes; None if it is not known yet.
        version: changes with its contents (mtime, ETag or Last-Modified).
        is_trusted: the operator named its host, on the command line or in a list on this machine.
        problem: why it cannot be read; None if it was not tried, or can be.
    """

    place: str
    size: int | None
    version: str
    is_trusted: bool = True
    problem: str | None = None

    @property
    def is_remote(self) -> bool:
        return _is_address(self.place)

    @property
    def name(self) -> str:
        path = urlsplit(self.place).path if self.is_remote else self.place
        return path.rstrip("/").rpartition("/")[2] or "archive"


def archives(given: Sequence[str], *, allow_private: bool = False) -> list[Archive]:
    """Return the named files in order, each once, with folders and lists expanded, wherever the lists lie.

    An entry of a list that cannot be used is returned with its `problem`, and so is a remote list. Remote archives are not looked
    at before `settled`.

    Raises ArchiveError if a path or list on this machine, named directly, cannot be read.
    """
    expansion = _Expansion(allow_private)
    found: dict[str, Archive] = {}
    for name in given:
        for archive in expansion.of(name):
            found.setdefault(archive.place, archive)
            if len(found) > _MOST:
                raise ArchiveError(
                    f"more than {_MOST:,} files are named",
                    left="nothing was read",
                    next="divide the list, and load its parts",
                )
    if not found:
        raise ArchiveError(
            f"no file is named by {', '.join(given)}: there are only lists that name each other",
            left="nothing was read",
            next="name the archives in a list",
        )
    return list(found.values())


def settled(archive: Archive, *, allow_private: bool = False) -> Archive:
    """Return the archive with its size and version. Raises ArchiveError if it has a problem or cannot be reached."""
    if archive.problem:
        raise ArchiveError(archive.problem, left="nothing of it was loaded", next="correct the list")
    if not archive.is_remote:
        return archive
    size, version = Remote(archive.place, archive.is_trusted, allow_private).about()
    return replace(archive, size=size, version=version)


def fetch(archive: Archive, into: Path, *, allow_private: bool = False) -> Path:
    """Return the path of a local file, or download a remote one to `into`, resuming an interrupted download.

    Raises ArchiveError if the download fails; what was downloaded is kept for the next try.
    """
    if not archive.is_remote:
        return Path(archive.place)
    if not into.exists():
        Remote(archive.place, archive.is_trusted, allow_private).download(into, archive.size)
    return into


class _Expansion:
    """Expands folders and lists, each list once."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._lists: set[str] = set()

    def of(self, name: str) -> Iterator[Archive]:
        """Yield the files that a name on the command line stands for. Raises ArchiveError if it cannot be read."""
        if _is_address(name):
            yield from self._address(name, 0, is_trusted=True)
        else:
            yield from self._path(Path(name).expanduser(), 0)

    def _path(self, path: Path, depth: int) -> Iterator[Archive]:
        place = str(path.absolute())
        try:
            is_folder = path.is_dir()
            size, version = (stat := path.stat()).st_size, str(stat.st_mtime_ns)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            words = getattr(error, "strerror", None) or str(error)
            raise ArchiveError(
                f"{place} cannot be read: {words}", left="nothing was read", next=f"check the path: ls -l {place}"
            ) from None
        if is_folder:
            inside = sorted(file for file in path.rglob("*") if _is_archive(file.name) and file.is_file())
            if not inside:
                raise ArchiveError(f"there is no WARC file below {path}", left="nothing was read", next=f"ls {path}")
            for file in inside:
                yield from self._path(file, depth)
        elif not _is_list(path.name):
            yield Archive(place, size, version)
        elif self._is_new(place, depth):
            for entry in _entries(_list_bytes(path), place):
                yield from self._entry(entry, path.absolute().parent, depth, is_trusted=True)

    def _address(self, place: str, depth: int, *, is_trusted: bool) -> Iterator[Archive]:
        if not _is_list(urlsplit(place).path):
            yield Archive(place, None, "", is_trusted)
        elif self._is_new(place, depth):
            try:
                entries = _entries(Remote(place, is_trusted, self._allow_private).read(LARGEST_LIST), place)
            except ArchiveError as error:
                yield Archive(place, None, "", is_trusted, error.happened)
                return
            for entry in entries:
                address = _resolved(entry, place)
                yield from self._entry(address, None, depth, is_trusted=is_trusted and _host(address) == _host(place))

    def _entry(self, entry: str, folder: Path | None, depth: int, *, is_trusted: bool) -> Iterator[Archive]:
        """Yield the files of an entry of a list, with a problem if it cannot be used; `folder` holds a list on this machine."""
        try:
            if entry.startswith("crawl-data/"):
                yield from self._address(_COMMON_CRAWL + entry, depth + 1, is_trusted=True)
            elif folder is None or _is_address(entry):
                yield from self._address(entry, depth + 1, is_trusted=is_trusted)
            else:
                yield from self._path(folder / entry, depth + 1)
        except ArchiveError as error:
            yield Archive(
                entry if folder is None or _is_address(entry) else str(folder / entry), None, "", is_trusted, error.happened
            )

    def _is_new(self, place: str, depth: int) -> bool:
        if depth > _DEEPEST:
            raise ArchiveError(
                f"{place} is a list in {depth} other lists", left="nothing of it was read", next="name the lists directly"
            )
        if place in self._lists:
            return False
        self._lists.add(place)
        return True


def _list_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_LIST + 1)
    except OSError as error:
        raise ArchiveError(f"the list {path} cannot be read: {error}", left="nothing was read", next=f"ls -l {path}") from None
    if len(data) > LARGEST_LIST:
        raise ArchiveError(
            f"the list {path} has more than {LARGEST_LIST:,} bytes", left="nothing was read", next="divide it, and load its parts"
        )
    return data


def _entries(data: bytes, place: str) -> list[str]:
    """Return the entries of a list, compressed or not. Raises ArchiveError if it is too large, damaged, empty or no text."""
    problem = None
    if data.startswith(_GZIP):
        try:
            part = gunzipped(data, LARGEST_LIST)
            problem = None if part.is_whole else "it is damaged or cut off"
            data = part.data
        except TooLarge:
            problem = f"it unpacks to more than {LARGEST_LIST:,} bytes"
    if problem is None and WEB_PAGE.match(data):
        problem = "it is a web page"
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # what PowerShell writes
    text = data.decode("utf-16", "replace") if is_wide else data.decode("utf-8-sig", "surrogateescape")
    lines = (line.strip() for line in text.splitlines())
    entries = [line for line in lines if line and not line.startswith("#")]
    if problem is None and not entries:
        problem = "it names no file"
    if problem:
        raise ArchiveError(f"the list {place} cannot be read: {problem}", left="nothing of it was read", next="check the list")
    return entries


def _resolved(entry: str, base: str) -> str:
    """Return the address that an entry of the list at `base` names. A list on a server can name no file of this machine."""
    if _is_address(entry) or entry.startswith("crawl-data/"):
        return entry
    parts = urlsplit(base)
    folder = "" if entry.startswith("/") else parts.path.rpartition("/")[0] + "/"
    return f"{parts.scheme}://{parts.netloc}{folder}{entry}"


def _host(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _is_address(name: str) -> bool:
    return _ADDRESS.match(name) is not None


def _is_list(name: str) -> bool:
    return _LIST.search(name) is not None


def _is_archive(name: str) -> bool:
    return _ARCHIVE.fullmatch(name) is not None and _BESIDE.fullmatch(name) is None
