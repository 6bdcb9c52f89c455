"""The cache of feeds and sitemaps: an answer comes back exactly, and an entry of another kind is none."""

from __future__ import annotations

import hashlib
import pickle
import time
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest
from scrapy import Request, Spider
from scrapy.http import Headers, Response, TextResponse, XmlResponse
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from spiders.listings.reader import Read
from spiders.middlewares.cache import ListingStorage, ReadBefore, Revalidate
from spiders.network.request_meta import DONT_OBEY_ROBOTSTXT, KIND

FEED = Request("https://tide.example/feed.xml")


@pytest.fixture
def spider() -> Spider:
    return get_crawler(Spider)._create_spider("tide")


def storage(folder: Path, spider: Spider) -> ListingStorage:
    made = ListingStorage(Settings({"HTTPCACHE_DIR": str(folder)}))
    made.open_spider(spider)
    return made


def answer() -> Response:
    headers = Headers({"Content-Type": "text/xml", "ETag": '"1"', "Set-Cookie": ["a=1", b"b=\xff"]})
    return XmlResponse(FEED.url, status=203, headers=headers, body=b"<rss>\xff\x00</rss>")


def test_an_answer_comes_back_exactly_but_for_its_cookies(tmp_path: Path, spider: Spider) -> None:
    kept = storage(tmp_path, spider)
    kept.store_response(spider, FEED, answer())
    found = kept.retrieve_response(spider, FEED)
    assert isinstance(found, XmlResponse)
    headers = dict(answer().headers)
    del headers[b"Set-Cookie"]  # may be a subscriber's, and no cookie goes to the disk
    assert (found.url, found.status, found.body, dict(found.headers)) == (FEED.url, 203, answer().body, headers)


def test_an_entry_of_an_earlier_version_is_none(tmp_path: Path, spider: Spider) -> None:
    kept = storage(tmp_path, spider)
    kept.store_response(spider, FEED, answer())
    (entry,) = (path for path in tmp_path.rglob("*.entry"))
    data = pickle.dumps({"url": FEED.url, "status": 200, "headers": {}, "body": b""}, protocol=5)
    entry.write_bytes(hashlib.sha256(data).digest() + data)
    assert kept.retrieve_response(spider, FEED) is None


def test_a_listing_that_has_not_changed_names_what_it_named(tmp_path: Path) -> None:
    feed = b'<rss version="2.0"><channel><item><title>\xed\x95\x9c</title><link>/a?b=1</link></item></channel></rss>'
    task = Read("feed", feed, FEED.url, "text/xml")
    before = ReadBefore(tmp_path)
    assert before.recall(task) is None
    named = task.do()
    before.keep(task, named)
    assert len(named.links) == 1
    assert before.recall(task) == named
    for other in (replace(task, body=feed + b" "), replace(task, pattern="b"), replace(task, content_type=None)):
        assert before.recall(other) is None


@pytest.mark.parametrize(("said", "stored"), [('"1"', False), ('W/"2"', True)])
def test_an_unchanged_listing_is_stored_again_only_with_another_validator(said: str, stored: bool, tmp_path: Path) -> None:
    policy = Revalidate(Settings())
    request = Request(FEED.url, meta={KIND: "feed"})
    cached = XmlResponse(FEED.url, headers={"ETag": '"1"'}, body=b"<rss/>")
    assert policy.should_cache_response(cached, request)
    assert policy.is_cached_response_valid(cached, Response(FEED.url, status=304, headers={"ETag": said}), request)
    assert policy.should_cache_response(cached, request) is stored


@pytest.mark.parametrize(
    ("said", "age", "fresh"),
    [
        ({"Cache-Control": "max-age=86400"}, 3600, True),
        ({"Cache-Control": "max-age=86400"}, 7 * 3600, False),  # whatever it says
        ({"Cache-Control": "max-age=600"}, 3600, False),
        ({"Cache-Control": "max-age=86400"}, -3600, False),  # the clock was set back
        ({"Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}, 3600, True),
        ({"Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT", "Cache-Control": "no-cache"}, 3600, False),
        ({"ETag": '"1"'}, 3600, False),
    ],
)
def test_a_robots_txt_is_kept_as_long_as_its_headers_allow(said: dict[str, str], age: float, fresh: bool) -> None:
    policy = Revalidate(Settings())
    request = Request("https://tide.example/robots.txt", meta={DONT_OBEY_ROBOTSTXT: True})
    answered = TextResponse(request.url, headers={"Content-Type": "text/plain", **said}, body=b"User-agent: *\nDisallow: /a")
    assert policy.should_cache_request(request)
    assert policy.should_cache_response(answered, request)
    answered.headers["Date"] = formatdate(time.time() - age, usegmt=True)
    assert policy.is_cached_response_fresh(answered, request) is fresh


@pytest.mark.parametrize(
    ("status", "kind", "control"), [(404, "text/plain", ""), (200, "text/html", ""), (200, "text/plain", "no-store")]
)
def test_what_may_be_no_robots_txt_is_not_kept(status: int, kind: str, control: str) -> None:
    request = Request("https://tide.example/robots.txt", meta={DONT_OBEY_ROBOTSTXT: True})
    headers = {"Content-Type": kind, "ETag": '"1"', "Cache-Control": control}
    assert not Revalidate(Settings()).should_cache_response(TextResponse(request.url, status=status, headers=headers), request)
