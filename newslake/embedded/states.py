"""Find the data in the scripts of a page: JSON scripts, states that are assigned to a name, and what frameworks push. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from newslake.embedded.literals import MAX_DEPTH, MAX_VALUES, NotLiteral, read_literal, replaced

__all__ = ["Script", "read_json", "states"]

# Characters of all scripts of a page that are read. The largest states of real pages have some 3 MB.
MAX_CHARACTERS = 8_000_000
# Literals of one script that are tried.
_MAX_TRIED = 200
# A literal with fewer characters holds no article and no list of them.
_SHORTEST = 60
_ASSIGNED = re.compile(
    r"(?:\b(?:window|self|globalThis|this|Fusion)\s*(?:\.\s*|\[\s*[\"']))?"
    r"(?:__[A-Za-z]\w{1,40}__|[A-Za-z_$][\w$]{0,40}?(?:[sS]tate|STATE|[dD]ata|DATA|[cC]ontent|[cC]ache|[pP]rops|PROPS|[aA]rticles?|ARTICLE"
    r"|[nN]ews|[lL]ist|[iI]tems|[sS]tor(?:y|ies|e)|[pP]age|[pP]osts?))(?:[\"']\s*\])?\s*=\s*(?=[\[{(\"'`]|JSON\.parse)"
)
_PUSHED = re.compile(r"self\.__next_f\.push\(")
_FLIGHT_ROW = re.compile(rb"\n*([0-9a-f]{0,6}):(?:T([0-9a-f]{1,6}),|(?:[A-Z]{1,2}(?=[\[{\"]))?)")


@dataclass(frozen=True, slots=True)
class Script:
    """A script element of a page, or an attribute that holds data."""

    type: str
    id: str
    text: str


def states(scripts: Iterable[Script]) -> Iterator[Any]:
    """Yield the values that the scripts of a page hold, in page order; at most MAX_CHARACTERS of them are read."""
    left = MAX_CHARACTERS
    pushed: list[str] = []
    for script in scripts:
        left -= len(script.text)
        if left < 0:
            return
        if "json" in script.type:
            value = read_json(script.text)
            yield _hydrated(value) if script.id == "__NUXT_DATA__" and isinstance(value, list) else _joined(value)
        elif _PUSHED.search(script.text):
            pushed += _pushed(script.text)
        else:
            yield from _assigned(script.text)
    yield from _flight("".join(pushed))


def read_json(text: str) -> Any:
    """Return the value of a JSON text, or None if it is none."""
    try:
        return json.loads(text.strip().removeprefix("<!--").removesuffix("-->").strip(), strict=False)
    except (ValueError, RecursionError):
        return None


def _assigned(script: str) -> Iterator[Any]:
    at = tried = 0
    while tried < _MAX_TRIED and (found := _ASSIGNED.search(script, at)):
        tried += 1
        at = found.end()
        try:
            value, end = read_literal(script, at)
        except (NotLiteral, RecursionError):
            continue
        if end - at < _SHORTEST:
            continue
        at = end
        yield _joined(read_json(value) if isinstance(value, str) else value)


def _pushed(script: str) -> Iterator[str]:
    """Yield the pieces of a stream that Next.js pushes: `self.__next_f.push([1,"…"])`."""
    for found in _PUSHED.finditer(script):
        try:
            value, _ = read_literal(script, found.end())
        except (NotLiteral, RecursionError):
            continue
        if isinstance(value, list) and len(value) == 2 and value[0] == 1 and isinstance(value[1], str):
            yield value[1]


def _flight(stream: str) -> Iterator[Any]:
    """Yield the values of the rows of such a stream, with the long texts in their places.

    A row is `a:["$","p",null,{…}]` and ends with its line, or `b:T4e2,` and as many bytes of text, to which "$b" refers.
    """
    data = stream.encode("utf-8", "replace")
    rows: list[str] = []
    texts: dict[str, str] = {}
    at = 0
    while at < len(data):
        found = _FLIGHT_ROW.match(data, at)
        if found is None:
            at = (data.find(b"\n", at) + 1) or len(data)
        elif found[2] is not None:
            at = found.end() + int(found[2], 16)
            texts[f"${found[1].decode('ascii')}"] = data[found.end() : at].decode("utf-8", "replace")
        else:
            end = data.find(b"\n", found.end())
            end = len(data) if end < 0 else end
            rows.append(data[found.end() : end].decode("utf-8", "replace"))
            at = end + 1
    decoder = json.JSONDecoder(strict=False)
    for row in rows:
        if row[:1] in ("[", "{"):
            try:
                yield replaced(decoder.raw_decode(row)[0], lambda leaf: texts.get(leaf, leaf) if isinstance(leaf, str) else leaf)
            except (ValueError, RecursionError):
                continue


def _joined(state: Any) -> Any:
    """Return the state of Apollo with its objects in the places of the references to them, one step deep."""
    if not isinstance(state, dict) or not any(isinstance(one, dict) and "__typename" in one for one in state.values()):
        return state

    def step(value: Any, depth: int) -> Any:
        if isinstance(value, dict):
            key = value.get("__ref") or (value.get("id") if value.get("type") == "id" else None)
            if isinstance(key, str) and isinstance(state.get(key), dict):
                return state[key]
            return value if depth > MAX_DEPTH else {name: step(one, depth + 1) for name, one in value.items()}
        return [step(one, depth + 1) for one in value] if isinstance(value, list) and depth <= MAX_DEPTH else value

    return {name: step(one, 0) for name, one in state.items()}


def _hydrated(values: list[Any]) -> Any:
    """Return the value that Nuxt 3 writes as a list of parts, which name each other by their place in the list."""
    left = MAX_VALUES

    def part(index: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(values) or depth > MAX_DEPTH or left < 0:
            return None
        value = values[index]
        if isinstance(value, dict):
            return {key: part(place, depth + 1) for key, place in value.items()}
        if isinstance(value, list):
            if value and isinstance(value[0], str):  # ["Reactive", 1], ["Date", "2026-…"]
                behind = value[1] if len(value) > 1 else None
                return part(behind, depth + 1) if isinstance(behind, int) else behind
            return [part(place, depth + 1) for place in value]
        return value

    return part(0, 0) if values else None
