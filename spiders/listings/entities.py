"""Write XML without entities and bare ampersands, so that no parser expands a bomb or mistakes an address for another. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.entities import html5

from newslake.decoding import by_mark
from newslake.errors import ListingError

# What can hold a bracket that does not end the declarations, and by what it is closed.
_CLOSED_BY = {'"': '"', "'": "'", "<!--": "-->", "<?": "?>"}
_MARK = re.compile(r"[\"'\[\]>]|<!--|<\?")
# A document may grow by this factor: short texts for references are no bomb. One that declares nothing may also grow by a little.
_GROWTH, _LITTLE = 2, 10_000
# An entity that stands for a character or a short text: &#160; or a name. References to it are replaced.
_SHORT = re.compile(r"<!ENTITY\s+([\w.-]{1,40})\s+(?:\"([^\"%<]{0,16})\"|'([^'%<]{0,16})')\s*>")
_DECLARED = re.compile(r"<!ENTITY\s+([\w.-]{1,40})\s")
_ONE_CHARACTER = re.compile(r"(?:&#(?:38;#)?(?:[0-9]{1,7}|x[0-9A-Fa-f]{1,6});|[^&])*")
_AMPERSAND = re.compile(r"&(?:amp;){2,}|&(?:(#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6}))|([A-Za-z][\w.-]{0,39}));|&")
_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))
_CDATA = "<![CDATA[", "]]>"
# Encodings in which the byte of an ampersand may be half of another character.
_SEVEN_BIT = re.compile(rb"<\?xml[^>]{1,80}encoding\s*=\s*[\"'](?:iso-?2022|hz|utf-?7)", re.I)


def without_entities(body: bytes, url: str) -> bytes:
    """Return an XML document that declares no entity and refers to none, so that no parser has to expand or repair anything.

    References to a declared entity of a few characters, and to those of XML and HTML, become numbers (`&#38;`); those to any
    other declared entity are dropped. An ampersand that begins no reference becomes `&#38;`: at the first one a parser takes the
    document for damaged, and drops the ampersands of all later addresses too. Nothing grows and nothing external is read.
    Raises ListingError if the declarations have no end.
    """
    is_wide = b"\0" in body[:64]  # UTF-16 and UTF-32 put zeros between the letters
    declares = b"<!ENTITY" in (body.replace(b"\0", b"") if is_wide else body)
    if not declares and (b"&" not in body or _SEVEN_BIT.match(body)):
        return body
    # latin-1 gives each byte a character, so that the rest of the document stays as it is in any encoding
    text = by_mark(body) if is_wide else body.decode("latin-1")
    if text is None:
        if declares:
            raise _refused(url)
        return body
    head, short = "", dict[str, str]()
    begin = text.find("<!DOCTYPE") if declares else -1
    if begin >= 0:
        start, end = _subset(text, begin, url)
        if start < end:
            head, short, text = text[: start - 1], _short_ones(text[start:end]), text[end + 1 :]
            if "<!DOCTYPE" in text and "<!ENTITY" in text:
                raise _refused(url)
    numbered = head + "".join(_numbered(text, short))
    if len(numbered) > _GROWTH * (len(head) + len(text)) + (0 if declares else _LITTLE):
        raise _refused(url)
    return numbered.encode("utf-16" if is_wide else "latin-1", "xmlcharrefreplace")


def _numbered(text: str, short: dict[str, str]) -> Iterator[str]:
    """Yield a document in pieces, with numbers in place of names and bare ampersands, but not in CDATA, where they are text."""
    begins, ends = _CDATA
    at = 0
    while at < len(text):
        start = text.find(begins, at)
        start = len(text) if start < 0 else start
        yield _AMPERSAND.sub(lambda found: _number(found, short), text[at:start])
        end = text.find(ends, start)
        at = len(text) if end < 0 else end + len(ends)
        yield text[start:at]


def _subset(text: str, begin: int, url: str) -> tuple[int, int]:
    """Return where the declarations of the DOCTYPE at `begin` start and end; the same place if it has none."""
    at, start = begin + len("<!DOCTYPE"), 0
    while found := _MARK.search(text, at):
        mark = found[0]
        at = found.end()
        if mark in _CLOSED_BY:
            at = text.find(_CLOSED_BY[mark], at) + len(_CLOSED_BY[mark])
            if at < found.end():
                break
        elif mark == "[" and not start:
            start = at
        elif mark == "]" and start:
            return start, found.start()
        elif mark == ">" and not start:
            return begin, begin
    raise _refused(url)


def _short_ones(subset: str) -> dict[str, str]:
    """Return the text of each declared entity; empty unless it is a short one."""
    found: dict[str, str] = {}
    for name, double, single in _SHORT.findall(subset):
        value = double or single
        if _ONE_CHARACTER.fullmatch(value):
            found.setdefault(name, value.replace("&#38;#", "&#"))
    return dict.fromkeys(_DECLARED.findall(subset), "") | found


def _number(found: re.Match[str], short: dict[str, str]) -> str:
    number, name = found.groups()
    if name in short and name not in _XML:
        return short[name]
    characters = html.unescape(f"&{number};") if number else html5.get(f"{name};")
    if characters is None:  # an ampersand that is one, or one that was escaped more than once
        return f"&#38;{name};" if name else "&#38;"
    return "".join(f"&#{ord(char)};" for char in characters)


def _refused(url: str) -> ListingError:
    return ListingError(f"XML that declares entities in a way that newslake does not read: {url}")
