"""Read a literal of JavaScript as a value, without running anything: objects, arrays, strings, numbers, little beside. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["NotLiteral", "read_literal", "replaced"]

# What nests deeper or holds more values is no data of a page.
MAX_DEPTH, MAX_VALUES = 100, 300_000

_SPACE = re.compile(r"(?:\s++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+")
_STRING = re.compile(r""""(?:[^"\\\n]|\\[\s\S])*+"|'(?:[^'\\\n]|\\[\s\S])*+'|`(?:[^`\\$]|\\[\s\S]|\$(?!\{))*+`""")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": "", "\r": ""}
_NUMBER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]{1,16}|(?:\d{1,40}\.?\d{0,40}|\.\d{1,40})(?:[eE][+-]?\d{1,4})?)")
_KEY = re.compile(r"[\w$]+")
_NAME = re.compile(r"[A-Za-z_$][\w$]*+(?:\.[A-Za-z_$][\w$]*+)*+")
_WORDS = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None, "Infinity": None}
_FUNCTION = re.compile(r"\(?\s*function\s*\w*\(([\w$,\s]*)\)\s*\{|\(?\s*\(([\w$,\s]*)\)\s*=>\s*\{")
_CALL = re.compile(r"(?:\.(?:call|apply)\s*)?\(")
_RETURN = re.compile(r"(?:^|[;{}\s])return(?=[\s{\[(\"'])")
_JSON = json.JSONDecoder(strict=False)


