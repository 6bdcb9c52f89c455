"""Open the file of an `[[entity]]`, wherever it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from newslake.errors import UsageError

if TYPE_CHECKING:
    from flows.entities.table import Entity


@contextmanager
def opened(folder: Path, entity: Entity) -> Iterator[BinaryIO]:
    """Yield the file of a list. The block only reads it.

    Args:
        folder: that of the watchlist, where relative paths begin.
    Raises:
        UsageError: it cannot be read.
    """
    try:
        with (folder / Path(entity.file).expanduser()).open("rb") as file:
            yield file
    except (OSError, RuntimeError, ValueError) as error:  # also ~ of nobody, and characters that no path can have
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"cannot be read: {why}", left="nothing was compared", next=f"correct the file of [[entity]] {entity.name}"
        ) from None
