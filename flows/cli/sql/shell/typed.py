"""Say what a text typed into the SQL shell is: whole or not yet, a command of the shell or SQL. Pure."""

from __future__ import annotations

import shlex

from warehouse.query.pieces import tokens

# Commands of the shell under the names that other shells have for them.
WORDS = {
    "help": ".help",
    "?": ".help",
    "\\?": ".help",
    "\\h": ".help",
    "quit": ".quit",
    "exit": ".quit",
    "\\q": ".quit",
    ".exit": ".quit",
    ".q": ".quit",
    "\\d": ".schema",
    "\\d+": ".schema",
    "\\dt": ".tables",
    "\\dv": ".tables",
    "\\l": ".tables",
    "\\timing": ".timer",
    "\\o": ".output",
    ".h": ".help",
}


def command_of(text: str) -> list[str] | None:
    """Return the words of a command of the shell, its usual name first; None for SQL.

    Quotation marks keep words together.
    """
    line = text.strip().rstrip("; ")
    if not line or "\n" in line:
        return None
    first, *more = line.split()
    if first.isalpha() and more:  # a statement that begins with such a word, if there ever is one
        return None
    name = WORDS.get(first.lower(), first.lower())
    if not name.startswith((".", "\\")):
        return None
    if first in ("\\d", "\\d+") and not more:
        name = ".tables"
    try:
        return [name, *shlex.split(line.removeprefix(first))]
    except ValueError:  # a quotation mark that is not closed
        return [name, *more]


def is_whole(text: str) -> bool:
    """Return whether a text can be run: a command, nothing at all, or SQL that ends with a semicolon."""
    if not text.strip(" ;\n\t") or command_of(text) is not None:
        return True
    last = None
    for token in tokens(text.encode(errors="replace")):
        last = token.text
    return last == ";"
