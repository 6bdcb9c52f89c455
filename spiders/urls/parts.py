"""Split http(s) URLs into normalised parts, looking through AMP caches and redirects of Google. Pure."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

import idna

from newslake.lazy import LazyPattern
from spiders.urls.ip import ip_text
from spiders.urls.suffixes import registrable
from spiders.urls.tracking import tracks

# Characters. Longer URLs are data, and most servers refuse them.
MAX_LENGTH = 8192

# White space and control characters that are stripped from both ends of a URL.
EDGES = "".join(map(chr, range(0x21))) + "\x7f\xa0\u200b\u200e\u200f\u2028\u2029\u3000\ufeff"
_URL = re.compile(r"(https?):[/\\]+([^/\\?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_AMP_ENTITY = r"(?:a|%[46]1)(?:m|%[46]d)(?:p|%[57]0);"  # its letters may themselves be percent-encoded
_TWICE_ESCAPED = LazyPattern(rf"&(?:{_AMP_ENTITY}|#0*38;|#x0*26;)+", re.IGNORECASE)
_LEFT_ESCAPE = re.compile(r"^(?:amp;)+", re.IGNORECASE)
LINE_BREAKS = {9: None, 10: None, 13: None}  # browsers drop them anywhere in a URL
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_PATH_CHARS = r"A-Za-z0-9\-._~!$&'()*+,;=:@/"
_IN_PATH = re.compile(rf"%([0-9A-Fa-f]{{2}})?|[^{_PATH_CHARS}%]+")
_IN_QUERY = re.compile(rf"%([0-9A-Fa-f]{{2}})?|[^{_PATH_CHARS}?%]+")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SESSION_PARAMETER = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_SESSION_SEGMENT = re.compile(r"/\(S\([a-z0-9]+\)\)(?=/)", re.IGNORECASE)  # ASP.NET without cookies
_SLASHES = re.compile(r"(?<!:)/{2,}")
_AMP_PATH = re.compile(
    r"^/amp(?=/.)|(?<=.)/amp(?=/?$)|(?<=[^/.])\.amp(?=\.html?$|$)|(?<=/articleView)Amp(?=\.html$)", re.IGNORECASE
)
_AMP_CACHE_PATH = re.compile(r"/(?:amp|[cv])/(s/)?([^/]+\.[^/]+/.+)")
_GOOGLE = re.compile(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}")
_GOOGLE_NEWS = re.compile(r"/(?:rss/)?(?:articles|read)/([\w-]{20,2000}=*)")
_IN_CODE = re.compile(rb"https?://[\x21-\x7e]+")
_TWIN_HOST = re.compile(r"(?:www\d?|m|mobile|amp)\.")
DEFAULT_PORT = {"http": 80, "https": 443}


class Parts(NamedTuple):
    """The normalised parts of an http(s) URL."""

    scheme: str
    host: str
    port: int | None  # None for the default port
    path: str
    query: tuple[str, ...]  # its parameters without trackers, in order
    fragment: str  # with its #; empty unless it begins with !

    @property
    def netloc(self) -> str:
        """Host and port."""
        return self.host if self.port is None else f"{self.host}:{self.port}"


def split_url(url: str) -> Parts | None:
    """Return the normalised parts of an http(s) URL, or of the target of an AMP cache or Google redirect; None if invalid."""
    url = url.strip(EDGES)
    return _split(url) if len(url) <= MAX_LENGTH else None


@lru_cache(maxsize=256)  # cleaning a page asks for its addresses a dozen times
def _split(url: str) -> Parts | None:
    while len(url) <= MAX_LENGTH:
        url = url.translate(LINE_BREAKS)
        url = once_escaped(url)
        match = _URL.fullmatch(url)
        if match is None:
            return None
        scheme, authority, raw_path, raw_query, fragment = match.groups()
        scheme = scheme.lower()
        host, port = _authority(authority)
        if not host or port == -1:
            return None
        if port == DEFAULT_PORT[scheme]:
            port = None
        path, query = _path(raw_path), _query(raw_query)
        is_google = _is_google(host)
        if not is_google and not host.endswith(".cdn.ampproject.org"):
            return Parts(scheme, host, port, _without_amp(path), query, _fragment(fragment))
        target = _target(path, query, is_google)
        if target is None:
            return Parts(scheme, host, port, path, query, _fragment(fragment))
        url = target.strip(EDGES)
    return None


def once_escaped(url: str) -> str:
    """Return a URL with `&` where a system escaped it once too often (`&amp;`)."""
    return _TWICE_ESCAPED.compiled.sub("&", url) if "&" in url else url


def server_of(url: str) -> str:
    """Return the server of an http(s) URL: its host, and its port unless it is the usual one. Empty if the URL has none."""
    match = _URL.fullmatch(url.strip(EDGES))
    if match is None:
        return ""
    host, port = _authority(match[2])
    return host if port in (None, -1, DEFAULT_PORT[match[1].lower()]) else f"{host}:{port}"


def behind_google(url: str) -> str:
    """Return the address to which a redirect of Google leads, if its own address says so; else the address itself."""
    match = _URL.fullmatch(url.strip(EDGES))
    if match is None or "google." not in match[2]:
        return url
    host, _ = _authority(match[2])
    return (_target(_path(match[3]), _query(match[4]), True) or url) if _is_google(host) else url


def _is_google(host: str) -> bool:
    return host == "news.google.com" or _GOOGLE.fullmatch(host) is not None


def _target(path: str, query: tuple[str, ...], is_google: bool) -> str | None:
    """Return the target of an AMP cache or Google redirect URL; None if it has none."""
    if match := _AMP_CACHE_PATH.fullmatch(path):
        return f"http{'s' if match[1] else ''}://{match[2]}{'?' if query else ''}{'&'.join(query)}"
    if is_google and (match := _GOOGLE_NEWS.fullmatch(path)):
        # the address is inside the code, unless Google keeps it to itself
        return found[0].decode("ascii") if (found := _IN_CODE.search(from_base64(match[1]))) else None
    if is_google and path == "/url":
        for pair in query:
            name, _, value = pair.partition("=")
            if name in ("url", "q") and (target := unquote(value)).startswith(("http://", "https://")):
                return target
    return None


def from_base64(code: str) -> bytes:
    """Decode base64 as addresses spell it, with or without padding; b"" if it is none."""
    bare = code.rstrip("=")
    try:
        return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        return b""


@lru_cache(maxsize=4096)  # a crawl sees few hosts, each very often
def _authority(authority: str) -> tuple[str, int | None]:
    """Return host and port, without credentials; an empty host or port -1 if invalid."""
    host = authority.rpartition("@")[2]
    port: int | None = None
    if (colon := host.rfind(":")) > host.rfind("]"):
        digits = host[colon + 1 :]
        host = host[:colon]
        if digits:
            port = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else -1
            port = port if 0 < port < 65536 else -1
    return _host(host), port


def _host(host: str) -> str:
    if host.startswith("["):
        try:
            return f"[{ip_text(host[1:-1])}]" if host.endswith("]") and ":" in host and "%" not in host else ""
        except ValueError:
            return ""
    if "%" in host:
        host = unquote(host)
    if len(host) > 253:
        return ""
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except UnicodeError:
            try:  # names that only the older standard allows
                host = host.encode("idna").decode("ascii")
            except UnicodeError:
                return ""
    host = host.lower().removesuffix(".")
    return host if _HOST.fullmatch(host) else ""


@lru_cache(maxsize=4096)
def without_twin(host: str) -> str:
    """Return `host` without `www.`, `m.`, `mobile.` or `amp.`, if the rest still has a registrable domain."""
    while (match := _TWIN_HOST.match(host)) and registrable(host[match.end() :]):
        host = host[match.end() :]
    return host


def _percent(match: re.Match[str]) -> str:
    """Decode what never needs escaping, escape what always does, and use one spelling for the rest."""
    text = match[0]
    if text[0] != "%":
        return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))
    if match[1] is None:
        return "%25"
    code = int(match[1], 16)
    return chr(code) if code in _UNRESERVED else text.upper()


def _path(path: str) -> str:
    path = _IN_PATH.sub(_percent, path.replace("\\", "/"))
    if ";" in path or "(" in path:
        path = _SESSION_SEGMENT.sub("", _SESSION_PARAMETER.sub("", path))
    if "//" in path:
        path = _SLASHES.sub("/", path)
    if "/." in path:
        path = _without_dots(path)
    return path or "/"


def _without_amp(path: str) -> str:
    if "amp" in path.lower():
        while (folded := _AMP_PATH.sub("", path, count=1)) != path:
            path = folded
    return path


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str | None) -> tuple[str, ...]:
    if not query:
        return ()
    kept = []
    for raw in query.split("&"):
        pair = _LEFT_ESCAPE.sub("", _IN_QUERY.sub(_percent, raw))
        name, _, value = pair.partition("=")
        if pair and pair != "=" and not tracks(name, value):
            kept.append(pair)
    return tuple(kept)


def _fragment(fragment: str | None) -> str:
    """Return only a fragment that begins with `!`, which names a page; others point into one."""
    if not fragment or fragment[0] != "!" or len(fragment) == 1:
        return ""
    return "#" + _IN_QUERY.sub(_percent, fragment)
