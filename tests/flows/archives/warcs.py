"""WARC records as many tools write them, sound and broken, with pages on the topic of `WATCHLIST`."""

from __future__ import annotations

import gzip
import sys
from uuid import uuid4

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# A watchlist without sources
FERRIES = """
[warehouse]
catalog = "data/news.duckdb"

[[topic]]
name = "ferries"
query = 'ferry* AND harbour'
"""


def source(name: str, url: str) -> str:
    """A source, for the end of a watchlist."""
    return f'\n[[source]]\nname = "{name}"\nurl = "{url}"\n'


WATCHLIST = FERRIES + source("tide", "https://tide.example/")
pack, frame = gzip.compress, zstd.compress


def page(name: str) -> bytes:
    """A page on the topic that is like no other."""
    own = " ".join(f"{name}word{n}" for n in range(40))
    return (
        f"<html><head><title>The ferry {name} sails again</title><meta property='og:type' content='article'>"
        f"<meta property='article:published_time' content='2026-03-04T05:06:07Z'></head><body><article><h1>The ferry {name} sails"
        f" again</h1><p>The ferry {name} left the harbour at dawn with all of its crew, the office of the port said.</p>"
        f"<p>Nobody on the pier could say when it would be back, and the words of the day were {own}.</p>"
        f"<p>This is the end of page {name}.</p></article></body></html>"
    ).encode()


def message(body: bytes, *, headers: str = "", kind: str = "text/html; charset=utf-8", has_length: bool = True) -> bytes:
    """An HTTP response with a body."""
    length = f"Content-Length: {len(body)}\r\n" if has_length else ""
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{headers}{length}\r\n".encode() + body


def record(
    name: str,
    block: bytes | None = None,
    *,
    length: object = None,
    date: str | None = "2026-03-30T00:00:00Z",
    type_: str = "response",
    kind: str = "application/http; msgtype=response",
    version: str = "WARC/1.0",
    line: bytes = b"\r\n",
    url: str | None = None,
    field: str | None = None,
) -> bytes:
    """A record of the page `name` at https://tide.example/NAME; `length` replaces the right Content-Length, "" leaves it out."""
    block = message(page(name)) if block is None else block
    fields = [version, f"WARC-Type: {type_}", f"WARC-Target-URI: {url or f'https://tide.example/{name}'}"]
    fields += [f"WARC-Record-ID: <urn:uuid:{uuid4()}>", f"Content-Type: {kind}"]
    fields += [f"WARC-Date: {date}"] if date is not None else []
    fields += [field] if field else []
    fields += [f"Content-Length: {len(block) if length is None else length}"] if length != "" else []
    return line.join(each.encode() for each in fields) + line * 2 + block + b"\r\n\r\n"


def damaged(data: bytes, at: int, count: int = 60) -> bytes:
    """The same bytes with `count` of them overwritten."""
    return data[:at] + b"\0" * count + data[at + count :]


def dictionary_frame(samples: list[bytes]) -> tuple[bytes, zstd.ZstdDict]:
    """A dictionary, and the frame with which a .warc.zst file begins that needs it."""
    dictionary = zstd.train_dict(samples, 2_000)
    content = dictionary.dict_content
    return b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content, dictionary
