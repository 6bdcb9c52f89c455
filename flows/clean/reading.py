"""Hold everything known about a page while its record is made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flows.clean.outlet.layout import Layout
from flows.clean.page import Page
from flows.clean.screen import Screen
from flows.clean.structured import StructuredData
from spiders.warc.model import Hints

__all__ = ["Reading"]


@dataclass(frozen=True)
class Reading:
    """A page with its structured data, what discovery said of it, and what its outlet calls itself (folded names).

    `title` is "" until it is found. Everything reads the page's tree as it came, so all but the text is read before
    `find_text` takes the tree apart.
    """

    page: Page
    data: StructuredData
    hints: Hints
    names: list[str]
    title: str = ""
    layout: Layout | None = None  # of its outlet, as far as it is known

    @cached_property
    def screen(self) -> Screen:
        """The lines of the page as readers see them, around the title."""
        return Screen(self.page, self.title)
