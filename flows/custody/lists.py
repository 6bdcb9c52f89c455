"""Copy the files of `[[entity]]` into a backup, wherever they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flows.custody.copying import Copying
from flows.entities.file import opened
from flows.watchlist import Watchlist
from newslake.errors import UsageError

LISTS = "lists"  # below the data folder of a backup


def copy_lists(copying: Copying, watchlist: Watchlist, data: Path, note: Callable[[str], None]) -> dict[str, Path]:
    """Copy the files of names that can be read, and return the copies by the name of the list.

    Of a file that cannot be read, the copy of an earlier backup stays, if there is one. It is noted.
    """
    copies: dict[str, Path] = {}
    for entity in watchlist.entities:
        copy = data / LISTS / f"{entity.name}{Path(entity.file).suffix}"
        try:
            with opened(watchlist.base, entity) as file:
                source = Path(file.name)
        except UsageError as error:
            kept = "the copy of the earlier backup stays" if copy.exists() else "it is not in the backup"
            note(f'the file of the list "{entity.name}" {error.happened}; {kept}')
        else:
            copying.file(source, copy)
        if copy.exists():
            copies[entity.name] = copy
    return copies
