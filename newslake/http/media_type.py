"""Tell what a body is: by its Content-Type where that is a type, else by its bytes (WHATWG MIME Sniffing Standard). Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from newslake.decoding import by_mark, has_mark

# What text that was damaged on the way, or cannot be unpacked, is taken for by its bytes.
UNKNOWN_BYTES = ("application/octet-stream", "application/gzip", "application/zstd")
# Bytes that the standard looks at.
SNIFFED = 1445
_SAMPLE = 8192

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TYPE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*(?:;.*)?", re.DOTALL)
# Types that say nothing: servers send them for files that they do not know.
_ANYTHING = re.compile(
    r"\*/\*|[^/]+/(?:unknown|x-unknown|x-unknown-content-type|octet-stream|x-octet-stream|(?:x-|force-)?download|binary)"
    r"|application/(?:x-)?(?:httpd-)?php|text/(?:x-)?(?:php|server-parsed-html)|httpd/.*",
    re.I,
)

# Control characters that no text has. NUL is not among them: UTF-16 has it, and browsers read over it elsewhere.
_BINARY = bytes([*range(1, 9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_LEAST_BINARY = 3
_BINARY_SHARE = 0.02
_NUL_SHARE = 0.05

_HTML = re.compile(
    rb"<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--|meta|link|article|section|main)"
    rb"(?=[\t\n\f\r >/]|$)|<!--",
    re.I,
)
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
    (b"BM", "image/bmp"),
    (b"\0\0\1\0", "image/x-icon"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"PK\3\4", "application/zip"),
    (b"Rar!\x1a\x07", "application/x-rar-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_ALWAYS_BINARY = (b"%PDF-", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PK\3\4", b"\x89PNG", b"\xff\xd8\xff")


class MediaType(NamedTuple):
    """A type such as "text/html" in lower case, and whether the bytes gave it, as the header does not."""

    essence: str
    is_sniffed: bool


def page_type(declared: str | None, body: bytes) -> MediaType:
    """Return what a body is.

    Args:
        declared: all values of Content-Type, joined by commas; None if the response has no such header.
    """
    essence = declared_type(declared)
    return MediaType(essence, False) if essence else MediaType(sniffed_type(body), True)


def declared_type(declared: str | None) -> str | None:
    """Return the type that a Content-Type header gives: the last valid one (Fetch Standard); None if it gives none."""
    found = None
    for value in _split(declared or ""):
        parsed = _TYPE.fullmatch(value)
        if parsed and not _ANYTHING.fullmatch(essence := f"{parsed[1]}/{parsed[2]}".lower()):
            found = essence
    return found


def sniffed_type(body: bytes) -> str:
    """Return the type of a body of unknown type by its first bytes."""
    head = body[:SNIFFED]
    text = (by_mark(head) or "").encode("utf-8", "replace") if has_mark(head) else head
    begin = text.lstrip(b"\t\n\f\r ")
    if _HTML.match(begin):
        return "text/html"
    if begin.startswith(b"<?xml"):
        return "application/xhtml+xml" if re.search(rb"<html[\s>]", begin, re.I) else "text/xml"
    for signature, essence in _SIGNATURES:
        if head.startswith(signature):
            return essence
    return "text/plain" if is_text(body) else "application/octet-stream"


def is_text(body: bytes) -> bool:
    """Whether a body can be text in any encoding, judged by its first bytes. An empty one is.

    A few stray control characters do not count: real pages have them.
    """
    sample = body[:_SAMPLE]
    if sample.startswith(_ALWAYS_BINARY):
        return False
    if has_mark(sample):
        sample = (by_mark(sample) or "").encode("utf-8", "replace")
    elif sample.count(0) > len(sample) * _NUL_SHARE:
        if not sample.strip(b"\0 \t\r\n"):
            return not sample.strip(b" \t\r\n")
        even = sample[::2].count(0) > sample[1::2].count(0)
        sample = sample[: len(sample) & ~1].decode("utf-16-be" if even else "utf-16-le", "replace").encode("utf-8", "replace")
    count = len(sample) - len(sample.translate(None, _BINARY))
    return count < _LEAST_BINARY or count <= len(sample) * _BINARY_SHARE


def _split(value: str) -> list[str]:
    """Split a header at its commas, but not inside quotation marks."""
    return re.findall(r"(?:[^,\"]|\"(?:[^\"\\]|\\.)*\"?)+", value)
