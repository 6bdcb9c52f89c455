"""Show long output in the user's pager, as `git log` does."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from flows.cli.console import output

USUAL = "less"
# Options of `less` where the user gives none: colours are shown, and what fits on the screen is printed and stays there.
OPTIONS = "RFX"


def paged(made: Sequence[RenderableType], width: int) -> None:
    """Print on the terminal, lines at most `width` columns wide; in a pager if it is longer than the screen."""
    with output.capture() as captured:
        for one in made:
            # rich joins texts before it prints them, and forgets how they were justified
            output.print(one, width=width, highlight=False, justify=one.justify if isinstance(one, Text) else None)
    text = captured.get()
    pager = _pager() if text.count("\n") >= output.height else None
    if pager is None or not _shown(pager, text):
        sys.stdout.write(text)


def _pager() -> str | None:
    """Return the command of the user's pager; None if there is none."""
    command = os.environ.get("PAGER", USUAL)
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    return command if words and shutil.which(words[0]) else None


def _shown(command: str, text: str) -> bool:
    """Show text in a pager until the user leaves it; return False if it could not be started."""
    sys.stdout.flush()
    try:
        pager = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env={"LESS": OPTIONS} | os.environ)
    except OSError:
        return False
    data: bytes | None = text.encode(errors="backslashreplace")
    while True:
        try:
            pager.communicate(data)
            return pager.returncode not in (126, 127)
        except BrokenPipeError:
            data = None  # the user has left before the end
        except KeyboardInterrupt:  # a key of the pager's own
            data = None
