"""Name and write the files of briefs: dated ones, the latest one, and feeds. Each is written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from flows.brief.atom import feed_of
from flows.brief.formats import Form, written
from flows.brief.model import Brief
from flows.messages.outbox import Outbox
from flows.watchlist import Watchlist
from newslake.disk import write_whole

FEED_ENDING = ".atom"
FEED = f"feed{FEED_ENDING}"
LATEST = "latest"


def pages_of(watchlist: Watchlist, brief: Brief, made_at: datetime) -> dict[str, bytes]:
    """Return the files of a brief by name: one with its day, and the latest, in each form.

    A second brief of a day has its time in its name, too.
    """
    assert watchlist.brief
    local = made_at.astimezone(brief.zone)
    found = dict[str, bytes]()
    for name in watchlist.brief.formats:
        if name == "atom":
            continue
        data = written(brief, Form(name))
        dated = f"{local:%Y-%m-%d}.{name}"
        if watchlist.brief.every == "run" or (watchlist.briefs / dated).exists():
            dated = f"{local:%Y-%m-%d-%H%M%S}.{name}"
        found |= {dated: data, f"{LATEST}.{name}": data}
    return found


def feeds_of(brief: Brief) -> dict[str, bytes]:
    """Return the feed of all topics, and one of each, by the names of their files."""
    feeds = {FEED: feed_of(brief)}
    for part, name in zip(brief.parts, feed_names([part.name for part in brief.parts]), strict=True):
        feeds[name] = feed_of(replace(brief, parts=(part,), counts=part.counts))
    return feeds


def feed_names(topics: Sequence[str]) -> list[str]:
    """Return a name of a file for each topic: its own where that is safe on any system and no other file has it."""
    taken = {FEED}
    names = []
    for topic in topics:
        safe = re.sub(r"[^\w.-]+", "-", topic).strip(".-")[:60]
        name = f"{safe}{FEED_ENDING}"
        if safe != topic or name.casefold() in taken:
            name = f"{safe or 'topic'}-{sha256(topic.encode()).hexdigest()[:6]}{FEED_ENDING}"
        taken.add(name.casefold())
        names.append(name)
    return names


def write_files(watchlist: Watchlist, outbox: Outbox) -> list[str]:
    """Write the files that wait, and return a sentence if that fails; they wait on then."""
    for name, data in outbox.files().items():
        if why := write_one(watchlist.briefs / name, data):
            return [why]
        outbox.written(name)
    return []


def write_one(file: Path, data: bytes) -> str | None:
    """Write a file; return why that fails."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, data, durable=False)
    except OSError as error:
        return (
            f"the brief {file} could not be written: {error.strerror or error}; the next run tries again:"
            f" make room in {file.parent} or let newslake write there, then newslake run"
        )
    return None
