"""Make sure that only one `newslake serve` serves a watchlist, and that its port is free."""

from __future__ import annotations

import time
from contextlib import ExitStack

from flows.orchestration.server import free_port
from flows.orchestration.settings import running_server
from flows.watchlist import Watchlist
from newslake.errors import CollectionUnderWay, NewslakeError
from newslake.locks import only_one

# After kill -9, the server and collection left behind notice within a second that their parent is gone, and need some to end.
LEFTOVER_SECONDS = 30.0


def hold(stack: ExitStack, watchlist: Watchlist) -> None:
    """Take the lock of the schedule until the stack closes. NewslakeError if another `serve` holds it."""
    try:
        stack.enter_context(only_one(watchlist.state, "schedule", "newslake serve"))
    except CollectionUnderWay:
        url = running_server(watchlist)
        where = f", at {url.removesuffix('/api')}" if url else ""
        raise NewslakeError(
            f"this watchlist is served already{where}",
            left="the running one continues",
            next="newslake status, or stop it first (Ctrl-C where it runs)",
        ) from None


def wait_for_port(port: int) -> None:
    """Wait until the port is free: a Prefect server left by a killed `serve` is about to end."""
    end = time.monotonic() + LEFTOVER_SECONDS
    while True:
        try:
            free_port(port)
            return
        except NewslakeError:
            if time.monotonic() > end:
                raise
        time.sleep(0.5)
