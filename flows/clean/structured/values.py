"""Read values of structured data, whatever shape they have: types, texts, addresses."""

from __future__ import annotations

import html as entities
import re
from typing import Any

from newslake.text import squeeze

__all__ = ["Node", "addresses", "clean_text", "first_text", "is_empty", "listed", "texts", "types"]

Node = dict[str, Any]

# Values nested deeper than this mean nothing.
_DEPTH = 12


def types(node: Node) -> list[str]:
    """Return the types of an object in lower case, without the address of the vocabulary."""
    value = node.get("@type", node.get("type"))
    kinds = value if isinstance(value, list) else [value]
    return [kind.rpartition("/")[2].rpartition(":")[2].lower() for kind in kinds if isinstance(kind, str)]


def texts(value: Any, depth: int = 0) -> list[str]:
    """Return all texts in a value of any shape: strings, `@value`s, names of objects."""
    if depth > _DEPTH:
        return []
    if isinstance(value, str):
        said = clean_text(value)
        return [said] if said else []
    if isinstance(value, list):
        return [text for item in value[:200] for text in texts(item, depth + 1)]
    if isinstance(value, dict):
        for key in ("@value", "name", "headline", "text"):
            if value.get(key):
                return texts(value[key], depth + 1)
    return []


def first_text(value: Any) -> str | None:
    return next(iter(texts(value)), None)


def clean_text(value: str) -> str:
    """Return a value on one line, without entities and markup."""
    if "&" in value:
        value = entities.unescape(entities.unescape(value))
    if "<" in value:
        value = re.sub(r"<(?:/?[a-zA-Z][^<>]{0,300}|!--[^<>]*--)>", " ", value)
    return squeeze(value)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def is_empty(value: Any) -> bool:
    return value in (None, "", [], {})


def addresses(value: Any) -> list[str]:
    """Return the addresses in a value: strings, and the `@id` and `url` of objects."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [s for item in value[:20] for s in (addresses(item) if not isinstance(item, list) else [])]
    if isinstance(value, dict):
        return [s for key in ("@id", "url") if isinstance(s := value.get(key), str)]
    return []