class NotLiteral(ValueError):
    """What stands there is no literal, or a larger one than a page has."""


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter of the function around a literal, whose value stands behind it."""

    name: str


def read_literal(script: str, at: int = 0) -> tuple[Any, int]:
    """Return the value of the literal at a position of a script, and the position behind it.

    A call of a function that only returns a literal counts as one: `(function(a,b){return {title:a}}("x",1))`. What cannot be
    known without running the script is None: `new Map()`, a name, `undefined`.

    Raises:
        NotLiteral: no literal is there.
    """
    at = _skip(script, at)
    if script[at : at + 1] in ("{", "[", '"'):
        try:
            return _JSON.raw_decode(script, at)
        except (ValueError, RecursionError):
            pass
    reader = _Reader(script)
    function = _FUNCTION.match(script, at)
    if function is None:
        return reader.value(at, 0)
    found = _RETURN.search(script, function.end() - 1)
    if found is None:
        raise NotLiteral("a function that returns nothing")
    parameters = [name.strip() for name in (function[1] or function[2] or "").split(",") if name.strip()]
    reader.parameters = frozenset(parameters)
    value, at = reader.value(found.end(), 0)
    given, at = reader.given(at)
    values = dict(zip(parameters, given, strict=False))
    return replaced(value, lambda leaf: values.get(leaf.name) if isinstance(leaf, _Parameter) else leaf), at


def replaced(value: Any, leaf: Callable[[Any], Any], depth: int = 0) -> Any:
    """Return a value with each leaf, which is no object and no array, replaced by `leaf` of it; what nests too deep is None."""
    if not isinstance(value, (dict, list)):
        return leaf(value)
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, dict):
        return {key: replaced(one, leaf, depth + 1) for key, one in value.items()}
    return [replaced(one, leaf, depth + 1) for one in value]


class _Reader:
    """Reads literals of one script."""

    def __init__(self, script: str) -> None:
        self.script = script
        self.parameters: frozenset[str] = frozenset()
        self.left = MAX_VALUES

    def value(self, at: int, depth: int) -> tuple[Any, int]:
        """Read the value at a position."""
        at = _skip(self.script, at)
        self.left -= 1
        if depth > MAX_DEPTH or not self.left:
            raise NotLiteral("too deep or too large")
        match self.script[at : at + 1]:
            case "{":
                return self._object(at + 1, depth)
            case "[":
                return self._listed(at + 1, "]", depth)
            case '"' | "'" | "`":
                return self._string(at)
            case "(":
                value, at = self.value(at + 1, depth + 1)
                return value, self._expect(at, ")")
            case "!":
                value, at = self.value(at + 1, depth + 1)
                return not value, at
        if number := _NUMBER.match(self.script, at):
            return _number(number[0]), number.end()
        return self._named(at, depth)

    def given(self, at: int) -> tuple[list[Any], int]:
        """Read the arguments of the call of the function whose returned value ends at a position."""
        while (at := _skip(self.script, at)) < len(self.script) and self.script[at] in ";})":
            at += 1
        call = _CALL.match(self.script, at)
        if call is None:
            return [], at
        return self._listed(call.end(), ")", 0)

    def _object(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        while True:
            at = _skip(self.script, at)
            if self.script[at : at + 1] == "}":
                return found, at + 1
            key, at = self._key(at)
            at = _skip(self.script, at)
            if self.script[at : at + 1] == ":":
                found[key], at = self.value(at + 1, depth + 1)
            elif self.script[at : at + 1] in (",", "}"):  # {title} is {title: title}
                found[key] = _Parameter(key) if key in self.parameters else None
            else:
                raise NotLiteral("a function inside an object")
            at = _skip(self.script, at)
            if self.script[at : at + 1] == ",":
                at += 1
            elif self.script[at : at + 1] != "}":
                raise NotLiteral("an object without an end")

    def _key(self, at: int) -> tuple[str, int]:
        if self.script[at : at + 1] in ('"', "'"):
            return self._string(at)
        if self.script[at : at + 1] == "[":
            value, at = self.value(at + 1, 0)
            return str(value), self._expect(at, "]")
        name = _KEY.match(self.script, at)
        if name is None:
            raise NotLiteral("a key that is none")
        return name[0], name.end()

    def _listed(self, at: int, end: str, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        while True:
            at = _skip(self.script, at)
            here = self.script[at : at + 1]
            if here == end:
                return found, at + 1
            if here == ",":  # a hole
                found.append(None)
                at += 1
                continue
            value, at = self.value(at, depth + 1)
            found.append(value)
            at = _skip(self.script, at)
            if self.script[at : at + 1] == ",":
                at += 1
            elif self.script[at : at + 1] != end:
                raise NotLiteral("a list without an end")

    def _string(self, at: int) -> tuple[str, int]:
        found = _STRING.match(self.script, at)
        if found is None:
            raise NotLiteral("a string without an end")
        text = found[0][1:-1]
        if "\\" in text:  # an escape may be half of a character
            text = _ESCAPE.sub(_character, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text, found.end()

    def _named(self, at: int, depth: int) -> tuple[Any, int]:
        """Read a word, a parameter, or a call: its argument is the value of JSON.parse and of what only passes one on."""
        if self.script.startswith("void", at):
            _, at = self.value(at + 4, depth + 1)
            return None, at
        if self.script.startswith("new ", at):
            at = _skip(self.script, at + 4)
        name = _NAME.match(self.script, at)
        if name is None:
            raise NotLiteral("no value")
        at = name.end()
        if name[0] in _WORDS:
            return _WORDS[name[0]], at
        behind = _skip(self.script, at)
        if self.script[behind : behind + 1] != "(":
            return (_Parameter(name[0]) if name[0] in self.parameters else None), at
        arguments, at = self._listed(behind + 1, ")", depth)
        first = arguments[0] if arguments else None
        if name[0].endswith("JSON.parse") and isinstance(first, str):
            try:
                return json.loads(first, strict=False), at
            except (ValueError, RecursionError):
                return None, at
        return (first if name[0] in ("Date", "Object.freeze", "Object.seal", "String", "Array.of") else None), at

    def _expect(self, at: int, mark: str) -> int:
        at = _skip(self.script, at)
        if self.script[at : at + 1] != mark:
            raise NotLiteral(f"{mark} is missing")
        return at + 1


def _skip(script: str, at: int) -> int:
    found = _SPACE.match(script, at)
    return found.end() if found else at


def _number(text: str) -> float | int:
    if "x" in text.lower():
        return int(text, 16)
    try:
        return int(text)
    except ValueError:
        return float(text)


def _character(found: re.Match[str]) -> str:
    for digits in found.groups()[:3]:
        if digits:
            code = int(digits, 16)
            return chr(code) if code <= 0x10FFFF else "\ufffd"
    return _LETTERS.get(found[4], found[4])
