"""Keep out of a tape what admits its maker: the secrets in the addresses of a watchlist, and headers that tell who asks.

A parameter may be called anything, and private feeds often have their key in the path. So a value also counts as secret if it
looks drawn at random. Hiding too much costs nothing: a replay asks for the address as it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import unquote, urlsplit

from newslake.secrecy import HIDDEN, redacted

__all__ = ["Secrets", "is_random"]

# Headers with which a site or this machine tells who is asking.
_PRIVATE = frozenset(("cookie", "set-cookie", "authorization", "proxy-authorization", "www-authenticate", "authentication-info"))
# A shorter secret would hide ordinary words too.
_SHORTEST = 6
# Names of parameters that admit or identify a reader, beside those that are secret everywhere: `key`, `pass`, `user_id`.
_ADMITS = re.compile(
    r"(?:^|[^a-z])(?:key|k|auth\w*|jwt|pass|pw|pin|code|sid|session\w*|hash|hmac|sign\w*|ticket|access|user|uid|login|e?mail"
    r"|account|subscri\w+|member|licen[cs]e|client|customer)(?:$|[^a-z])",
    re.I,
)
# What stands between the pieces of an address.
_PIECES = re.compile(r"[/?&=#;:,.+_~-]+")
_RUN = re.compile(r"\d+|[^\W\d]+")
# Runs of digits and of letters that follow each other in a value drawn at random, and its shortest length in characters.
_RUNS, _LONG = 4, 14
_DIGITS = re.compile(r"\d{16,}")


class Secrets:
    """The secrets in the addresses that a watchlist names, to be hidden wherever a site repeats them.

    Args:
        also: returns more of them, which become known during a crawl.
    """

    def __init__(self, addresses: Iterable[str], also: Callable[[], Sequence[str]] = tuple) -> None:
        found = {value for address in addresses for value in _hidden(address)}
        self._values = sorted({one for value in found for one in (value, unquote(value))}, key=len, reverse=True)
        self._also = also

    def __bool__(self) -> bool:
        return bool(self._values or self._also())

    def hide(self, text: str) -> str:
        """Return a text without secrets: an address, or the words of an error."""
        for value in (*self._also(), *self._values):
            text = text.replace(value, HIDDEN)
        return redacted(text)

    def hide_in(self, body: bytes) -> bytes:
        """Return the body of a response without the secrets of the watchlist."""
        for value in (*self._also(), *self._values):
            body = body.replace(value.encode(), HIDDEN.encode())
        return body

    def headers(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return headers without those that say who is asking, and without secrets in the others."""
        return [(name, self.hide(value)) for name, value in pairs if name.lower() not in _PRIVATE]


def _hidden(address: str) -> Iterator[str]:
    """Yield the secrets in an address: what `redacted` hides, what admits or identifies a reader, what looks drawn at random."""
    parts = urlsplit(address)
    for pair in re.split("[&;]", parts.query):
        name, _, value = pair.partition("=")
        is_secret = redacted(pair) != pair or (_ADMITS.search(name) and not _is_word(unquote(value)))
        if len(value) >= _SHORTEST and (is_secret or is_random(value)):
            yield value
    yield from filter(is_random, re.split("[/.]", parts.path))


def _is_word(value: str) -> bool:
    """Return whether a value may be an ordinary word: the name of a section or a language, which stands on the pages too."""
    return value.isalpha() and len(value) < _LONG and (value.islower() or value.isupper() or value.istitle())


def is_random(value: str) -> bool:
    """Return whether a value looks drawn at random: digits and letters change often in one of its pieces, or it is a long number.

    A UUID does too, though its pieces are short: most of them are mixed.
    """
    pieces = [piece for piece in _PIECES.split(value) if piece]
    mixed = sum(len(piece) for piece in pieces if len(_RUN.findall(piece)) >= 2)
    changes = max((len(_RUN.findall(piece)) for piece in pieces), default=0)
    return _DIGITS.search(value) is not None or (mixed >= _LONG and changes >= _RUNS)
