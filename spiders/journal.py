"""The journal of a crawl: one JSON line per event, beside the run's WARC files.

It is how a crawl reports back, and what a later run reads when this one was killed. A line is written after
the WARC record it speaks of, so an offset in the journal always has its record.

    {"event": "found", "id": "<32 hex>", "url": …, "canonical": …, "source": …, "kind": "page", "found_by": "feed https://…"}
    {"event": "ended", "id": "<32 hex>", "end": "captured", "status": 200, "bytes": 1234, "seconds": 0.2,
     "requested_at": "2026-…+00:00", "detail": null, "file": "<name in the run's folder>", "offset": 0}
    {"event": "finished", "reason": "finished"}          the crawl came to its own end

Every `found` id has exactly one `ended` in a crawl that finished; `id` is `spiders.urls.url_id` of the canonical URL.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["page", "feed", "sitemap", "section", "home"]

# captured: the response is in a WARC file, and what becomes of it is decided by cleaning.
# read: a feed, sitemap, section or home page that was read (detail says what it held).
# not-modified: a feed or sitemap that answered 304 or came from the cache.
# known: the URL was captured before and is not due; no request was made.
# The rest are outcomes of the public contract.
End = Literal["captured", "read", "not-modified", "known", "robots", "refused", "http-error", "network-error", "failed"]


@dataclass(frozen=True, slots=True)
class Found:
    """A URL that a crawl discovered, once per run."""

    id: str
    url: str
    canonical: str
    source: str
    kind: Kind
    found_by: str


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a discovered URL in the crawl."""

    id: str
    end: End
    status: int | None = None
    bytes: int | None = None
    seconds: float | None = None
    requested_at: datetime | None = None
    detail: str | None = None
    file: str | None = None
    offset: int | None = None
