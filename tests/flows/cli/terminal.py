"""`newslake sql` in a pseudo-terminal, where Ctrl-C is a key."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path
from types import TracebackType

from tests.flows.command import COMMAND, ENVIRONMENT


def _own_terminal() -> None:
    """Let the terminal send signals to the command, as a shell would."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """`newslake sql` in a terminal of its own: a shell, or one query if there are arguments."""

    def __init__(self, config: Path, *arguments: str, size: tuple[int, int] | None = None, **environment: str) -> None:
        """Start it.

        Args:
            size: lines and columns; with them it is a terminal with a cursor, otherwise one that can do nothing.
            environment: variables to add.
        """
        self.master, slave = pty.openpty()
        able = dict[str, str]()
        if size is not None:
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
            able = {"TERM": "xterm", "LINES": str(size[0]), "COLUMNS": str(size[1]), "PROMPT_TOOLKIT_NO_CPR": "1"}
        self._printed = b""  # and not yet asked for
        self.process = subprocess.Popen(
            [*COMMAND, "sql", "-c", str(config), *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=ENVIRONMENT | {"HOME": str(config.parent), "XDG_STATE_HOME": ""} | able | environment,
            start_new_session=True,
            preexec_fn=_own_terminal,
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)

    def until(self, text: str, seconds: float = 30) -> str:
        """Return what is printed up to and with `text`; what follows is kept for the next call."""
        end = time.monotonic() + seconds
        while text.encode() not in self._printed:
            assert time.monotonic() < end, f"no {text!r} in {self._printed[-2000:]!r}"
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    self._printed += os.read(self.master, 65536)
                except OSError:  # nobody holds the other end
                    raise AssertionError(f"the command has ended without {text!r}: {self._printed[-2000:]!r}") from None
        seen, wanted, self._printed = self._printed.partition(text.encode())
        return (seen + wanted).decode(errors="replace")

    def type(self, line: str) -> None:
        os.write(self.master, f"{line}\n".encode())

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.write(self.master, b"\x03")
