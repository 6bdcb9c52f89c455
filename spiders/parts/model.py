"""Define what a page says of the other pages of its article."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Link", "Other", "Paging"]


@dataclass(frozen=True, slots=True)
class Other:
    """Another page of the same article. `is_sure`: its address or its label says which page it is."""

    number: int
    url: str
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of an article a page is, and which others it names.

    Attributes:
        first: the canonical address of the first page, which is that of the article.
        is_sure: it says itself that it is a page of that article: by its number, its canonical address or its pager.
    """

    first: str
    number: int
    others: tuple[Other, ...]
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page that may lead to another page of its article.

    Attributes:
        url: canonical.
        key: its identity.
        rel: next, prev and previous, where it has them.
    """

    url: str
    key: str
    label: str
    rel: frozenset[str]

    @property
    def bare(self) -> str:
        """The label without the marks that stand around a number."""
        return self.label.strip(" []()·.")
