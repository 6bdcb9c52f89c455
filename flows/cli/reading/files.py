"""Write files that a user asked for, never over what the project keeps."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.cli.console import refuse_own_file, say
from newslake.errors import StorageError

if TYPE_CHECKING:
    from flows.watchlist import Watchlist


STANDARD_OUTPUT = Path("-")


def write_file(watchlist: Watchlist, file: Path, data: bytes, what: str, command: str, said: str) -> None:
    """Write a file, or to standard output if its name is `-`.

    Args:
        what: what is written, with an article ("a page").
        command: the command, up to the name of the file.
        said: what is said of the file, as markup; nothing is said on standard output.
    Raises:
        UsageError: the project keeps the file.
        StorageError: it cannot be written.
    """
    if file == STANDARD_OUTPUT:
        sys.stdout.buffer.write(data)
        return
    refuse_own_file(watchlist, file, what, command)
    try:
        file.write_bytes(data)
    except OSError as error:
        raise StorageError(
            f"cannot write {file}: {error.strerror}", left="the warehouse is as it was", next="name a file that can be written"
        ) from error
    say(said)
