"""Text from the web stays text, whatever shows it."""

from __future__ import annotations

import re

# Those that no text of an article needs. A terminal takes them for commands, U+009B too, which JSON lets stand as it is.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def visible(text: str) -> str:
    """`text` with its control characters, other than tab and newline, as JSON would escape them; the rest is data and stays."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def spreadsheet(text: str) -> str:
    """`text` as a cell of CSV: what would run as a formula is marked as text."""
    return f"'{visible(text)}" if text.startswith(_FORMULA) else visible(text)
