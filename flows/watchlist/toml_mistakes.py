"""Explain why a text is not TOML: the cause in plain words, and the line with a mark below the place. Pure."""

from __future__ import annotations

import re
import tomllib

# Signs that word processors, chats and web pages put in the place of those of TOML.
_QUOTES = "“”„‟«»‘’‚‛＂＇″′`´"
_SPACES = "\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
_OTHERS = {"＝": "=", "［": "[", "］": "]", "，": ",", "：": ":", "＃": "#", "–": "-", "—": "-", "−": "-"}
_KEY = re.compile(r"""^\s*([\w.-]+|"[^"]*"|'[^']*')\s*=""")
_COLON = re.compile(r"^\s*([\w-]+)\s*:\s*(.*)$")
_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")


def explain(text: str, error: tomllib.TOMLDecodeError | ValueError | RecursionError) -> tuple[int, str]:
    """Return the line of the mistake (from 1), and its cause with the line itself below it.

    Args:
        error: what `tomllib` raised for `text`.
    """
    lines = text.split("\n")
    if isinstance(error, RecursionError):
        return 1, "its lists or tables are nested too deeply"
    found = _LINE.search(str(error))
    number, column = (int(found[1]), int(found[2])) if found else (len(lines), len(lines[-1]) + 1)
    if number > len(lines):
        number, column = len(lines), len(lines[-1]) + 1
    says = re.sub(r" \(at [^)]*\)$", "", str(error)).replace("\n", " ")
    line = lines[number - 1].rstrip("\r")
    number, line, column, cause = _cause(lines, number, line, column, says)
    shown = line if len(line) <= 120 else line[:117] + "…"
    mark = f"\n{shown}\n{' ' * (min(column, len(shown) + 1) - 1)}^" if shown.strip() else ""
    return number, f"{cause}{mark}"


def _cause(lines: list[str], number: int, line: str, column: int, says: str) -> tuple[int, str, int, str]:
    """Return line number, line, column and cause; the place may differ from that of the parser, which stops behind it."""
    outside = _outside_strings(line)
    for at, sign in enumerate(outside):
        if sign in _QUOTES:
            return number, line, at + 1, f'{sign} is no quotation mark of TOML: write " (a word processor may have changed it)'
        if re.match(f"[{_SPACES}]", sign):
            return number, line, at + 1, "an invisible space that TOML does not know: delete it and type a space"
        if sign in _OTHERS:
            return number, line, at + 1, f"{sign} is not {_OTHERS[sign]}: write {_OTHERS[sign]}"
    key = _KEY.match(line)
    if says == "Cannot overwrite a value":
        name = key[1] if key else ""
        first = _first(lines, number, name)
        where = f", first on line {first}" if first else ""
        return number, line, 1, f"the key {name} is given twice in one table{where}: keep one of them"
    if says.startswith("Cannot declare"):
        name = line.strip().strip("[]").strip()
        first = next((place for place, each in enumerate(lines, 1) if each.strip() == line.strip()), number)
        if name in ("source", "topic"):
            return number, line, 1, f"[{name}] stands twice: write each as [[{name}]], with two brackets on each side"
        return number, line, 1, f"the table {line.strip()} stands twice, first on line {first}: put its keys into one"
    if says.startswith("Unescaped '\\'"):
        return number, line, column, "\\ has a meaning inside \"…\": write the text in single quotes, '…', or each \\ twice"
    if (colon := _COLON.match(line)) and not key:
        return number, line, line.index(":") + 1, f"a key and its value are joined by =: write {colon[1]} = {colon[2]}".rstrip()
    if says == "Invalid value" or says.startswith("Expected newline or end of document"):
        value = line[key.end() :].partition("#")[0].strip() if key else ""
        if value.casefold() in ("true", "false", "yes", "no", "on", "off"):
            right = "true" if value.casefold() in ("true", "yes", "on") else "false"
            return number, line, line.index(value) + 1, f"{value} is no value of TOML: write {right}"
        if not key:
            return (
                number,
                line,
                column,
                "something follows the table on its line: one table or one key with its value on each line",
            )
        if not value:
            return number, line, column, "a value is missing behind ="
        if re.fullmatch(r"[\d.]+,\d+", value):
            return number, line, line.index(value) + 1, "a number has a point, no comma"
        if value[0] not in "\"'[{":
            return number, line, line.index(value) + 1, f'text needs quotation marks: write "{value}"'
        return (
            number,
            line,
            column,
            "something follows the value that does not belong to it: a comma, a bracket or a quotation mark",
        )
    cause = _IN_WORDS.get(says)
    if cause == _UNCLOSED_STRING and number == len(lines) and (begin := _last_opening(lines)):
        return begin, lines[begin - 1], 1, cause
    return number, line, column, cause or f"not TOML: {says[0].lower()}{says[1:]}"


_UNCLOSED_STRING = "the text that begins on this line has no closing quotation mark"
_UNCLOSED_LIST = "the list that begins before has no closing ], or a comma is missing between two of its values"
_IN_WORDS = {
    "Illegal character '\\n'": _UNCLOSED_STRING,
    "Unterminated string": _UNCLOSED_STRING,
    'Expected "\'"': _UNCLOSED_STRING,
    'Expected \'"""\'': _UNCLOSED_STRING,
    "Expected \"'''\"": _UNCLOSED_STRING,
    "Unclosed array": _UNCLOSED_LIST,
    "Unclosed inline table": "the braces have no closing }, or a comma is missing between two of their values",
    "Expected '=' after a key in a key/value pair": "a key stands here without = and a value; a comment begins with #",
    "Invalid statement": "this is no line of TOML: neither a key with = and a value, nor a table in brackets, nor a comment",
    "Invalid initial character for a key part": "a key is missing here: letters, digits, _ and -",
    "Expected ']' at the end of a table declaration": "the closing ] of the table is missing",
    "Expected ']]' at the end of an array declaration": "the closing ]] of the table is missing",
    "Duplicate inline table key": "a key stands twice between the braces",
}


def _first(lines: list[str], number: int, key: str) -> int | None:
    """Return the line on which a key stands first in the table of line `number`; None if that cannot be told."""
    for place in range(number - 1, 0, -1):
        line = lines[place - 1]
        if line.lstrip().startswith("["):
            return None
        match = _KEY.match(line)
        if match and match[1] == key:
            return place
    return None


def _last_opening(lines: list[str]) -> int | None:
    """Return the last line that opens or closes a string of several lines; None if none does."""
    return next((place for place in range(len(lines), 0, -1) if re.search(r"\'{3}|\"{3}", lines[place - 1])), None)


def _outside_strings(line: str) -> str:
    """Return the line with its strings and its comment blanked out, as far as they are complete."""
    return re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*', lambda found: " " * len(found[0]), line)
