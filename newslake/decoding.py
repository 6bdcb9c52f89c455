"""Decode bytes from the web by their byte order mark or an encoding label, as browsers do (WHATWG Encoding Standard)."""

from __future__ import annotations

from w3lib.encoding import read_bom, resolve_encoding

__all__ = ["by_label", "by_mark", "has_mark"]


def has_mark(body: bytes) -> bool:
    """Return whether a body begins with the byte order mark of UTF-8, UTF-16 or UTF-32."""
    return read_bom(body)[0] is not None


def by_mark(body: bytes) -> str | None:
    """Decode a body by its byte order mark; return None if it has none."""
    encoding, _ = read_bom(body)
    return body.decode(encoding, "replace").lstrip("\ufeff") if encoding else None


def by_label(body: bytes, label: str) -> str | None:
    """Decode a body by an encoding label, with U+FFFD for undecodable bytes; return None if the label names no text encoding.

    Labels mean what they mean to browsers: the superset that pages really use, such as windows-1252 for Latin-1.
    """
    encoding = resolve_encoding(label)
    if encoding is None:
        return None
    try:
        return body.decode(encoding, "replace")
    except (LookupError, UnicodeError):  # some Python codecs are no text encodings, such as base64 and undefined
        return None
