"""Read the feeds of an OPML file as any feed reader exports it. Pure.

Folders become tags, and so does what `category` names. Of a broken file, what can be read is read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5

from lxml import etree

from flows.watchlist.schedule import MAX_TAG
from newslake.errors import UsageError
from newslake.text import cut, is_printable, one_line
from spiders.listings.markup import too_complex
from spiders.sources import check_source_url

MAX_BYTES = 20_000_000  # a list of fifty thousand feeds has ten million
NOTHING = "nothing was written"
_FEED = re.compile(r"^(?:feed:(?://)?|feed/)(?=https?:)", re.IGNORECASE)
_OTHER_FEED = re.compile(r"^feed://", re.IGNORECASE)
_REFERENCE = re.compile(rb"&(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{0,31};)?")
_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"BZh")
_SHOWN = 100  # characters of a title or an address in a message


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of the list, or a site without one.

    Attributes:
        title: as the reader showed it; "" if it has none.
        site: the address of its web site; None if it is not told.
        feed: the address of the feed; None for a site without one.
        page: whether `feed` is a web page from which a reader made a feed of its own.
        tags: the folders around it, from outside in, then its categories; each once.
        enabled: false if the list has it commented out.
    """

    title: str
    site: str | None
    feed: str | None
    page: bool
    tags: tuple[str, ...]
    enabled: bool


@dataclass(slots=True)
class Outlines:
    """What a list holds.

    Attributes:
        skipped: a sentence for each entry that cannot be a source.
        notes: sentences on how the list was read.
    """

    outlines: list[Outline] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_opml(data: bytes) -> Outlines:
    """Return the feeds of an OPML file in its order.

    Raises:
        UsageError: it is no OPML, is made to harm, or has no feed.
    """
    if len(data) > MAX_BYTES:
        what = f"the file is larger than {MAX_BYTES:,} bytes, which no list of feeds is"
        raise UsageError(what, left=NOTHING, next="divide it, then newslake init --opml with each part and another name")
    if data.startswith(_COMPRESSED):
        raise UsageError("the file is no OPML: it is compressed", left=NOTHING, next="unpack it, then newslake init --opml again")
    if why := too_complex(data) or ("it defines entities" if b"<!ENTITY" in data.replace(b"\0", b"") else None):
        raise UsageError(f"the file is no list of feeds: {why}", left=NOTHING, next="export it again from your feed reader")
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(_REFERENCE.sub(_mended, data) if b"\0" not in data else data, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or not any(True for _ in _elements(root)):
        raise UsageError(
            "the file is no OPML: it has no <outline>", left=NOTHING, next="export your feeds as OPML from your feed reader"
        )
    read = Outlines()
    if len(parser.error_log):
        first = parser.error_log[0]
        read.notes.append(f"the file is damaged at line {first.line} ({one_line(first.message)}): what could be read was read")
    for element in _elements(root):
        _take(element, read)
    if not read.outlines:
        told = [*read.skipped, *read.notes]
        more = f": {told[0]}" if told else ""
        raise UsageError(f"the file has no feed that newslake reads{more}", left=NOTHING, next="newslake init  writes an example")
    return read


def _mended(reference: re.Match[bytes]) -> bytes:
    """Return a reference as XML knows it: entities of HTML as numbers, and ampersands that only stand for themselves escaped."""
    name = reference[1]
    if name and name.startswith(b"#") and not _is_of_xml(name[1:-1].lower()):
        return b"&#xFFFD;"
    if name is None or name in (b"amp;", b"lt;", b"gt;", b"quot;", b"apos;") or name.startswith(b"#"):
        return reference[0] if name else b"&amp;"
    meant = html5.get(name.decode("ascii"))
    return b"".join(b"&#%d;" % ord(char) for char in meant) if meant else b"&amp;" + name


def _is_of_xml(digits: bytes) -> bool:
    """Return whether XML has the character of a reference, as a number in decimal or behind an `x`."""
    code = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    return (element for element in root.iter() if isinstance(element.tag, str) and _local(element.tag) == "outline")


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()


def _take(element: etree._Element, read: Outlines) -> None:
    """Add what an outline holds: a feed, a site, or nothing if it is a folder."""
    said = {_local(str(name)): str(value).strip() for name, value in element.attrib.items()}
    kind = said.get("type", "").lower()
    address = said.get("xmlurl") or (said.get("url") if kind in ("rss", "atom", "feed") else None)
    site = said.get("htmlurl") or (said.get("url") if kind == "link" else None)
    if not address and not site:
        return
    title = _text(said.get("title") or said.get("text") or "")
    named = cut(title or address or site or "", _SHOWN)
    if kind.startswith(("json", "xml+")):
        read.skipped.append(f"{named}: a feed that your reader makes of other data ({cut(kind, _SHOWN)})")
        return
    try:
        feed = check_source_url(_address(address)) if address else None
    except ValueError as error:
        read.skipped.append(f"{named}: {cut(str(error), 300)}")
        return
    try:
        home = check_source_url(_address(site)) if site else None
    except ValueError as error:
        home = None  # the feed is enough
        if feed is None:
            read.skipped.append(f"{named}: {cut(str(error), 300)}")
            return
    is_comment = said.get("iscomment", "").lower() == "true"
    read.outlines.append(Outline(title, home, feed, kind.startswith("html"), _tags(element, said), not is_comment))


def _address(written: str) -> str:
    """Return an address without what readers put in front of it, and with ampersands that were escaped twice."""
    address = _OTHER_FEED.sub("http://", _FEED.sub("", written))
    return address.replace("&amp;", "&")


def _text(written: str) -> str:
    """Return a title or a folder as one line; some readers escape it twice."""
    return one_line(html.unescape(written))


def _tags(element: etree._Element, said: dict[str, str]) -> tuple[str, ...]:
    folders = [
        _text(parent.get("title") or parent.get("text") or "")
        for parent in element.iterancestors()
        if isinstance(parent.tag, str) and _local(parent.tag) == "outline"
    ]
    # "/Asia/Korea" is a place in a hierarchy, "Korea" a tag
    categories: list[str] = []
    for category in said.get("category", "").split(","):
        categories += category.split("/") if category.strip().startswith("/") else [category]
    tags = [tag for name in (*reversed(folders), *map(_text, categories)) if (tag := as_tag(name))]
    return tuple({tag.casefold(): tag for tag in reversed(tags)}.values())[::-1]


def as_tag(name: str) -> str:
    """Return a name as a tag of a source: without commas, which separate tags, and not too long."""
    shown = "".join(char for char in name.replace(",", " ") if char.isspace() or is_printable(char))
    return " ".join(shown.split()).lstrip("/ ")[:MAX_TAG].strip()
