"""Turn the feeds of a list into the sources of a new watchlist: one for each outlet, with a name of its own. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import pairwise
from urllib.parse import urlsplit

from flows.watchlist.opml.read import Outline
from newslake.text import cut, is_printable
from spiders.sources import MAX_NAME

# Where the template's own sources begin.
_SOURCES = "# A source is an outlet."
_COMMENT = 200  # characters of a title


@dataclass(slots=True)
class Subscribed:
    """A source of a new watchlist. `title` is what the list calls it, if that cannot be its name."""

    name: str
    title: str
    url: str | None
    feeds: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    enabled: bool = True


def subscribed(outlines: Iterable[Outline]) -> tuple[list[Subscribed], int]:
    """Return the sources of a list, and how many of its entries only repeat an address.

    A feed in several folders is one source with the tags of all. So are entries with one title and one site: the feeds of one
    outlet. Others are sources of their own.
    """
    by_address: dict[str, Subscribed] = {}
    by_outlet: dict[tuple[str, str], Subscribed] = {}
    names: set[str] = set()
    sources: list[Subscribed] = []
    repeated = 0
    for outline in outlines:
        address = outline.feed or outline.site or ""
        source = by_address.get(address)
        repeated += source is not None
        outlet = (outline.title.casefold(), outline.site or "")
        if source is None and outline.title and outline.site:
            source = by_outlet.get(outlet)
        if source is None:
            name = _distinct(_name(outline.title) or _name(_host(address)) or "source", _host(address), names)
            source = Subscribed(name, outline.title if outline.title != name else "", outline.site, enabled=outline.enabled)
            sources.append(source)
            by_outlet[outlet] = source
        by_address[address] = source
        source.url = source.url or outline.site
        source.enabled = source.enabled or outline.enabled
        known = {tag.casefold() for tag in source.tags}
        source.tags += [tag for tag in outline.tags if tag.casefold() not in known]
        listed = source.sections if outline.page else source.feeds
        if outline.feed and outline.feed not in listed:
            listed.append(outline.feed)
    return sources, repeated


def as_watchlist(sources: Sequence[Subscribed], origin: str) -> str:
    """Return a watchlist with these sources, and with the settings and the example of a topic that `newslake init` writes.

    Args:
        origin: the name of the list, for a comment.
    """
    template = files("flows.watchlist").joinpath("template.toml").read_text("utf-8")
    head = template[: template.index(_SOURCES)]
    told = (
        f"# The sources of {_comment(origin)}. Folders became tags. Where a source has feeds, only those are read;"
        " without `feeds`, newslake\n# looks for feeds and sitemaps at `url`. `enabled = false` leaves a source out.\n"
    )
    return head + told + "".join(map(_table, sources))


def _table(source: Subscribed) -> str:
    lines = [f"\n# {_comment(source.title)}"] if source.title else [""]
    lines += ["[[source]]", f"name = {_toml(source.name)}"]
    lines += [f"url = {_toml(source.url)}"] if source.url else []
    for key in ("feeds", "sections", "tags"):
        values: list[str] = getattr(source, key)
        lines += [f"{key} = [{', '.join(map(_toml, values))}]"] if values else []
    lines += ["enabled = false"] if not source.enabled else []
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """Return text as a string of TOML."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(f"\\u{ord(char):04x}" if ord(char) < 0x20 or ord(char) == 0x7F else char for char in quoted) + '"'


def _comment(text: str) -> str:
    return cut("".join(char if is_printable(char) else " " for char in text), _COMMENT)


def _name(title: str) -> str:
    """Return a title as the name of a source; as it is if it can be one. "" if it would come to pieces.

    A name has letters and digits only. Words of Hindi, Tamil or Thai are nothing without the marks above and below them.
    """
    if _is_name(title):
        return title
    plain = unicodedata.normalize("NFKC", title).casefold()
    if any(before.isalpha() and unicodedata.category(char).startswith("M") for before, char in pairwise(plain)):
        return ""
    plain = re.sub(r"[^\w.]+", "-", re.sub(r"['’`´]", "", plain))
    return re.sub(r"^[\W_]+|[\W_]+$", "", plain)[:MAX_NAME].rstrip("-.")


def _is_name(text: str) -> bool:
    return len(text) <= MAX_NAME and re.fullmatch(r"\w[\w.-]*", text) is not None


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _distinct(name: str, host: str, taken: set[str]) -> str:
    """Return a name that no other source has: with its host, or else a number."""
    candidates = [name, f"{name}-{host}" if host and host not in name else name]
    candidates += [f"{name[: MAX_NAME - 8]}-{number}" for number in (len(taken) + 1, *range(2, 4))]
    found = next((one[:MAX_NAME] for one in candidates if one[:MAX_NAME].casefold() not in taken), None)
    number = 2
    while found is None:
        numbered = f"{name[: MAX_NAME - 8]}-{number}"
        found, number = (numbered if numbered.casefold() not in taken else None), number + 1
    taken.add(found.casefold())
    return found
