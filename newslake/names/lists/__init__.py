"""Compare lists of names with texts in whichever way these write them. Pure."""

from newslake.names.lists.index import NameList
from newslake.names.lists.model import Entry, Hit, Kind, Match

RULES = 3  # version of the rules: with a higher one, all articles are compared again

__all__ = ["RULES", "Entry", "Hit", "Kind", "Match", "NameList"]
