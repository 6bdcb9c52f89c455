"""Decode bytes from the web by their byte order mark or by a label, as browsers do."""

from __future__ import annotations

from w3lib.encoding import read_bom, resolve_encoding

__all__ = ["by_label", "by_mark", "has_mark"]


def has_mark(body: bytes) -> bool:
    """Return whether a body begins with the byte order mark of UTF-8, UTF-16 or UTF-32."""
    return read_bom(body)[0] is not None


def by_mark(body: bytes) -> str | None:
    """Decode a body as its byte order mark says; None where it has none."""
    encoding, _ = read_bom(body)
    return body.decode(encoding, "replace").lstrip("\ufeff") if encoding else None


def by_label(body: bytes, label: str) -> str | None:
    """Decode a body as a label says, with U+FFFD for what cannot be decoded; None where the label names no encoding of text.

    Labels mean what browsers take them for: the superset that pages really use, such as windows-1252 for Latin-1.
    """
    encoding = resolve_encoding(label)
    if encoding is None:
        return None
    try:
        return body.decode(encoding, "replace")
    except (LookupError, UnicodeError):  # Python knows codecs that are no encodings of text, such as base64 and undefined
        return None
