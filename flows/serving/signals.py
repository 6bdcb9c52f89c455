"""Hear the signals that end `newslake serve`."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Signals:
    """Count SIGINT, SIGTERM and SIGHUP: the first asks for an orderly end, the second for an immediate one."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Handle the signals here while the block runs."""
        # A shell may have started this process with SIGINT ignored; a supervisor's SIGTERM and Ctrl-C end it the same way.
        # The end of its terminal (SIGHUP) does too, unless nohup had it ignored, which means that it shall outlive the terminal.
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, self) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
