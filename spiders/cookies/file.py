"""Read a file of cookies in the format of Netscape, as browser extensions, curl and yt-dlp write it. Pure but for `read_cookies`.

No message repeats a value, or a line that may hold one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_IROTH
from urllib.parse import urlsplit

from spiders.urls.suffixes import registrable

MAX_BYTES = 4_000_000
_HTTP_ONLY = "#HttpOnly_"
_FIELDS = 7  # domain, whether subdomains get it too, path, whether for https alone, end, name, value
_YES_NO = {"TRUE": True, "FALSE": False}
_HOW = "export it again in the Netscape format (cookies.txt)"


class CookiesUnusable(Exception):
    """A file of cookies that cannot be used. The message says why, in words for its owner."""


@dataclass(frozen=True, slots=True)
class FileCookie:
    """A line of the file. Its value is in no message and no representation."""

    domain: str  # without a dot before it
    subdomains: bool
    path: str
    secure: bool
    expires: int | None  # epoch second; None for the end of a browser's session
    name: str
    value: str = field(repr=False)

    def is_over(self, now: float) -> bool:
        return self.expires is not None and self.expires <= now


@dataclass(frozen=True, slots=True)
class CookieFile:
    """The cookies of a file that concern a source and have not ended, and what its owner may want to look at."""

    cookies: tuple[FileCookie, ...]
    hints: tuple[str, ...] = ()


def read_cookies(path: Path, addresses: Iterable[str], now: float) -> CookieFile:
    """Return the cookies of a file for the source with these addresses.

    Args:
        now: epoch second.
    Raises:
        CookiesUnusable: no such file, another format, or no cookie that could be sent to the source.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
            others_read = bool(path.stat().st_mode & S_IROTH)
    except FileNotFoundError:
        raise CookiesUnusable(f"there is no file {path}") from None
    except OSError as error:
        raise CookiesUnusable(f"{path} cannot be read: {error.strerror or 'not a file'}") from None
    except ValueError:
        raise CookiesUnusable("its name has a character that no file has") from None
    found = list(parse(data, path.name))
    alive = [cookie for cookie in found if not cookie.is_over(now)]
    if not alive:
        ended = "the only cookie of" if len(found) == 1 else f"all {len(found)} cookies of"
        raise CookiesUnusable(f"{ended} {path.name} {'has' if len(found) == 1 else 'have'} expired: log in again and {_HOW}")
    hosts = list(dict.fromkeys(urlsplit(address).hostname or "" for address in addresses))
    own = {_site(host) for host in hosts}
    ours = [cookie for cookie in alive if _site(cookie.domain) in own]
    if not ours:
        others = sorted({_site(cookie.domain) for cookie in alive})
        named = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
        if any(_site(cookie.domain) in own for cookie in found):
            raise CookiesUnusable(
                f"all cookies of {path.name} for {', '.join(sorted(own))} have expired: log in again and {_HOW}"
            )
        raise CookiesUnusable(f"no cookie of {path.name} is for {', '.join(hosts)}; they are for {named}")
    hints = []
    if others_read:
        hints.append(f"everyone on this machine can read {path.name}, which logs in as you: chmod 600 {path}")
    over = sum(cookie.is_over(now) and _site(cookie.domain) in own for cookie in found)
    if over:
        hints.append(f"{over} of the {over + len(ours)} cookies of {path.name} for the source have expired and are not sent")
    return CookieFile(tuple(ours), tuple(hints))


def _site(host: str) -> str:
    return registrable(host) or host


def parse(data: bytes, name: str) -> Iterator[FileCookie]:
    """Yield the cookies of a file in order. Raises CookiesUnusable, with the line, if it is no cookies.txt or has no cookie."""
    text = _decoded(data, name)
    found = False
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r").strip(" ")
        if not line.strip() or (line.startswith("#") and not line.startswith(_HTTP_ONLY)):
            continue
        found = True
        try:
            yield _cookie(line.removeprefix(_HTTP_ONLY))
        except ValueError as error:
            raise CookiesUnusable(f"{name}, line {number}: {error}") from None
    if not found:
        raise CookiesUnusable(f"{name} has no cookie: log in to the site in a browser and {_HOW}")


def _decoded(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise CookiesUnusable(f"{name} is no cookies.txt: it is larger than {MAX_BYTES // 1_000_000} MB")
    if data.startswith(b"SQLite format 3\0"):
        raise CookiesUnusable(f"{name} is the database of a browser: {_HOW}, with an extension of the browser or yt-dlp")
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"), (b"", "latin-1")):
        if data.startswith(mark):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    begins = text.lstrip()[:1]
    if begins in ("[", "{"):
        raise CookiesUnusable(f"{name} is JSON: {_HOW}, which most extensions offer as well")
    if begins == "<":
        raise CookiesUnusable(f"{name} is a web page: {_HOW}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cookie(line: str) -> FileCookie:
    """Return the cookie of a line. Raises ValueError, which does not repeat it."""
    fields = line.split("\t")
    if len(fields) == _FIELDS - 1 and line.count("\t") == _FIELDS - 2:
        fields.append("")  # an editor has cut the tab before an empty value
    if len(fields) != _FIELDS:
        if len(line.split()) >= _FIELDS - 1 and len(fields) < _FIELDS - 1:
            raise ValueError(f"spaces in place of tabs, as after copying from a screen: {_HOW}")
        raise ValueError(f"{len(fields)} fields separated by tabs, where a cookie has {_FIELDS}: {_HOW}")
    domain, subdomains, path, secure, expires, name, value = (one.strip(" ") for one in fields)
    host = domain.removeprefix(".").lower().rstrip(".")
    if not host or any(sign in host for sign in "/:@ "):
        raise ValueError("the first field is no domain")
    if subdomains.upper() not in _YES_NO or secure.upper() not in _YES_NO:
        raise ValueError("the second and the fourth field are TRUE or FALSE")
    if not name and not value:
        raise ValueError("a cookie without a name")
    if any(not sign.isprintable() or sign in ";\u00a0" for sign in name + value + path):
        raise ValueError("a character that no cookie has, such as a semicolon")
    try:
        end = float(expires or 0)
    except ValueError:
        raise ValueError("the fifth field is the time when the cookie expires, in seconds since 1970") from None
    return FileCookie(
        host,
        _YES_NO[subdomains.upper()] or domain.startswith("."),
        path if path.startswith("/") else "/",
        _YES_NO[secure.upper()],
        int(end) if end > 0 and math.isfinite(end) else None,
        name,
        value,
    )
