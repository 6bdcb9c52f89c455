"""One test for each private name of Scrapy and Twisted: it is there, and still does what the crawl needs it for."""

from __future__ import annotations

import ast
import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider, signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.httpcache import FilesystemCacheStorage, RFC2616Policy
from scrapy.http import Response
from scrapy.pqueues import ScrapyPriorityQueue
from scrapy.squeues import FifoMemoryQueue
from scrapy.utils.test import get_crawler
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web._newclient import Request as SentRequest
from twisted.web.client import ResponseDone, ResponseFailed
from twisted.web.http_headers import Headers

from spiders import scrapy_private
from spiders.scrapy_private import (
    FlooredThrottle,
    HeadFactory,
    HeadParser,
    HeadProtocol,
    RedirectMiddleware,
    RobotsMiddleware,
    all_slots,
    cache_path,
    fail_waiting,
    head_priority,
    make_conditional,
    max_size,
    pause_slot,
    set_slot,
    slot_delay,
    slot_of,
    under_way,
    use_factory,
)
from spiders.scrapy_settings import scrapy_settings
from spiders.settings import CrawlSettings

URL = "https://example.org/news"
SPIDERS = Path(scrapy_private.__file__).parent

ROOT = Path(__file__).resolve().parents[2]


def crawler_of(**settings: Any) -> Crawler:
    return get_crawler(None, settings)


@pytest.fixture
def downloading() -> Iterator[tuple[Crawler, Downloader]]:
    """A crawler and its downloader, which has no delay of its own."""
    handlers = dict.fromkeys(("http", "https", "data", "file", "ftp", "s3"))
    crawler = crawler_of(DOWNLOAD_DELAY=0, DOWNLOAD_DELAY_JITTER=0.0, DOWNLOAD_HANDLERS=handlers)
    downloader = Downloader(crawler)
    crawler.engine = SimpleNamespace(downloader=downloader)  # type: ignore[assignment]
    yield crawler, downloader
    downloader.slots.clear()


def slot_for(downloader: Downloader, url: str) -> Slot:
    """The slot that the downloader takes, or makes, for a request."""

    async def get() -> Slot:
        return downloader._get_slot(Request(url))[1]

    return asyncio.run(get())


class Counting(HeadParser):
    """A parser that keeps the lines of a head."""

    lines: tuple[bytes, ...] = ()

    def lineReceived(self, line: bytes) -> None:
        self.lines = (*self.lines, line.rstrip(b"\r"))
        super().lineReceived(line)


class CountingProtocol(HeadProtocol):
    parser = Counting


class CountingFactory(HeadFactory):
    built = CountingProtocol


def test_the_pool_of_scrapys_handler_connects_with_the_factory_that_it_is_given() -> None:
    from twisted.internet import reactor  # noqa: F401 - installs one, which the handler needs

    handler = HTTP11DownloadHandler(crawler_of())
    use_factory(handler, CountingFactory)
    connected: list[Any] = []
    endpoint = SimpleNamespace(connect=lambda factory: connected.append(factory) or Deferred())
    handler._pool.getConnection("example.org", endpoint)
    assert [type(factory) for factory in connected] == [CountingFactory]


def test_a_connection_parses_with_the_class_that_it_is_given() -> None:
    factory = CountingFactory(lambda protocol: None, "endpoint")
    protocol = factory.buildProtocol(None)
    protocol.makeConnection(StringTransport())
    asked = SentRequest(b"GET", b"/", Headers({b"host": [b"example.org"]}), None)
    answers: list[Any] = []
    protocol.request(asked).addCallback(answers.append)
    parser = protocol._parser
    assert isinstance(parser, Counting)
    protocol.dataReceived(b"HTTP/1.1 200 OK\r\nX-One: 1\r\nno colon\r\nContent-Length: 0\r\n\r\n")
    assert answers[0].code == 200
    assert answers[0].headers.getRawHeaders("x-one") == ["1"]
    assert parser.lines == (b"HTTP/1.1 200 OK", b"X-One: 1", b"no colon", b"Content-Length: 0", b"")


