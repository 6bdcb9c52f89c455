"""Fingerprints of an article's text. Pure."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

_NOT_WORD = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """The words of a text alone: compatibility forms, case, punctuation and white space folded away.

    Two outlets that print one text with other quotes, dashes or line breaks fold to the same string.
    """
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def content_hash(text: str) -> str:
    """32 hex digits that are the same for exact copies of a text."""
    return blake2b(folded(text).encode(), digest_size=16).hexdigest()
