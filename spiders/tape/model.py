"""The format of a tape: `answers.jsonl`, a line for each request in its order, and the WARC file that holds the responses.

Secrets stay out: cookies and credentials are not written, and secrets in addresses are `***` everywhere, also in the responses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from newslake.errors import CaptureError
from newslake.secrecy import HIDDEN, redacted

ANSWERS = "answers.jsonl"
# Headers with which a site or this machine tells who is asking.
_PRIVATE = frozenset(("cookie", "set-cookie", "authorization", "proxy-authorization", "www-authenticate", "authentication-info"))
# A shorter secret would hide ordinary words too.
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ended: with a response in the WARC file, or with an error.

    Attributes:
        file: the WARC file, without its folder, with `offset`; None if there was no response.
        flags: those of Scrapy's response; a download that was stopped has one.
        is_refused: the download was stopped because the response cannot be a page.
        error: the name of the error, with its `words`.
    """

    method: str
    url: str
    file: str | None = None
    offset: int = 0
    flags: tuple[str, ...] = ()
    is_refused: bool = False
    error: str | None = None
    words: str = ""

    def as_json(self) -> str:
        """Return the answer as a line of JSON."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({name: value for name, value in values.items() if value}, ensure_ascii=False)


def read_answers(folder: Path) -> Iterator[Answer]:
    """Yield the answers on a tape in their order. Raises CaptureError if they cannot be read."""
    try:
        with (folder / ANSWERS).open(encoding="utf-8") as lines:
            for line in lines:
                values = json.loads(line)
                yield Answer(**values | {"flags": tuple(values.get("flags", ()))})
    except (OSError, ValueError, TypeError) as error:
        raise CaptureError(f"{folder / ANSWERS} cannot be read: {error}", left="nothing was changed") from error


class Secrets:
    """The secrets in the addresses that a watchlist names, to be hidden wherever a site repeats them."""

    def __init__(self, addresses: Iterable[str]) -> None:
        found = {value for address in addresses for value in _hidden(address)}
        self._values = sorted({one for value in found for one in (value, unquote(value))}, key=len, reverse=True)

    def __bool__(self) -> bool:
        return bool(self._values)

    def hide(self, text: str) -> str:
        """Return a text without secrets: an address, or the words of an error."""
        for value in self._values:
            text = text.replace(value, HIDDEN)
        return redacted(text)

    def hide_in(self, body: bytes) -> bytes:
        """Return the body of a response without the secrets of the watchlist."""
        for value in self._values:
            body = body.replace(value.encode(), HIDDEN.encode())
        return body

    def headers(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return headers without those that say who is asking, and without secrets in the others."""
        return [(name, self.hide(value)) for name, value in pairs if name.lower() not in _PRIVATE]


def _hidden(address: str) -> Iterator[str]:
    """Yield the values in an address that `redacted` hides."""
    for pair in address.partition("?")[2].split("&"):
        value = pair.partition("=")[2]
        if len(value) >= _SHORTEST and redacted(pair) != pair:
            yield value
