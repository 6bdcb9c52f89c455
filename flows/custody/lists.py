"""Copy the files of `[[entity]]` into a backup, wherever they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flows.custody.copying import Copying
from flows.watchlist import Watchlist

LISTS = "lists"  # below the data folder of a backup


def copy_lists(copying: Copying, watchlist: Watchlist, data: Path, note: Callable[[str], None]) -> dict[str, Path]:
    """Copy the files of names that can be read, and return the copies by the name of the list.

    Of a file that cannot be read, the copy of an earlier backup stays, if there is one. It is noted.
    """
    copies: dict[str, Path] = {}
    for entity in watchlist.entities:
        copy = data / LISTS / f"{entity.name}{Path(entity.file).suffix}"
        try:
            source = watchlist.base / Path(entity.file).expanduser()
            with source.open("rb"):
                pass
        except (OSError, RuntimeError, ValueError) as error:  # also ~ of nobody, and characters that no path can have
            kept = "the copy of the earlier backup stays" if copy.exists() else "it is not in the backup"
            why = getattr(error, "strerror", None) or str(error)
            note(f'the file of the list "{entity.name}" cannot be read: {why}; {kept}')
        else:
            copying.file(source, copy)
        if copy.exists():
            copies[entity.name] = copy
    return copies
