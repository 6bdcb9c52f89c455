"""Know the words that tell names: words.toml and places.json, loaded on first use."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files

_FILES = files("newslake.names")


@cache
def lists(group: str) -> dict[str, list[str]]:
    """Return the lists of a group of words.toml."""
    return {name: listed.split() if isinstance(listed, str) else listed for name, listed in _words()[group].items()}


@cache
def listed(group: str, name: str) -> frozenset[str]:
    """Return one list of words.toml."""
    return frozenset(lists(group)[name])


@cache
def gazetteer(script: str) -> frozenset[str]:
    """Return the names of countries and cities in a script: latin, cyrillic, russian (of these), hangul, kana or han."""
    return frozenset(_places()[script])


@cache
def _words() -> dict[str, dict[str, list[str] | str]]:
    return tomllib.loads(_FILES.joinpath("words.toml").read_text("utf-8"))


@cache
def _places() -> dict[str, list[str]]:
    return dict(json.loads(_FILES.joinpath("places.json").read_text("utf-8")))


@cache
def known_places() -> frozenset[str]:
    """Return the names of places in Latin letters that are known."""
    return gazetteer("latin") | listed("capitals", "places")
