"""Read the properties of the article from microdata or RDFa."""

from __future__ import annotations

from itertools import islice
from typing import Any

from lxml import etree

from flows.clean.page import Page, of_another, scope_types
from flows.clean.structured.main_object import ARTICLE, Identity
from flows.clean.structured.values import Node
from flows.clean.words import fold
from newslake.text import squeeze

__all__ = ["microdata"]

# by the attributes, because a test of each element takes three times as long
_TYPED: Any = etree.XPath("//@itemtype/..|//@typeof/..")
_WITH_PROPERTY: Any = etree.XPath("descendant-or-self::*/@itemprop/..|descendant-or-self::*/@property/..")
_ITEMPROPS = (
    "headline",
    "name",
    "datePublished",
    "dateModified",
    "articleBody",
    "articleSection",
    "author",
    "creator",
    "publisher",
    "description",
)
_AGENTS = ("author", "creator", "publisher")
_SHOWN = ("headline", "datePublished", "dateModified", "articleSection")
_MAX_SCOPES, _MAX_ELEMENTS, _MAX_AUTHORS = 30, 20_000, 20


def microdata(page: Page, identity: Identity) -> Node:
    """Return the main properties of the article from microdata or RDFa, shaped like JSON-LD; {} if there are none.

    Of several marked articles, it is the one with a title of the page, or else the only one outside of all others.
    """
    scopes = [e for e in _TYPED(page.tree) if any(map(ARTICLE.search, scope_types(e)))][:_MAX_SCOPES]
    said: list[Node] = []
    for scope in scopes:
        said.append(one := _properties(scope))
        headline = fold(one.get("headline") or one.get("name") or "")
        if (headline and identity.is_named(headline)) or scope.find(".//h1") is not None or scope.tag in ("body", "html", "main"):
            return one
    if not said or not (len(said) == 1 or _holds_all(scopes)):
        return {}
    return said[0] if identity.is_like(fold(said[0].get("headline") or "")) else {}


def _holds_all(scopes: list[Any]) -> bool:
    """Return whether the first of these elements holds all others: comments and other stories inside the article."""
    return all(any(room is scopes[0] for room in scope.iterancestors()) for scope in scopes[1:])


def _properties(scope: Any) -> Node:
    found: Node = {}
    beside: dict[str, list[Any]] = {}
    for element in islice(_WITH_PROPERTY(scope), _MAX_ELEMENTS):
        names = (element.get("itemprop") or element.get("property") or "").replace("schema:", "").split()
        for name in names:
            if name not in _ITEMPROPS or (name in found and name not in _AGENTS) or of_another(element, scope):
                continue
            if name in _AGENTS:
                rooms = list(element.iterancestors())[:2]
                if (first := beside.setdefault(name, rooms)) is not rooms and first[-1] not in rooms:
                    continue  # a comment's author, and not one of several
                if (agent := _agent(element)) and len(found.setdefault(name, [])) < _MAX_AUTHORS:
                    found[name].append(agent)
                continue
            value = element.get("content") or element.get("datetime")
            if not value and name in _SHOWN:
                value = element.text_content()
            if value and squeeze(value):
                found[name] = squeeze(value)
    return found


def _agent(element: Any) -> Node | None:
    """Return a person or an organisation, with its type if the page tells it."""
    value = element.get("content")
    if not value:
        named = (e for e in element.iter() if isinstance(e.tag, str) and "name" in (e.get("itemprop") or "").split())
        inner = next(named, element)
        value = inner.get("content") or inner.text_content()
    return {"@type": scope_types(element), "name": squeeze(value)} if value and squeeze(value) else None
