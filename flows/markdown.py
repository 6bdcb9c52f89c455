"""Text from the web in Markdown."""

from __future__ import annotations


def escaped(text: str) -> str:
    """Text from the web stays text: no HTML and no Markdown of its own."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>#|" else char for char in " ".join(text.split()))
