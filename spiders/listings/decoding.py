"""Unpack listings up to a size limit, decode them, and refuse those that are something else. Pure."""

from __future__ import annotations

import html
import re
import zlib

from newslake.decoding import by_label, by_mark
from newslake.errors import ListingError
from newslake.outcomes import Reason

# The standard allows sitemaps of 50 MB; real feeds stay below 5 MB. This stops decompression bombs.
MAX_BYTES = 64_000_000

_GZIP = b"\x1f\x8b"
_FIRST_TAG = re.compile(rb"<(?:!doctype\s+)?([a-z][\w:.-]*)", re.I)
_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:rdf|urlset|sitemapindex)\b", re.I)
_TITLE = re.compile(rb"<title[^>]*>([^<]{1,300})", re.I)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)


def unpacked(body: bytes, url: str) -> bytes:
    """Return `body`, decompressed if it is a gzip file. Raises ListingError if it is empty or has more than MAX_BYTES."""
    if body.startswith(_GZIP):
        body = _gunzipped(body, url)
    if len(body) > MAX_BYTES:
        raise ListingError(f"more than {MAX_BYTES // 1_000_000} MB in one listing: {url}", reason=Reason.TOO_LARGE)
    if not body.strip(b" \t\r\n\0"):
        raise ListingError(f"empty response: {url}")
    return body


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


def refuse_entities(body: bytes, url: str) -> None:
    """Raise ListingError if an XML document declares entities: real listings need none, and bombs are made of them."""
    # UTF-16 and UTF-32 put zeros between the letters
    if b"<!ENTITY" in body.replace(b"\0", b"") if b"\0" in body[:64] else b"<!ENTITY" in body:
        raise ListingError(f"XML that declares entities, which newslake does not expand: {url}")


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


def _gunzipped(body: bytes, url: str) -> bytes:
    """Decompress all members of a gzip file, or what can be read of a damaged one."""
    view, at = memoryview(body), 0
    parts: list[bytes] = []
    size = 0
    while body[at : at + 2] == _GZIP:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        # zlib copies the input after a member's end. With steps that grow with the member, that copy is never larger than the
        # member; with the whole rest as input, a file of a million empty members would take hours.
        step = 512
        while at < len(body) and not unpacker.eof:
            piece = view[at : at + step]
            try:
                part = unpacker.decompress(piece, MAX_BYTES + 1 - size)
            except zlib.error as error:
                if not size:
                    raise ListingError(f"a gzip file that cannot be unpacked ({error}): {url}") from None
                return b"".join(parts)
            if part:
                parts.append(part)
                size += len(part)
            if size > MAX_BYTES:
                raise ListingError(
                    f"more than {MAX_BYTES // 1_000_000} MB in one listing once unpacked: {url}", reason=Reason.TOO_LARGE
                )
            at += len(piece) - len(unpacker.unused_data)
            step = min(step * 2, 1 << 20)
    return b"".join(parts)
