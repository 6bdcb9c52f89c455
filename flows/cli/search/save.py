"""Save a search under a name, print the topic that would watch for it, and delete it again."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime

import tomlkit
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from flows.cli.console import errors, output, plain, say
from flows.reports.next_step import config_option, with_config
from flows.search.called import check_known, same_name
from flows.search.restrict import Restrictions
from flows.topics import Query, Topic, parse_query
from flows.topics.nodes import tags_in
from flows.watchlist import Watchlist
from newslake.errors import UsageError
from newslake.text import counted
from warehouse.database.connect import open_reader, open_writer
from warehouse.read import topics_of
from warehouse.search import saved

LONGEST = 100  # characters of a name
UNSAVED = "nothing was saved"


def topic_of(watchlist: Watchlist, name: str, query: str) -> Topic:
    """Return the topic that a saved search would be.

    Raises:
        UsageError: the name is no name of a topic, or a topic of the watchlist or the warehouse has it.
    """
    name = same_name(name)
    try:
        topic = Topic.model_validate({"name": name, "query": Query(query, parse_query(query, is_search=True))})
    except ValidationError:
        better = re.sub(r"[^\w.-]", "-", name).strip("-.")[:LONGEST].rstrip("-.") or "oil"
        what = (
            f"a name of {counted(len(name), 'character')} is too long for a search: at most {LONGEST}"
            if len(name) > LONGEST
            else f"{name!r} cannot be the name of a search: letters, digits, - _ and . only, and a letter or digit first"
        )
        raise UsageError(what, left=UNSAVED, next=f"newslake search … --save {better}") from None
    if name in {same_name(each.name) for each in watchlist.topics}:
        raise UsageError(f"{name} is a topic of the watchlist", left=UNSAVED, next="save the search under another name")
    with open_reader(watchlist.warehouse) as con:
        taken = name in map(same_name, topics_of(con))
    if taken:
        raise UsageError(
            f"{name} is a topic that is no longer on the watchlist; what it selected is still in the corpus, under this name",
            left=UNSAVED,
            next="newslake reclean  takes its matches away, or save the search under another name",
        )
    return topic


def save_search(watchlist: Watchlist, topic: Topic) -> list[str]:
    """Save a search in the warehouse, and return the queries that it takes the place of."""
    with open_writer(watchlist.warehouse, "save a search") as writer:
        return saved.save(writer, topic.name, topic.query.text, datetime.now(UTC), same_name)


def show_saved(topic: Topic, replaced: list[str], given: Restrictions, *, is_table: bool) -> None:
    """Say what was saved and what was not, and print the topic to paste: beside a table, else on standard error."""
    out = output if is_table else errors
    query = topic.query.text
    written = tomlkit.string(query, literal="'" not in query and query.isprintable())  # quotes in it stay as they are
    entry = tomlkit.dumps({"name": topic.name, "query": written})
    others = [each for each in replaced if each != query]
    _say(out, f"\n{'Replaced' if others else 'Saved'}: newslake search --topic {topic.name}  shows what it finds.")
    for each in others:
        _say(out, f"It was: {escape(plain(each))}")
    if options := given.options:
        _say(out, f"Only the query is kept, without {' and '.join(options)}. Give them again with --topic {topic.name}.")
    if any(tags_in(topic.query.tree)):
        _say(out, "It asks for tags, so no topic of the watchlist can have this query.")
        return
    _say(out, "To collect for it, paste this into the watchlist (newslake never edits it):\n")
    out.print(f"[[topic]]\n{entry}", markup=False, highlight=False, soft_wrap=True)
    _say(
        out,
        f"Until the topic has selected an article, --topic {topic.name} is the saved search; from then on it is the topic.\n"
        "Next: newslake reclean  applies the topic to what was collected, once it is on the watchlist.",
    )


def forget_search(watchlist: Watchlist, name: str) -> None:
    """Delete a saved search, and print its query.

    Raises:
        UsageError: there is no such search.
    """
    name = same_name(name)
    with open_reader(watchlist.warehouse) as con:
        check_known("saved search", [name], map(same_name, saved.saved_searches(con)), "newslake topics", "nothing was deleted")
    with open_writer(watchlist.warehouse, "forget a saved search") as writer:
        queries = saved.forget(writer, name, same_name)
    for query in queries:
        say(f"Deleted the saved search {escape(name)}. To save it again:\n")
        again = f"newslake search {shlex.quote(query)} --save {name}{config_option()}"
        output.print(plain(again), markup=False, highlight=False, soft_wrap=True)


def _say(out: Console, text: str) -> None:
    out.print(with_config(text), highlight=False, soft_wrap=True)
