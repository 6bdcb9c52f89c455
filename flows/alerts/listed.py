"""Tell which entries of the user's lists of names news brings: those of new articles, and those that an edit put in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from flows.search.listed import lists_of
from flows.watchlist import Watchlist
from flows.watchlist.alert import Alert
from newslake.names.lists import NameList
from newslake.text import counted
from warehouse.brief.news import News
from warehouse.derived.listed import ListOfNames, waiting
from warehouse.reading.listed import ListedRow, listed_in
from warehouse.reading.revisions import revisions_of

if TYPE_CHECKING:
    import duckdb

KINDS = {"article", "copy", "edit"}


def lists_told(watchlist: Watchlist, alert: Alert) -> tuple[ListOfNames, ...]:
    """Return the lists that an alert is about, as far as they can be read; none for other alerts. Runs say what cannot."""
    if alert.on != "listed":
        return ()
    return tuple(one for one in lists_of(watchlist, lambda _: None) if not alert.list or one.name in alert.list)


def hindrance(
    con: duckdb.DuckDBPyConnection, watchlist: Watchlist, alert: Alert, lists: Sequence[ListOfNames], found: Sequence[News]
) -> str:
    """Return why it is not known yet what news brings; "" if it is known."""
    unread = set(alert.list or [entity.name for entity in watchlist.entities]) - {one.name for one in lists}
    if unread:
        return f"the list {', '.join(sorted(unread))} cannot be read, see newslake check"
    left = not_compared(con, lists, found)
    return f"{counted(left, 'article')} still to be compared with lists of names, see newslake maintain" if left else ""


def not_compared(con: duckdb.DuckDBPyConnection, lists: Sequence[ListOfNames], found: Sequence[News]) -> int:
    """Return how many of the articles of which news is told are still to be compared with the lists, counted once for each."""
    ids = {one.article_id for one in found if one.kind in KINDS and not is_late(one)}
    return sum(waiting(con, one, ids) for one in lists) if ids else 0


def named_by(
    con: duckdb.DuckDBPyConnection, lists: Sequence[ListOfNames], found: Sequence[News]
) -> list[tuple[News, list[ListedRow]]]:
    """Return the news that brings entries of the lists, each with those, and each entry of an article once."""
    ours = [one for one in found if one.kind in KINDS]
    by_name = {one.name: one for one in lists}
    rows = listed_in(con, {one.article_id for one in ours}) if ours and lists else {}
    told = set[tuple[UUID, str, str]]()
    kept = []
    for news in ours:
        here = [row for row in rows.get(news.article_id, ()) if row.list in by_name]
        if news.kind == "edit" and here:
            here = _put_in(con, by_name, news, here)
        fresh = [row for row in here if (row.article_id, row.list, row.entity) not in told]
        told |= {(row.article_id, row.list, row.entity) for row in fresh}
        if fresh:
            kept.append((news, fresh))
    return kept


def is_late(news: News) -> bool:
    """Return whether an article was published days before, so that it is only counted. An edit is news whenever it comes."""
    return news.is_late and news.kind != "edit"


def _put_in(
    con: duckdb.DuckDBPyConnection, lists: dict[str, ListOfNames], edit: News, rows: Sequence[ListedRow]
) -> list[ListedRow]:
    """Return the entries that the text of an edit has and no text before it had."""
    texts = {
        one.revision: f"{one.title}\n{one.text}" for one in revisions_of(con, edit.article_id) if one.revision <= edit.revision
    }
    made = texts.pop(edit.revision, "")
    kept = []
    for row in rows:
        one = lists[row.list]
        names = NameList([entry for entry in one.entries if entry.name == row.entity], one.match)
        if names.find(made) and not any(names.find(text) for text in texts.values()):
            kept.append(row)
    return kept
