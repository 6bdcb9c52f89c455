"""Compare lists of names with texts in whichever way these write them. Pure.

`NameList`, which compares, is loaded on first use: commands that only read a list or its options do not need it.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names
from newslake.names.lists.model import Entry, Hit, Kind, Match

if TYPE_CHECKING:
    from newslake.names.lists.index import NameList

RULES = 4  # version of the rules: with a higher one, all articles are compared again

__all__ = ["RULES", "Entry", "Hit", "Kind", "Match", "NameList"]

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, {"NameList": ".index"})
