"""Record a tape: a download handler that writes down every answer before it is handed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.exceptions import StopDownload
from scrapy.http import Response

from newslake import http
from newslake.errors import CaptureError
from newslake.http import codings_of
from newslake.outcomes import Origin
from spiders.fetches import Fetch, exchange, joined
from spiders.network.guard import DownloadHandler
from spiders.network.request_meta import COOKIE_JAR, FETCH
from spiders.tape.model import ANSWERS, Answer
from spiders.tape.secrets import Secrets
from spiders.warc.files import unwritable
from spiders.warc.model import Exchange
from spiders.warc.write import CaptureWriter

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.cookies.subscriptions import Subscriptions

TAPE = "TAPE"
SECRETS = "TAPE_SECRETS"


class Tape:
    """Writes the answers of a crawl into a folder."""

    def __init__(self, folder: Path, secrets: Secrets, max_bytes: int) -> None:
        self._writer = CaptureWriter(folder, name="answers")
        self._lines = (folder / ANSWERS).open("a", encoding="utf-8")
        self._max_bytes = max_bytes
        self.secrets = secrets

    def write(self, request: Request, response: Response | None, error: Exception | None = None) -> None:
        """Add an answer. Raises CaptureError if it cannot be written."""
        answer = Answer(request.method, self.secrets.hide(request.url))
        if response is not None:
            place = self._writer.write(self._exchange(request, response))
            flags = tuple(response.flags)
            answer = replace(answer, file=place.file, offset=place.offset, flags=flags, is_refused=error is not None)
        elif error is not None:
            answer = replace(answer, error=type(error).__name__, words=self.secrets.hide(str(error)))
        try:
            self._lines.write(answer.as_json() + "\n")
            self._lines.flush()
        except OSError as failure:
            raise unwritable(Path(self._lines.name), failure) from failure

    def close(self) -> None:
        """Close the files. Raises OSError."""
        self._lines.close()
        self._writer.close()

    def _exchange(self, request: Request, response: Response) -> Exchange:
        fetch = request.meta.get(FETCH) or Fetch("", request.url, "page", "robots.txt", Origin.ROBOTS, "")
        known = exchange(fetch, response.replace(request=request))
        headers, body = list(known.response_headers), known.body
        if self.secrets:
            headers, body = self._unpacked(response, headers, body)
        kind = fetch.kind if FETCH in request.meta else "robots.txt"
        about: dict[str, Any] = {"url": self.secrets.hide(fetch.url), "kind": kind}
        if fetch.source:
            about["source"] = fetch.source
        return replace(
            known,
            url=self.secrets.hide(request.url),
            request_headers=self.secrets.headers(known.request_headers),
            response_headers=self.secrets.headers(headers),
            body=body,
            about=about,
        )

    def _unpacked(self, response: Response, headers: list[tuple[str, str]], body: bytes) -> tuple[list[tuple[str, str]], bytes]:
        """Return headers and body without content coding and secrets; without the body if it cannot be unpacked."""
        try:
            body = http.unpacked(body, codings_of(joined(response.headers, "Content-Encoding") or ""), self._max_bytes)
        except (http.CodingError, http.TooLarge):
            return headers, b""
        return [pair for pair in headers if pair[0].lower() != "content-encoding"], self.secrets.hide_in(body)


_tapes: WeakKeyDictionary[Crawler, Tape] = WeakKeyDictionary()


@runtime_checkable
class Aborts(Protocol):
    """A spider that ends its crawl when nothing more can be kept."""

    def abort(self, why: str) -> None: ...


@runtime_checkable
class Subscribes(Protocol):
    """A spider that sends cookies of subscriptions."""

    subscriptions: Subscriptions


class Recorder(DownloadHandler):
    """The usual download handler, which writes each answer to the tape of its crawl."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        if crawler not in _tapes:
            settings = crawler.settings
            secrets = Secrets(settings.getlist(SECRETS), self._of_cookies)
            _tapes[crawler] = Tape(Path(settings[TAPE]), secrets, settings.getint("DOWNLOAD_MAXSIZE"))
        self._tape = _tapes[crawler]

    def _of_cookies(self) -> Sequence[str]:
        spider = self.crawler.spider
        return spider.subscriptions.secrets if isinstance(spider, Subscribes) else ()

    async def download_request(self, request: Request) -> Response:
        try:
            response = await super().download_request(request)
        except StopDownload as stopped:
            self._write(request, stopped.response, stopped)
            raise
        except Exception as error:
            self._write(request, None, error)
            raise
        self._write(request, response)
        return response

    def _write(self, request: Request, response: Response | None, error: Exception | None = None) -> None:
        spider = self.crawler.spider
        if response is not None and COOKIE_JAR in request.meta and isinstance(spider, Subscribes):
            spider.subscriptions.met(response.headers.getlist("Set-Cookie"))
        try:
            self._tape.write(request, response, error)
        except CaptureError as failure:  # it says nothing of the site
            spider = self.crawler.spider
            assert isinstance(spider, Aborts)
            spider.abort(str(failure))
            raise

    async def close(self) -> None:
        await super().close()
        if tape := _tapes.pop(self.crawler, None):
            tape.close()
