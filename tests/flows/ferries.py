"""Articles about ferries, for sites that try to take each other's."""

from __future__ import annotations

from newslake.testing import Answer


def story(number: int, head: str = "") -> Answer:
    """An article that is like no other; `head` goes into its head element."""
    words = ". ".join(f"The ferry {number} left pier {number}{line} with cargo {number * line} on board" for line in range(1, 9))
    title = f"Ferry number {number} leaves the harbour"
    return Answer(
        f"<html><head><title>{title}</title>{head}</head><article><h1>{title}</h1><p>{words}.</p></article></html>".encode()
    )
