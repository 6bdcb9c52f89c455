"""Let one process at a time send messages, and write the files of briefs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from newslake.errors import CollectionUnderWay
from newslake.locks import only_one

WAIT_SECONDS = 60.0


@contextmanager
def one_at_a_time(state: Path, command: str = "newslake run") -> Iterator[None]:
    """Hold the lock of messages, so that none is sent twice; wait for another process that sends some.

    Args:
        command: to type again later.
    Raises:
        CollectionUnderWay: it took too long.
    """
    give_up = time.monotonic() + WAIT_SECONDS
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(only_one(state, "messages", command))
                break
            except CollectionUnderWay:
                if time.monotonic() > give_up:
                    raise
        yield
