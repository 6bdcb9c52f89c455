"""Read the text in a page's structured data: JSON-LD's articleBody and the entries of a live blog."""

from __future__ import annotations

import html as entities
import re

from flows.clean.structured import Node, first_text, texts
from newslake.text import squeeze

__all__ = ["declared_lines"]

_MAX_ENTRIES = 1_000
_BREAKS = re.compile(r"<(?:/p|/div|/li|/h[1-6]|br\s*/?)\s*>", re.I)
_TAGS = re.compile(r"<[^<>]{1,500}>")
# Shortcodes of editor plugins: "[caption id=12]…[/caption]".
_SHORTCODE = re.compile(r"\[/?[a-z][\w-]*(?:\s+[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\]\"]+))+\s*/?\]|\[/[a-z][\w-]+\]")
# A text on one line that repeats this many of its first characters begins again there.
_OPENING = 60


def declared_lines(article: Node) -> tuple[list[str], set[str]]:
    """Return the lines of articleBody and of live blog entries, and which of them are headings (the entries' headlines)."""
    lines = _body(article)
    headings: set[str] = set()
    entries = article.get("liveBlogUpdate")
    for entry in entries[:_MAX_ENTRIES] if isinstance(entries, list) else ():
        body = _body(entry) if isinstance(entry, dict) else []
        headline = squeeze(first_text(entry.get("headline"))) if body else ""
        if headline:
            headings.add(headline)
            lines.append(headline)
        lines.extend(body)
    return lines, headings


def _body(article: Node) -> list[str]:
    """Return the lines of an articleBody."""
    body = article.get("articleBody")
    if isinstance(body, list):
        body = "\n".join(one for one in body if isinstance(one, str))
    if not isinstance(body, str):
        body = "\n".join(texts(body))
    body = entities.unescape(_SHORTCODE.sub(" ", body) if "[" in body else body)
    if "<" in body:
        body = entities.unescape(_TAGS.sub(" ", _BREAKS.sub("\n", body)))
    return _once_said([line for line in map(squeeze, body.splitlines()) if line])


def _once_said(lines: list[str]) -> list[str]:
    """Return the lines, or their first half if a template printed the whole text twice."""
    if len(lines) == 1:
        again = lines[0].find(lines[0][:_OPENING], _OPENING)
        first, second = lines[0][:again].strip(), lines[0][again:].strip()
        return [first] if again > 0 and first == second else lines
    half = len(lines) // 2
    return lines[:half] if half and lines[:half] == lines[half:] else lines
