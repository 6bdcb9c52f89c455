"""Real pages with their truth, read in place from a corpus folder."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

# Next to the project: the pages belong to their publishers and are never part of it.
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
# The sets whose rows have an address and a body written down by people or by a publisher's own parser.
SETS = ("fundus", "fundus_old", "n4k_articles", "aeb")
CHARSET = re.compile(rb"""<meta[^>]+charset=["']?\s*([\w-]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the corpus with its truth. `target` is path and query of its own address, percent-encoded."""

    id: str
    original_url: str
    publisher: str  # host name without www
    target: str
    title: str | None
    body: str
    published: str | None  # ISO 8601: a day, or an instant with its zone
    authors: tuple[str, ...]
    language: str | None
    content_type: str
    content: bytes


def load(corpus: Path = CORPUS, sets: Sequence[str] = SETS, limit: int | None = None) -> list[Page]:
    """Return rows with an address and a true body, one of every publisher before the second of any, at most `limit`.

    Raises:
        FileNotFoundError: there is no such set below `corpus`/articles.
    """
    by_publisher: dict[str, list[tuple[Path, dict[str, Any]]]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    for name in sets:
        folder = corpus / "articles" / name
        if not (folder / "truth.jsonl").is_file():
            raise FileNotFoundError(f"no truth.jsonl in {folder}: --corpus names the folder that holds articles/{name}")
        for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            parts = urlsplit(row.get("url") or "")
            host = (parts.hostname or "").removeprefix("www.")
            address = (host, f"{parts.path}?{parts.query}")
            # The same address in two sets is one page, and a home page is no article.
            if not host or not row.get("body") or parts.path in ("", "/") or address in seen:
                continue
            seen.add(address)
            by_publisher[host].append((folder / row["html"], row))
    rounds = max(map(len, by_publisher.values()))
    rows = [rows[i] for i in range(rounds) for rows in by_publisher.values() if i < len(rows)]
    return [_page(file, row) for file, row in rows[:limit]]


def _page(file: Path, row: dict[str, Any]) -> Page:
    parts = urlsplit(row["url"])
    content = gzip.decompress(file.read_bytes())
    return Page(
        id=row["id"],
        original_url=row["url"],
        publisher=(parts.hostname or "").removeprefix("www."),
        target=quote(parts.path, safe="/%:@!$&'()*+,;=~")
        + (f"?{quote(parts.query, safe='%/:@!$&()*+,;=~?')}" if parts.query else ""),
        title=row.get("title"),
        body=row["body"],
        published=row.get("published_corrected") or row.get("published"),
        authors=tuple(row.get("authors") or ()),
        language=row.get("language"),
        content_type=_content_type(content),
        content=content,
    )


def _content_type(content: bytes) -> str:
    """Return the charset of the bytes as a server would state it, which the page's own <meta> may lack or get wrong."""
    declared = CHARSET.search(content[:20_000])
    try:
        content.decode("utf-8")
        charset = "utf-8"
    except UnicodeDecodeError:
        charset = declared[1].decode("ascii") if declared else ""
    return f"text/html; charset={charset}" if charset else "text/html"
