"""Load the word lists by language that cleaning decides by, and turn them into patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from newslake.errors import LexiconError

__all__ = ["Lexicon", "any_of", "load_lexicon", "load_tables", "read_lexicon", "read_tables"]

# ISO 639 codes, or "any" for entries of all languages.
_LANGUAGE = re.compile(r"[a-z]{2,3}|any")
_CAPTURING = re.compile(r"(?<!\\)\((?!\?)")
_QUANTIFIERS = "?*+{"
# First letters of a list that are tried one by one.
_MANY = 4

Entries = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists of one `.toml` file of this package, which holds the words of one subject.

    A list is a table, its keys are languages, and its values are entries:

        [by]
        en = ["by", "written by"]
        de = ["von"]

    An entry is a word or phrase in lower case, or a small regular expression in which `(a|b)` does not capture. The files say
    what each list decides. The modules of cleaning load their file once, on import.
    """

    name: str
    lists: dict[str, Entries]

    def words(self, wanted: str, *languages: str) -> tuple[str, ...]:
        """Return the entries of a list as they are written, each once; of all its languages unless some are named."""
        entries = self.lists[wanted]
        return tuple(dict.fromkeys(entry for code in languages or entries for entry in entries[code]))

    def pattern(self, *wanted: str) -> str:
        """Return a non-capturing group that matches any entry of these lists."""
        return any_of(entry for name in wanted for entry in self.words(name))

    def compile(self, pattern: str, flags: int = re.I) -> re.Pattern[str]:
        """Compile a pattern made of these lists.

        Raises:
            LexiconError: an entry breaks it; the message names the entry.
        """
        try:
            return re.compile(pattern, flags)
        except re.error as error:
            self.check()
            raise _error(self.name, f"together its entries are not a regular expression: {error}") from error

    def check(self) -> None:
        """Compile each entry by itself, which takes longer than the rest of loading.

        Raises:
            LexiconError: an entry is no regular expression, matches the empty text, or is two entries in one.
        """
        for wanted, entries in self.lists.items():
            for language, words in entries.items():
                for entry in words:
                    if problem := _why_unusable(entry):
                        raise _error(self.name, f"[{wanted}] {language}: the entry {entry!r} {problem}")


def load_lexicon(name: str, *lists: str) -> Lexicon:
    """Load `name`.toml from this package; it must hold exactly these lists.

    Raises:
        LexiconError: the file is no TOML, a list is unknown or missing, or an entry cannot be used.
    """
    return read_lexicon(name, files(__package__).joinpath(f"{name}.toml").read_text("utf-8"), *lists)


def read_lexicon(name: str, text: str, *lists: str) -> Lexicon:
    """Read a lexicon from the text of its file.

    Raises:
        LexiconError: as `load_lexicon` does.
    """
    data = _read(name, text, lists)
    return Lexicon(name, {one: _entries(name, one, data[one]) for one in lists})


def load_tables(name: str, *tables: str) -> list[dict[str, str]]:
    """Load the tables of `name`.toml, which have one word per key, in the order of `tables`.

    Raises:
        LexiconError: the file is no TOML, a table is unknown or missing, or a value is no text.
    """
    return read_tables(name, files(__package__).joinpath(f"{name}.toml").read_text("utf-8"), *tables)


def read_tables(name: str, text: str, *tables: str) -> list[dict[str, str]]:
    """Read tables from the text of their file.

    Raises:
        LexiconError: as `load_tables` does.
    """
    data = _read(name, text, tables)
    for wanted in tables:
        for key, value in data[wanted].items():
            if problem := _problem(value):
                raise _error(name, f"[{wanted}] {key}: the entry {value!r} {problem}")
    return [data[wanted] for wanted in tables]


def any_of(entries: Iterable[str]) -> str:
    """Return a non-capturing group of alternatives, in which entries with the same beginning share it.

    Python tries alternatives one after the other, so a long list without shared beginnings is much slower. Of several words
    that fit, the longest is matched.
    """
    return _shared([_CAPTURING.sub("(?:", entry) for entry in dict.fromkeys(entries)], _MANY)


def _read(name: str, text: str, lists: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _error(name, f"it is not valid TOML: {error}") from error
    if unknown := sorted(data.keys() - set(lists)):
        raise _error(name, f"unknown list [{unknown[0]}]; its lists are {', '.join(lists)}")
    for one in lists:
        if not isinstance(data.get(one), dict) or not data[one]:
            raise _error(name, f"the list [{one}] is missing or empty")
    return data


def _shared(entries: list[str], most: int | None = None) -> str:
    """Return the group for `any_of`; more first letters than `most` are tried all at once before they are tried one by one."""
    by_letter: dict[str, list[str]] = {}
    others: list[str] = []
    for entry in entries:
        if _begins_with_letter(entry):
            by_letter.setdefault(entry[0], []).append(entry[1:])
        elif entry:
            others.append(entry)
    others.sort(key=len, reverse=True)
    parts = [letter + (_shared(rests) if len(rests) > 1 else rests[0]) for letter, rests in by_letter.items()]
    if most is not None and len(parts) > most:
        parts = [f"(?:(?=[{''.join(by_letter)}])(?:{'|'.join(parts)}))"]
    parts += others
    group = parts[0] if len(parts) == 1 and "" not in entries else f"(?:{'|'.join(parts)})"
    return f"{group}?" if "" in entries else group


def _begins_with_letter(entry: str) -> bool:
    """Return whether the first character of an entry is literal and has no quantifier."""
    return bool(entry) and (entry[0].isalnum() or entry[0] == " ") and entry[1:2] not in tuple(_QUANTIFIERS)


def _entries(name: str, wanted: str, table: Any) -> Entries:
    if not isinstance(table, dict) or not table:
        raise _error(name, f'[{wanted}] has no language; write for example en = ["…"]')
    found: Entries = {}
    for language, entries in table.items():
        where = f"[{wanted}] {language}"
        if not _LANGUAGE.fullmatch(language):
            raise _error(name, f"{where}: this is not a language; use a code of ISO 639 such as en, or any")
        if not isinstance(entries, list) or not entries:
            raise _error(name, f'{where}: a list of entries is needed, such as ["…"]')
        for entry in entries:
            if problem := _problem(entry):
                raise _error(name, f"{where}: the entry {entry!r} {problem}")
        if twice := [entry for entry in entries if entries.count(entry) > 1]:
            raise _error(name, f"{where}: the entry {twice[0]!r} is there twice")
        found[language] = tuple(entries)
    return found


def _problem(entry: Any) -> str | None:
    if not isinstance(entry, str):
        return "is not text; write it in quotation marks"
    if not entry.strip():
        return "is empty"
    if entry != entry.strip():
        return "begins or ends with a space"
    return None


def _why_unusable(entry: str) -> str | None:
    try:
        pattern = re.compile(entry, re.I)
    except re.error as error:
        return f"is not a regular expression: {error}"
    if pattern.fullmatch(""):
        return "matches the empty text, and so every page"
    if _parts_at_top(entry):
        return "has a | outside of parentheses; write two entries"
    return None


def _parts_at_top(entry: str) -> bool:
    bare = re.sub(r"\\.|\[[^\]]*\]", "", entry)
    return any(mark == "|" and bare[:at].count("(") == bare[:at].count(")") for at, mark in enumerate(bare))


def _error(name: str, problem: str) -> LexiconError:
    return LexiconError(
        f"the word list flows/clean/lexicon/{name}.toml cannot be used: {problem}",
        left="no page was cleaned",
        next="correct the file; its first lines say how entries are written",
    )
