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
# Parameters whose numbers count something else than the pages of a text.
_OTHER_SERIES = re.compile(
    r"comment|reply|replies|review|photo|image|img|pic|bild|foto|slide|gallery|video|id$|idx|no$|offset|start|limit|sort|tab|view"
    r"|lang|ver|^v$|^c?cpage$|rpage|^n$|^t$|^y$|^m$|^d$|year|month|day|date",
    re.I,
)
_FROM_ZERO = re.compile(r"(?:0(?:,|%2C))*(\d{1,2})", re.ASCII | re.I)
# A month and a day behind a year.
_DAY = re.compile(r"(?:19|20)\d\d[/_-](?:0\d|1[0-2])[0-3]\d$")
# "/2", "/page/2", "/page-2", "/seite2.html" at the end of a path
_SEGMENT = re.compile(rf"(?P<stem>/.*?[^/])/(?P<word>(?:{_WORD})[/_=-]?)?(?P<number>\d{{1,2}})(?P<end>/|\.\w{{3,5}})?", re.I)
# "-2.html", "_2", "-page-2", ",seite-2", ";page=2", ".2.html" behind the name of a page
_SUFFIX = re.compile(
    rf"(?P<stem>/.*?[^/\-_,;.!~])(?P<mark>[-_,;.!~]{{1,2}})(?P<word>(?:{_WORD})[-_=]?)?(?P<number>\d{{1,2}})(?P<end>/|\.\w{{3,5}})?",
    re.I,
)
# Numbers in words and letters, from two on: "-part-two", "-teil-zwei", "-part-2", "-ii", "-b".
_PART = r"part|pt|teil|partie|parte|deel|del|osa|cast|czesc|chast|bolum|bagian|phan|chapter|kapitel|seite|page|pagina|sida|side"
_NUMBERS = (
    "two|zwei|deux|dos|due|dois|duas|twee|tva|to|kaksi|dva|dwa|iki|dua|hai|second|zweite|deuxieme|segunda|segundo|seconda|ii|b",
    "three|drei|trois|tres|tre|drie|kolme|tri|trzy|uc|tiga|ba|third|dritte|troisieme|tercera|tercero|terceira|terza|iii|c",
    "four|vier|quatre|cuatro|quattro|quatro|fyra|fire|nelja|ctyri|cztery|chetyre|dort|empat|bon|fourth|vierte|iv|d",
    "five|funf|fuenf|cinq|cinco|cinque|vijf|fem|viisi|pet|piec|pyat|bes|lima|nam|fifth|v|e",
    "six|sechs|seis|sei|zes|sex|seks|kuusi|sest|szesc|shest|alti|enam|sau|sixth|vi|f",
    "seven|sieben|sept|siete|sette|sete|zeven|sju|syv|seitseman|sedm|siedem|sem|yedi|tujuh|seventh|vii|g",
    "eight|acht|huit|ocho|otto|oito|atta|otte|kahdeksan|osm|osiem|vosem|sekiz|delapan|eighth|viii|h",
    "nine|neun|neuf|nueve|nove|negen|nio|ni|yhdeksan|devet|dziewiec|devyat|dokuz|sembilan|ninth|ix|i",
    "ten|zehn|dix|diez|dieci|dez|tien|tio|ti|kymmenen|deset|dziesiec|desyat|on|sepuluh|tenth|x|j",
)
_BY_WORD = {word: number for number, words in enumerate(_NUMBERS, 2) for word in words.split("|")}
_ONE = ("one", "eins", "un", "une", "uno", "una", "um", "uma", "een", "ett", "yksi", "jedna", "bir", "satu", "mot", "i", "a", "1")
_IN_WORDS = re.compile(
    rf"(?P<stem>/.*?[^/\-_])(?P<mark>[-_/])(?:(?P<part>{_PART})[-_]?)?(?P<word>{'|'.join(_BY_WORD)}|\d{{1,2}})"
    r"(?P<end>/|\.\w{3,5})?",
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


def without_one(url: str) -> str:
    """Return the address of a first page without the number of it: "?page=1"."""
    return next((one.firsts[0] for one in readings(url) if one.number == 1 and one.is_named), url)


def from_zero(url: str) -> tuple[int, str] | None:
    """Return the number of a page that a parameter called "page" gives, from zero on, and the address without it.

    None without such a parameter. "0,2" is the third page too: some sites number several pagers on a page.
    """
    parts = split_url(url)
    for at, pair in enumerate(parts.query if parts else ()):
        name, _, value = pair.partition("=")
        match = _FROM_ZERO.fullmatch(value)
        if parts and match and _NAMED.fullmatch(name):
            return int(match[1]), _url(parts, parts.path, (*parts.query[:at], *parts.query[at + 1 :]))
    return None


def readings_in_words(url: str) -> tuple[tuple[int, str], ...]:
    """Return the numbers that an address may have in words, each with an address that the first page may have.

    They are weaker than numbers in figures: a series has parts too, and many addresses end with a short word.
    """
    parts = split_url(url)
    match = _IN_WORDS.fullmatch(parts.path) if parts else None
    if parts is None or match is None or not _names_something(match["stem"]):
        return ()
    word, end = match["word"].lower(), match["end"] or ""
    number = int(word) if word.isdigit() else _BY_WORD[word]
    if number < 2 or (word.isdigit() and not match["part"]):
        return ()
    paths = [match["stem"] + end, match["stem"]]
    if match["part"]:
        before = f"{match['stem']}{match['mark']}{match['part']}"
        mark = match[0][len(before) : match.start("word")]
        paths += [f"{before}{mark}{one}{end}" for one in _ONE]
    elif len(word) == 1:
        paths.append(f"{match['stem']}{match['mark']}a{end}")
    else:
        paths.append(f"{match['stem']}{match['mark']}i{end}")
    return tuple((number, _url(parts, path, parts.query)) for path in dict.fromkeys(paths))


def page_in_words(url: str, first: str) -> int | None:
    """Return which page of the article at `first` an address is by a number in words; None if it is not one."""
    wanted = identity(first)
    return next((number for number, there in readings_in_words(url) if identity(there) == wanted), None)


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
        figure = "1".zfill(len(match["number"]) if match["number"].startswith("0") else 1)
        one = f"{match['stem']}{mark}{match['word'] or ''}{figure}{end}"
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
    if re.search(r"(?:^|\D)(?:19|20)\d\d(?:[-_.]?[01]?\d)?$", leaf) or _DAY.search(stem):
        return False  # what follows is a month, a day or one of the stories of a day
    return re.search(r"[^\W\d]|\d{3}|%[89A-F]", leaf) is not None


def _url(parts: Parts, path: str, query: tuple[str, ...]) -> str:
    return f"{parts.scheme}://{parts.netloc}{path}{'?' + '&'.join(query) if query else ''}"
