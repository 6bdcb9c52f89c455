"""Read the body of an article from the data of a page in any shape: a string, blocks of an editor, nodes of rich text. Pure."""

from __future__ import annotations

import re
from typing import Any

from newslake.embedded import field, fields, read_json

__all__ = ["NO_TEXT", "blocks"]

_DEPTH, _MOST = 20, 5_000
# Blocks of an article that are not its text.
NO_TEXT = re.compile(
    r"image|photo|picture|figure|gallery|video|audio|podcast|embed|iframe|html_?widget|related|recommend|interstitial|promo|advert|^ad$|^ads$"
    r"|newsletter|social|tweet|twitter|instagram|facebook|youtube|divider|poll|link_list|caption|credit|script|map|chart|raw_html",
    re.I,
)
# Blocks whose parts are one line.
_ONE_LINE = re.compile(
    r"^(?:p|paragraph|text|heading|header|h[1-6]|subhead(?:ing|line)?|li|list-?_?item|quote|blockquote|pullquote)$", re.I
)
_KIND = ("type", "_type", "nodeType", "kind", "__typename", "blockType", "name")
_DIRECT = ("content", "text", "html", "value", "body", "rendered", "markup", "paragraph", "raw", "data")
_INSIDE = (
    "contentelements",
    "content",
    "children",
    "fields",
    "config",
    "json",
    "blocks",
    "items",
    "nodes",
    "elements",
    "paragraphs",
    "model",
    "data",
    "props",
    "value",
    "body",
    "text",
)


def blocks(value: Any, depth: int = 0) -> list[str]:
    """Return the text of a body in any shape, as pieces of HTML: a string, blocks of an editor, or nodes of rich text."""
    if isinstance(value, str):
        if value.lstrip()[:1] in ("[", "{") and isinstance(inside := read_json(value), (list, dict)):
            return blocks(inside, depth + 1) if depth < _DEPTH else []
        return [value] if value.strip() else []
    if depth > _DEPTH:
        return []
    if isinstance(value, list):
        return [piece for one in value[:_MOST] for piece in blocks(one, depth + 1)]
    if not isinstance(value, dict):
        return []
    kind = str(next((value[key] for key in _KIND if value.get(key)), ""))
    if NO_TEXT.search(kind):
        return []
    direct = field(value, _DIRECT)
    if isinstance(direct, str):
        return blocks(direct, depth + 1) if depth < _DEPTH else []
    pieces: list[str] = []
    for inside in fields(value, _INSIDE):
        if isinstance(inside, (list, dict)) and (pieces := blocks(inside, depth + 1)):
            break
    return ["".join(pieces)] if pieces and _ONE_LINE.match(kind.rpartition(".")[2]) else pieces
