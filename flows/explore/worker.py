"""The process that reads the warehouse for the explorer: requests come on standard input, pages go to standard output."""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from flows.explore.asked import Asked, Reply
from flows.explore.workers import SIZE

if TYPE_CHECKING:
    from flows.explore.room import Room

# What each page is made by: the function `page` of a module below flows.explore.pages.
PAGES = frozenset({"search", "article", "diff", "capture", "story", "sources", "runs", "topic", "sql", "brief"})


def answer(room: Room, asked: Asked, seconds: float) -> Reply:
    """Return the page that was asked for, or one that says why there is none."""
    from flows.explore.render import error_reply

    try:
        room.renew()
        reply = import_module(f"flows.explore.pages.{asked.page}").page(room, asked.checked(), seconds)
    except Exception as error:  # noqa: BLE001 (whatever happens is told on a page)
        return error_reply(error, asked)
    assert isinstance(reply, Reply)
    return reply


def _listen(tasks: queue.SimpleQueue[tuple[Asked, float]]) -> None:
    """Take requests; end with the process that sends them, also in the middle of a query."""
    source = sys.stdin.buffer
    while len(head := source.read(SIZE.size)) == SIZE.size:
        (size,) = SIZE.unpack(head)
        tasks.put(pickle.loads(source.read(size)))
    os._exit(0)


def main(config: Path) -> None:
    """Answer requests until standard input ends."""
    replies: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no reply
    tasks: queue.SimpleQueue[tuple[Asked, float]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    from flows.explore.room import Room

    for name in ("flows.explore.render", "flows.explore.pages.search", "flows.explore.pages.article", "flows.explore.pages.sql"):
        import_module(name)  # before the time of the first page begins
    room = Room(config)
    replies.write(SIZE.pack(0))
    replies.flush()
    while True:
        reply = answer(room, *tasks.get())
        head = pickle.dumps(replace(reply, body=b""))
        for part in (head, reply.body):
            replies.write(SIZE.pack(len(part)))
            replies.write(part)
        replies.flush()
        del reply  # a large body is not kept until the next page


if __name__ == "__main__":
    from flows.reports import next_step
    from newslake.secrecy import hide_secrets_of_tracebacks

    hide_secrets_of_tracebacks()
    next_step.begin(sys.argv[3:])
    next_step.repeat(Path(sys.argv[2]) if sys.argv[2] else None)
    main(Path(sys.argv[1]))
