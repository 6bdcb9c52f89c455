"""Whom and what an article names: people, organisations, places and vessels, by the words that show it. Pure."""

from newslake.names.find import RULES, names
from newslake.names.model import Kind, Name

__all__ = ["RULES", "Kind", "Name", "names"]
