"""Reduce a page to its skeleton: all text that cleaning could read from it, roughly folded, in which to look up literals.

Each word of the cleaned title or text is in the skeleton letter by letter, whatever the page puts inside it: tags, comments,
entities, soft hyphens, zero-width characters, accents, any encoding, JSON escapes. So a literal that is missing in the skeleton
is missing in the article. The reverse does not hold, because words run together where tags and punctuation were removed.

For speed the page is not parsed, and hardly anything is done character by character. Where the markup is so odd that a parser
and these expressions could disagree, the page is parsed after all.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections.abc import Iterator
from itertools import product

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from flows.clean.decode import utf8
from flows.clean.markup.mend import READING
from flows.clean.page import read_page
from newslake.errors import PageError
from newslake.words.folding import APOSTROPHES, DOTS, IGNORED, LETTERS


def _name(*names: str) -> bytes:
    """Return an expression for element names in any case; it is many times faster than the flag `re.IGNORECASE`."""
    return "|".join("".join(f"[{letter}{letter.upper()}]" for letter in name) for name in names).encode()


# Comments, scripts and styles, elements whose content is plain characters to a parser, and elements whose attributes or content
# are read separately.
_PLAIN = ("textarea", "xmp", "plaintext", "noframes", "noembed", "iframe")
_OF_NOTE = re.compile(
    rb"<(?:(?P<comment>!--)|(?P<raw>" + _name("script", "style") + rb")(?=[\s/>])|(?P<meta>" + _name("meta") + rb")\b"
    rb"|(?P<title>"
    + _name("title")
    + rb")\b|(?P<plain>"
    + _name(*_PLAIN)
    + rb")\b[^>]*>(?!\s*</)|(?P<reading>"
    + _name("rt")
    + rb")\b)"
)


def _begins(*names: str) -> set[bytes]:
    """Return how elements may begin, in small and large letters: two letters tell them from most others."""
    return {
        f"<{name[:-2]}{a}{b}".encode() for name in names for a, b in product(*({letter, letter.upper()} for letter in name[-2:]))
    }


# Where any of them may begin, and where scripts and styles may end: some dozens of places among thousands of tags.
_MAY_BE_OF_NOTE = BytesAhoCorasick(
    sorted({b"<!--", *_begins("sc", "st", "/sc", "/st", "me", "ti", "rt", *(name[:2] for name in _PLAIN))}),
    matchkind=MatchKind.LeftmostFirst,  # with which it searches gigabytes a second
)
_ENDS = {name.encode(): re.compile(rb"</(?:" + _name(name) + rb")") for name in ("script", "style", *_PLAIN)}
_TAG = re.compile(rb"<[/a-zA-Z!?][^>]*>")
# The same for several tags in a row, with the space between them: half as many, and as no literal has a space, none is lost.
_TAGS = re.compile(rb"<[/a-zA-Z!?][^>]*+>(?:\s*+<[/a-zA-Z!?][^>]*+>)*+")
# What they leave of a tag with an angle bracket in an attribute; it ends before such a bracket.
_REST_OF_TAG = re.compile(rb"""["'][^<>]*\Z|/\Z""")
_LONGEST_REST = 500
# Attributes with quoted values. Matching a tag in this way takes three times as long as `_TAG`.
_ATTRIBUTES = rb"""[^>=]*+(?:=(?:\s*+"[^"]*+"|\s*+'[^']*+')?+[^>=]*+)*+>"""
_QUOTING_TAG = re.compile(rb"<(?:/?[a-zA-Z]" + _ATTRIBUTES + rb"|[!?][^>]*+>)")
_READING = re.compile(READING.encode())
_META = re.compile(_ATTRIBUTES)
# The only attribute value on elements other than meta by which cleaning finds a title.
_HEADLINE = BytesAhoCorasick([b"headline"])
_TITLE = re.compile(rb"[^>]*>(.{0,2000}?)</(?:" + _name("title") + rb")", re.S)
_ENTITY = re.compile(rb"&(?:#\w{1,10}|[a-zA-Z]\w{1,31})(?:;|(?!\w))|&#?\w{1,31}")
_JSON_ESCAPES = re.compile(rb"\\u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*")  # begins with a literal, which `re` searches for quickly
_MAX_UNESCAPES = 4

