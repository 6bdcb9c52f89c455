"""Let a user type a text into their editor, and keep it if it cannot be stored."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from newslake.errors import NewslakeError, UsageError

# What stands below this line is not of the text.
BELOW = "---- What is below this line is not noted. ----"
Opened = TypeVar("Opened")


def typed(before: str, about: str) -> str:
    """Return what the user typed into their editor.

    Args:
        before: the text to begin with; about: lines that are shown below it.
    Raises:
        UsageError: no editor is set, or it failed.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not command:
        raise UsageError(
            "no editor is set", left="nothing was changed", next='set EDITOR, or give the text: newslake note ARTICLE "…"'
        )
    # The file is the user's alone, and goes with the folder.
    with tempfile.TemporaryDirectory(prefix="newslake-note-") as folder:
        file = Path(folder) / "note.txt"
        file.write_text(f"{before}\n{BELOW}\n{about}\n", "utf-8", errors="replace")
        try:
            done = subprocess.run([*shlex.split(command), str(file)], check=False)
            failed = f"it ended with exit code {done.returncode}" if done.returncode else ""
        except (OSError, ValueError) as error:
            failed = str(getattr(error, "strerror", None) or error)
        if failed:
            raise UsageError(
                f"the editor {command} failed: {failed}", left="nothing was changed", next="set EDITOR to an editor that works"
            )
        return file.read_text("utf-8", errors="surrogateescape").partition(BELOW)[0]


@contextmanager
def kept_on_failure(opened: AbstractContextManager[Opened], text: str | None) -> Iterator[Opened]:
    """Yield what is opened. If an error of newslake ends it, keep a text in a file, which the error names.

    Args:
        text: what the user typed; None keeps nothing.
    """
    try:
        with opened as it:
            yield it
    except NewslakeError as error:
        if text is None:
            raise
        with tempfile.NamedTemporaryFile("w", prefix="newslake-note-", suffix=".txt", delete=False, encoding="utf-8") as file:
            file.write(text + "\n")
        error.left = f"{error.left or 'nothing was changed'}; what you typed is in {file.name}"
        raise
