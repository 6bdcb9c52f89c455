"""Read the JSON of a page's JSON-LD scripts, however broken."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from typing import Any

from flows.clean.page import Page

__all__ = ["read_scripts"]

_MAX_SCRIPTS = 200
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?://\s*-->|-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|"
    r"\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")
_MISSING_COMMA = re.compile(r'([}\]"])(\s*\n\s*)(["{])')
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')


def read_scripts(page: Page) -> Iterator[Any]:
    """Yield the values of all JSON-LD scripts in page order."""
    read = 0
    for script in page.tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and read < _MAX_SCRIPTS:
            read += 1
            yield from _values(script.text or "")


def _values(raw: str) -> Iterator[Any]:
    """Yield the JSON values of a script, repaired as far as necessary."""
    text = raw.strip()
    if text[:1] not in ("[", "{") or text[-1:] not in ("]", "}"):
        text = _WRAPPING.sub("", _WRAPPING.sub("", raw)).strip().rstrip(";")
    if not text or text[0] not in "[{&":
        return
    for attempt in (_as_is, _repaired, _unescaped):
        value = _loads(attempt(text))
        if value is not None:
            yield value
            return
    # several values in a row, or something after the first one
    decoder, at, text = json.JSONDecoder(strict=False), 0, _repaired(text)
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value
        following = re.compile(r"[\s,;]*").match(text, at)
        at = following.end() if following else len(text)


def _as_is(text: str) -> str:
    return text


def _repaired(text: str) -> str:
    text = _BAD_ESCAPE.sub(r"\\\\", text)
    return _MISSING_COMMA.sub(r"\1,\2\3", _TRAILING_COMMA.sub(r"\1", _TRAILING_COMMA.sub(r"\1", text)))


def _unescaped(text: str) -> str:
    return _repaired(entities.unescape(text))


def _loads(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