def test_a_chunked_body_is_decoded_by_a_lenient_decoder() -> None:
    def bodies(*received: bytes) -> tuple[bytes, list[type[BaseException]]]:
        """The body and the error that a reader of the response gets."""
        protocol = HeadFactory(lambda protocol: None, "endpoint").buildProtocol(None)
        protocol.makeConnection(StringTransport())
        body: list[bytes] = []
        ended: list[type[BaseException]] = []
        reader = SimpleNamespace(
            makeConnection=lambda transport: None,
            dataReceived=body.append,
            connectionLost=lambda reason: ended.append(reason.type),
        )
        asked = SentRequest(b"GET", b"/", Headers({b"host": [b"example.org"]}), None)
        protocol.request(asked).addCallback(lambda answer: answer.deliverBody(reader))
        for piece in received:
            protocol.dataReceived(piece)
        protocol.connectionLost(Failure(ConnectionDone()))
        return b"".join(body), ended

    head = b"\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert bodies(head, b"5 \r\nhello\r\n0\r\n\r\n") == (b"hello", [ResponseDone])
    assert bodies(head, b"5\thel", b"lo", b"\r\n", b"0\r\n") == (b"", [ResponseFailed])
    assert bodies(head, b"5\t\r\nhel", b"lo", b"\r\n", b"0\r\n") == (b"hello", [ResponseDone])
    assert bodies(head, b"7\r\n</html>\r\n") == (b"</html>", [ResponseDone])
    assert bodies(head, b"5\r\nhello\r\n") == (b"hello", [ResponseFailed])


