"""Show texts on standard output; on a terminal, long ones in a pager."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile

from rich.console import RenderableType
from rich.text import Text

from flows.cli.console import errors, output

USUAL = "less -RSFX"
# For a PAGER that is `less` without options, and would show colours as codes.
OPTIONS = "RSFX"


class Screen:
    """Collects what is printed, and shows it at once.

    Args:
        paged: show what is longer than the terminal in a pager.
    """

    def __init__(self, *, paged: bool = True) -> None:
        self.paged = paged
        self._said: list[str] = []

    def add(self, *what: RenderableType) -> None:
        """Print something. Where standard output is no terminal, this is immediate."""
        if not output.is_terminal:
            output.print(*what)
            return
        with output.capture() as captured:
            output.print(*what)
        self._said.append(captured.get())

    def note(self, line: str) -> None:
        """Print a line that is not part of the answer: where standard output is no terminal, on standard error."""
        if output.is_terminal:
            self.add(Text(line, "dim", overflow="fold"))
        else:
            errors.print(line, highlight=False)

    def add_text(self, text: str) -> None:
        """Print text as it is."""
        self._said.append(text)

    def show(self) -> None:
        """Show what was collected. Call this outside of limits of time: a reader takes as long as it wants."""
        text, self._said = "".join(self._said), []
        can_page = self.paged and output.is_terminal and not output.is_dumb_terminal
        pager = _pager() if can_page and text.count("\n") >= output.height else None
        if pager is None or not _run(pager, text):
            sys.stdout.write(text)
            sys.stdout.flush()


def _pager() -> str | None:
    """Return the command that starts the user's pager; None if there is no such program."""
    pager = os.environ.get("PAGER", USUAL)
    try:
        words = shlex.split(pager)
    except ValueError:
        return None
    return pager if words and shutil.which(words[0]) else None


def _run(pager: str, text: str) -> bool:
    """Show text in a pager until the user leaves it. Return False if it cannot be started."""
    with tempfile.TemporaryFile() as file:
        file.write(text.encode(errors="backslashreplace"))
        file.seek(0)
        sys.stdout.flush()
        try:
            process = subprocess.Popen(pager, shell=True, stdin=file, env={"LESS": OPTIONS} | os.environ)
        except OSError:
            return False
        while True:
            try:
                return process.wait() not in (126, 127)
            except KeyboardInterrupt:  # a key of the pager's own, too
                continue
