"""Reads sitemaps: urlset, sitemap index, news sitemap, plain text, and feeds used as sitemaps; gzipped or not. Pure."""

from __future__ import annotations

import io
import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

from lxml import etree

from newslake.errors import ListingError
from newslake.outcomes import Origin
from newslake.text import plain
from spiders.listings.decoding import decoded, refuse_html, unpacked
from spiders.listings.entities import without_entities
from spiders.listings.feeds import read_feed
from spiders.listings.model import Follow, Link, Listing
from spiders.listings.values import MAX_TITLE, date_of, words
from spiders.urls.canonical import address
from spiders.warc.model import Hints

# The standard allows 50,000 addresses per file.
MAX_LINKS = 50_000

_FEED_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)\b", re.I)
_ENTRY = re.compile(rb"<(?:[a-z][\w.-]{0,20}:)?(url|sitemap)(?:\s[^<>]{0,200})?>", re.I)
_ENTRY_END = re.compile(rb"</(?:[a-z][\w.-]{0,20}:)?(?:url|sitemap|urlset|sitemapindex)\s*>", re.I)
_ENCODING = re.compile(rb"\s*<\?xml[^>]{1,80}encoding\s*=\s*[\"']([\w.:-]{1,40})", re.I)
# A declaration of two or four bytes a character; templates keep it when the text is UTF-8.
_WIDE = re.compile(rb"^(\s*<\?xml[^>]{1,80}encoding\s*=\s*[\"'])(?:utf-?(?:16|32)|ucs-?[24])(?:[bl]e)?\b", re.I)
_FIRST_ELEMENT = re.compile(rb"<[a-z]", re.I)
# Fields of an entry, with any prefix or namespace. `news:` fields are one level deeper.
_FIELDS = frozenset(("loc", "lastmod", "title", "publication_date", "name", "language", "keywords", "genres"))
# The year and month, or the year alone, that the address of a nested sitemap names: sitemap-2026-11.xml, ?yyyy=2026&mm=11.
_PERIOD = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:(?:[-_./]?|&\w{1,5}=)(?P<month>0[1-9]|1[0-2]|[1-9](?!\d))(?:(?:[-_./]?|&\w{1,5}=)"
    r"(?P<day>0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)  # nested sitemaps without a date may contain anything, so they come first


def read_sitemap(body: bytes, url: str, content_type: str | None = None, since: datetime | None = None) -> Listing:
    """Return the articles of a sitemap in document order, and its nested sitemaps newest first, as dates or addresses tell.

    Args:
        since: leave out what is dated before, and count it in the note; aware. Undated entries stay.

    Raises:
        ListingError: there is no sitemap to read.
    """
    body = unpacked(body, url)
    refuse_html(body, url, "a sitemap")
    body = without_entities(body, url)
    start = _FIRST_ELEMENT.search(body.replace(b"\0", b"") if b"\0" in body[:64] else body[:8192])
    if start is None:
        return _read_text(decoded(body, content_type), url)
    if _FEED_ROOT.match(body, start.start()):
        feed = read_feed(body, url, content_type)
        return _listing(
            ((link.url, link.hints) for link in feed.links), (), url, since, feed.title, [feed.note] if feed.note else []
        )
    return _read_xml(body, url, since)


class _Entries:
    """What a sitemap has named so far, as far as MAX_LINKS."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen = 0
        self.pages: list[tuple[str | None, Hints]] = []
        self.nested: list[tuple[datetime | None, str]] = []

    def take(self, element: etree._Element, name: str) -> None:
        """Take an entry of the kind `name`: "url" or "sitemap"."""
        self.seen += 1
        if self.seen > MAX_LINKS:
            return
        fields, image = _fields(element)
        bare = (element.text or "").strip()  # some index files forget <loc>
        target = address(self.url, fields.get("loc") or (bare if bare.startswith(("http://", "https://")) else None))
        if name == "url":
            self.pages.append((target, _hints(fields, image, self.url)))
        elif target:
            self.nested.append((date_of(fields.get("lastmod")), target))


def _read_xml(body: bytes, url: str, since: datetime | None) -> Listing:
    entries = _Entries(url)
    if b"\0" not in body[:64]:
        body = _WIDE.sub(rb"\1utf-8", body, count=1)
    context = etree.iterparse(
        io.BytesIO(body), events=("end",), recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    broken = None
    try:
        for _, element in context:
            if not isinstance(element.tag, str):
                continue
            name = element.tag.rpartition("}")[2].rpartition(":")[2].lower()
            if name not in ("url", "sitemap"):
                continue
            entries.take(element, name)
            element.clear()
            while element.getprevious() is not None:  # drop what has been read, to keep memory constant
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        broken = f"not well-formed: {error.msg}"
    if broken is None and len(context.error_log):
        broken = f"not well-formed: {context.error_log[0].message.strip()}"
    if broken:
        one_by_one = _damaged(body, url)
        entries = one_by_one if one_by_one.seen >= entries.seen else entries
    root = context.root
    if not entries.seen:
        kind = "" if root is None else str(root.tag).rpartition("}")[2].lower()
        if kind not in ("urlset", "sitemapindex"):
            raise ListingError(f"not a sitemap: {broken or f'its root is <{kind}>'}: {url}")
    notes = [broken] if broken else []
    if entries.seen > MAX_LINKS:
        notes.append(f"{entries.seen} entries, of which the first {MAX_LINKS} were read")
    return _listing(entries.pages, entries.nested, url, since, None, notes)


def _damaged(body: bytes, url: str) -> _Entries:
    """Read a damaged sitemap entry by entry, so that only the damaged entry is lost."""
    entries = _Entries(url)
    declared = _ENCODING.match(body)
    try:
        parser = etree.XMLParser(
            encoding=declared[1].decode("ascii") if declared else "utf-8",
            recover=True,
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
        )
    except LookupError:  # an encoding that does not exist
        return entries
    starts = [*_ENTRY.finditer(body)]
    for number, start in enumerate(starts):
        if entries.seen > MAX_LINKS:
            entries.seen += 1  # counted, not read
            continue
        content = body[start.end() : starts[number + 1].start() if number + 1 < len(starts) else len(body)]
        element = etree.fromstring(b"<url>" + _ENTRY_END.split(content, maxsplit=1)[0] + b"</url>", parser)
        if element is not None:
            entries.take(element, start[1].decode("ascii").lower())
    return entries


def _fields(element: etree._Element) -> tuple[dict[str, str], str | None]:
    """Return the fields of an entry, the first of each name, and the address of its first image."""
    fields: dict[str, str] = {}
    image = None
    for child in element.iter():
        if child is element or not isinstance(child.tag, str):
            continue
        namespace, _, local = child.tag.rpartition("}")
        prefix, _, name = local.rpartition(":")
        name = name.lower()
        is_media = any(kind in namespace.lower() or kind == prefix for kind in ("image", "video"))
        text = "".join(map(str, child.itertext())).strip() if name in _FIELDS else ""
        if is_media:
            if name == "loc" and image is None:
                image = text
        elif text:
            fields.setdefault(name, text)
    return fields, image


def _hints(fields: dict[str, str], image: str | None, url: str) -> Hints:
    return Hints(
        title=plain(fields.get("title"), MAX_TITLE),
        published=date_of(fields.get("publication_date"), fields.get("language")),
        modified=date_of(fields.get("lastmod"), fields.get("language")),
        language=plain(fields.get("language"), 20),
        tags=words(fields.get("keywords", "").split(",")),
        image_url=address(url, image),
        publication=plain(fields.get("name"), MAX_TITLE),
    )


def _read_text(text: str, url: str) -> Listing:
    lines = [line for raw in text.splitlines() if (line := raw.strip()) and not line.startswith("#")]
    addresses = [line for line in lines if line[:4].lower() == "http"]
    found = [target for line in addresses[:MAX_LINKS] if (target := address(line, line))]
    if not found:
        raise ListingError(f"neither XML nor a list of addresses: {url}")
    others = len(lines) - len(addresses) + min(len(addresses), MAX_LINKS) - len(found)
    notes = [f"{others} {'line that is no address' if others == 1 else 'lines that are no addresses'}"] if others else []
    if len(addresses) > MAX_LINKS:
        notes.append(f"{len(addresses)} addresses, of which the first {MAX_LINKS} were read")
    return _listing([(target, Hints()) for target in found], (), url, None, None, notes)


def _listing(
    entries: Iterable[tuple[str | None, Hints]],
    nested: Sequence[tuple[datetime | None, str]],
    url: str,
    since: datetime | None,
    title: str | None,
    notes: list[str],
) -> Listing:
    links: dict[str, Link] = {}
    without = older = count = 0
    for target, hints in entries:
        count += 1
        # an edit makes an old article worth fetching, so the later date counts
        dates = [_aware(date) for date in (hints.published, hints.modified) if date]
        if target is None:
            without += 1
        elif since and dates and max(dates) < since:
            older += 1
        else:
            links.setdefault(target, Link(target, hints))
    follow: dict[str, Follow] = {}
    for date, target in sorted(nested, key=lambda child: _aware(child[0]) if child[0] else _end_of(child[1]), reverse=True):
        if since and date and _aware(date) < since:
            older += 1
        elif target != url:
            follow.setdefault(target, Follow(target, "sitemap", f"sitemap index {url}", Origin.LISTING))
    if not count and not nested:
        notes.append("a sitemap without entries")
    if without:
        notes.append(f"{without} {'entry' if without == 1 else 'entries'} without an address")
    if older and since:
        notes.append(f"{older} older than {since:%Y-%m-%d %H:%M}")
    return Listing("sitemap", tuple(links.values()), tuple(follow.values()), title=title, note="; ".join(notes) or None)


def _end_of(url: str) -> datetime:
    """Return the end of the time that the address of a nested sitemap names; _LATEST if it names none."""
    *_, found = [None, *_PERIOD.finditer(url.partition("://")[2].partition("/")[2])]
    if found is None:
        return _LATEST
    year, month, day = int(found["year"]), int(found["month"] or 12), int(found["day"] or 31)
    return datetime(year, month, min(day, monthrange(year, month)[1]), 23, 59, tzinfo=UTC)


def _aware(date: datetime) -> datetime:
    """Return the latest time that a date can mean if it has no zone or no time, so that nothing is left out by mistake."""
    if date.tzinfo:
        return date
    day_alone = timedelta(days=1) if date.time() == time.min else timedelta(0)
    return (date + day_alone + timedelta(hours=12)).replace(tzinfo=UTC)
