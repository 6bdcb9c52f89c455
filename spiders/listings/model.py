"""What a page that lists articles holds: the common result of feeds, sitemaps, sections and autodiscovery."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from spiders.warc.model import Hints

ListingKind = Literal["feed", "sitemap", "section", "home"]


@dataclass(frozen=True, slots=True)
class Link:
    """An article that a listing names. `url` is absolute and as written, not canonicalised."""

    url: str
    hints: Hints = field(default_factory=Hints)


@dataclass(frozen=True, slots=True)
class Follow:
    """Another listing to read: a nested sitemap, the next page of a section, a discovered feed."""

    url: str
    kind: ListingKind
    found_by: str  # in words, e.g. "link rel=alternate of https://…", "robots.txt of https://…"


@dataclass(frozen=True, slots=True)
class Listing:
    """`links` in the order of the document, each URL once. `note` says in words what was odd
    ("2 entries without a link", "not well-formed: …"), None where all was well."""

    kind: ListingKind
    links: tuple[Link, ...] = ()
    follow: tuple[Follow, ...] = ()
    title: str | None = None
    note: str | None = None
