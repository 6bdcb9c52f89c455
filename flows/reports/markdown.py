"""Text from the web in Markdown."""

from __future__ import annotations

import unicodedata

# `~~` strikes through, `$` sets formulas, and `&lt;` is read as what it stands for.
_MARKUP = frozenset("\\`*_[]<>#|~$&!")
# No text needs them, and they end nothing, hide something or turn round what follows. The joiners belong to scripts and emoji.
_JOINERS = "\u200c\u200d"


def escaped(text: str) -> str:
    """Text from the web stays text: no HTML and no Markdown of its own."""
    shown = (char for char in " ".join(text.split()) if char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf"))
    return "".join(f"\\{char}" if char in _MARKUP else char for char in shown)