# In UTF-8: Latin letters and signs of two bytes; other characters that fold to an ASCII letter (full-width, ligatures, ℓ, ⓐ, ₂);
# and all other letters, which matter only if a literal has them. A page with characters that may matter is folded in full.
_LIKE_ASCII = (
    rb"[\xca\xcb]|\xe1[\xb4-\xbb]|\xe2(?:\x81[\xb0-\xbf]|\x82[\x80-\x9c]|\x84(?!\xa2)|[\x85\x91\x92\x93\xb1])|\xe3[\x88-\x8f]"
    rb"|\xea[\x9c-\xad]|\xef[\xac\xb9\xbc\xbd]|\xf0(?:\x9d|\x9f[\x84\x85\xaf]|\x90)"
)
_NEEDS_LONG_WAY = {
    True: re.compile(_LIKE_ASCII),
    False: re.compile(
        _LIKE_ASCII + rb"|[\xc6-\xc9\xce-\xe1\xe3-\xef\xf1-\xf4]|\xc2\xb5|\xc4\xb8|\xc5[\x8a\x8b]|\xf0[^\x9f]|\xe2[\xb0-\xbf]"
    ),
}
# Letters by their first byte: searching for one byte is many times faster than for one of several.
_LETTERS = {lead: re.compile(re.escape(bytes((lead,))) + rb"[\x80-\xbf]+") for lead in range(0xC2, 0xF5)}
# Where only ASCII is looked for: those with a Latin letter or digit in them. Most others are spaces and quotation marks.
_LATIN = {lead: _LETTERS[lead] for lead in range(0xC3, 0xCA)} | {0xC2: re.compile(rb"\xc2[\xaa\xb2\xb3\xb9\xba\xbc-\xbe]")}
_CONTROL = bytes(code for code in range(0x20) if code not in b"\t\n\r") + b"\x7f"
_DROPPED_ASCII = b"'`.-\\"
_LOWER = bytes(range(256)).lower()
_ASCII = bytes(range(0x80))
_GONE = _CONTROL + _DROPPED_ASCII
_GONE_WITH_ALL_BEYOND = _GONE + bytes(range(0x80, 0x100))
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_DROPPED = re.compile(f"[{IGNORED}{APOSTROPHES}{DOTS}\u2044.\\-\\\\\ud800-\udfff{_MARKS}]")
_LETTER = re.compile(f"[{''.join(LETTERS)}]")


def skeleton(body: bytes, content_type: str | None = None, *others: str | None, ascii_only: bool = False) -> bytes:
    """Return the skeleton of a page, in UTF-8.

    Args:
        others: texts from elsewhere that cleaning may use, such as the title in a feed.
        ascii_only: all literals are ASCII, so other letters of the page may be left out.
    """
    parts = _parts(utf8(body, content_type))
    if parts is None:
        parts = _parsed(body, content_type)
    parts += [text.encode("utf-8", "replace") for text in others if text]
    return fold_roughly(b"\n".join(parts), ascii_only=ascii_only)


def fold_roughly(text: bytes, *, ascii_only: bool = False) -> bytes:
    """Resolve entities and JSON escapes in UTF-8 text, then fold it with `fold_text`. Never raises."""
    if b"\\" in text and b"\\u" in text:
        text = _JSON_ESCAPES.sub(_unescaped_json, text)
    if b"&" in text:
        text = text.replace(b"&quot;", b'"')  # thousands of them if an attribute holds data
    for _ in range(_MAX_UNESCAPES):
        if b"&" not in text:
            break
        before, text = text, _ENTITY.sub(_unescaped, text)
        if text == before:
            break
    return fold_text(text, ascii_only=ascii_only)


def fold_text(text: bytes, *, ascii_only: bool = False) -> bytes:
    """Remove case, accents and all else that folding removes from UTF-8 text without entities. Never raises."""
    if text.isascii():
        return text.translate(_LOWER, _GONE)
    beyond = text.translate(None, _ASCII)  # far less to search, and it has all that matters
    matter = _NEEDS_LONG_WAY[ascii_only].search(beyond) is not None
    if matter and len(beyond) * _MOSTLY > len(text):
        return _folded(text.decode("utf-8", "replace")).encode("utf-8", "replace")
    for lead, letters in (_LETTERS if matter else _LATIN).items():
        if lead in beyond:
            text = letters.sub(_folded_letter, text)
    return text.translate(_LOWER, _GONE if matter else _GONE_WITH_ALL_BEYOND)


def _unescaped_json(found: re.Match[bytes]) -> bytes:
    value = found[0].decode("unicode_escape")
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8", "replace")


# Caches: entities and letters that recur are resolved once per process.
_entities: dict[bytes, bytes] = {}
_letters: dict[bytes, bytes] = {}
_MOST_KNOWN, _LONGEST_LETTER = 20_000, 24
# If at least one byte in eight is not ASCII, a page is folded as a whole, else letter by letter.
_MOSTLY = 8


