"""Save a search under a name, and print the topic that would watch for it."""

from __future__ import annotations

from datetime import UTC, datetime

import tomlkit
from pydantic import ValidationError

from flows.cli.console import output, say
from flows.reports.next_step import config_option
from flows.topics import Topic
from flows.watchlist import Watchlist
from newslake.errors import UsageError
from warehouse.database.connect import open_writer
from warehouse.search.saved import save


def topic_of(watchlist: Watchlist, name: str, query: str) -> Topic:
    """Return the topic that a saved search would be.

    Raises:
        UsageError: the name is no name of a topic, or one of the watchlist's topics has it.
    """
    try:
        topic = Topic.model_validate({"name": name, "query": query})
    except ValidationError:
        better = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip("-.") or "oil"
        raise UsageError(
            f"{name!r} cannot be the name of a search: letters, digits, - _ and . only, and a letter or digit first",
            left="nothing was saved",
            next=f"newslake search … --save {better}",
        ) from None
    if name in {each.name for each in watchlist.topics}:
        raise UsageError(
            f"{name} is a topic of the watchlist", left="nothing was saved", next="save the search under another name"
        )
    return topic


def save_search(watchlist: Watchlist, topic: Topic) -> None:
    """Save a search in the warehouse, and print the topic to paste."""
    query = topic.query.text
    with open_writer(watchlist.warehouse, "save a search") as writer:
        replaced = save(writer, topic.name, query, datetime.now(UTC))
    written = tomlkit.string(query, literal="'" not in query and query.isprintable())  # quotes in it stay as they are
    entry = tomlkit.dumps({"name": topic.name, "query": written})
    say(f"\n{'Replaced' if replaced else 'Saved'}: newslake search … --topic {topic.name}{config_option()}  searches in it.")
    say("To collect for it, paste this into the watchlist (newslake never edits it):\n")
    output.print(f"[[topic]]\n{entry}", markup=False, highlight=False, soft_wrap=True)
    say(f"Next: newslake reclean{config_option()}  selects among kept captures, once it is a topic.")
