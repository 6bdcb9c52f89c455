"""What a page is asked for, and what it answers: plain values that go from process to process. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import quote, urlencode

from newslake.errors import UsageError
from newslake.text import is_utf8

HTML = "text/html; charset=utf-8"
Values = str | int | None | Iterable[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a page.

    Attributes:
        page: the name of the page.
        path: its address without the query.
        named: what the address names, such as the id of an article.
        query: names and values behind the question mark, in order.
        is_foreign: a page of another site leads here.
    """

    page: str
    path: str
    named: str = ""
    query: tuple[tuple[str, str], ...] = ()
    is_foreign: bool = False

    def one(self, name: str) -> str:
        """Return the first value of a name, without spaces around it; empty if there is none."""
        return next((value.strip() for key, value in self.query if key == name), "")

    def many(self, name: str) -> tuple[str, ...]:
        """Return the values of a name, each once."""
        return tuple(dict.fromkeys(value.strip() for key, value in self.query if key == name and value.strip()))

    def number(self, name: str, usual: int, most: int, least: int = 1) -> int:
        """Return the value of a name as a number.

        Raises:
            UsageError: it is none, or is too small or too large.
        """
        written = self.one(name)
        if not written:
            return usual
        if not (written.isascii() and written.isdigit() and least <= int(written[:12]) <= most):
            raise UsageError(
                f"{name} is a whole number from {least:,} to {most:,}, not {written[:60]!r}",
                left="nothing was read",
                next=f"correct {name} in the address of this page",
            )
        return int(written)

    def checked(self) -> Asked:
        """Raise UsageError unless all text of the request is text."""
        if not all(is_utf8(text) and "\0" not in text for text in (self.named, *(part for pair in self.query for part in pair))):
            raise UsageError("the address of this page is not text", left="nothing was read", next="type it again")
        return self

    def address(self, /, **changes: Values) -> str:
        """Return the address of the page with the same query, but for what is changed; None leaves a name out."""
        rest = [(name, value) for name, value in self.query if name not in changes and value.strip()]
        return address(self.path, rest, **changes)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request.

    Attributes:
        body: what is sent; `large` if it is too large to be held in memory. Whoever sends a file closes it.
        policy: what the browser lets it do, if not what all pages may.
        name: of the file, if it is one to be saved.
        to: the address that the browser shall ask for instead.
    """

    body: bytes = b""
    status: int = 200
    kind: str = HTML
    policy: str | None = None
    name: str | None = None
    to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    large: BinaryIO | None = None


def address(path: str, query: Iterable[tuple[str, str]] = (), /, **given: Values) -> str:
    """Return a local address with a query of names and values."""
    pairs = list(query)
    for name, value in given.items():
        if value is None:
            continue
        pairs += [(name, str(value))] if isinstance(value, (str, int)) else [(name, each) for each in value]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def place(kind: str, name: object) -> str:
    """Return the path of what has a name: a source, a topic, an article."""
    text = str(name)
    # A browser takes these for the folder itself and the one above it.
    return f"/{kind}/{quote(text, safe='')}" if text not in (".", "..") else address(f"/{kind}/", name=text)
