"""Read XML that declares entities without expanding any that could be a bomb or lie elsewhere. Pure."""

from __future__ import annotations

import re
from html.entities import html5

from newslake.decoding import by_mark
from newslake.errors import ListingError

# What can hold a bracket that does not end the declarations, and by what it is closed.
_CLOSED_BY = {'"': '"', "'": "'", "<!--": "-->", "<?": "?>"}
_MARK = re.compile(r"[\"'\[\]>]|<!--|<\?")
# A document may grow by this factor: short texts for references are no bomb.
_GROWTH = 2
# An entity that stands for a character or a short text: &#160; or a name. References to it are replaced.
_SHORT = re.compile(r"<!ENTITY\s+([\w.-]{1,40})\s+(?:\"([^\"%<]{0,16})\"|'([^'%<]{0,16})')\s*>")
_DECLARED = re.compile(r"<!ENTITY\s+([\w.-]{1,40})\s")
_ONE_CHARACTER = re.compile(r"(?:&#(?:38;#)?(?:[0-9]{1,7}|x[0-9A-Fa-f]{1,6});|[^&])*")
_REFERENCE = re.compile(r"&([\w.-]{1,40});")
_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))


def without_entities(body: bytes, url: str) -> bytes:
    """Return an XML document without the declarations in its DOCTYPE.

    References to a declared entity of a few characters, and to those of HTML, are replaced; those to any other declared entity
    are dropped: nothing grows and nothing external is read. Raises ListingError if the declarations have no end.
    """
    is_wide = b"\0" in body[:64]  # UTF-16 and UTF-32 put zeros between the letters
    if b"<!ENTITY" not in (body.replace(b"\0", b"") if is_wide else body):
        return body
    # latin-1 gives each byte a character, so that the rest of the document stays as it is in any encoding
    text = by_mark(body) if is_wide else body.decode("latin-1")
    if text is None:
        raise _refused(url)
    begin = text.find("<!DOCTYPE")
    if begin < 0:
        return body
    start, end = _subset(text, begin, url)
    if start == end:
        return body
    short = _short_ones(text[start:end])
    rest = text[end:]
    if "<!DOCTYPE" in rest and "<!ENTITY" in rest:
        raise _refused(url)
    document = text[: start - 1] + _REFERENCE.sub(lambda found: _replaced(found, short), rest[1:])
    if len(document) > _GROWTH * len(text):
        raise _refused(url)
    return document.encode("utf-16" if is_wide else "latin-1", "xmlcharrefreplace")


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


def _replaced(found: re.Match[str], short: dict[str, str]) -> str:
    name = found[1]
    if name in short and name not in _XML:
        return short[name]
    characters = html5.get(f"{name};") if name not in _XML else None
    return "".join(f"&#{ord(char)};" for char in characters) if characters else found[0]


def _refused(url: str) -> ListingError:
    return ListingError(f"XML that declares entities in a way that newslake does not read: {url}")
