"""Find the servers that asked to be left alone (Retry-After), and the sources that this concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flows.watchlist import Watchlist
from newslake.errors import WarehouseMissing, WarehouseOutdated
from spiders.sources import Source
from spiders.urls.parts import server_of
from warehouse.database.connect import open_reader
from warehouse.read import waits

__all__ = ["left_alone", "left_alone_line", "until_of"]

_MOST_NAMED = 5


def left_alone(watchlist: Watchlist) -> dict[str, datetime]:
    """Return the servers that asked an earlier run to be left alone, each with the moment when that ends.

    Raises:
        WarehouseError: the warehouse cannot be read.
    """
    try:
        with open_reader(watchlist.warehouse) as con:
            return waits(con, datetime.now(UTC))
    except (WarehouseMissing, WarehouseOutdated):  # nothing is known yet
        return {}


def until_of(source: Source, servers: Mapping[str, datetime]) -> datetime | None:
    """Return when the first server with a listing of the source may be asked again; None if one may be asked now. Pure."""
    named = source.feeds + source.sitemaps + source.sections or [source.url or ""]
    moments = [servers.get(server_of(url)) for url in named]
    known = [moment for moment in moments if moment is not None]
    return min(known) if len(known) == len(moments) else None


def left_alone_line(sources: Sequence[Source], servers: Mapping[str, datetime]) -> str | None:
    """Return a line for the user about the sources that a run does not ask; None if it asks all. Pure."""
    untils = {source.name: until for source in sources if (until := until_of(source, servers))}
    if not untils:
        return None
    first = sorted(untils)[:_MOST_NAMED]
    named = ", ".join(f"{name} (until {untils[name].astimezone(UTC):%Y-%m-%d %H:%M} UTC)" for name in first)
    more = f" and {len(untils) - len(first)} more" if len(untils) > len(first) else ""
    return f"Not asked, because the site asked to be left alone (Retry-After): {named}{more}."