def test_the_connection_is_given_back_for_the_next_request() -> None:
    given_back: list[Any] = []
    protocol = HeadFactory(given_back.append, "endpoint").buildProtocol(None)
    protocol.makeConnection(StringTransport())
    protocol.request(SentRequest(b"GET", b"/", Headers({b"host": [b"example.org"]}), None, persistent=True))
    protocol.dataReceived(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert given_back == [protocol]


def test_a_host_has_a_slot_once_something_is_requested_of_it(downloading: tuple[Crawler, Downloader]) -> None:
    crawler, downloader = downloading
    assert slot_of(crawler, "example.org") is None
    slot = slot_for(downloader, URL)
    assert slot_of(crawler, "example.org") is slot
    assert list(all_slots(crawler)) == [slot]


def test_a_hosts_delay_holds_for_its_slot_and_for_the_one_that_replaces_it(downloading: tuple[Crawler, Downloader]) -> None:
    crawler, downloader = downloading
    assert slot_delay(crawler, "example.org") is None
    slot = slot_for(downloader, URL)
    set_slot(crawler, "example.org", 7.0)
    assert slot_delay(crawler, "example.org") == 7.0
    assert (slot.delay, slot.jitter, slot.concurrency) == (7.0, 0.0, 1)
    downloader.slots.clear()
    new = slot_for(downloader, URL)
    assert new is not slot
    assert (new.download_delay(), new.free_transfer_slots()) == (7.0, 1)


def test_a_paused_slot_sends_nothing_until_its_pause_is_over(downloading: tuple[Crawler, Downloader]) -> None:
    _, downloader = downloading

    async def pause() -> tuple[int, float]:
        slot = Slot(1, 0.5)
        downloader.slots["example.org"] = slot
        pause_slot(slot, 60.0)
        slot.queue.append((Request(URL), Deferred()))
        downloader._process_queue(slot)
        waits = slot.lastseen + slot.delay - time.monotonic()
        assert slot.latercall is not None
        slot.close()
        return len(slot.queue), waits

    waiting, seconds = asyncio.run(pause())
    assert waiting == 1
    assert 59 < seconds <= 60


def test_a_slot_without_a_pause_sends(downloading: tuple[Crawler, Downloader], monkeypatch: pytest.MonkeyPatch) -> None:
    _, downloader = downloading
    sent: list[Request] = []

    async def send(slot: Slot, request: Request, deferred: Any) -> None:
        sent.append(request)

    monkeypatch.setattr(downloader, "_wait_for_download", send)

    async def run() -> None:
        slot = Slot(1, 0.0)
        slot.queue.append((Request(URL), Deferred()))
        downloader._process_queue(slot)
        await asyncio.sleep(0.05)

    asyncio.run(run())
    assert [request.url for request in sent] == [URL]


def test_waiting_requests_fail_with_the_error_that_is_given() -> None:
    slot = Slot(1, 0.0)
    errors: dict[str, type[BaseException]] = {}
    for url in (URL, "https://example.org:8443/"):
        waiting: Deferred[Response] = Deferred()
        waiting.addErrback(lambda failure, url=url: errors.update({url: failure.type}))
        slot.queue.append((Request(url), waiting))
    fail_waiting(slot, IgnoreRequest("closed"), lambda request: request.url == URL)
    assert errors == {URL: IgnoreRequest}
    assert [request.url for request, _ in slot.queue] == ["https://example.org:8443/"]
    fail_waiting(slot, IgnoreRequest("closed"))
    assert len(errors) == 2
    assert not slot.queue


def test_a_queue_tells_the_priority_of_the_request_that_it_gives_next() -> None:
    queue = ScrapyPriorityQueue.from_crawler(crawler_of(), FifoMemoryQueue, "")
    for priority in (-10, 10, 0):
        queue.push(Request(f"{URL}/{priority}", priority=priority))
    told = [(head_priority(queue), queue.pop().priority) for _ in range(3)]  # type: ignore[union-attr]
    assert told == [(10, 10), (0, 0), (-10, -10)]


def test_a_request_is_under_way_until_the_engine_is_done_with_it() -> None:
    async def ask() -> tuple[list[Request], list[Request]]:
        crawler = get_crawler(Spider)
        crawler.spider = crawler._create_spider("one")
        crawler.engine = engine = crawler._create_engine()
        assert list(under_way(crawler)) == []
        await engine.open_spider_async(close_if_idle=False)
        assert engine._slot
        engine._slot.add_request(request)
        during = list(under_way(crawler))
        engine._slot.remove_request(request)
        return during, list(under_way(crawler))

    request = Request(URL)
    assert asyncio.run(ask()) == ([request], [])


def test_a_robots_txt_that_cannot_be_had_is_reported_before_the_page_goes_on() -> None:
    reported: list[tuple[Exception, str]] = []

    class Reporting(RobotsMiddleware):
        def robots_failed(self, error: Exception, netloc: str) -> None:
            reported.append((error, netloc))

    error = IgnoreRequest("closed")

    async def download_async(request: Request) -> Response:
        assert request.url == "https://example.org/robots.txt"
        raise error

    crawler = crawler_of(ROBOTSTXT_OBEY=True)
    crawler.engine = SimpleNamespace(download_async=download_async)  # type: ignore[assignment]
    crawler.stats = SimpleNamespace(inc_value=lambda key: None)  # type: ignore[assignment]
    middleware = Reporting(crawler)
    asyncio.run(middleware.process_request(Request(URL)))
    assert reported == [(error, "example.org")]


def test_a_redirect_that_is_no_status_is_counted_like_others() -> None:
    middleware = RedirectMiddleware.from_crawler(crawler_of(REDIRECT_MAX_TIMES=1))
    led = middleware.led(Request(URL), Response(URL), "https://example.org/on", "refresh")
    assert (led.url, led.meta["redirect_urls"], led.meta["redirect_reasons"]) == ("https://example.org/on", [URL], ["refresh"])
    with pytest.raises(IgnoreRequest, match="redirect"):
        middleware.led(led, Response(led.url), "https://example.org/further", "refresh")


def test_the_throttle_never_goes_below_the_lowest_delay() -> None:
    class Floored(FlooredThrottle):
        def lowest_delay(self, response: Response) -> float:
            return 7.0 if response.url == URL else 0.0

    crawler = crawler_of(AUTOTHROTTLE_ENABLED=True, AUTOTHROTTLE_MAX_DELAY=60.0, DOWNLOAD_DELAY=1.0)
    slots = {"example.org": Slot(1, 3.0), "example.com": Slot(1, 3.0)}
    crawler.engine = SimpleNamespace(downloader=SimpleNamespace(slots=slots))  # type: ignore[assignment]
    throttle = Floored(crawler)
    crawler.signals.send_catch_log(signals.spider_opened, spider=Spider("news"))
    assert throttle.mindelay == 1.0
    for url, host in ((URL, "example.org"), ("https://example.com/", "example.com")):
        request = Request(url, meta={"download_slot": host, "download_latency": 0.2})
        crawler.signals.send_catch_log(
            signals.response_downloaded, response=Response(url), request=request, spider=Spider("news")
        )
    assert slots["example.org"].delay == 7.0
    assert 1.0 <= slots["example.com"].delay < 3.0


def test_the_largest_body_that_is_unpacked_is_the_settings() -> None:
    middleware = HttpCompressionMiddleware.from_crawler(crawler_of(DOWNLOAD_MAXSIZE=12_345))
    assert max_size(middleware) == 12_345


def test_the_cache_has_one_path_for_each_request_in_its_folder(tmp_path: Path) -> None:
    crawler = crawler_of(HTTPCACHE_DIR=str(tmp_path))
    storage = FilesystemCacheStorage(crawler.settings)
    spider = Spider("news")
    crawler.spider = spider
    spider.crawler = crawler
    crawler.request_fingerprinter = SimpleNamespace(fingerprint=lambda request: request.url.encode())  # type: ignore[assignment]
    storage.open_spider(spider)
    path = cache_path(storage, spider, Request(URL))
    assert path.is_relative_to(tmp_path / "news")
    assert path == cache_path(storage, spider, Request(URL))
    assert path != cache_path(storage, spider, Request(f"{URL}/2"))


def test_a_request_becomes_conditional_by_what_its_cached_response_says() -> None:
    request = Request(URL)
    cached = Response(URL, headers={"ETag": '"1"', "Last-Modified": "Sat, 01 Nov 2025 00:00:00 GMT"})
    make_conditional(RFC2616Policy(crawler_of().settings), request, cached)
    assert request.headers["If-None-Match"] == b'"1"'
    assert request.headers["If-Modified-Since"] == b"Sat, 01 Nov 2025 00:00:00 GMT"


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_no_other_module_uses_a_private_name_of_scrapy_or_twisted() -> None:
    """Private is what is imported with an underscore, and what an object has that the module itself does not define."""
    found: list[str] = []
    for file in SPIDERS.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        theirs = [
            node
            for node in nodes
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ("scrapy", "twisted")
        ]
        if file.name == "scrapy_private.py" or not theirs:
            continue
        imported = [name for node in theirs for name in (*(node.module or "").split("."), *(one.name for one in node.names))]
        own = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
        own |= {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
        own |= {"_exit", "_replace"}  # of os, and of every named tuple: documented for all their underscore
        used = {node.attr for node in nodes if isinstance(node, ast.Attribute)} - own
        found += [f"{file.name}: {name}" for name in (*imported, *used) if is_private(name)]
    assert found == []


def test_a_deprecated_class_of_scrapy_is_of_the_module_that_names_it() -> None:
    """`spiders.quick_import` answers for `inspect`, which would read the source of every module on the stack."""
    code = (
        "import spiders.process\n"
        "from scrapy.core.downloader import contextfactory, tls\n"
        "print(tls.ScrapyClientTLSOptions.__module__, contextfactory.ScrapyClientContextFactory.__module__)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["scrapy.core.downloader.tls", "scrapy.core.downloader.contextfactory"]


def test_only_the_extensions_that_the_crawl_uses_are_loaded(tmp_path: Path) -> None:
    crawler = get_crawler(settings_dict=scrapy_settings(CrawlSettings(), tmp_path, {}))
    crawler._apply_settings()
    assert crawler.extensions
    assert {type(one).__name__ for one in crawler.extensions.middlewares} == {"CoreStats", "LogStats", "Throttle"}
