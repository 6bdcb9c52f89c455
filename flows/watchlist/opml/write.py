"""Write the sources of a watchlist as OPML 2.0, for any feed reader and for `newslake init --opml LIST`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote, urljoin

from lxml import etree

from flows.watchlist.schedule import WatchedSource
from newslake.text import is_printable


def written(sources: Iterable[WatchedSource], learned: Mapping[str, Sequence[str]], made_at: datetime) -> tuple[bytes, list[str]]:
    """Return the list, and the names of sources that it has without a feed.

    A source is in the folder of its first tag, and `category` has all of them. Its feeds are those of the watchlist, else those
    that were found on its site, else none: then it is a link to its site. A disabled source is commented out.

    Args:
        learned: by source, the addresses of feeds that its last runs found and read.
        made_at: aware.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Sources of a newslake watchlist"
    etree.SubElement(head, "dateCreated").text = format_datetime(made_at)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    without = []
    for source in sources:
        place = body
        if source.tags:
            first = source.tags[0]
            if first not in folders:
                folders[first] = etree.SubElement(body, "outline", text=first, title=first)
            place = folders[first]
        home = source.url or next((urljoin(one, "/") for one in (*source.sections, *source.feeds, *source.sitemaps)), "")
        feeds = source.feeds or list(learned.get(source.name, ()))
        told = {"text": source.name, "title": source.name}
        about = {"category": ",".join(source.tags)} if source.tags else {}
        about |= {} if source.enabled else {"isComment": "true"}
        for feed in feeds:
            # A home page that the watchlist does not name is not made up.
            site = {"htmlUrl": home} if source.url or len(feeds) > 1 else {}
            _outline(place, {**told, "type": "rss", "xmlUrl": feed, **site, **about})
        if not feeds:
            without.append(source.name)
            _outline(place, {**told, "type": "link", "url": home, "htmlUrl": home, **about})
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True), without


def _outline(place: etree._Element, told: Mapping[str, str]) -> None:
    """Add an outline. What no XML can have stands in addresses only, where it can be escaped."""
    safe = {name: "".join(char if is_printable(char) else quote(char, safe="") for char in text) for name, text in told.items()}
    etree.SubElement(place, "outline", safe)
