"""All that cleaning could read from a page, roughly folded, in one piece: for looking up literals, never for reading.

A word of the cleaned title or text stands in the skeleton letter by letter, whatever the page did to it: tags, comments,
entities, soft hyphens, zero-width characters and accents inside it, any encoding, JSON escapes. The reverse does not hold, for
words run together where tags and punctuation went. So a literal that is missing here is missing in the article.

Speed is the point: a page is not parsed, and hardly anything is done character by character. Where the markup is odd enough for a
parser and these few expressions to disagree, the parser decides after all.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections.abc import Iterator

from flows.clean.decode import utf8
from flows.clean.page import read_page
from flows.topics.folding import APOSTROPHES, DOTS, IGNORED, LETTERS
from newslake.errors import PageError


def _name(*names: str) -> bytes:
    """An expression for names of elements, in capitals or not; many times quicker than the flag that ignores case."""
    return "|".join("".join(f"[{letter}{letter.upper()}]" for letter in name) for name in names).encode()


# Comments, the raw contents of scripts and styles, and elements whose content parsers take as plain characters, tags and all;
# and, to go through the page but once, the elements whose attributes or content are looked at for themselves.
_PLAIN = ("textarea", "xmp", "plaintext", "noframes", "noembed", "iframe")
_OF_NOTE = re.compile(
    rb"<(?=[!sSmMtTxXpPnNiIrR])(?:(?P<comment>!--)|(?P<raw>"
    + _name("script", "style")
    + rb")(?=[\s/>])|(?P<meta>"
    + _name("meta")
    + rb")\b"
    rb"|(?P<title>"
    + _name("title")
    + rb")\b|(?P<plain>"
    + _name(*_PLAIN)
    + rb")\b[^>]*>(?!\s*</)|(?P<reading>"
    + _name("rt", "rp")
    + rb")\b)"
)
_ENDS = {name.encode(): re.compile(rb"</(?:" + _name(name) + rb")") for name in ("script", "style", *_PLAIN)}
_TAG = re.compile(rb"<[/a-zA-Z!?][^>]*>")
# What stays of a tag that has a bracket in one of its attributes.
_REST_OF_TAG = re.compile(rb"""["'][^<>]{0,500}>|/>""")
# Attributes with what is quoted behind an equals sign; a tag read in this way costs three times as much.
_ATTRIBUTES = rb"""[^>=]*+(?:=(?:\s*+"[^"]*+"|\s*+'[^']*+')?+[^>=]*+)*+>"""
_QUOTING_TAG = re.compile(rb"<(?:/?[a-zA-Z]" + _ATTRIBUTES + rb"|[!?][^>]*+>)")
_READING = re.compile(rb"<[rR][tTpP]\b[^>]*>[^<]*(?:</[rR][tTpP]>)?")
_META = re.compile(_ATTRIBUTES)
# The one attribute of elements other than meta from which cleaning takes a title.
_HEADLINE = b"headline"
_TITLE = re.compile(rb"[^>]*>(.{0,2000}?)</(?:" + _name("title") + rb")", re.S)
_ENTITY = re.compile(rb"&(?:#\w{1,10}|[a-zA-Z]\w{1,31})(?:;|(?!\w))|&#?\w{1,31}")
_JSON_ESCAPES = re.compile(rb"\\u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*")  # begins with what can be searched for quickly
_MAX_UNESCAPES = 4

# In UTF-8: letters of Latin and signs of two bytes; what else may stand for a letter of ASCII (full-width, ligatures, ℓ, ⓐ, ₂);
# and all other letters, which matter where a literal has them. What may matter takes the long way.
_TWO_BYTES = range(0xC2, 0xCA)
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
# Letters by their first byte: a search for one byte is many times quicker than for one of several.
_LETTERS = {lead: re.compile(re.escape(bytes((lead,))) + rb"[\x80-\xbf]+") for lead in range(0xC2, 0xF5)}
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


def skeleton(body: bytes, content_type: str | None = None, *beside: str | None, ascii_only: bool = False) -> bytes:
    """The skeleton of a page, in UTF-8; `beside` are texts from elsewhere that cleaning may use (the title in a feed).

    `ascii_only`: no literal has other letters, so those of the page need not be there.
    """
    parts = _parts(utf8(body, content_type))
    if parts is None:
        parts = _parsed(body, content_type)
    parts += [text.encode("utf-8", "replace") for text in beside if text]
    return fold_roughly(b"\n".join(parts), ascii_only=ascii_only)


def fold_roughly(text: bytes, *, ascii_only: bool = False) -> bytes:
    """UTF-8 with entities and JSON escapes resolved, and without case, accents and all that folding drops. Never raises."""
    if b"\\u" in text:
        text = _JSON_ESCAPES.sub(_unescaped_json, text)
    if b"&" in text:
        text = text.replace(b"&quot;", b'"')  # by the thousand where an attribute holds data
    for _ in range(_MAX_UNESCAPES):
        if b"&" not in text:
            break
        before, text = text, _ENTITY.sub(_unescaped, text)
        if text == before:
            break
    return fold_text(text, ascii_only=ascii_only)


