"""Collect the JSON-LD objects of a page from all its scripts, and follow the references (`@id`) between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from flows.clean.structured.values import Node, is_empty, listed, types

__all__ = ["Graph"]

# Values nested deeper than this mean nothing.
_DEPTH = 12
_MAX_NODES, _MAX_OBJECTS, _MAX_MEMBERS = 5_000, 20_000, 50
# What is an entry of a list, or only a part of a thing or beside it, is not the thing itself.
_LISTS = ("itemListElement", "item", "hasPart")
_BESIDE = frozenset(
    (*_LISTS, "mentions", "citation", "isRelatedTo", "relatedLink", "video", "review", "comment", "associatedMedia", "about")
)
_MAIN = ("mainEntity", "mainEntityOfPage")
# Names that joining with a base leaves as they are: those of a script alone, and most whole addresses.
_WHOLE = re.compile(r"_:.*|https?://[\w.-]+/[^\s?#;]*(?:\?[^\s?#]+)?(?:#\S+)?", re.DOTALL)
# Objects that can stand for a person or an organisation, or for a picture.
_AGENTS = ("person", "organization", "corporation", "role")
_KINDS = {
    "author": _AGENTS, "creator": _AGENTS, "contributor": _AGENTS, "publisher": _AGENTS, "sourceOrganization": _AGENTS,
    "copyrightHolder": _AGENTS, "image": ("imageobject",), "thumbnail": ("imageobject",), "primaryImageOfPage": ("imageobject",),
}  # fmt: skip


class Graph:
    """The JSON-LD objects of a page.

    `nodes` are the typed objects that stand for themselves, in page order: at the top of a script, in a graph or in a list, and
    the main entities of pages. `is_listed` and `is_main` take these very objects.
    """

    def __init__(self, values: Iterable[Any], base: str) -> None:
        self._base = base
        self._by_id: dict[str, list[Node]] = {}
        self._listed: set[int] = set()
        self._beside: set[str] = set()
        self._main: set[str] = set()
        self._keys: dict[str, str] = {}
        self.nodes: list[Node] = []
        for value in values:
            self.nodes.extend(islice(self._standing(value), _MAX_NODES - len(self.nodes)))
            self._index(value)

    def is_listed(self, node: Node) -> bool:
        """Return whether an object is an entry of a list, or a part of another thing."""
        return id(node) in self._listed or (isinstance(name := node.get("@id"), str) and self._key(name) in self._beside)

    def is_main(self, node: Node) -> bool:
        """Return whether a page names this object as its main entity, by reference or around it."""
        return isinstance(name := node.get("@id"), str) and self._key(name) in self._main

    def follow(self, value: Any, role: str = "") -> Any:
        """Return the object that a reference stands for, with all that is said of it; any other value as it is.

        Args:
            role: the property with this value, as far as it tells which kind of object is meant.
        """
        if isinstance(value, dict):
            name, own = value.get("@id"), value
        elif isinstance(value, str) and role in _KINDS and ("/" in value or value[:1] in "#_"):
            name, own = value, {}
        else:
            return value
        found = self._by_id.get(self._key(name)) if isinstance(name, str) else None
        if not found:
            return value
        kinds = _KINDS.get(role, ())
        meant = [node for node in found if any(kind.endswith(kinds) for kind in types(node))] if kinds else found
        if not own and not meant:
            return value  # an address, and not the name of an object
        alike = set(types(own) or types((meant or found)[0]))
        return _merged([own, *(node for node in meant or found if not alike or alike & set(types(node)))])

    def completed(self, node: Node) -> Node:
        """Return an object with its references followed, and what other objects with its `@id` and type say of it."""
        whole = self.follow(node)
        return {key: self._members(value, key) for key, value in whole.items()}

    def _members(self, value: Any, role: str, depth: int = 0) -> Any:
        if isinstance(value, dict):
            value = next((value[key] for key in ("@list", "@set") if key in value), value)
        if isinstance(value, list):
            return [self._member(one, role, depth) for one in value[:_MAX_MEMBERS]] + value[_MAX_MEMBERS:]
        return self._member(value, role, depth)

    def _member(self, value: Any, role: str, depth: int) -> Any:
        found = self.follow(value, role)
        if isinstance(found, dict) and role in found and depth < _DEPTH and "role" in types(found):
            return self._members(found[role], role, depth + 1)  # what somebody was for the article: the person is inside
        return found

    def _standing(self, value: Any, depth: int = 0, *, is_listed: bool = False) -> Iterator[Node]:
        if depth > _DEPTH:
            return
        if isinstance(value, list):
            for item in value[:1000]:
                yield from self._standing(item, depth + 1, is_listed=is_listed)
        elif isinstance(value, dict):
            if "@type" in value or "type" in value:
                if is_listed:
                    self._listed.add(id(value))
                yield value
            for key in ("@graph", *_MAIN, *_LISTS):
                if isinstance(value.get(key), (dict, list)):
                    yield from self._standing(value[key], depth + 1, is_listed=is_listed or key in _LISTS)

    def _index(self, value: Any) -> None:
        """Remember the objects with an `@id` at any depth, and which of them are only named beside something."""
        waiting, read = [(value, 0)], 0
        while waiting and read < _MAX_OBJECTS:
            one, depth = waiting.pop()
            read += 1
            if isinstance(one, dict):
                if isinstance(name := one.get("@id"), str) and len(one) > 1:
                    known = self._by_id.setdefault(self._key(name), [])
                    if len(known) < _MAX_MEMBERS:
                        known.append(one)
                for key in _BESIDE.intersection(one):
                    self._beside.update(self._names(one[key]))
                if "mainEntity" in one and not self.is_listed(one):
                    self._main.update(self._names(one["mainEntity"]))
            inner = one.values() if isinstance(one, dict) else one[:1000] if isinstance(one, list) else ()
            if depth < _DEPTH:
                waiting.extend((part, depth + 1) for part in reversed(list(inner)) if isinstance(part, (dict, list)))

    def _names(self, value: Any) -> Iterator[str]:
        for one in listed(value)[:1000]:
            name = one.get("@id") if isinstance(one, dict) else one
            if isinstance(name, str):
                yield self._key(name)
            if isinstance(one, dict) and isinstance(one.get("item"), dict) and isinstance(one["item"].get("@id"), str):
                yield self._key(one["item"]["@id"])

    def _key(self, name: str) -> str:
        """Return the name of an object as a whole address; scripts may name it in full or by its fragment."""
        if (known := self._keys.get(name)) is None:
            try:
                known = name if _WHOLE.fullmatch(name) else urljoin(self._base, name.strip())
            except ValueError:
                known = name
            self._keys[name] = known
        return known


def _merged(nodes: list[Node]) -> Node:
    """Return one object with everything that these say, the first first."""
    merged: Node = {}
    for node in nodes:
        for key, value in node.items():
            if is_empty(merged.get(key)):
                merged[key] = value
    return merged
