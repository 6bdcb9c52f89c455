"""Reads feeds: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed. Pure."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import feedparser

from newslake.errors import ListingError
from newslake.outcomes import Reason
from newslake.text import plain
from spiders.listings.decoding import decoded, refuse_html, unpacked
from spiders.listings.entities import without_entities
from spiders.listings.model import Link, Listing
from spiders.listings.values import MAX_DESCRIPTION, MAX_TITLE, date_of, words
from spiders.urls.canonical import address
from spiders.warc.model import Hints

# The largest feeds seen have a few thousand entries; more is an archive or an attack.
MAX_ENTRIES = 5000
# feedparser takes a second per MB; the largest real feed seen has 5 MB.
MAX_BYTES = 10_000_000

_HALVES = re.compile("[\ud800-\udfff]")
_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b")


def read_feed(body: bytes, url: str, content_type: str | None = None) -> Listing:
    """Return the articles of a feed in its order, with what the feed says about each.

    A feed without entries gives a Listing whose note says so.

    Args:
        url: the URL that answered, which relative links are relative to.

    Raises:
        ListingError: there is no feed to read.
    """
    body = unpacked(body, url)
    if len(body) > MAX_BYTES:
        raise ListingError(
            f"a feed of {len(body) / 1e6:.0f} MB, more than {MAX_BYTES // 1_000_000} MB: {url}", reason=Reason.TOO_LARGE
        )
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _read_json(decoded(body, content_type), url)
    refuse_html(body, url, "a feed")
    body = without_entities(body, url)
    headers = {"content-location": url, "content-type": content_type or "application/xml"}
    try:
        # as a stream: feedparser may take bytes for a file name
        parsed = feedparser.parse(io.BytesIO(body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    except Exception as error:  # its fallback parser raises exceptions of many kinds
        raise ListingError(f"a feed that cannot be parsed ({type(error).__name__}: {error}): {url}") from error
    if not parsed.version and not parsed.entries:
        if _SITEMAP.search(body[:4096]):
            raise ListingError(f"a sitemap where a feed should be: {url}", next="name this address under sitemaps, not feeds")
        raise ListingError(f"neither RSS nor Atom nor JSON Feed: {url}")
    title = plain(_text(parsed.feed, "title"), MAX_TITLE)
    language = _text(parsed.feed, "language")
    oddity = f"not well-formed: {plain(str(parsed.bozo_exception), 200)}" if _is_malformed(parsed) else None
    entries = ((_entry_link(entry), _entry_hints(entry, title, language, url)) for entry in parsed.entries[:MAX_ENTRIES])
    return _listing(entries, len(parsed.entries), url, title, oddity)


def _listing(entries: Iterable[tuple[str | None, Hints]], count: int, url: str, title: str | None, oddity: str | None) -> Listing:
    links: dict[str, Link] = {}
    without = 0
    for raw, hints in entries:
        target = address(url, raw)
        if target is None:
            without += 1
        elif target not in links:
            links[target] = Link(target, hints)
    notes = [oddity] if oddity else []
    if not count:
        notes.append("a feed without entries")
    if without:
        notes.append(f"{without} {'entry' if without == 1 else 'entries'} without a link")
    if count > MAX_ENTRIES:
        notes.append(f"{count} entries, of which the first {MAX_ENTRIES} were read")
    return Listing("feed", tuple(links.values()), title=title, note="; ".join(notes) or None)


def _is_malformed(parsed: Any) -> bool:
    """Whether the XML itself is malformed. A wrong encoding or content type is too common to report."""
    harmless = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    return bool(parsed.bozo) and not isinstance(parsed.get("bozo_exception"), harmless)


def _entry_link(entry: Mapping[str, Any]) -> str | None:
    """Return the address of an article: the one before FeedBurner, the alternate link, a guid that is a URL, or any page link."""
    pages = [_text(link, "href") for link in _records(entry, "links") if link.get("rel") in ("alternate", None)]
    guid = _text(entry, "id") or ""
    candidates = [
        _text(entry, "feedburner_origlink"),
        _text(entry, "link"),
        *pages,
        guid if guid.startswith(("http://", "https://")) else None,
    ]
    return next((link for link in candidates if link), None)


def _entry_hints(entry: Mapping[str, Any], publication: str | None, language: str | None, url: str) -> Hints:
    authors = [_text(author, "name") for author in _records(entry, "authors")] or [_text(entry, "author")]
    said = _text(_record(entry, "title_detail"), "language") or language
    return Hints(
        title=plain(_text(entry, "title"), MAX_TITLE),
        published=date_of(_text(entry, "published"), said) or date_of(_text(entry, "created"), said),
        modified=date_of(_text(entry, "updated"), said),
        authors=words(authors),
        language=said,
        tags=words(_text(tag, "label") or _text(tag, "term") for tag in _records(entry, "tags")),
        description=plain(_text(entry, "summary"), MAX_DESCRIPTION),
        image_url=address(url, _entry_image(entry)),
        publication=plain(_text(_record(entry, "source"), "title"), MAX_TITLE) or publication,
    )


def _entry_image(entry: Mapping[str, Any]) -> str | None:
    for media in (*_records(entry, "media_content"), *_records(entry, "links")):
        picture = _text(media, "url") or _text(media, "href")
        is_image = media.get("medium") == "image" or str(media.get("type", "")).startswith("image/")
        if picture and is_image:
            return picture
    thumbnails = _records(entry, "media_thumbnail") or [{}]
    return _text(thumbnails[0], "url") or _text(_record(entry, "image"), "href")


def _read_json(text: str, url: str) -> Listing:
    try:
        feed = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ListingError(f"JSON that cannot be read ({error}): {url}") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version")):
        raise ListingError(f"JSON, but not a JSON Feed: {url}", next="name this address under sections if it lists articles")
    title = plain(_text(feed, "title"), MAX_TITLE)
    entries = (_json_entry(item, feed, title, url) for item in items[:MAX_ENTRIES])
    return _listing(entries, len(items), url, title, None)


def _json_entry(item: Any, feed: dict[str, Any], publication: str | None, url: str) -> tuple[str | None, Hints]:
    if not isinstance(item, dict):
        return None, Hints()
    people = item.get("authors") or [item.get("author")]
    tags = item.get("tags")
    guid = _text(item, "id") or ""
    link = _text(item, "url") or _text(item, "external_url") or (guid if guid.startswith(("http://", "https://")) else None)
    language = _text(item, "language") or _text(feed, "language")
    return link, Hints(
        title=plain(_text(item, "title"), MAX_TITLE),
        published=date_of(_text(item, "date_published"), language),
        modified=date_of(_text(item, "date_modified"), language),
        authors=words(_text(person, "name") for person in people if isinstance(person, dict)) if isinstance(people, list) else (),
        language=language,
        tags=words(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        description=plain(_text(item, "summary"), MAX_DESCRIPTION),
        image_url=address(url, _text(item, "image") or _text(item, "banner_image")),
        publication=publication,
    )


def _text(record: Mapping[str, Any], name: str) -> str | None:
    """Return a text of an entry; None if there is none. JSON can name halves of characters, which are replaced.

    Of an element that it does not know, feedparser returns the attributes, if it has any, in place of the text.
    """
    value = dict.get(record, name) if isinstance(record, dict) else None  # its own `get` gives `published` for `updated`
    return _HALVES.sub("\ufffd", value) if isinstance(value, str) and value else None


def _record(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return what an entry says as names and values; empty if it does not."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def _records(record: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return a list of an entry, without what is no list of names and values."""
    value = record.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
