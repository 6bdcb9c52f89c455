"""Decode a page, whatever its labels claim."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

from newslake.decoding import by_label, by_mark, has_mark

__all__ = ["decode", "text_and_utf8", "utf8"]

# Bytes that are enough for any detector, and for the head of any page.
_SAMPLE = 100_000
# Bytes that are decoded at once only to see whether they can be: all of a page at once would take twice as long.
_PIECE = 1 << 15
# All bytes that do not begin a multi-byte character in UTF-8.
_BELOW_LETTERS = bytes(range(0xC0))
# Encodings in which ASCII bytes may mean other characters.
_SEVEN_BIT = ("iso2022", "iso-2022", "hz", "utf-7", "utf_7")


def decode(body: bytes, content_type: str | None) -> str:
    """Decode a page: by its byte order mark, as valid UTF-8, by its header, by its meta element, then by detection. Never raises.

    Bytes beyond ASCII that are valid UTF-8 are UTF-8 whatever the labels say; labels lie more often than that test.
    """
    if (marked := by_mark(body)) is not None:
        return marked
    labels = _labels(body, content_type)
    if not any(label.startswith(_SEVEN_BIT) for label in labels):
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError as error:
            # UTF-8 with a few broken bytes, mostly where a text was cut in the middle of a character
            text = body.decode("utf-8", "replace")
            beyond = len(body.translate(None, _BELOW_LETTERS))
            if text.count("\ufffd") * 20 < beyond and error.start < len(body):
                return text
    for label in labels:
        labelled = by_label(body, label)
        if labelled is None:
            continue
        if labelled.count("\ufffd") * 200 <= len(labelled) and not _improbable(labelled, resolve_encoding(label)):
            return labelled
    best = from_bytes(body[:_SAMPLE]).best()
    return body.decode(best.encoding if best else "utf-8", "replace")


def utf8(body: bytes, content_type: str | None) -> bytes:
    """Return what `decode` makes of a page as UTF-8: nearly always the bytes as they are."""
    if _means_utf8(body, content_type) and _is_utf8(body):
        return body
    return decode(body, content_type).encode("utf-8", "replace")


def text_and_utf8(body: bytes, content_type: str | None) -> tuple[str, bytes]:
    """Return what `decode` and `utf8` return for a page."""
    if _means_utf8(body, content_type):
        try:
            return body.decode("utf-8"), body
        except UnicodeDecodeError:
            pass
    text = decode(body, content_type)
    return text, text.encode("utf-8", "replace")


def _means_utf8(body: bytes, content_type: str | None) -> bool:
    """Return whether a page is read as UTF-8 if it is valid UTF-8."""
    return not has_mark(body) and not any(label.startswith(_SEVEN_BIT) for label in _labels(body, content_type))


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    check = getincrementaldecoder("utf-8")().decode
    try:
        for start in range(0, len(body), _PIECE):
            check(body[start : start + _PIECE], start + _PIECE >= len(body))
    except UnicodeDecodeError:
        return False
    return True


def _labels(body: bytes, content_type: str | None) -> list[str]:
    """Return the encodings that header and meta element declare, the likelier first."""
    in_header = http_content_type_encoding(content_type)
    in_meta = html_body_declared_encoding(body[:16_384])
    # a server's default of Latin-1 is less reliable than the page's own declaration
    latin = {"cp1252", "iso8859-1", "ascii"}
    declared = [in_meta, in_header] if in_header in latin and in_meta else [in_header, in_meta]
    return [label for label in declared if label]


def _improbable(text: str, name: str | None) -> bool:
    """Return whether decoding as Western yields mostly accented letters: another alphabet under a wrong label."""
    if name not in ("cp1252", "iso8859-1", "latin-1", "iso8859-15"):
        return False
    words = re.findall(r"[^\W\d_]{3,}", re.sub(r"<[^>]*>", " ", text[:_SAMPLE]))
    strange = sum(1 for word in words if not word.isascii() and len(word.encode("ascii", "ignore")) * 2 < len(word))
    return strange > 20 and strange * 5 > len(words)