def _unescaped(found: re.Match[bytes]) -> bytes:
    known = _entities.get(found[0])
    if known is None:
        known = entities.unescape(found[0].decode("utf-8", "replace")).encode("utf-8", "replace")
        if len(_entities) < _MOST_KNOWN:
            _entities[found[0]] = known
    return known


def _folded_letter(found: re.Match[bytes]) -> bytes:
    known = _letters.get(found[0])
    if known is None:
        # A non-breaking space is removed, because cleaning may join the words around it.
        known = _folded(found[0].decode("utf-8", "replace")).encode("utf-8", "replace")
        if len(_letters) < _MOST_KNOWN and len(found[0]) < _LONGEST_LETTER:
            _letters[found[0]] = known
    return known


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    if _LETTER.search(text):
        text = _LETTER.sub(lambda found: LETTERS[found[0]], text)
    text = " ".join(_DROPPED.sub("", text).replace("'", "").replace("`", "").split())
    if text.isprintable():
        return text
    return "".join(char for char in text if char.isprintable() or char == " ")  # the cleaning libraries drop the others too


def _parts(page: bytes) -> list[bytes] | None:
    """Return the text, the titles and the data of a page in UTF-8; None if the markup must be parsed."""
    visible: list[bytes] = []
    data: list[bytes] = []
    has_readings = False
    kept = at = 0  # everything before `kept` is in `visible`, or was skipped
    places = (start for _, start, _ in _MAY_BE_OF_NOTE.find_matches_as_indexes(page))
    for start in places:
        if start < at or not (found := _OF_NOTE.match(page, start)):
            continue
        kind = found.lastgroup
        at = after = found.end()
        if kind == "meta":
            if tag := _META.match(page, after):
                data.append(tag[0])
            continue
        if kind == "title":
            if titled := _TITLE.match(page, after):
                data.append(titled[1])
            continue
        if kind == "reading":
            has_readings = True
            continue
        if page.rfind(b"<", kept, start) > page.rfind(b">", kept, start):  # inside a tag
            return None
        visible.append(page[kept:start])
        if kind == "plain":
            closing = _ENDS[found["plain"].lower()].search(page, after)
            if not closing:
                return None
            content = page[after : closing.start()]
            data += [content, _TAG.sub(b"", content)]  # as plain characters, and as old parsers read it
            at = closing.start()
        elif kind == "raw":
            opened = page.find(b">", after)
            if opened < 0:
                return None
            if page[opened - 1] == 0x2F:  # <script/> has no content for libxml2
                kept = at = opened + 1
                continue
            ends = _ENDS[found["raw"].lower()]
            closing = next((closing for place in places if place >= opened and (closing := ends.match(page, place))), None)
            if not closing:
                return None
            if b"ld" in (attributes := page[after:opened].lower()) and b"json" in attributes:
                data.append(page[opened + 1 : closing.start()])
            at = page.find(b">", closing.end()) + 1
        else:
            end = page.find(b"-->", after)
            # Parsers disagree about comments that end at once or in an unusual way.
            if end < 0 or page.startswith((b">", b"->"), after) or b"--!>" in page[after:end]:
                return None
            at = end + 3
        if not at:
            return None
        kept = at
    visible.append(page[kept:])
    seen = b"".join(visible)
    text = b"".join(_TAGS.split(seen))  # faster than substituting an empty string
    if any(_REST_OF_TAG.search(text, max(0, at - _LONGEST_REST), at) for at in _finds(text, b">")):
        text = b"".join(_QUOTING_TAG.split(seen))
    if has_readings:  # ruby: the readings of characters, which cleaning leaves out
        text += b"\n" + _TAG.sub(b"", _READING.sub(b"", seen))
    starts = {seen.rfind(b"<", 0, found) for _, found, _ in _HEADLINE.find_matches_as_indexes(seen)} - {-1}
    annotated = [tag[0] for start in starts if (tag := _QUOTING_TAG.match(seen, start)) and b"content" in tag[0]]
    return [text, *annotated, *data]


def _finds(page: bytes, mark: bytes) -> Iterator[int]:
    at = page.find(mark)
    while at >= 0:
        yield at
        at = page.find(mark, at + 1)


def _parsed(body: bytes, content_type: str | None) -> list[bytes]:
    """Do the same with the parser that cleaning uses; return nothing for a page that cleaning refuses."""
    try:
        tree = read_page("", body, content_type).tree
    except PageError:
        return []
    for element in list(tree.iter("script", "style")):
        if element.tag == "style" or "json" not in (element.get("type") or "").lower():
            element.drop_tree()
    declared = [value for element in tree.iter() for name in ("content", "value") if (value := element.get(name))]
    return [value.encode("utf-8", "replace") for value in (str(tree.text_content()), *declared)]
