"""What `many.py` compares a run with that finds nothing new, each in a fresh process of its own.

    python benchmarks/peers/feeds.py NAME FOLDER

FOLDER holds feeds.json, the addresses. `scrapy` is the floor of any crawler on Scrapy: it fetches them and throws them away.
`feedparser` asks for one after the other with what the last answer said of itself, which it keeps in seen.json, and parses what
comes. Neither asks for robots.txt, and nothing is stored.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def scrapy(folder: Path, urls: Sequence[str]) -> None:
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Download(scrapy.Spider):
        name = "download"

        async def start(self) -> Any:
            for url in urls:
                yield scrapy.Request(url, callback=self.parse)

        def parse(self, response: Any, **kwargs: Any) -> None:
            return None

    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": 32,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": False,
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Download)
    process.start()


def feedparser(folder: Path, urls: Sequence[str]) -> None:
    import feedparser

    state = folder / "seen.json"
    seen = json.loads(state.read_text("utf-8")) if state.exists() else {}
    for url in urls:
        feed = feedparser.parse(url, **seen.get(url, {}))
        if feed.get("status") != 304:
            seen[url] = {key: feed[key] for key in ("etag", "modified") if feed.get(key)}
    state.write_text(json.dumps(seen), "utf-8")


SYSTEMS: dict[str, Callable[[Path, Sequence[str]], None]] = {"scrapy": scrapy, "feedparser": feedparser}


if __name__ == "__main__":
    place = Path(sys.argv[2])
    SYSTEMS[sys.argv[1]](place, json.loads((place / "feeds.json").read_text("utf-8")))