def fold_text(text: bytes, *, ascii_only: bool = False) -> bytes:
    """UTF-8 that is written as it is read, without case, accents and all that folding drops. Never raises."""
    if text.isascii():
        return text.translate(_LOWER, _GONE)
    beyond = text.translate(None, _ASCII)  # far less to search, and all there is to find
    matter = _NEEDS_LONG_WAY[ascii_only].search(beyond) is not None
    if matter and len(beyond) * _MOSTLY > len(text):
        return _folded(text.decode("utf-8", "replace")).encode("utf-8", "replace")
    for lead in _LETTERS if matter else _TWO_BYTES:
        if lead in beyond:
            text = _LETTERS[lead].sub(_folded_letter, text)
    return text.translate(_LOWER, _GONE if matter else _GONE_WITH_ALL_BEYOND)


def _unescaped_json(found: re.Match[bytes]) -> bytes:
    said = found[0].decode("unicode_escape")
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8", "replace")


# What recurs is resolved once per process.
_entities: dict[bytes, bytes] = {}
_letters: dict[bytes, bytes] = {}
_MOST_KNOWN, _LONGEST_LETTER = 20_000, 24
# Where one byte in so many is beyond ASCII, a page is folded as a whole, else letter by letter.
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
        # a space goes: cleaning may join the words that a non-breaking one parts
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
    return "".join(char for char in text if char.isprintable() or char == " ")  # the cleaning libraries drop the others, too


def _parts(page: bytes) -> list[bytes] | None:
    """Text of a page in UTF-8, what its data say, its title as it stands; None where only a parser can tell."""
    visible: list[bytes] = []
    data: list[bytes] = []
    has_readings = False
    kept = at = 0  # what is before `kept` is in `visible`, or of no interest
    while found := _OF_NOTE.search(page, at):
        kind = found.lastgroup
        start, behind = found.span()
        at = behind
        if kind == "meta":
            if tag := _META.match(page, behind):
                data.append(tag[0])
            continue
        if kind == "title":
            if titled := _TITLE.match(page, behind):
                data.append(titled[1])
            continue
        if kind == "reading":
            has_readings = True
            continue
        if page.rfind(b"<", kept, start) > page.rfind(b">", kept, start):  # inside of a tag
            return None
        visible.append(page[kept:start])
        if kind == "plain":
            closing = _ENDS[found["plain"].lower()].search(page, behind)
            if not closing:
                return None
            content = page[behind : closing.start()]
            data += [content, _TAG.sub(b"", content)]  # as plain characters, and as parsers of old take it
            at = closing.start()
        elif kind == "raw":
            opened = page.find(b">", behind)
            if opened < 0:
                return None
            if page[opened - 1] == 0x2F:  # <script/> has no content for libxml2
                kept = at = opened + 1
                continue
            closing = _ENDS[found["raw"].lower()].search(page, opened)
            if not closing:
                return None
            if b"ld" in (attributes := page[behind:opened].lower()) and b"json" in attributes:
                data.append(page[opened + 1 : closing.start()])
            at = page.find(b">", closing.end()) + 1
        else:
            end = page.find(b"-->", behind)
            # comments that end at once, or in an odd way, are read differently by different parsers
            if end < 0 or page.startswith((b">", b"->"), behind) or b"--!>" in page[behind:end]:
                return None
            at = end + 3
        if not at:
            return None
        kept = at
    visible.append(page[kept:])
    seen = b"".join(visible)
    text = b"".join(_TAG.split(seen))  # quicker than to put nothing in their places
    if b">" in text and _REST_OF_TAG.search(text):
        text = _QUOTING_TAG.sub(b"", seen)
    if has_readings:  # beside the characters of a word, which cleaning leaves out
        text += b"\n" + _TAG.sub(b"", _READING.sub(b"", seen))
    starts = {seen.rfind(b"<", 0, found) for found in _finds(seen, _HEADLINE)} - {-1}
    annotated = [tag[0] for start in starts if (tag := _QUOTING_TAG.match(seen, start)) and b"content" in tag[0]]
    return [text, *annotated, *data]


def _finds(page: bytes, mark: bytes) -> Iterator[int]:
    at = page.find(mark)
    while at >= 0:
        yield at
        at = page.find(mark, at + 1)


def _parsed(body: bytes, content_type: str | None) -> list[bytes]:
    """The same by way of the parser that cleaning uses; nothing of a page that cleaning refuses."""
    try:
        tree = read_page("", body, content_type).tree
    except PageError:
        return []
    for element in list(tree.iter("script", "style")):
        if element.tag == "style" or "json" not in (element.get("type") or "").lower():
            element.drop_tree()
    declared = [said for element in tree.iter() for name in ("content", "value") if (said := element.get(name))]
    return [said.encode("utf-8", "replace") for said in (str(tree.text_content()), *declared)]
