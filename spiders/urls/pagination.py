"""Read page numbers in the addresses of articles on several pages: is this address page N of that one? Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spiders.urls.canonical import identity
from spiders.urls.parts import Parts, split_url

# Pages of one article that are fetched and joined. The longest articles that outlets divide have about as many.
MAX_PAGES = 20
_LARGEST = 99  # a larger number is an identifier or a year

_WORD = (
    r"pages?(?:no|num|nr|number|id)?|paged|curr?(?:ent)?page|pageindex|pag|pags|pagina|paginas|pagine|pg|pgs|pn|pno|p|seite|seiten|sida"
    r"|side|sivu|strona|str|strana|stranica|stranitsa|stran|oldal|sayfa|halaman|hal|trang|lehekulg|puslapis|lapa|faqja"
)
_NAMED = re.compile(rf"(?:{_WORD})", re.I)
# What a number in a query never counts: other series than the pages of a text.
_OTHER_SERIES = re.compile(
    r"comment|reply|replies|review|photo|image|img|pic|bild|foto|slide|gallery|video|id$|idx|no$|offset|start|limit|sort|tab|view"
    r"|lang|ver|^v$|^c?cpage$|rpage|^n$|^t$|^y$|^m$|^d$|year|month|day|date",
    re.I,
)
# "/2", "/page/2", "/page-2", "/seite2.html" at the end of a path
_SEGMENT = re.compile(rf"(?P<stem>/.*?[^/])/(?P<word>(?:{_WORD})[/_=-]?)?(?P<number>\d{{1,2}})(?P<end>/|\.\w{{3,5}})?", re.I)
# "-2.html", "_2", "-page-2", ",seite-2", ";page=2", ".2.html" behind the name of a page
_SUFFIX = re.compile(
    rf"(?P<stem>/.*?[^/\-_,;.!~])(?P<mark>[-_,;.!~]{{1,2}})(?P<word>(?:{_WORD})[-_=]?)?(?P<number>\d{{1,2}})(?P<end>/|\.\w{{3,5}})?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """One way to read an address as that of a page of an article.

    Attributes:
        firsts: the canonical addresses that the first page may have, the likeliest first.
        is_named: a word for "page" stands before the number.
    """

    number: int
    firsts: tuple[str, ...]
    is_named: bool


def readings(url: str) -> tuple[Numbered, ...]:
    """Return the ways to read an address as that of a numbered page; empty if it has no such number."""
    parts = split_url(url)
    if parts is None:
        return ()
    return (*_in_query(parts), *_in_path(parts))


def page_of(url: str, first: str) -> tuple[int, bool] | None:
    """Return which page of the article at `first` an address is by its number, and whether a word for "page" says so.

    None if it is not a page of it, or is the address of the first page itself.
    """
    wanted = identity(first)
    if identity(url) == wanted:
        return None
    for reading in readings(url):
        if any(identity(each) == wanted for each in reading.firsts):
            return reading.number, reading.is_named
    return None


def _in_query(parts: Parts) -> list[Numbered]:
    found = []
    for at, pair in enumerate(parts.query):
        name, _, value = pair.partition("=")
        number = _number(value)
        is_named = _NAMED.fullmatch(re.sub(r"[-_\[\]]|%5[BD]", "", name)) is not None
        if number is None or (not is_named and _OTHER_SERIES.search(name)):
            continue
        others = parts.query[:at], parts.query[at + 1 :]
        # also where the first page is linked as "?page=1": without a number it is the same page
        found.append(Numbered(number, (_url(parts, parts.path, (*others[0], *others[1])),), is_named))
    return found


def _in_path(parts: Parts) -> list[Numbered]:
    found = []
    for pattern in (_SEGMENT, _SUFFIX):
        match = pattern.fullmatch(parts.path)
        number = _number(match["number"]) if match else None
        if match is None or number is None or number < 2 or not _names_something(match["stem"]):
            continue
        end = match["end"] or ""
        mark = "/" if pattern is _SEGMENT else match["mark"]
        one = f"{match['stem']}{mark}{match['word'] or ''}1{end}"
        whole = match["stem"] + end
        stems = [whole, match["stem"], one] if pattern is _SEGMENT else [whole, one]
        firsts = tuple(dict.fromkeys(_url(parts, path, parts.query) for path in stems))
        found.append(Numbered(number, firsts, match["word"] is not None))
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= _LARGEST else None


def _names_something(stem: str) -> bool:
    """Whether the rest of a path may be that of an article: "/2026/11" and "/" are not."""
    leaf = stem.rpartition("/")[2]
    if re.search(r"(?:^|\D)(?:19|20)\d\d(?:[-_.]?[01]?\d)?$", leaf):
        return False  # what follows is a month or a day
    return re.search(r"[^\W\d]|\d{5}|%[89A-F]", leaf) is not None


def _url(parts: Parts, path: str, query: tuple[str, ...]) -> str:
    return f"{parts.scheme}://{parts.netloc}{path}{'?' + '&'.join(query) if query else ''}"
