"""URLs of articles: their canonical form, their identity, and the site they belong to. Pure.

Two forms, because they answer two questions. The *canonical form* is a clean address that still answers: only what no server
minds is changed. The *identity* decides whether two addresses are one article, so it also folds what twins differ in and
what cannot be fetched blindly: http and https, `www.` and mobile hosts, a trailing slash, `index.html`, the order of the query.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urljoin
from uuid import UUID

import idna

from spiders.urls.ip import ip_text
from spiders.urls.tracking import tracks

if TYPE_CHECKING:
    from tldextract import TLDExtract

# Longer ones are data, not addresses; servers refuse them from about here.
MAX_LENGTH = 8192

_EDGES = "".join(map(chr, range(0x21))) + "\x7f\xa0\u200b\u200e\u200f\u2028\u2029\u3000\ufeff"
_URL = re.compile(r"(https?):[/\\]+([^/\\?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_AMP_ENTITY = r"(?:a|%[46]1)(?:m|%[46]d)(?:p|%[57]0);"  # its letters may themselves be percent-encoded
_TWICE_ESCAPED = re.compile(rf"&(?:{_AMP_ENTITY}|#0*38;|#x0*26;)+", re.IGNORECASE)
_LEFT_ESCAPE = re.compile(r"^(?:amp;)+", re.IGNORECASE)
_LINE_BREAKS = {9: None, 10: None, 13: None}  # browsers drop them anywhere in a URL
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
_TWIN_HOST = re.compile(r"(?:www\d?|m|mobile|amp)\.")
_ARCHIVE = re.compile(r"(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?")  # a year, month or day of a site
_INDEX = re.compile(r"/index\.(?:html?|php)$")
_DEFAULT_PORT = {"http": 80, "https": 443}

# The public suffix list that the wheel bundles: nothing is fetched, nothing is written.


class _Parts(NamedTuple):
    scheme: str
    host: str
    port: int | None
    path: str
    query: tuple[str, ...]
    fragment: str

    @property
    def netloc(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"


def check_http_url(url: str) -> str:
    """`url` without surrounding white space; ValueError in words where it is not an absolute http(s) address."""
    url = url.strip(_EDGES)
    if not url:
        raise ValueError("an empty URL")
    scheme, colon, _ = url.partition(":")
    if "://" not in url:
        raise ValueError(f"{url!r} is not a whole URL: write it with http:// or https:// in front")
    if colon and scheme.lower() not in _DEFAULT_PORT:
        raise ValueError(f"{url!r} is not an http or https URL")
    if any(char.isspace() for char in url):
        raise ValueError(f"{url!r} has white space in it")
    if len(url) > MAX_LENGTH:
        raise ValueError(f"a URL of {len(url)} characters: at most {MAX_LENGTH} are taken")
    if _split(url) is None:
        raise ValueError(f"{url!r} has no valid host")
    return url


def canonicalise(url: str) -> str:
    """The clean address of an article: fetchable wherever `url` is, and the same however often it is canonicalised.

    Never raises: what is no http(s) URL comes back stripped.
    """
    parts = _split(url)
    if parts is None:
        return url.strip(_EDGES)
    query = "?" + "&".join(parts.query) if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}{query}{parts.fragment}"


def identity(url: str) -> str:
    """What two addresses of one article have in common; a key to compare, not an address to fetch."""
    parts = _split(url)
    if parts is None:
        return url.strip(_EDGES)
    host = _without_twin(parts.host)
    port = "" if parts.port is None else f":{parts.port}"
    path = _INDEX.sub("", parts.path).rstrip("/")
    query = "?" + "&".join(sorted(parts.query)) if parts.query else ""
    return f"{host}{port}{path}{query}{parts.fragment}"


def url_id(url: str) -> UUID:
    """128-bit hash of the identity of `url`, the same for its canonical form and its twins."""
    return UUID(bytes=hashlib.blake2b(identity(url).encode("utf-8", "surrogatepass"), digest_size=16).digest())


def domain(url: str) -> str:
    """Host without `www.`, with `:port` where it is not the default one; empty where `url` is no http(s) URL."""
    parts = _split(url)
    return parts.netloc.removeprefix("www.") if parts else ""


def site(url: str) -> str:
    """Registrable domain (`bbc.co.uk`), or `host:port` of addresses and local names; empty where `url` is no http(s) URL."""
    parts = _split(url)
    return (_registrable(parts.host) or parts.netloc) if parts else ""


def same_site(a: str, b: str) -> bool:
    """Whether both are http(s) URLs of one site."""
    return site(a) == site(b) != ""


def absolute(base: str, link: str | None) -> str | None:
    """`link` as an absolute http(s) URL, as written otherwise; None where it is none."""
    if not link or len(link) > MAX_LENGTH:
        return None
    link = link.strip(_EDGES).translate(_LINE_BREAKS)
    try:
        joined = urljoin(base, link)
    except ValueError:  # brackets that are no IPv6 address
        return None
    return joined if _split(joined) else None


def same_page_canonical(page_url: str, declared: str | None) -> str:
    """The canonical form of a page, given what it declares as its canonical URL (rel=canonical or og:url).

    The declaration counts only if it is on the same site and could name this article: sites that declare their front page or a
    section for every article would otherwise fold all of them into one.
    """
    own = canonicalise(page_url)
    target = absolute(page_url, declared)
    if target is None or not same_site(page_url, target):
        return own
    theirs = canonicalise(target)
    if identity(theirs) == identity(own):
        return theirs
    mine, other = _split(own), _split(theirs)
    if mine is None or other is None:
        return own
    same_name = _leaf(mine) == _leaf(other) != "" and set(mine.query) <= set(other.query)
    return theirs if same_name or _is_specific(other) else own


def _leaf(parts: _Parts) -> str:
    """The last segment of the path without its extension; empty for an index."""
    return _INDEX.sub("", parts.path).rstrip("/").rpartition("/")[2].partition(".")[0]


def _is_specific(parts: _Parts) -> bool:
    """Whether an address can only name one page: a headline or a number at its end, or a number in its query."""
    leaf = _leaf(parts)
    is_headline = len([word for word in re.split(r"[-_+]|%20", leaf) if word]) >= 4
    is_foreign = leaf.count("%") >= 12  # four letters or more of a script outside ASCII
    is_numbered = re.search(r"\d{4}", leaf) is not None and not _ARCHIVE.fullmatch(leaf)
    return is_headline or is_foreign or is_numbered or any(re.search(r"=.*\d", pair) for pair in parts.query)


def _split(url: str) -> _Parts | None:
    """The normalised parts of an http(s) URL, or None. Redirects of AMP caches and of Google are looked through."""
    url = url.strip(_EDGES)
    while len(url) <= MAX_LENGTH:
        url = url.translate(_LINE_BREAKS)
        if "&" in url:
            url = _TWICE_ESCAPED.sub("&", url)
        match = _URL.fullmatch(url)
        if match is None:
            return None
        scheme, authority, raw_path, raw_query, fragment = match.groups()
        scheme = scheme.lower()
        host, port = _authority(authority)
        if not host or port == -1:
            return None
        if port == _DEFAULT_PORT[scheme]:
            port = None
        path, query = _path(raw_path), _query(raw_query)
        is_google = _GOOGLE.fullmatch(host) is not None
        if not is_google and not host.endswith(".cdn.ampproject.org"):
            return _Parts(scheme, host, port, _without_amp(path), query, _fragment(fragment))
        target = _behind(path, query, is_google)
        if target is None:
            return _Parts(scheme, host, port, path, query, _fragment(fragment))
        url = target.strip(_EDGES)
    return None


def _behind(path: str, query: tuple[str, ...], is_google: bool) -> str | None:
    """The address that an AMP cache or a redirect of Google carries in its own."""
    if match := _AMP_CACHE_PATH.fullmatch(path):
        return f"http{'s' if match[1] else ''}://{match[2]}{'?' if query else ''}{'&'.join(query)}"
    if is_google and path == "/url":
        for pair in query:
            name, _, value = pair.partition("=")
            if name in ("url", "q") and (target := unquote(value)).startswith(("http://", "https://")):
                return target
    return None


@lru_cache(maxsize=4096)  # a crawl sees few hosts, each very often
def _authority(authority: str) -> tuple[str, int | None]:
    """Host and port; an empty host or port -1 where it is invalid. Credentials are no part of an article's address."""
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
def _without_twin(host: str) -> str:
    """`host` without its `www.`, `m.`, `mobile.` or `amp.`, as long as what stays is a name that can be registered."""
    while (match := _TWIN_HOST.match(host)) and _registrable(host[match.end() :]):
        host = host[match.end() :]
    return host


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    return _suffixes().extract_str(host).top_domain_under_public_suffix


def _percent(match: re.Match[str]) -> str:
    """Decode what never needs its escape, escape what always does, and write the rest one way."""
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
    """Fragments point into a page, but those that begin with `!` are addresses of their own."""
    if not fragment or fragment[0] != "!" or len(fragment) == 1:
        return ""
    return "#" + _IN_QUERY.sub(_percent, fragment)


@cache
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract  # it brings an HTTP client, which is never used and takes longer to load than the rest

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
