"""Whom and what an article names: people, organisations, places and vessels, by the words that show it. Pure.

The names below are loaded on first use: the lists of names, in a folder here, need none of these words.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from newslake.names.find import RULES, names
    from newslake.names.model import Kind, Name

__all__ = ["RULES", "Kind", "Name", "names"]

_HOMES = {"RULES": ".find", "names": ".find", "Kind": ".model", "Name": ".model"}

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, _HOMES)
