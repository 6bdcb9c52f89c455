"""Compare tags, of outlets and of users: case, width, spaces and the spelling of accents make no difference. Pure."""

from __future__ import annotations

import unicodedata

from newslake.text import one_line


def clean_tag(tag: str) -> str:
    """Return a tag as users' tags are stored: one line in NFC, without spaces at its ends and without control characters."""
    return unicodedata.normalize("NFC", one_line(tag))


def fold_tag(tag: str) -> str:
    """Return the form by which tags are compared; those of outlets are stored as they were written."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", clean_tag(tag)).casefold())
