"""Score from the shape of one URL whether it leads to an article; `listings/sections` compares the links of a page. Pure.

The rules come from the addresses of some two hundred outlets. Addresses of articles have a date, a number, an identifier or a
headline; other pages (tags, authors, search, accounts) have few names, in few languages.
"""

from __future__ import annotations

import re
from enum import IntEnum
from urllib.parse import unquote, urlsplit

from spiders.urls.parts import from_base64


class Shape(IntEnum):
    """How much an address looks like an article."""

    NEVER = 0  # a picture, a login, a tag, a front page
    PLAIN = 1  # says nothing
    WEAK = 2  # a short slug, a small number, an .html leaf
    STRONG = 3  # a date, a long number, an identifier, a headline


_STATIC = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|css|m?js|json|xml|rss|atom|txt|pdf|docx?|xlsx?|pptx?|hwpx?|zip|gz|rar|exe|apk|dmg"
    r"|mp3|mp4|m4a|avi|mov|webm|wmv|ogg|m3u8|woff2?|ttf|ics)$",
    re.I,
)
_LEAF_EXTENSION = re.compile(r"\.(?:s?html?|php\d?|aspx?|jspx?|do|cfm|nhn|story|ece|amp)$", re.I)
# Path segments that are never part of an article's address.
_ALWAYS_AROUND = re.compile(
    r"(?:tags?|authors?|writers?|reporters?|journalists?|profiles?|users?|members?|search|log-?in|log-?out|sign-?in|sign-?up"
    r"|regist(?:er|ration)|join|accounts?|my-?page|subscri(?:be|ption|ptions)|rss|feeds?|share|comments?|wp-admin|wp-login\.php"
    r"|wp-json|cdn-cgi|cart|checkout|advertis(?:e|ing)|ads|cookies?|cookie-policy|privacy(?:-policy)?|terms(?:-of-(?:use|service))?|"
    r"contacts?|contact-us|sitemap|xmlrpc\.php)(?:\.(?:html?|php|aspx?|jsp))?",
    re.I,
)
# Pages about the outlet, at the root of its site, also with longer names (terms-and-conditions, about-our-newsroom).
_ABOUT_OUTLET = re.compile(
    r"(?:terms|privacy|cookies?|imprint|impressum|datenschutz\w*|agb|contact|about|subscri\w+|newsletters?|advertis\w+|accessibility"
    r"|copyright|editorial|corrections?|careers?|jobs?|legal|help|manage|your-ad-choices|do-not-sell)(?:[-_][a-z_-]+)?(?:\.(?:html?|php|aspx?))?",
    re.I,
)
# Path segments of listings, under which some outlets also put articles.
_OFTEN_AROUND = re.compile(
    r"(?:category|categories|cat|topics?|themes?|sections?|videos?|photos?|galler(?:y|ies)|pictures?|archives?|newsletters?|podcasts?|events?|"
    r"columnists?|about|about-us|help|faq|jobs|careers|weather|horoscopes?|crosswords?|games|shop|store|services?|pages?|list|lists|index|"
    r"(?:article|news)?list\w*)(?:\.(?:html?|php|aspx?|jsp|do))?",
    re.I,
)
_DATE = re.compile(
    r"(?:^|[/_-])(?:19|20)\d\d(?:[/._-](?:0?[1-9]|1[0-2]|[a-z]{3})(?:[/._-]\d{1,2})?|[01]\d[0-3]\d)(?=\D|\d{2,})", re.I
)
_DATE_ALONE = re.compile(r"(?:/[\w-]+)?/(?:19|20)\d\d(?:/\d{1,2}){0,2}|.*/(?:19|20)\d\d[/-]?[01]\d([/-]?[0-3]\d)?(?=/$|$)")
_PAGINATION = re.compile(r"/(?:page|p|pg)[/-]?\d{1,4}$", re.I)
_IDENTIFIER = re.compile(r"(?=[^-]*\d)(?=.*[a-z])[a-z0-9]{9,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_NUMBER = re.compile(r"\d{5,}")
# A query that is one code of base64; some outlets have no other addresses, and those of articles hold a day.
_CODE = re.compile(r"[A-Za-z0-9+/_-]{16,400}={0,2}")
_CODED_DATE = re.compile(rb"(?:19|20)\d\d[-./]?[01]\d[-./]?[0-3]\d")
_INDEX = re.compile(r"(?:index\.(?:php\d?|html?|aspx?|jsp|do))?", re.I)
_ID_NAME = re.compile(
    r"(?:\w*(?:idx|idxno|seq|serial|no|num|aid|nid|oid|pid|cid|uid|articleid|newsid|docid)|(?:\w+_)?id|p|key|code|wr_id)", re.I
)
_PAGE_NAME = re.compile(r"(?:page|pg|paged|page_?no|cpage|start|offset|sort|order|q|query|keyword|s)", re.I)


def shape(url: str) -> Shape:
    """Return how much an absolute http(s) URL looks like an article's."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    stem = path.rstrip("/")
    pairs = [pair.partition("=") for pair in parts.query.split("&") if pair]
    if (not stem and not pairs) or _STATIC.search(stem):
        return Shape.NEVER
    segments = [segment for segment in stem.split("/") if segment]
    if any(_ALWAYS_AROUND.fullmatch(segment) for segment in segments) or any(
        name.lower() in ("s", "q", "query") for name, _, _ in pairs
    ):
        return Shape.NEVER
    if not pairs and (_PAGINATION.search(stem) or (len(segments) == 1 and _ABOUT_OUTLET.fullmatch(segments[0]))):
        return Shape.NEVER
    named = query_shape(parts.query)
    found = max(_path_shape(stem, segments), named)
    # the program of a whole site says nothing: /index.php?id=12345
    places = segments[:-1] if named is Shape.STRONG and _INDEX.fullmatch(segments[-1] if segments else "") else segments
    if any(_OFTEN_AROUND.fullmatch(segment) for segment in places):
        leaf = segments[-1]
        is_specific = found is Shape.STRONG and (_NUMBER.search(leaf) or _DATE.search(stem) or len(_words(leaf)) >= 5)
        return found if is_specific else min(found, Shape.WEAK if _LEAF_EXTENSION.search(leaf) else Shape.PLAIN)
    return found


def is_front_page(url: str) -> bool:
    """Return whether a URL is the front page of a site."""
    parts = urlsplit(url)
    return not parts.query and parts.path.strip("/").lower() in ("", "index.html", "index.htm", "index.php")


def is_above(section: str, url: str) -> bool:
    """Return whether a URL is a folder above another one, as /news/ is above /news/2026/tanker.html."""
    above, below = urlsplit(section), urlsplit(url)
    folder = above.path.rstrip("/") + "/"
    return above.hostname == below.hostname and not above.query and below.path.startswith(folder) and below.path != folder


def template(url: str) -> str:
    """Return the URL with numbers and slugs generalised; the articles of an outlet share few such templates."""
    parts = urlsplit(url)
    segments = unquote(parts.path).rstrip("/").split("/")
    names = ["*"] if _is_code(parts.query) else sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    leaf = segments[-1]
    extension = match[0].lower() if (match := _LEAF_EXTENSION.search(leaf)) else ""
    shown = [_generalised(segment) for segment in segments[:-1]]
    # with a query, the last segment is a program and the query names the article
    last = leaf if names and extension else ("#" if leaf.removesuffix(extension).isdigit() else "*") + extension
    return f"{parts.netloc}{'/'.join([*shown, last])}?{'&'.join(names)}"


def _generalised(segment: str) -> str:
    if segment.isdigit():
        return "#"
    return "*" if len(_words(segment)) >= 3 or re.search(r"\d{3}", segment) else segment


def _words(segment: str) -> list[str]:
    stem = _LEAF_EXTENSION.sub("", segment)
    return [word for word in re.split(r"[-_+,.~ ]+", stem) if word and not word.isdigit()]


def _path_shape(stem: str, segments: list[str]) -> Shape:
    if not segments:
        return Shape.PLAIN
    leaf = segments[-1]
    name = _LEAF_EXTENSION.sub("", leaf)
    has_extension = name != leaf
    if _DATE_ALONE.fullmatch(stem) and not has_extension:
        return Shape.PLAIN
    words = _words(leaf)
    letters = sum(char.isalpha() and not char.isascii() for char in name)
    headline = len(words) >= 4 or (len(words) >= 3 and len(name) >= 20) or letters >= 12 or (len(words) >= 2 and letters >= 6)
    if headline or _DATE.search(stem) or _NUMBER.search(leaf) or any(_IDENTIFIER.fullmatch(word) for word in (name, *words)):
        return Shape.STRONG
    # a slug under a numeric or coded directory: /article/123456/kim-speaks
    if len(segments) > 1 and any(_NUMBER.search(segment) for segment in segments[:-1]):
        return Shape.STRONG
    if name.lower() in ("index", "default", "main", "home"):
        return Shape.PLAIN
    if has_extension or len(words) >= 2 or re.search(r"\d", name):
        return Shape.WEAK
    return Shape.PLAIN


def _is_code(query: str) -> bool:
    """Return whether a query is a code of base64 that holds a day."""
    return _CODE.fullmatch(query) is not None and _CODED_DATE.search(from_base64(query)) is not None


def query_shape(query: str) -> Shape:
    """Return how much a query string looks like it names an article by itself."""
    best = Shape.PLAIN
    if _is_code(query):
        return Shape.STRONG
    for name, _, value in (pair.partition("=") for pair in query.split("&")):
        if _PAGE_NAME.fullmatch(name):
            continue
        if re.search(r"\d{5,}", value) and not re.fullmatch(r"(?:v|ver|version|t|ts|_)", name):
            return Shape.STRONG
        if _ID_NAME.fullmatch(name) and re.search(r"\d", value):
            best = max(best, Shape.STRONG if re.search(r"\d{3}", value) else Shape.WEAK)
    return best
