"""Read what a search is for and restricted to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING
from uuid import UUID

from flows.search.called import SHOWN, called, check_known
from flows.topics.nodes import sources_in, tags_in
from flows.topics.sources import source_hints
from flows.watchlist import Watchlist
from newslake.errors import UsageError
from newslake.text import cut, is_utf8
from newslake.words.named import fits
from newslake.words.tags import fold_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import duckdb

    from flows.topics import Node
    from warehouse.search.plan import Only


NOTHING = "nothing was searched"
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
MOST = 10_000_000  # hits of a search that can be asked for


@dataclass(frozen=True, slots=True)
class Restrictions:
    """The options that restrict a search, as given."""

    topics: tuple[str, ...]
    sources: tuple[str, ...]
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    names: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        named = {"topic": self.topics, "source": self.sources, "language": self.languages, "tag": self.tags}
        for what, several in (named | {"name": self.names, "entity": self.entities, "event": self.events}).items():
            for name in several:
                if not isinstance(name, str):
                    raise usage(f"{what} is a name or a list of names, not {name!r}", f"write each {what} as text")
                if not is_utf8(name):
                    raise usage(f"{what} {name!r} is not text: it has bytes that are not UTF-8", "type it as UTF-8")

    @property
    def options(self) -> list[str]:
        """The options that were given, as they are named."""
        given = {
            "--topic": self.topics,
            "--source": self.sources,
            "--language": self.languages,
            "--tag": self.tags,
            "--name": self.names,
            "--entity": self.entities,
            "--event": self.events,
            "--since": self.since,
            "--until": self.until,
        }
        return [name for name, value in given.items() if value]


def usage(what: str, next: str) -> UsageError:
    """Return the error of a search that was not made."""
    return UsageError(what, left=NOTHING, next=next)


def restricted(
    watchlist: Watchlist, con: duckdb.DuckDBPyConnection, given: Restrictions, note: Callable[[str], None] | None = None
) -> tuple[Only, list[Node]]:
    """Return what a search is restricted to, and the queries of the saved searches that were given as topics.

    Args:
        note: told what a user may not expect, such as a tag that no article has.
    Raises:
        UsageError: a topic or source that nobody knows, topics and saved searches at once, or moments in the wrong order.
    """
    if given.since and given.until and given.since >= given.until:
        raise usage(
            "--since is not before --until, so that nothing can lie between them",
            "newslake search … --since EARLIER --until LATER",
        )
    from warehouse.read import sources_of
    from warehouse.search.plan import Only
    from warehouse.search.tags import known_tags

    topics, searches, notes = called(watchlist, con, given.topics, NOTHING)
    for each in notes:
        if note is not None:
            note(each)
    if topics and searches:
        both = f"{topics[0]} is a topic, and {searches[0].name} a saved search: both at once cannot be searched in"
        raise usage(both, "search in one kind after the other")
    if given.sources:
        known = {*(each.name for each in watchlist.sources), *sources_of(con)}
        check_known("source", given.sources, known, "newslake sources", NOTHING)
    languages = tuple(language.lower() for language in given.languages)
    spellings = known_tags(con) if given.tags else {}
    entries, unlisted = _entries(watchlist, con, given.entities)
    unnamed = _unnamed(con, given.names)
    for each in (*_unknown_languages(con, languages), *_unknown_tags(spellings, given.tags), *unnamed, *unlisted):
        if note is not None:
            note(each)
    # Those that no article has stay, because without any tag there would be no restriction.
    tags = tuple(each for tag in given.tags for each in spellings.get(fold_tag(tag), [tag]))
    only = Only(
        topics, given.sources, languages, tags, given.since, given.until, given.names, entries, events_of(con, given.events)
    )
    return only, [each.node for each in searches]


def _unknown_languages(con: duckdb.DuckDBPyConnection, languages: tuple[str, ...]) -> list[str]:
    """Return a note for each language that no article is in, with those that there are."""
    if not languages:
        return []
    rows = con.execute(
        "SELECT language FROM articles WHERE language IS NOT NULL GROUP BY language ORDER BY count(*) DESC"
    ).fetchall()
    known = [str(row[0]) for row in rows]
    there = f"there are {cut(', '.join(known), SHOWN)}" if known else "the language of no article is known"
    return [f"no article is in the language {language!r}: {there}." for language in languages if language not in known]


def _unnamed(con: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> list[str]:
    """Return a note for each name that no article has, with names that have it in them."""
    if not names:
        return []
    from warehouse.reading.mentions import is_named, names_of

    notes = []
    for name in names:
        if not is_named(con, name):
            like = [one.name for one in names_of(con, like=name, most=3)]
            hint = f": did you mean {' or '.join(like)}?" if like else "; newslake names lists those that are."
            notes.append(f"{name!r} is not found as a name in any article{hint}")
    return notes


def _entries(watchlist: Watchlist, con: duckdb.DuckDBPyConnection, given: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """Return the entries that were given, by their names or aliases, as the lists write them; and a note for each unknown one."""
    if not given:
        return (), []
    from warehouse.reading.listed import entries

    there = entries(con)
    known: dict[str, list[str]] = {}
    for one in there:
        known.setdefault(one.casefold(), []).append(one)
    notes = []
    unknown = {name for name in given if name.casefold() not in known}
    if unknown and watchlist.entities:
        from flows.search.listed import names_with_alias

        for name in unknown:
            meant = [one for one in names_with_alias(watchlist, name) if one in there]
            if meant:
                known[name.casefold()] = meant
                notes.append(f"{name!r} is another name of {' and of '.join(meant)}.")
    for name in given:
        if name.casefold() not in known:
            like = [known[each][0] for each in get_close_matches(name.casefold(), known, n=3)]
            hint = f": did you mean {' or '.join(like)}?" if like else "; newslake names --listed has those that are."
            notes.append(f"{name!r} is no entry of a list that an article is known to name{hint}")
    # One that nobody names stays, because without any there would be no restriction.
    return tuple(each for name in given for each in ([name] if name in there else known.get(name.casefold(), [name]))), notes


def events_of(con: duckdb.DuckDBPyConnection, given: tuple[str, ...]) -> tuple[UUID, ...]:
    """Return the events that articles report, each given by its id or its address, or that have these ids.

    Raises:
        ArticleUnknown: there is no such article, or several.
        UsageError: nobody else is known to report what an article does.
    """
    if not given:
        return ()
    from flows.reading.find import find_article
    from warehouse.events.read import events_called

    found: list[UUID] = []
    for one in given:
        written = one.strip().lower()
        events = events_called(con, [UUID(written)]) if _ID.fullmatch(written) else []
        if not events:
            article = find_article(con, one, "newslake search --event").article_id
            events = events_called(con, [article])
            if not events:
                raise usage("no other story is known to report what this article does", f"newslake show {article}")
        found += events
    return tuple(found)


def unknown_names(con: duckdb.DuckDBPyConnection, node: Node, watchlist: Watchlist | None = None) -> list[str]:
    """Return a note for each tag, source and tag of a source in a query that there is not, with those that were perhaps meant.

    Args:
        watchlist: whose sources are known, too.
    """
    from warehouse.read import sources_of
    from warehouse.search.tags import known_sources, known_tags

    asked = list(tags_in(node))
    notes = _unknown_tags(known_tags(con), [tag.written for tag in asked]) if asked else []
    if not any(sources_in(node)):
        return notes
    stored = known_sources(con)
    ours = watchlist.sources if watchlist else ()
    tags = {tag for several in stored.values() for tag in several}
    tags |= {tag for one in ours for tag in one.tags}
    names = [*(one.name for one in ours), *sources_of(con)]
    notes += [hint if hint.endswith("?") else f"{hint}." for hint in source_hints(node, names, tags)]
    # Searches know the tags that the last run knew, as the rest of the warehouse does.
    new = sorted({tag for one in ours if one.name in stored for tag in one.tags if tag not in stored[one.name]})
    wanted = [one.pattern for one in sources_in(node) if one.field == "sourcetag"]
    if waiting := [tag for tag in new if any(fits(pattern, fold_tag(tag)) for pattern in wanted)]:
        notes.append(f"searches know the tag {', '.join(waiting)} of the watchlist from the next run, or `newslake reclean`, on.")
    return notes


def _unknown_tags(known: Mapping[str, list[str]], given: Sequence[str]) -> list[str]:
    notes = []
    for tag in dict.fromkeys(given):
        if fold_tag(tag) not in known:
            like = [known[each][0] for each in get_close_matches(fold_tag(tag), known, n=3)]
            notes.append(f"no article has the tag {tag!r}" + (f": did you mean {' or '.join(like)}?" if like else "."))
    return notes
