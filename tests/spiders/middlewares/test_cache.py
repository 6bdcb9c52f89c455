"""The cache of feeds and sitemaps: an answer comes back exactly, and an entry of another kind is none."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest
from scrapy import Request, Spider
from scrapy.http import Headers, Response, XmlResponse
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from spiders.middlewares.cache import ListingStorage

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
