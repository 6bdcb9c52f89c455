"""Lines of keys, held against tomllib for the paths and against the writer of the text for the lines."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flows.watchlist.toml_lines import KeyPath, key_lines


def paths_of(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    """Every key path of a parsed TOML document."""
    found = {path} if path else set()
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= paths_of(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found |= paths_of(inner, (*path, index))
    return found


def test_each_way_to_write_a_key() -> None:
    text = '''\
# a comment with [brackets] and = signs
top = 1

[crawl]
delay = 1.0  # seconds ] } "
"user agent" = 'x'
limits.'per domain'.pages = 4
inline = { a = 1, b.c = [2, 3], "d" = { e = "}" } }

[[source]]
name = "first # not a comment"
feeds = [
    "https://a.example/1",  # , ]

    "https://a.example/2", "https://a.example/3",
]
query = """
line = "of the text"
[[source]]
ends with quotes"""""
after = 1

[[source]]
text = \'\'\'
'' [x] \'\'\'\'\'
[source.more]
day = 1979-05-27 07:32:00
[[source.list]]
x = 1
[[source.list]]
x = 2
'''
    lines = key_lines(text)
    assert set(lines) == paths_of(tomllib.loads(text))
    assert lines["top",] == 2
    assert lines["crawl",] == 4
    assert lines["crawl", "user agent"] == 6
    assert lines["crawl", "limits", "per domain", "pages"] == 7
    assert lines["crawl", "inline", "b", "c", 1] == lines["crawl", "inline", "d", "e"] == 8
    assert [lines["source", index] for index in (0, 1)] == [10, 23]
    assert [lines["source", 0, "feeds", index] for index in (0, 1, 2)] == [13, 15, 15]
    assert lines["source", 0, "query"] == 17
    assert lines["source", 0, "after"] == 21
    assert lines["source", 1, "more"] == 26
    assert lines["source", 1, "more", "day"] == 27
    assert lines["source", 1, "list", 1, "x"] == 31


def test_a_table_stands_at_its_own_header_even_after_a_deeper_one() -> None:
    lines = key_lines("[a.b]\nx = 1\n[a]\ny = 2\n")
    assert (lines["a", "b"], lines["a",], lines["a", "y"]) == (1, 3, 4)


def test_windows_line_ends_count_once() -> None:
    assert key_lines("a = 1\r\n\r\nb = [\r\n  2,\r\n]\r\n") == {("a",): 1, ("b",): 3, ("b", 0): 4}


KEYS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6) | st.sampled_from(
    ["a", "b", "c-d", "x.y", '"', "'", "#"]
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\x7f"), max_size=12)
# What may not stand bare in a TOML string is escaped by the writer, so nothing else is left out.
SCALARS = TEXTS | st.integers(-9, 10**12) | st.booleans() | st.floats(0, 9, allow_nan=False) | st.dates(date(1970, 1, 1))
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6)
TABLES = st.dictionaries(KEYS, VALUES, max_size=4)


class Writer:
    """Writes a document in many styles and notes the line of each key as it goes."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.text = ""
        self.lines: dict[KeyPath, int] = {}

    def put(self, text: str) -> None:
        self.text += text

    def note(self, path: KeyPath) -> None:
        self.lines[path] = self.text.count("\n") + 1

    def key(self, key: str) -> None:
        bare = key and key.isascii() and key.replace("-", "").replace("_", "").isalnum()
        literal = key.isprintable() and "'" not in key
        styles = [basic(key), *([key] if bare else []), *([f"'{key}'"] if literal else [])]
        self.put(self.data.draw(st.sampled_from(styles)))

    def gap(self) -> None:
        self.put(self.data.draw(st.sampled_from(["", "\n", " # ]},=\n", "\n\n  "])))

    def value(self, value: Any, path: KeyPath, one_line: bool = False) -> None:
        if isinstance(value, dict):
            self.put("{ ")
            for index, (key, inner) in enumerate(value.items()):
                self.put(", " if index else "")
                self.pair(key, inner, path, one_line=True)
            self.put(" }")
        elif isinstance(value, list):
            self.put("[")
            for index, inner in enumerate(value):
                if not one_line:
                    self.gap()
                self.note((*path, index))
                self.value(inner, (*path, index), one_line)
                self.put(" ," if index < len(value) - 1 or self.data.draw(st.booleans()) else "")
            if not one_line:
                self.gap()
            self.put("]")
        elif isinstance(value, str):
            self.put(self.string(value))
        elif isinstance(value, bool):
            self.put(str(value).lower())
        else:
            self.put(str(value))

    def string(self, value: str) -> str:
        plain = all(char in "\n\t" or char.isprintable() for char in value)
        styles = [basic(value)]
        if plain and "'''" not in value and not value.endswith("'"):
            styles.append(f"'''\n{value}'''")
        if plain:
            styles.append(
                '"""\n'
                + value.replace("\\", "\\\\").replace('"""', '""\\"').removesuffix('"')
                + ('\\"' * value.endswith('"'))
                + '"""'
            )
        return self.data.draw(st.sampled_from(styles))

    def pair(self, key: str, value: Any, table: KeyPath, one_line: bool = False) -> None:
        self.note((*table, key))
        self.key(key)
        # A dotted key makes a table of its own; of one pair only, so that nothing else needs to go in it.
        while isinstance(value, dict) and len(value) == 1 and self.data.draw(st.booleans()):
            ((inner, value),) = value.items()
            table, key = (*table, key), inner
            self.put(" . ")
            self.note((*table, key))
            self.key(key)
        self.put(" = ")
        self.value(value, (*table, key), one_line)


def basic(text: str) -> str:
    return json.dumps(text, ensure_ascii=True) if text.isascii() else '"' + "".join(escape(char) for char in text) + '"'


def escape(char: str) -> str:
    return json.dumps(char)[1:-1] if char.isascii() else char if char.isprintable() else f"\\U{ord(char):08X}"


@given(st.data(), TABLES, st.lists(TABLES, max_size=3), TABLES)
def test_every_path_of_tomllib_at_the_line_where_it_was_written(
    data: st.DataObject, top: dict[str, Any], items: list[dict[str, Any]], table: dict[str, Any]
) -> None:
    writer = Writer(data)
    array, single = "an array", "table"
    for key, value in top.items():
        if key not in (array, single):
            writer.pair(key, value, ())
            writer.put("\n")
    for index, item in enumerate(items):
        if index == 0:
            writer.note((array,))
        writer.note((array, index))
        writer.put('[[ "an array" ]] # [[x]]\n')
        for key, value in item.items():
            writer.pair(key, value, (array, index))
            writer.put("  # = \n")
    writer.note((single,))
    writer.put("[table]\n")
    for key, value in table.items():
        writer.pair(key, value, (single,))
        writer.put("\n")
    assert paths_of(tomllib.loads(writer.text)) == set(writer.lines)
    assert key_lines(writer.text) == writer.lines
