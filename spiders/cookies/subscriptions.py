"""The cookies of a crawl's subscriptions: a jar for each source that has a file, and what must be shown to nobody.

A source's jar is used for its own requests alone. It begins with the cookies of the file, keeps what the site sets meanwhile, as
a browser would, and ends with the crawl: the file is never written.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape
from http.cookiejar import Cookie, DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote

from scrapy.http.cookies import CookieJar

from newslake.secrecy import HIDDEN
from spiders.cookies.file import CookiesUnusable, FileCookie, read_cookies
from spiders.tape.secrets import is_random
from spiders.urls.suffixes import registrable

if TYPE_CHECKING:
    from spiders.sources import Source
    from spiders.warc.model import Exchange

# Headers that carry cookies.
_CARRIERS = frozenset(("cookie", "cookie2", "set-cookie", "set-cookie2"))
# What stands between the pieces of a value.
_BETWEEN = re.compile(r"[\s|,;:\"'{}\[\]()<>&?!*~]+")
_SHORTEST = 6  # characters of a piece
_ESCAPE = re.compile("%[0-9A-F]{2}")
# How pages write the sign in a mail address, to keep it from those who collect them or in a script.
_AT = ("&#64;", "&#x40;", "&commat;", "\\u0040", "\\x40")
# A key without separators that is so long is no word: `QWxhZGRpbjpvcGVuIHNlc2FtZQ`.
_KEY = re.compile(r"(?=.*[a-z])(?=.*[A-Z0-9])[A-Za-z0-9]{16,}=*")


class Subscriptions:
    """The sources with a file of cookies, as they are when a crawl begins.

    Attributes:
        problems: why the file of a source cannot be used, by its name.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self.problems: dict[str, str] = {}
        self._files: dict[str, tuple[FileCookie, ...]] = {}
        self._secrets: set[str] = set()
        self._hidden: list[str] = []
        for source in sources:
            if source.cookies is None:
                continue
            try:
                self._files[source.name] = read_cookies(Path(source.cookies), source.addresses, time.time()).cookies
            except CookiesUnusable as error:
                self.problems[source.name] = str(error)
            self._learn(cookie.value for cookie in self._files.get(source.name, ()))

    def __contains__(self, source: str) -> bool:
        return source in self._files or source in self.problems

    @property
    def secrets(self) -> list[str]:
        """The values so far that a site may repeat, and that then must be hidden; the longest first."""
        return self._hidden

    def jar(self, source: str) -> CookieJar:
        """Return a jar with the cookies of a source's file."""
        # as browsers: without a domain of its own a cookie is for its host alone
        jar = CookieJar(DefaultCookiePolicy(strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain))
        for cookie in self._files.get(source, ()):
            jar.set_cookie(_for_jar(cookie))
        return jar

    def met(self, given: Iterable[bytes]) -> None:
        """Take note of the values of Set-Cookie headers that answered a request of a subscription."""
        for header in given:
            pair = header.decode("latin-1").partition(";")[0]
            self._learn([pair.partition("=")[2].strip()])

    def hide(self, text: str) -> str:
        """Return a text without the values of cookies."""
        for value in self._hidden:
            if value in text:
                text = text.replace(value, HIDDEN)
        return text

    def hide_in(self, data: bytes) -> bytes:
        """Return bytes without the values of cookies."""
        for value in self._hidden:
            data = data.replace(value.encode(), HIDDEN.encode())
        return data

    def discreet(self, exchange: Exchange, source: str) -> Exchange:
        """Return a fetch as it is stored: without the values of cookies; for a subscription marked, and without any cookie.

        The site of a subscription may lead to another source, with such a value in the address.
        """
        if not self._hidden and source not in self:
            return exchange
        about = exchange.about | {"url": self.hide(str(exchange.about["url"]))}
        if source in self:
            about["subscription"] = True
        if "redirects" in about:
            about["redirects"] = [self.hide(url) for url in about["redirects"]]
        return replace(
            exchange,
            url=self.hide(exchange.url),
            request_headers=self._bare(exchange.request_headers, source),
            response_headers=self._bare(exchange.response_headers, source),
            body=self.hide_in(exchange.body),
            about=about,
        )

    def _bare(self, headers: Iterable[tuple[str, str]], source: str) -> list[tuple[str, str]]:
        return [(name, self.hide(value)) for name, value in headers if source not in self or name.lower() not in _CARRIERS]

    def _learn(self, values: Iterable[str]) -> None:
        fresh = {piece for value in values for piece in _pieces(_unquoted(value)) if _is_telling(piece)} - self._secrets
        if fresh:
            self._secrets |= fresh
            self._hidden = sorted({form for value in self._secrets for form in _forms(value)}, key=len, reverse=True)


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _pieces(value: str) -> Iterator[str]:
    """Yield a value and what it is put together of: `name|time|key`, JSON. A page may say a piece alone."""
    yield value
    yield from (piece for piece in _BETWEEN.split(unquote(value)) if len(piece) >= _SHORTEST)


def _forms(value: str) -> Iterator[str]:
    """Yield a value as pages and addresses write it: as it is, and escaped for an address, HTML and scripts."""
    plain = unquote(value)
    yield from (value, plain)
    for escaped in (quote(plain, safe=""), quote_plus(plain)):
        yield escaped
        yield _ESCAPE.sub(lambda found: found[0].lower(), escaped)
    yield from (escape(plain), escape(plain, quote=False), json.dumps(plain)[1:-1], json.dumps(plain)[1:-1].replace("/", "\\/"))
    yield from (plain.replace("@", at) for at in _AT if "@" in plain)


def _is_telling(value: str) -> bool:
    """Return whether a value tells who the subscriber is or admits whoever has it, and is no word that pages may say anyway."""
    plain = unquote(value)
    return is_random(plain) or "@" in plain or _KEY.fullmatch(plain) is not None


def _for_jar(cookie: FileCookie) -> Cookie:
    # a domain under which anybody may register is no site of its own: then the cookie is for that host
    is_wide = cookie.subdomains and bool(registrable(cookie.domain))
    host = cookie.domain if "." in cookie.domain else f"{cookie.domain}.local"  # as the standard library calls such hosts
    return Cookie(
        version=0,
        name=cookie.name,
        value=cookie.value,
        port=None,
        port_specified=False,
        domain=f".{host}" if is_wide else host,
        domain_specified=is_wide,
        domain_initial_dot=is_wide,
        path=cookie.path,
        path_specified=True,
        secure=cookie.secure,
        expires=cookie.expires,
        discard=cookie.expires is None,
        comment=None,
        comment_url=None,
        rest={},
    )
