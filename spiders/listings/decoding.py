"""Unpack listings up to a size limit, decode them, and refuse those that are something else. Pure."""

from __future__ import annotations

import html
import re

from newslake import http
from newslake.decoding import by_label, by_mark
from newslake.errors import ListingError
from newslake.http.coding import GZIP
from newslake.http.media_type import UNKNOWN_BYTES, sniffed_type
from newslake.outcomes import Reason

# The standard allows sitemaps of 50 MB; real feeds stay below 5 MB. This stops decompression bombs.
MAX_BYTES = 64_000_000

_FIRST_TAG = re.compile(rb"<(?:!doctype\s+)?([a-z][\w:.-]*)", re.I)
_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:rdf|urlset|sitemapindex)\b", re.I)
_TITLE = re.compile(rb"<title[^<>]*>([^<]{1,300})", re.I)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)


def unpacked(body: bytes, url: str) -> bytes:
    """Return `body`, decompressed if it is compressed; of a damaged gzip file what can be read.

    Raises ListingError if it is empty, no text, or has more than MAX_BYTES.
    """
    try:
        whole = http.unpacked(body, (), MAX_BYTES)
        if whole.startswith(GZIP):
            whole = http.gunzipped(whole, MAX_BYTES).data
            if not whole:
                raise ListingError(f"a gzip file that cannot be unpacked: {url}", reason=Reason.NOT_TEXT)
    except http.TooLarge:
        raise ListingError(
            f"more than {MAX_BYTES // 1_000_000} MB in one listing once unpacked: {url}", reason=Reason.TOO_LARGE
        ) from None
    if len(whole) > MAX_BYTES:
        raise ListingError(f"more than {MAX_BYTES // 1_000_000} MB in one listing: {url}", reason=Reason.TOO_LARGE)
    if not whole.strip(b" \t\r\n\0"):
        raise ListingError(f"empty response: {url}")
    if not http.is_text(whole) and sniffed_type(whole) in UNKNOWN_BYTES:
        raise ListingError(f"no text, but data that cannot be unpacked: {url}", reason=Reason.NOT_TEXT)
    return whole


def refuse_html(body: bytes, url: str, wanted: str) -> None:
    """Raise ListingError if `body` is a web page instead of `wanted` ("a feed"): a consent page, a bot wall or a soft 404."""
    first = _FIRST_TAG.search(body[:8192])
    if first is None or first[1].lower() not in (b"html", b"head", b"body") or _FEED_ROOT.search(body[:8192]):
        return
    title = _TITLE.search(body[:65536])
    named = f" (its title: {html.unescape(title[1].decode('utf-8', 'replace')).strip()!r})" if title else ""
    raise ListingError(
        f"HTML where {wanted} should be: {url}{named}",
        next="open the address in a browser: name it under sections if it lists articles",
    )


def decoded(body: bytes, content_type: str | None) -> str:
    """Text of a body: as its byte order mark, its header or its meta element says, else UTF-8. Never raises."""
    if (text := by_mark(body)) is not None:
        return text
    named = _CHARSET.search(content_type or "") or _CHARSET.search(body[:4096].decode("ascii", "replace"))
    label = named[1].lower() if named else "utf-8"
    if label.startswith(("utf-16", "utf-32", "ucs-2")) and b"\0" not in body[:4096]:  # markup in these encodings contains zeros
        label = "utf-8"
    text = by_label(body, label)
    return body.decode("utf-8", "replace") if text is None else text
