"""Bring a warehouse that an older newslake wrote up to date, including the rows that SQL alone cannot convert."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb

from newslake.errors import WarehouseMissing, WarehouseOutdated
from warehouse.captures import absolute_names, rename_captures
from warehouse.database import migrate
from warehouse.database.connect import open_reader, open_writer
from warehouse.location import Location
from warehouse.similarity.write_stories import choose_heads, fingerprint_stored


def bring_up_to_date(location: Location, captures: Path | None = None, base: Path | None = None) -> None:
    """Migrate an older warehouse so that it can be read. A warehouse that does not exist yet is not created.

    Args:
        captures: the captures folder, from which captures are named. Without it, older names stay.
        base: the folder of the watchlist.
    Raises:
        NewslakeError: as open_reader and open_writer.
    """
    try:
        with open_reader(location):
            return
    except WarehouseMissing:
        return
    except WarehouseOutdated:
        window = timedelta(days=location.copy_window)

        def prepare(con: duckdb.DuckDBPyConnection) -> None:
            completions: dict[str, migrate.Completion] = {
                migrate.WORD_HASHES: lambda con: fingerprint_stored(con, window),
                migrate.SEEN_FIRST: choose_heads,
            }
            if captures and base:
                completions[migrate.CAPTURE_NAMES] = lambda con: rename_captures(con, absolute_names(con, captures, base))
            migrate.migrate(con, completions)

        with open_writer(location, purpose="bring the schema up to date", prepare=prepare):
            return
