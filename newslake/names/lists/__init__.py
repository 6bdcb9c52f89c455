"""Compare lists of names with texts in whichever way these write them. Pure."""

from newslake.names.lists.index import NameList
from newslake.names.lists.model import Entry, Hit, Kind, Match

__all__ = ["Entry", "Hit", "Kind", "Match", "NameList"]
