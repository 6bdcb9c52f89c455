"""The process of a crawl: `python -m spiders.process JOB.json`.

It ends when everything is fetched, or when its standard input closes: the parent closes it to stop the crawl, and the system does
if the parent dies. The exit code is 0 after the last journal line, or 1 with the reason on standard output.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import threading
import time
from pathlib import Path

import spiders.quick_import  # noqa: F401 - before all others of Scrapy

# isort: split
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from newslake.children import wait_for_the_end
from newslake.errors import NewslakeError
from spiders.accounts import Accounts, Known
from spiders.cookies.subscriptions import Subscriptions
from spiders.crawl import CrawlJob
from spiders.journal import Finished, JournalWriter
from spiders.middlewares.politeness import Politeness
from spiders.scrapy_settings import scrapy_settings, taped
from spiders.spider import NewsSpider
from spiders.warc.write import CaptureWriter

# When a crawl is stopped, requests under way get this long to finish.
GRACE_SECONDS = 5.0


class Child:
    """A crawl with its accounts, its files and its end."""

    def __init__(self, job: CrawlJob) -> None:
        self.job = job
        every = {source.name: source for source in (*job.watched, *job.sources)}
        self.subscriptions = Subscriptions([] if job.replay else every.values())
        self.writer = CaptureWriter(job.folder)
        self.journal = JournalWriter(job.folder, self.writer.sync, self.subscriptions.hide)
        self.accounts = Accounts(self.journal, Known(job.known))
        self.process = AsyncCrawlerProcess(scrapy_settings(job.settings, job.cache, job.left_alone) | taped(job))
        self.crawler: Crawler = self.process.create_crawler(NewsSpider)
        self.started = time.monotonic()
        self.running = False
        self.stopped = False
        self.closed = False

    def run(self) -> int:
        """Crawl, and return the exit code."""
        self.crawler.signals.connect(self._engine_started, signal=signals.engine_started)
        self.process.crawl(
            self.crawler, job=self.job, accounts=self.accounts, writer=self.writer, subscriptions=self.subscriptions
        )
        threading.Thread(target=self._watch_parent, args=(asyncio.get_event_loop(),), daemon=True).start()
        self.process.start(install_signal_handlers=False)
        return self.close()

    def stop(self) -> None:
        """Send nothing more, let requests under way finish, and close after at most GRACE_SECONDS."""
        already, self.stopped = self.stopped, True
        if already or not self.running:
            return
        loop = asyncio.get_event_loop()
        loop.call_later(GRACE_SECONDS, self._give_up)
        polite = self.crawler.get_downloader_middleware(Politeness)
        assert polite
        polite.stop()
        self._stopping = loop.create_task(self.crawler.stop_async())

    def close(self) -> int:
        """Close accounts and files, and return the exit code."""
        if self.closed:
            return 0
        self.closed = True
        if isinstance(self.crawler.spider, NewsSpider):
            self.crawler.spider.readers.close()
        fatal = self.crawler.spider.fatal if isinstance(self.crawler.spider, NewsSpider) else "the spider did not start"
        try:
            if self.stopped:
                self.accounts.settle(fatal or "not fetched: the crawl was stopped")
            else:
                self.accounts.settle("not fetched: the crawl ended before its turn")
            self.writer.close()
            self.journal.write(Finished("stopped" if self.stopped else "finished", self._stats()))
            self.journal.close()
        except (OSError, NewslakeError) as error:
            fatal = fatal or str(error)
        if fatal:
            print(self.subscriptions.hide(fatal), flush=True)
        return 1 if fatal else 0

    def _engine_started(self) -> None:
        spider = self.crawler.spider
        assert isinstance(spider, NewsSpider)
        spider.stop = self.stop
        _hide_in_the_log(self.subscriptions)  # Scrapy set the log up for this crawl just before
        # The engine runs only after this signal has been handled, and cannot be stopped before.
        asyncio.get_event_loop().call_later(0.05, self._now_running)

    def _now_running(self) -> None:
        self.running = True
        if self.stopped:
            self.stopped = False
            self.stop()

    def _watch_parent(self, loop: asyncio.AbstractEventLoop) -> None:
        wait_for_the_end()
        loop.call_soon_threadsafe(self.stop)

    def _give_up(self) -> None:
        os._exit(self.close())

    def _stats(self) -> dict[str, float]:
        counted = self.crawler.stats.get_stats()
        seconds = time.monotonic() - self.started
        captured = self.accounts.ends[None]
        return {
            "seconds": round(seconds, 3),
            "requests": counted.get("downloader/request_count", 0),
            "responses": counted.get("downloader/response_count", 0),
            "bytes": counted.get("downloader/response_bytes", 0),
            "retries": counted.get("retry/count", 0),
            "found": sum(self.accounts.ends.values()),
            "captured": captured,
            "captured_per_second": round(captured / seconds, 2),
        }


class _Discreet(logging.Formatter):
    """Formats as another formatter does, without the values of cookies."""

    def __init__(self, formatter: logging.Formatter, subscriptions: Subscriptions) -> None:
        super().__init__()
        self._formatter = formatter
        self._subscriptions = subscriptions

    def format(self, record: logging.LogRecord) -> str:
        return self._subscriptions.hide(self._formatter.format(record))


def _hide_in_the_log(subscriptions: Subscriptions) -> None:
    for handler in logging.root.handlers:
        handler.setFormatter(_Discreet(handler.formatter or logging.Formatter(), subscriptions))


def main(job_file: str) -> int:
    """Run the crawl that a job file describes, and return the exit code."""
    job = CrawlJob.from_json(json.loads(Path(job_file).read_text("utf-8")))
    return Child(job).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
