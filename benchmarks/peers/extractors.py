"""The systems that `clean.py` compares, each reading pages of a corpus in a fresh process of its own.

    python benchmarks/peers/extractors.py NAME SET --corpus DIR [--rounds N] [--pages N]

Prints a line of JSON a page: what was read (title, authors, published, text, note, error) and `ms`, the CPU it took: the median
over the rounds, each of which reads the whole set. The peers' interpreter has none of newslake's dependencies, so imports stand
where they are used, and only the call itself is timed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import socket
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGES_BETWEEN_RESETS = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What a system read from one page; `published` is in ISO 8601."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    text: str | None = None
    note: str | None = None  # why this is no article; the rest is what was read all the same
    error: str | None = None  # an exception that reached the caller


Reader = Callable[[str, bytes], Reading]


def newslake() -> Reader:
    from flows.clean import NotArticle, clean, reset_caches
    from spiders.warc.model import Capture, Hints

    read = 0

    def reader(url: str, body: bytes) -> Reading:
        nonlocal read
        read += 1
        if read % PAGES_BETWEEN_RESETS == 0:
            reset_caches()
        page = clean(Capture(url, datetime.now(UTC), 200, "text/html", body, Hints(), "", 0))
        note = page.detail if isinstance(page, NotArticle) else None
        read_there = page.read if isinstance(page, NotArticle) else page
        if read_there is None:
            return Reading(note=note)
        published = read_there.published_at.isoformat() if read_there.published_at else None
        return Reading(read_there.title, read_there.authors, published, read_there.text, note)

    return reader


def _trafilatura(*, fast: bool) -> Reader:
    from trafilatura import bare_extraction

    def reader(url: str, body: bytes) -> Reading:
        page: Any = bare_extraction(body, url=url, with_metadata=True, fast=fast)
        if page is None:
            return Reading(note="nothing")
        return Reading(page.title, tuple(a.strip() for a in (page.author or "").split(";") if a.strip()), page.date, page.text)

    return reader


def trafilatura() -> Reader:
    return _trafilatura(fast=False)


def trafilatura_fast() -> Reader:
    return _trafilatura(fast=True)


def newspaper4k() -> Reader:
    from newspaper import Article, Config
    from newspaper.exceptions import ArticleException

    config = Config()
    config.fetch_images = False
    config.memorize_articles = False

    def reader(url: str, body: bytes) -> Reading:
        article = Article(url, config=config)
        try:
            article.download(input_html=_decoded(body))
            article.parse()
        except (ArticleException, ImportError) as error:  # ImportError: a language that needs one more package
            return Reading(note=f"{type(error).__name__}: {error}")
        return Reading(article.title, tuple(article.authors), _iso(article.publish_date), article.text)

    return reader


def news_please() -> Reader:
    from newsplease import NewsPlease

    def reader(url: str, body: bytes) -> Reading:
        article = NewsPlease.from_html(_decoded(body), url=url, fetch_images=False)
        return Reading(article.title, tuple(article.authors or ()), _iso(article.date_publish), article.maintext)

    return reader


SYSTEMS: dict[str, Callable[[], Reader]] = {
    "newslake": newslake,
    "trafilatura": trafilatura,
    "trafilatura_fast": trafilatura_fast,
    "newspaper4k": newspaper4k,
    "news_please": news_please,
}
PEERS = ("newspaper4k", "news_please")


def _decoded(body: bytes) -> str:
    """Decode a page for peers that take text: as UTF-8 if it is, else as lxml detects it."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        from lxml.html import document_fromstring, tostring

        return str(tostring(document_fromstring(body), encoding="unicode"))


def _iso(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else str(value) if value else None


def _stay_here() -> None:
    """Make any access beyond this machine an error, so that nothing waits for a network."""

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise OSError("the benchmark stays on this machine")

    socket.getaddrinfo = refuse
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # the list in the wheel is used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("set")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--pages", type=int)
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    _stay_here()
    sys.path.insert(0, str(ROOT))
    folder = args.corpus / "articles" / args.set
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()][: args.pages]
    reader = SYSTEMS[args.system]()
    spent: list[list[float]] = [[] for _ in rows]
    readings: list[Reading] = []
    for number in range(args.rounds):
        for at, row in enumerate(rows):
            body = gzip.decompress((folder / row["html"]).read_bytes())
            started = time.process_time()
            try:
                reading = reader(row.get("url") or f"http://example.org/{row['id']}", body)
            except Exception as error:  # noqa: BLE001 - counted and shown
                reading = Reading(error=f"{type(error).__name__}: {error}")
            spent[at].append((time.process_time() - started) * 1000)
            if number == 0:
                readings.append(reading)
    for reading, times in zip(readings, spent, strict=True):
        print(json.dumps({**asdict(reading), "ms": statistics.median(times)}))


if __name__ == "__main__":
    main()
