"""The common result of reading a feed, sitemap, section or home page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from newslake.outcomes import Origin
from spiders.warc.model import Hints

ListingKind = Literal["feed", "sitemap", "section", "home"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an article. `url` is absolute but otherwise as written, not canonicalised."""

    url: str
    hints: Hints = field(default_factory=Hints)
    key: str = ""  # `url_id(url).hex`, if it was computed beside the listing
    canonical: str = ""  # then the canonical form of `url` too


@dataclass(frozen=True, slots=True)
class Follow:
    """Another listing to read: a nested sitemap, the next page of a section or a discovered feed."""

    url: str
    kind: ListingKind
    found_by: str  # in words, e.g. "link rel=alternate of https://…", "robots.txt of https://…"
    origin: Origin
    is_part: bool = False  # a frame of the page, and not the page that follows it


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing names."""

    kind: ListingKind
    links: tuple[Link, ...] = ()  # in document order, each URL once
    follow: tuple[Follow, ...] = ()
    title: str | None = None
    note: str | None = None  # what was odd: "2 entries without a link", "not well-formed: …"
