"""Continue this program in a child process, so that Ctrl-C and a time limit end whatever it does.

A library that does not return for a minute cannot be stopped from inside its process. The parent stays free to listen: it lets
the child stop by itself, and ends it if it does not.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from newslake.errors import NewslakeError, QueryStopped, QueryTimeout

MOST_REMEMBERED = 3000  # bytes, which a pipe takes at once
GRACE = 0.8  # seconds that work has to stop by itself
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# How the parent tells the child of a Ctrl-C. A terminal sends SIGINT to both processes, so the child ignores that one: the second
# of two would come at any time, and stop the next query.
STOP = signal.SIGUSR1


class Watch:
    """What a watched process tells its parent. In a process without such a parent it tells nobody.

    Attributes:
        remembered: what an earlier child asked to be remembered, which had to be ended; None if there was none.
    """

    def __init__(self, parent: int | None = None, remembered: str | None = None) -> None:
        self._parent = parent
        self.remembered = remembered

    @contextmanager
    def work(self, seconds: float | None = None) -> Iterator[None]:
        """Mark work: only during work is the process ended, on Ctrl-C or after so many seconds, if it does not stop by itself."""
        self._tell(f"work {seconds or 0:f}\n")
        try:
            yield
        finally:
            self._tell("rest\n")

    def remember(self, text: str) -> None:
        """Let the child that follows this one know a text of one line, if there must be one."""
        if len(text.encode()) <= MOST_REMEMBERED:
            self._tell(f"remember {text}\n")

    def limit_memory(self, most: int) -> None:
        """Let allocations fail once the process has so many bytes. Only for a watched process, since it holds to the end."""
        if self._parent is not None:
            resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))

    def _tell(self, what: str) -> None:
        if self._parent is not None:
            with suppress(OSError):  # the parent is gone, and this process will be in a moment
                os.write(self._parent, what.encode())


Told = Callable[[BaseException], None]


def continue_in_child(again: Told | None = None, afterwards: Callable[[], None] = lambda: None) -> Watch:
    """Return in a child process of this one, which ends when the child does, with its exit code.

    A process with several threads, and one that is asked for no workers (NEWSLAKE_WORKERS=0), goes on without a child.

    Args:
        again: if given and the child had to be ended during work, this is told why, and another child begins.
        afterwards: called in the parent after a child that did not end by itself.
    Raises:
        KeyboardInterrupt, QueryStopped: in the parent, if the child had to be ended or died, and `again` is not given.
    """
    if os.environ.get("NEWSLAKE_WORKERS") == "0" or threading.active_count() > 1:
        return Watch()
    remembered: str | None = None
    while True:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # or both processes would print what is in the buffer
        told, life = os.pipe(), os.pipe()
        before = signal.signal(STOP, _interrupt)  # before the child is there, which a signal would end without it
        child = os.fork()
        if child:
            signal.signal(STOP, before)
        else:
            os.close(told[0])
            os.close(life[1])
            _become_child(life[0])
            return Watch(told[1], remembered)
        os.close(told[1])
        os.close(life[0])
        try:
            parent = _Parent(child, told[0], remembered)
            why = parent.watch()
            remembered = parent.remembered
        finally:
            os.close(told[0])
            os.close(life[1])
        afterwards()
        if again is None:
            raise why
        again(why)


def _become_child(life: int) -> None:
    """End with the parent, and hear of Ctrl-C from it alone."""

    def wait() -> None:
        os.read(life, 1)  # returns when the parent is gone
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=wait, daemon=True).start()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


class _Parent:
    """The parent of one child."""

    def __init__(self, child: int, told: int, remembered: str | None) -> None:
        self._child, self._told = child, told
        self.remembered = remembered  # by the child
        self._working = False
        self._seconds: float | None = None  # that the work may take
        self._until: float | None = None  # when the child is ended
        self._why: BaseException | None = None
        self._ending: int | None = None  # the signal that ends this process, too

    def watch(self) -> BaseException:
        """Wait for the child. Return why it was ended or died; if it ended by itself, end this process with its exit code."""
        signals = os.pipe()
        for end in signals:
            os.set_blocking(end, False)
        before = {one: signal.signal(one, lambda *_: None) for one in FORWARDED}
        wakeup = signal.set_wakeup_fd(signals[1], warn_on_full_buffer=False)
        try:
            self._listen(signals[0])
            status = os.waitpid(self._child, 0)[1]
        finally:
            signal.set_wakeup_fd(wakeup)
            for one, handler in before.items():
                signal.signal(one, handler)
            for end in signals:
                os.close(end)
        return self._end(status)

    def _listen(self, signals: int) -> None:
        """Return when the child has closed its end of the pipe, that is, has ended."""
        rest = b""
        while True:
            left = None if self._until is None else max(0.0, self._until - time.monotonic())
            ready, _, _ = select.select([signals, self._told], [], [], left)
            if not ready:
                self._kill()
            if signals in ready:
                for number in os.read(signals, 64):
                    self._signalled(number)
            if self._told in ready:
                said = os.read(self._told, 65536)
                if not said:
                    return
                *lines, rest = (rest + said).split(b"\n")
                for line in lines:
                    word, _, more = line.decode().partition(" ")
                    if word == "remember":
                        self.remembered = more
                    else:
                        self._hear(word, more)

    def _hear(self, word: str, seconds: str) -> None:
        if self._ending is not None:
            return
        self._working, self._until, self._why = word == "work", None, None
        if self._working and float(seconds):
            self._seconds = float(seconds)
            self._until, self._why = time.monotonic() + self._seconds + GRACE, QueryTimeout(self._seconds)

    def _signalled(self, number: int) -> None:
        if number not in FORWARDED:
            return
        if isinstance(self._why, KeyboardInterrupt) and number == signal.SIGINT:
            self._kill()  # asked twice
            return
        with suppress(ProcessLookupError):
            os.kill(self._child, STOP if number == signal.SIGINT else number)
        if number != signal.SIGINT:
            self._ending = number
        elif not self._working:
            return  # a shell that waits for its user begins a new line
        self._until, self._why = time.monotonic() + GRACE, KeyboardInterrupt()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        self._until = None

    def _end(self, status: int) -> BaseException:
        code = os.waitstatus_to_exitcode(status)
        if self._ending is not None:
            _end_by(self._ending)
        if code >= 0:
            os._exit(code)  # the child has done all that is due at the end
        if code == -signal.SIGKILL and self._why is not None:
            return self._why
        return _died(-code)


def _end_by(number: int) -> NoReturn:
    """End this process by a signal, as if it had not been caught."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    sys.exit(128 + number)


def _died(number: int) -> NewslakeError:
    name = signal.Signals(number).name
    return QueryStopped(
        f"the process that answered the query died ({name}), usually because it needed more memory than there is",
        left="nothing was changed; what was printed is not complete",
        next="ask for less, with WHERE or LIMIT; if it repeats with a small query, report it with this message",
    )
