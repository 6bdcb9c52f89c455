"""Where feeds and sitemaps are kept for conditional requests: an entry is one file, whole or not there."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scrapy import Request, Spider
from scrapy.extensions.httpcache import FilesystemCacheStorage
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from newslake import lossless

_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    status: int
    headers: list[tuple[bytes, list[bytes]]]
    body: bytes


class ListingStorage(FilesystemCacheStorage):
    """Scrapy's keeps headers and body in files of their own. Killed between the two, it would send a feed's new ETag, be told
    that nothing changed, and read yesterday's body: the news in between would never be seen."""

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """The entry of a request; None where there is none, or it is damaged."""
        file = self._file(spider, request)
        try:
            data = file.read_bytes()
            if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
                return None
            os.utime(file)  # in use: maintenance removes those that no run reads any more
        except OSError:
            return None
        try:
            kept = lossless.load(_Answer, data[_DIGEST:])
        except ValueError:  # of another version
            return None
        headers = Headers(kept.headers)
        made = responsetypes.from_args(headers=headers, url=kept.url, body=kept.body)
        return made(url=kept.url, status=kept.status, headers=headers, body=kept.body)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        file = self._file(spider, request)
        headers = [(name, list(values)) for name, values in response.headers.items()]
        data = lossless.dump(_Answer, _Answer(response.url, response.status, headers, response.body))
        new = file.with_suffix(".new")
        with suppress(OSError):  # a disk without room costs the outlet a few bytes more, and the run nothing
            file.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(hashlib.sha256(data).digest() + data)
            new.replace(file)

    def _file(self, spider: Spider, request: Request) -> Path:
        return Path(self._get_request_path(spider, request) + ".entry")
