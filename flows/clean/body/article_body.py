"""The text that a page hands to machines: JSON-LD's articleBody and the entries of a live blog."""

from __future__ import annotations

import html as entities
import re

from flows.clean.page import squeeze
from flows.clean.structured import Node, first_text, texts

_MAX_ENTRIES = 1_000
_BREAKS = re.compile(r"<(?:/p|/div|/li|/h[1-6]|br\s*/?)\s*>", re.I)
_TAGS = re.compile(r"<[^<>]{1,500}>")
# What an editor's plugins make pictures and boxes of: "[caption id=12]…[/caption]".
_SHORTCODE = re.compile(r"\[/?[a-z][\w-]*(?:\s+[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\]\"]+))+\s*/?\]|\[/[a-z][\w-]+\]")
# Characters by which a text in one line is known to begin again.
_OPENING = 60


def declared_lines(article: Node) -> tuple[list[str], set[str]]:
    """Lines of JSON-LD's articleBody and of the entries of a live blog, whose headlines are the headings among them."""
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
    """Lines of an articleBody."""
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
    """`lines`, or their first half where some template has put all of the text there twice."""
    if len(lines) == 1:
        again = lines[0].find(lines[0][:_OPENING], _OPENING)
        first, second = lines[0][:again].strip(), lines[0][again:].strip()
        return [first] if again > 0 and first == second else lines
    half = len(lines) // 2
    return lines[:half] if half and lines[:half] == lines[half:] else lines
