"""Fetch archives and lists over HTTP and from S3, up to a limit of size, and never from private addresses that nobody named."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from newslake.errors import ArchiveError, StorageError
from spiders.urls.hosts import is_private_name, is_public, literal, private_words

# Bytes of an archive. Archives of news crawls have one gigabyte, the largest of web archives 50.
LARGEST = 64 << 30
# Bytes of a list, packed and unpacked. A month of Common Crawl has 12 MB.
LARGEST_LIST = 64 << 20
_CHUNK = 1 << 20
_TIMEOUT = httpx.Timeout(60.0)
_REDIRECTS = 10
# Servers that pack what they send would pack the file once more.
_AS_IT_IS = {"Accept-Encoding": "identity"}
# Answers instead of the file. No archive begins with these.
WEB_PAGE = re.compile(rb"\s*<(?:!doctype html|html|head|\?xml)", re.I)


@dataclass(frozen=True, slots=True)
class Remote:
    """A file on a server. If `is_trusted`, the operator named its host, which may be private; what it redirects to may not."""

    place: str
    is_trusted: bool = True
    allow_private: bool = False

    def about(self) -> tuple[int | None, str]:
        """Return the size in bytes, if the server tells it, and the version. Raises ArchiveError."""
        with _told(self.place):
            if self._is_s3:
                head = _s3().head_object(**_s3_object(self.place))
                return int(head["ContentLength"]), str(head.get("ETag", ""))
            with self._opened("HEAD", {}) as answer:
                if answer.status_code not in (405, 501):  # some servers do not allow HEAD
                    answer.raise_for_status()
                size = answer.headers.get("Content-Length", "")
                version = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
                return int(size) if size.isdigit() and answer.is_success else None, version

    def read(self, most: int) -> bytes:
        """Return the contents. Raises ArchiveError, also if they have more than `most` bytes."""
        data = b""
        with _told(self.place):
            for chunk in self._chunks(0, lambda: None):
                data += chunk
                if len(data) > most:
                    raise _too_large(self.place, most)
        return data

    def download(self, into: Path, size: int | None) -> None:
        """Download to `into`, from where an earlier try stopped. Raises ArchiveError; what arrived is kept for the next try."""
        part = into.with_name(into.name + ".part")
        into.parent.mkdir(parents=True, exist_ok=True)
        most = LARGEST if size is None else min(size, LARGEST)
        if size is not None and size > LARGEST:
            raise _too_large(self.place, LARGEST)
        with part.open("ab") as out, _told(self.place):
            if size is None or out.tell() < size:
                for chunk in self._chunks(out.tell(), lambda: out.truncate(0)):
                    if not out.tell() and WEB_PAGE.match(chunk):
                        raise _no_archive(self.place, "the server answered with a web page")
                    _write(out.write, chunk, part)
                    if out.tell() > most:
                        out.truncate(0)
                        raise _too_large(self.place, most)
            out.flush()
            os.fsync(out.fileno())
            got = out.tell()
        if size is not None and got != size:
            part.unlink()
            raise ArchiveError(
                f"the download ended after {got:,} of {size:,} bytes: {self.place}",
                left="nothing of it was loaded",
                next="run the same command again",
            )
        part.rename(into)

    @property
    def _is_s3(self) -> bool:
        return self.place.startswith("s3://")

    def _chunks(self, have: int, restart: Callable[[], object]) -> Iterator[bytes]:
        """Yield the bytes from the `have`-th on, or all of them after a call of `restart`."""
        wanted = {"Range": f"bytes={have}-"} if have else {}
        if self._is_s3:
            yield from _s3().get_object(**_s3_object(self.place), **wanted)["Body"].iter_chunks(_CHUNK)
            return
        with self._opened("GET", wanted) as answer:
            if have and answer.status_code == 416:  # the size was not known, and all is there, or the file is another one
                restart()
            elif have and not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
                restart()  # a server without range requests sends the whole file again
            if not (have and answer.status_code == 416):
                answer.raise_for_status()
                yield from answer.iter_raw(_CHUNK)
                return
        with self._opened("GET", {}) as answer:
            answer.raise_for_status()
            yield from answer.iter_raw(_CHUNK)

    @contextmanager
    def _opened(self, method: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """Open an HTTP response, following redirects to public addresses. Raises ArchiveError for others."""
        url, is_trusted = httpx.URL(self.place), self.is_trusted
        for _ in range(_REDIRECTS + 1):
            if url.scheme not in ("http", "https") or not url.host:
                raise ArchiveError(
                    f"{url} is no address of a file", left="nothing was read", next="give a path, http(s):// or s3://"
                )
            with self._answer(method, url, headers | _AS_IT_IS, is_trusted or self.allow_private) as answer:
                if not answer.has_redirect_location:
                    yield answer
                    return
                # Of several, the first counts: httpx joins them by commas, which would make an address that nobody gave.
                url, is_trusted = url.join(answer.headers.get_list("Location")[0]), False
        raise ArchiveError(
            f"{self.place} cannot be fetched: more than {_REDIRECTS} redirects", left="nothing was read", next="check the address"
        )

    @contextmanager
    def _answer(self, method: str, url: httpx.URL, headers: dict[str, str], is_allowed: bool) -> Iterator[httpx.Response]:
        """Send one request, to a public address unless any is allowed. Raises ArchiveError if the host has no public one."""
        addresses = [] if is_allowed else self._public(url)
        # a client with a transport of its own uses no proxy
        with httpx.Client(timeout=_TIMEOUT, transport=httpx.HTTPTransport() if addresses else None) as client:
            answer = _sent(client, method, url, headers, addresses)
            try:
                yield answer
            finally:
                answer.close()

    def _public(self, url: httpx.URL) -> list[str]:
        """Return the public addresses of a host; none if a proxy resolves its name. Raises ArchiveError if all are private."""
        address = literal(url.host)
        if address and not is_public(address):
            raise _private(self.place, url.host, address)
        if url.scheme in getproxies() and not proxy_bypass(url.host):  # nothing but the name can be checked
            if not address and is_private_name(url.host):
                raise _private(self.place, url.host, url.host)
            return []
        found = socket.getaddrinfo(url.host, url.port or url.scheme, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        public = [each for each in addresses if is_public(each)]
        if not public:
            raise _private(self.place, url.host, addresses[0])
        return public


def _sent(client: httpx.Client, method: str, url: httpx.URL, headers: dict[str, str], addresses: list[str]) -> httpx.Response:
    """Send a request to the first of these addresses of the host that can be reached; without any, to the host.

    An address that was checked is connected to as it is: the name could resolve to another one the next time.
    """
    name = url.raw_host.decode("ascii")
    named = headers | {"Host": url.netloc.decode("ascii")}
    for left, address in enumerate(addresses, start=1 - len(addresses)):
        request = client.build_request(
            method, url.copy_with(host=address), headers=named, extensions={"sni_hostname": name, "timeout": _TIMEOUT.as_dict()}
        )
        try:
            return client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if left == 0:
                raise
    return client.send(client.build_request(method, url, headers=headers), stream=True)


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Turn whatever goes wrong with a server into an ArchiveError."""
    try:
        yield
    except (ArchiveError, StorageError):
        raise
    except Exception as error:  # noqa: BLE001 - botocore creates its exceptions at run time
        raise ArchiveError(
            f"{place} cannot be fetched: {error or type(error).__name__}",
            left="nothing of it was loaded",
            next="run the same command again",
        ) from None


def _write(write: Callable[[bytes], object], chunk: bytes, part: Path) -> None:
    try:
        write(chunk)
    except OSError as error:
        raise StorageError(
            f"the download cannot be written to {part}: {error.strerror or error}",
            left="what was downloaded is kept for the next try",
            next=f"make room (df -h {part.parent}), then run the same command again",
        ) from error


def _private(place: str, host: str, address: str) -> ArchiveError:
    return ArchiveError(
        f"{place} leads to a {private_words(host, address)}",
        left="nothing was sent there",
        next="give the file's own address",
    )


def _too_large(place: str, most: int) -> ArchiveError:
    return ArchiveError(
        f"{place} has more than {most:,} bytes",
        left="nothing of it was loaded",
        next="download it, and give its path",
    )


def _no_archive(place: str, why: str) -> ArchiveError:
    return ArchiveError(f"{place} is no archive: {why}", left="nothing of it was loaded", next="check the address")


def _s3_object(place: str) -> dict[str, str]:
    parts = urlsplit(place)
    return {"Bucket": parts.netloc, "Key": parts.path.lstrip("/")}


def _s3() -> Any:
    import boto3  # takes half a second to import, and is rarely needed

    return boto3.client("s3")
