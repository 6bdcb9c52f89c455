"""Find the WARC files that a user named by path, address or list, and fetch remote ones."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from newslake.errors import ArchiveError

LISTS = (".txt", ".paths", ".lst", ".paths.gz", ".txt.gz")
# Common Crawl publishes lists of paths without a host.
_COMMON_CRAWL = "https://data.commoncrawl.org/"
_CHUNK = 1 << 20
_TIMEOUT = httpx.Timeout(60.0)


@dataclass(frozen=True, slots=True)
class Archive:
    """One WARC file. `place` is its absolute path or URL; `version` changes with its contents (mtime, ETag or Last-Modified)."""

    place: str
    size: int | None
    version: str

    @property
    def is_remote(self) -> bool:
        return "://" in self.place

    @property
    def name(self) -> str:
        return self.place.rpartition("/")[2] or self.place


def archives(given: Sequence[str]) -> list[Archive]:
    """Return the named files in order, each once, with folders and lists expanded.

    Raises ArchiveError if a local file or a list cannot be read. Remote files are not looked at before `settled`.
    """
    places = dict.fromkeys(place for name in given for place in _expanded(name))
    return [Archive(place, None, "") if "://" in place else _local(place) for place in places]


def settled(archive: Archive) -> Archive:
    """Return the archive with its size and version. Raises ArchiveError if a remote one cannot be reached."""
    return _remote(archive.place) if archive.is_remote else archive


def _expanded(name: str) -> Iterator[str]:
    if "://" in name:
        yield name
        return
    path = Path(name).expanduser()
    if path.is_dir():
        found = sorted(str(file.absolute()) for file in path.rglob("*") if ".warc" in file.name and file.is_file())
        if not found:
            raise ArchiveError(f"there is no WARC file below {path}", left="nothing was read", next=f"ls {path}")
        yield from found
    elif name.endswith(LISTS):
        try:
            data = path.read_bytes()
            text = (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8")
        except (OSError, UnicodeDecodeError, EOFError) as error:
            raise ArchiveError(
                f"the list {path} cannot be read: {error}", left="nothing was read", next=f"ls -l {path}"
            ) from None
        for line in text.splitlines():
            entry = line.strip()
            if not entry or entry.startswith("#"):
                continue
            if entry.startswith("crawl-data/"):
                yield _COMMON_CRAWL + entry
            else:
                yield entry if "://" in entry else str((path.parent / entry).absolute())
    else:
        yield str(path.absolute())


def _local(place: str) -> Archive:
    try:
        stat = Path(place).stat()
    except OSError as error:
        raise ArchiveError(
            f"{place} cannot be read: {error.strerror}", left="nothing was read", next=f"check the path: ls -l {place}"
        ) from None
    return Archive(place, stat.st_size, str(stat.st_mtime_ns))


def _remote(place: str) -> Archive:
    scheme = urlsplit(place).scheme
    if scheme == "s3":
        bucket, key = _s3_parts(place)
        try:
            head = _s3().head_object(Bucket=bucket, Key=key)
        except Exception as error:  # noqa: BLE001 - botocore creates its exceptions at run time
            raise _unreachable(place, error) from None
        return Archive(place, int(head["ContentLength"]), str(head.get("ETag", "")))
    if scheme not in ("http", "https"):
        raise ArchiveError(
            f"{scheme}:// is not supported: {place}", left="nothing was read", next="give a path, http(s):// or s3://"
        )
    try:
        answer = httpx.head(place, follow_redirects=True, timeout=_TIMEOUT)
        if answer.status_code != 405:  # some servers do not allow HEAD
            answer.raise_for_status()
    except httpx.HTTPError as error:
        raise _unreachable(place, error) from None
    size = answer.headers.get("Content-Length")
    version = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
    return Archive(place, int(size) if size and size.isdigit() else None, version)


def fetch(archive: Archive, into: Path) -> Path:
    """Return the path of a local file, or download a remote one to `into`, resuming an interrupted download.

    Raises ArchiveError if the download fails; what was downloaded is kept for the next try.
    """
    if not archive.is_remote:
        return Path(archive.place)
    if into.exists():
        return into
    part = into.with_name(into.name + ".part")
    into.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("ab") as out:
            for chunk in _chunks(archive, out.tell(), out.truncate):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
            size = out.tell()
    except Exception as error:  # noqa: BLE001 - botocore creates its exceptions at run time
        raise _unreachable(archive.place, error) from None
    if archive.size is not None and size != archive.size:
        part.unlink()
        raise ArchiveError(
            f"the download ended after {size:,} of {archive.size:,} bytes: {archive.place}",
            left="nothing of it was loaded",
            next="run the same command again",
        )
    part.rename(into)
    return into


def _chunks(archive: Archive, have: int, truncate: Callable[[int], int]) -> Iterator[bytes]:
    if archive.size is not None and have >= archive.size:
        return
    wanted = {"Range": f"bytes={have}-"} if have else {}
    if archive.place.startswith("s3://"):
        bucket, key = _s3_parts(archive.place)
        yield from _s3().get_object(Bucket=bucket, Key=key, **wanted)["Body"].iter_chunks(_CHUNK)
        return
    with httpx.stream("GET", archive.place, headers=wanted, follow_redirects=True, timeout=_TIMEOUT) as answer:
        answer.raise_for_status()
        if have and answer.status_code != 206:
            truncate(0)  # a server without range requests sends the whole file again
        yield from answer.iter_raw(_CHUNK)


def _s3_parts(place: str) -> tuple[str, str]:
    parts = urlsplit(place)
    return parts.netloc, parts.path.lstrip("/")


def _s3() -> Any:
    import boto3  # takes half a second to import, and is rarely needed

    return boto3.client("s3")


def _unreachable(place: str, error: Exception) -> ArchiveError:
    return ArchiveError(f"{place} cannot be fetched: {error}", left="nothing of it was loaded", next="run the same command again")
