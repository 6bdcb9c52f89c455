"""Article URLs: their canonical form, their identity and their site. Pure.

The *canonical form* is a clean address that can still be fetched: it changes only what makes no difference to servers. The
*identity* decides whether two addresses are the same article. It also ignores differences that a server may mind: http and
https, `www.` and mobile hosts, a trailing slash, `index.html` and the order of the query.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import unquote, urljoin, urlsplit
from uuid import UUID

from newslake.text import is_utf8
from spiders.urls.parts import (
    DEFAULT_PORT,
    EDGES,
    LINE_BREAKS,
    MAX_LENGTH,
    Parts,
    behind_google,
    once_escaped,
    split_url,
    without_twin,
)
from spiders.urls.suffixes import registrable

_HALVES = re.compile("[\ud800-\udfff]")  # of characters: browsers replace them
_FILE = re.compile(r"\.(?:[sx]?html?|php|aspx?|jsp)$", re.I)
_LONG_WORD = 5
_ARCHIVE = re.compile(r"(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?")  # a year, month or day of a site
_INDEX = re.compile(r"/index\.(?:html?|php)$")
# A user name and password before a host: at the beginning of an address, or of one in its query, also if that one is encoded.
_CREDENTIALS = re.compile(r"(https?:[/\\]+)[^/\\?#]*@|(https?%3A%2F%2F)(?:(?!%2F|%3F|%23)[^/?#&])*%40", re.I)
_HTTP = re.compile(r"https?:|(?![a-z][a-z0-9+.-]*:)", re.I)  # the scheme of a link, if it has one
_PORT = re.compile(r":\d+$")
_WORD = re.compile(r"\w+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
_SPELT = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_DOTTED = re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)+")


def check_http_url(url: str) -> str:
    """Return `url` without surrounding white space. Raises ValueError if it is not an absolute http(s) URL."""
    url = url.strip(EDGES)
    if not url:
        raise ValueError("an empty URL")
    scheme, colon, _ = url.partition(":")
    if "://" not in url:
        raise ValueError(f"{url!r} is not a whole URL: write it with http:// or https:// in front")
    if colon and scheme.lower() not in DEFAULT_PORT:
        raise ValueError(f"{url!r} is not an http or https URL")
    if any(char.isspace() for char in url):
        raise ValueError(f"{url!r} has white space in it")
    if not is_utf8(url):
        raise ValueError(f"{url!r} is not UTF-8")
    if len(url) > MAX_LENGTH:
        raise ValueError(f"a URL of {len(url)} characters: at most {MAX_LENGTH} are taken")
    if split_url(url) is None:
        raise ValueError(f"{url!r} has no valid host")
    return url


def without_credentials(url: str) -> str:
    """Return a URL without the user names and passwords in it, otherwise as written. newslake stores no others."""
    return _CREDENTIALS.sub(lambda found: found[1] or found[2], url) if "@" in url or "%40" in url else url


def canonicalise(url: str) -> str:
    """Return the canonical form of a URL, which can be fetched if `url` can. Idempotent.

    Never raises: returns anything but an http(s) URL unchanged, apart from surrounding white space.
    """
    parts = split_url(url)
    if parts is None:
        return url.strip(EDGES)
    query = "?" + "&".join(parts.query) if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}{query}{parts.fragment}"


def identity(url: str) -> str:
    """Return a key that is equal for all addresses of an article. It is not an address to fetch."""
    parts = split_url(url)
    if parts is None:
        return url.strip(EDGES)
    host = without_twin(parts.host)
    port = "" if parts.port is None else f":{parts.port}"
    path = _INDEX.sub("", parts.path).rstrip("/")
    query = "?" + "&".join(sorted(parts.query)) if parts.query else ""
    return f"{host}{port}{path}{query}{parts.fragment}"


def id_and_form(url: str) -> tuple[str, str]:
    """Return the id of a URL, as hex digits, and its canonical form."""
    return url_id(url).hex, canonicalise(url)


def url_id(url: str) -> UUID:
    """Return a 128-bit hash of the identity of `url`: the same for its canonical form and all its variants."""
    return UUID(bytes=hashlib.blake2b(identity(url).encode("utf-8", "surrogatepass"), digest_size=16).digest())


def domain(url: str) -> str:
    """Return the host without `www.`, with `:port` unless it is the default; empty if `url` is not an http(s) URL."""
    parts = split_url(url)
    return parts.netloc.removeprefix("www.") if parts else ""


def site(url: str) -> str:
    """Return the registrable domain (`bbc.co.uk`), or `host:port` for IP addresses and local names.

    Empty if `url` is not an http(s) URL.
    """
    parts = split_url(url)
    return (registrable(parts.host) or parts.netloc) if parts else ""


def same_site(a: str, b: str) -> bool:
    """Whether both are http(s) URLs of the same site."""
    return site(a) == site(b) != ""


def absolute(base: str, link: str | None) -> str | None:
    """Return `link` as an absolute http(s) URL without credentials, otherwise as written; None if it is not one."""
    if not link or len(link) > MAX_LENGTH:
        return None
    link = _HALVES.sub("\ufffd", link.strip(EDGES).translate(LINE_BREAKS))
    try:
        joined = urljoin(base, link)
    except ValueError:  # brackets without an IPv6 address
        return None
    return without_credentials(joined) if split_url(joined) else None


def address(base: str, written: str | None) -> str | None:
    """Return what `absolute` returns for an address in a feed or sitemap.

    Some of these escape it once too often (`&amp;`), or send readers through a redirect of Google that names it.
    """
    found = absolute(base, once_escaped(written)) if written else None
    return (absolute(base, behind_google(found)) or found) if found else None


def declared_address(base: str, said: str | None, page_url: str) -> str | None:
    """Return the address that a page declares as its own, made whole; None if it cannot be believed.

    It is resolved as browsers do. Not believed are other schemes than http(s), and host names without one, which browsers take
    for folders (`www.example.org/a`). Where a path without its leading slash is the end of the page's own, that one is meant.

    Args:
        base: what relative addresses start from: the page's base element, else its URL.
        said: the address as written.
        page_url: the page's URL.
    """
    said = (said or "").strip(EDGES).translate(LINE_BREAKS)
    if not said or said[0] == "#" or not _HTTP.match(said):
        return None
    if said[0] in "/\\?" or "://" in said[:9]:
        return absolute(base, said)
    first, slash, _ = said.partition("/")
    host = _PORT.sub("", first)
    own = split_url(page_url)
    is_own = own is not None and without_twin(host.lower()) == without_twin(own.host)
    if host.lower().startswith("www.") or (slash and (is_own or _is_host(host))):
        return None
    path = said.partition("?")[0].partition("#")[0]
    if base == page_url and urlsplit(page_url).path.endswith(f"/{path}"):
        return absolute(page_url, urlsplit(page_url).path + said[len(path) :])
    return absolute(base, said)


def same_host(a: str, b: str) -> bool:
    """Whether both are http(s) URLs of the same host, with or without `www.`, `m.`, `mobile.` or `amp.`."""
    mine, other = split_url(a), split_url(b)
    return mine is not None and other is not None and _server(mine) == _server(other)


def _server(parts: Parts) -> tuple[str, int | None]:
    return without_twin(parts.host), parts.port


def _is_host(name: str) -> bool:
    return name == "localhost" or bool(_IPV4.fullmatch(name) or (_DOTTED.fullmatch(name) and registrable(name.lower())))


def same_page_canonical(page_url: str, declared: str | None, headline: str = "") -> str:
    """Return the canonical form of a page, given the canonical URL that it declares (rel=canonical or og:url).

    The declared URL counts only if it is on the same site and may name this article: some sites declare their home page or a
    section for every article, which would make all of them one. A short name at its end counts where its words are those of the
    `headline`.
    """
    own = canonicalise(page_url)
    target = absolute(page_url, declared)
    if target is None or not same_site(page_url, target):
        return own
    theirs = canonicalise(target)
    if identity(theirs) == identity(own):
        return theirs
    mine, other = split_url(own), split_url(theirs)
    if mine is None or other is None:
        return own
    same_name = _leaf(mine) == _leaf(other) != "" and set(mine.query) <= set(other.query)
    return theirs if same_name or _is_specific(other) or _says(other, headline) else own


def _leaf(parts: Parts) -> str:
    """Return the last segment of the path without its extension; empty for an index."""
    return _INDEX.sub("", parts.path).rstrip("/").rpartition("/")[2].partition(".")[0]


def _says(parts: Parts, headline: str) -> bool:
    """Whether an address ends with words of a headline, in their order: three or more, or two.

    Two must be half of the headline, or long and the name of a file: sections have short names, and are folders.
    """
    words = [_plain(word) for word in re.split(r"[-_+]|%20", unquote(_leaf(parts))) if word]
    said = [{_plain(word), _plain(word.casefold().translate(_UMLAUTS))} for word in _WORD.findall(headline)]
    is_file = _FILE.search(parts.path) is not None and min(map(len, words), default=0) >= _LONG_WORD
    if not words or len(words) < (2 if is_file or 2 * len(words) >= len(said) else 3):
        return False
    left = iter(said)
    return all(any(word in one for one in left) for word in words)


def _plain(word: str) -> str:
    """Return a word as addresses write it: in small letters, without accents."""
    decomposed = unicodedata.normalize("NFKD", word.casefold()).translate(_SPELT)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def _is_specific(parts: Parts) -> bool:
    """Whether an address must name a single page: by a headline or a number at its end, or a number in its query."""
    leaf = _leaf(parts)
    is_headline = len([word for word in re.split(r"[-_+]|%20", leaf) if word]) >= 4
    is_foreign = leaf.count("%") >= 12  # at least four letters outside ASCII
    is_numbered = re.search(r"\d{4}", leaf) is not None and not _ARCHIVE.fullmatch(leaf)
    return is_headline or is_foreign or is_numbered or any(re.search(r"=.*\d", pair) for pair in parts.query)
