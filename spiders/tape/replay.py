"""Replay a tape: a download handler that answers from the folder of a tape, and never uses the network."""

from __future__ import annotations

import builtins
import time
from collections import defaultdict, deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import scrapy.exceptions
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import DownloadCancelledError, StopDownload
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from twisted.internet import error as twisted_errors
from warcio.archiveiterator import ArchiveIterator

from newslake.secrecy import redacted
from spiders.network.failures import NotSaved
from spiders.network.guard import PrivateAddress
from spiders.network.request_meta import REQUESTED_AT, SECONDS
from spiders.tape.model import Answer, read_answers

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

REPLAY = "REPLAY"
_OWN = {"TunnelError": TunnelError, "PrivateAddress": PrivateAddress}


class Player:
    """A download handler that gives each request the answer that it got when the tape was made.

    A request that was sent several times gets the answers in their order, and the last one from then on. Raises NotSaved for one
    that is not on the tape.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self._folder = Path(crawler.settings[REPLAY])
        self._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._answers: defaultdict[tuple[str, str], deque[Answer]] = defaultdict(deque)
        for answer in read_answers(self._folder):
            self._answers[answer.method, answer.url].append(answer)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Player:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        request.meta[REQUESTED_AT], request.meta[SECONDS] = time.time(), 0.0
        answers = self._answers.get((request.method, redacted(request.url)))
        if not answers:
            raise NotSaved(f"{redacted(request.url)} is not in {self._folder.name}")
        answer = answers.popleft() if len(answers) > 1 else answers[0]
        if answer.error is not None:
            raise _error(answer.error, answer.words)
        response = self._response(request, answer)
        if answer.is_refused:
            stopped = StopDownload(fail=True)
            stopped.response = response
            raise stopped
        return response

    async def close(self) -> None:
        """Do nothing: no file stays open."""

    def _response(self, request: Request, answer: Answer) -> Response:
        try:
            path = self._folder / (answer.file or "")
            if not path.is_file():  # a device or a pipe would never end
                raise FileNotFoundError(path)
            with path.open("rb") as file:
                file.seek(answer.offset)
                record = next(iter(ArchiveIterator(file)))
                body = record.raw_stream.read(self._max_bytes + 1)
                status = int(record.http_headers.get_statuscode())
                pairs = record.http_headers.headers
        except (OSError, StopIteration, ValueError, AttributeError, EOFError) as error:
            raise NotSaved(
                f"the answer of {answer.url} in {self._folder.name} cannot be read ({type(error).__name__})"
            ) from error
        if len(body) > self._max_bytes:
            raise DownloadCancelledError
        headers = Headers()
        for name, value in pairs:
            headers.appendlist(name, value)
        made = responsetypes.from_args(headers=headers, url=request.url, body=body)
        return made(url=request.url, status=status, headers=headers, body=body, flags=list(answer.flags))


def _error(name: str, words: str) -> Exception:
    """Return an error as it was, by its name; one that is unknown here has at least its name and words."""
    for home in (scrapy.exceptions, twisted_errors, builtins):
        kind = getattr(home, name, None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            with suppress(TypeError):  # it is made from something else
                return kind(words)
    return _OWN[name](words) if name in _OWN else type(name, (Exception,), {})(words)
