"""Find the line of each key in a TOML text, which `tomllib` does not report.

`tomllib` must have accepted the text already; this reader does not check it.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

KeyPath = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BASIC_KEY = re.compile(r'"(?:[^"\\]|\\.)*"')
_LITERAL_KEY = re.compile(r"'[^']*'")
# A multi-line string may end in one or two quotes before the closing three.
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})' r"|'''.*?'''(?:'{0,2})" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")
_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line (from 1) of each key path of a valid TOML text.

    `("source", 1, "feeds", 0)` is the first feed of the second `[[source]]`. The line of a table is that of its header, or of the
    first key that implies it; the line of an array element is where its value begins.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.lines: dict[KeyPath, int] = {}
        self.table_arrays: dict[KeyPath, int] = {}  # number of tables read so far, by array of tables

    def read(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self.skip(_GAP)
        while self.at < len(self.text):
            line = self.line()
            if self.take("[["):
                *outer, last = self.keys()
                array = (*self.walk(tuple(outer), line), last)
                self.lines.setdefault(array, line)
                index = self.table_arrays.get(array, 0)
                self.table_arrays[array] = index + 1
                table = (*array, index)
                self.lines[table] = line
                self.take("]]")
            elif self.take("["):
                table = self.walk(self.keys(), line)
                # If a deeper header implied the table before, its own header still gives its line.
                self.lines[table] = line
                self.take("]")
            else:
                self.pair(table)
            self.skip(_GAP)
        return self.lines

    def walk(self, keys: KeyPath, line: int) -> KeyPath:
        """Resolve the keys of a header; in an array of tables they refer to its last table."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            self.lines.setdefault(path, line)
            if path in self.table_arrays:
                path = (*path, self.table_arrays[path] - 1)
        return path

    def pair(self, table: KeyPath) -> None:
        line = self.line()
        path = table
        for key in self.keys():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self.take("=")
        self.skip(_BLANK)
        self.value(path)

    def value(self, path: KeyPath) -> None:
        if self.take("["):
            self.elements(path)
        elif self.take("{"):
            self.skip(_GAP)
            while not self.take("}"):
                self.pair(path)
                self.skip(_GAP)
                self.take(",")
                self.skip(_GAP)
        else:
            self.skip(_STRING if self.text[self.at] in "\"'" else _SCALAR)

    def elements(self, path: KeyPath) -> None:
        index = 0
        self.skip(_GAP)
        while not self.take("]"):
            self.lines[(*path, index)] = self.line()
            self.value((*path, index))
            index += 1
            self.skip(_GAP)
            self.take(",")
            self.skip(_GAP)

    def keys(self) -> KeyPath:
        found: list[str | int] = [self.key()]
        while self.take("."):
            found.append(self.key())
        return tuple(found)

    def key(self) -> str:
        self.skip(_BLANK)
        for pattern in (_BARE_KEY, _BASIC_KEY, _LITERAL_KEY):
            if match := pattern.match(self.text, self.at):
                self.at = match.end()
                self.skip(_BLANK)
                if pattern is _BARE_KEY:
                    return match[0]
                value: str = tomllib.loads(f"key = {match[0]}")["key"]
                return value
        raise ValueError(f"no key at line {self.line()}")

    def take(self, token: str) -> bool:
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"no value at line {self.line()}")
        self.at = match.end()

    def line(self) -> int:
        return bisect_right(self.starts, self.at)
