"""The systems that `collect.py` compares, each run in a fresh process of its own.

    python benchmarks/peers/systems.py NAME FOLDER

FOLDER holds urls.json (the article URLs) and watchlist.toml; the driver leaves result.json there:
{"pages": done, "errors": not done}.
The peers' drivers run in an interpreter that has none of newslake's dependencies, so imports stand where they are used.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

CONCURRENCY = 32
PER_DOMAIN = 8
TIMEOUT = 30
# Shorter than this is no text of an article; every true body of the site is longer.
LEAST_TEXT = 50

Counts = tuple[int, int]  # pages done, errors
ARTICLES = "SELECT count(*) AS articles, count(DISTINCT source) AS sources FROM articles"


def newslake(folder: Path, urls: Sequence[str]) -> Counts:
    """Run newslake through a Prefect server that is started for it: `newslake run --prefect`, then a query."""
    return _newslake(folder, urls, "--prefect")


def newslake_plain(folder: Path, urls: Sequence[str]) -> Counts:
    """Run the same without Prefect, as `newslake run` does by itself."""
    return _newslake(folder, urls, "--plain")


def _newslake(folder: Path, urls: Sequence[str], *options: str) -> Counts:
    command = str(Path(sys.executable).with_name("newslake"))
    config = ["--config", str(folder / "watchlist.toml")]
    with (folder / "newslake.log").open("w", encoding="utf-8") as log:
        ran = subprocess.run([command, "run", *config, "--json", *options], stdout=log, stderr=log, check=False)
        if ran.returncode not in (0, 1):  # 1: a source failed, which the count below tells as well
            sys.exit(f"newslake run ended with {ran.returncode}:\n{(folder / 'newslake.log').read_text('utf-8')[-2000:]}")
        answer = subprocess.run([command, "sql", ARTICLES, *config, "--json"], stdout=subprocess.PIPE, text=True, check=True)
    articles = int(json.loads(answer.stdout)[0]["articles"])
    return articles, len(urls) - articles


def scrapy_download_only(folder: Path, urls: Sequence[str]) -> Counts:
    """Run a bare Scrapy spider that discards its downloads: the lower bound for any crawler on Scrapy."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Download(scrapy.Spider):
        name = "download"
        done = 0

        async def start(self) -> Any:
            for url in urls:
                yield scrapy.Request(url, callback=self.parse)

        def parse(self, response: Any, **kwargs: Any) -> None:
            Download.done += 1

    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": PER_DOMAIN,
            "DOWNLOAD_DELAY": 0,
            "DOWNLOAD_TIMEOUT": TIMEOUT,
            "ROBOTSTXT_OBEY": False,
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Download)
    process.start()
    return Download.done, len(urls) - Download.done


def news_please(folder: Path, urls: Sequence[str]) -> Counts:
    """Call its library for many URLs: a thread per download, then a process pool over all cores; pictures are not fetched."""
    from newsplease import NewsPlease

    articles = NewsPlease.from_urls(list(urls), request_args={"timeout": TIMEOUT}, fetch_images=False)
    done = sum(1 for article in articles.values() if article and len(article.maintext or "") >= LEAST_TEXT)
    return done, len(urls) - done


def newspaper4k(folder: Path, urls: Sequence[str]) -> Counts:
    """Download and parse, one after the other; pictures are not fetched, nothing is remembered, no NLP.

    Its call for many articles (`fetch_news`, threads) took a third more CPU here and saved a tenth of the time.
    """
    from newspaper import Article, Config
    from newspaper.exceptions import ArticleException

    config = Config()
    config.fetch_images = False
    config.memorize_articles = False
    config.request_timeout = TIMEOUT
    done = 0
    for url in urls:
        article = Article(url, config=config)
        try:
            article.download()
            article.parse()
        except (ArticleException, ImportError, LookupError):  # a language that needs one more package, or its data
            continue
        done += len(article.text) >= LEAST_TEXT
    return done, len(urls) - done


SYSTEMS: dict[str, Callable[[Path, Sequence[str]], Counts]] = {
    "newslake": newslake,
    "newslake_plain": newslake_plain,
    "scrapy_download_only": scrapy_download_only,
    "news_please": news_please,
    "newspaper4k": newspaper4k,
}
PEERS = ("news_please", "newspaper4k")


def _stay_on_loopback() -> None:
    """Make any access beyond this machine (a list of public suffixes, a picture) an error, so that nothing waits for it."""
    resolve = socket.getaddrinfo

    def loopback_only(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in ("127.0.0.1", "localhost", None):
            raise OSError(f"the benchmark stays on this machine, and {host} is not on it")
        return resolve(host, *args, **kwargs)

    socket.getaddrinfo = loopback_only
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # the list in the wheel is used


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    if name in PEERS:
        _stay_on_loopback()
    urls = json.loads((folder / "urls.json").read_text("utf-8"))
    pages, errors = SYSTEMS[name](folder, urls)
    (folder / "result.json").write_text(json.dumps({"pages": pages, "errors": errors}), "utf-8")


if __name__ == "__main__":
    main()
