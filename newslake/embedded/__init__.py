"""Read the data that the scripts of a page carry: JSON, and literals of JavaScript. Pure; runs nothing."""

from newslake.embedded.literals import NotLiteral, read_literal
from newslake.embedded.records import ADDRESS, HEADLINE, PUBLISHED, Record, dicts, field, fields, moment_of, text_of
from newslake.embedded.states import Script, read_json, states

__all__ = [
    "ADDRESS",
    "HEADLINE",
    "PUBLISHED",
    "NotLiteral",
    "Record",
    "Script",
    "dicts",
    "field",
    "fields",
    "moment_of",
    "read_json",
    "read_literal",
    "states",
    "text_of",
]
