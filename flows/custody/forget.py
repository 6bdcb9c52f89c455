"""Forget articles: remove them from the warehouse, the captures and what runs left behind, for good.

What is to go is written to `<state>/forgetting.json` (flows.custody.pending) before the first change, and every step can be
repeated. So a forget that was killed is finished by the next one, whatever that is asked for. The file is removed at the end: of
what was forgotten only hashes stay, in the table `tombstones`.
"""

from __future__ import annotations

import json
import shlex
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb

from flows.custody.briefs import briefs_with, remove_briefs
from flows.custody.copying import known_backups
from flows.custody.pending import read_pending, remove_pending, write_pending
from flows.custody.traces import Traces, listings_with, remove_from_state, remove_unnamed_captures
from flows.messages.outbox import forget_messages
from flows.messages.turn import one_at_a_time
from flows.reading.find import find_article, ids_of
from flows.runs.clock import check_clock
from flows.watchlist import Watchlist, load_watchlist
from newslake.disk import storage_errors
from newslake.errors import ArticleUnknown, NewslakeError, UsageError
from newslake.locks import only_one
from spiders.warc.blank import blank
from spiders.warc.manifest import Event, begin, record
from warehouse.backup import runs_of
from warehouse.database.connect import LONG_WAIT, open_reader, open_writer
from warehouse.forget import Chosen, captured_listings, choose, forget_rows, purge
from warehouse.load.tombstones import forgotten_of
from warehouse.read import sources_of
from warehouse.upgrade import bring_up_to_date


@dataclass(frozen=True, slots=True)
class Held:
    """A backup that was made of this project, and what it still holds of what was forgotten.

    `articles` is None if the backup could not be looked at; `why` says why, in words.
    """

    folder: Path
    made_at: datetime
    articles: int | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten, or would be in a dry run.

    Attributes:
        finished: an earlier forget that had been interrupted was finished first.
        captures: captures that were removed; those in archives of the user (`archives`) stay.
        notes: notes on the articles.
        briefs: files of briefs by schedule that told of them: pages that were removed, and feeds that were written anew.
        copies: articles that have the same text, or parts of it, under another address, and stay.
    """

    dry_run: bool
    finished: bool
    articles: int
    urls: int
    captures: int
    notes: int
    briefs: tuple[str, ...]
    archives: tuple[str, ...]
    copies: tuple[str, ...]
    still_watched: bool
    backups: tuple[Held, ...]


def forget(
    watchlist: Watchlist,
    what: str | None = None,
    until: date | None = None,
    *,
    dry_run: bool = False,
    confirm: Callable[[Chosen], None] = lambda _chosen: None,
    note: Callable[[str], None] = lambda _line: None,
) -> Forgotten:
    """Forget an article, a source, or all articles up to a day; before that, finish a forget that was interrupted.

    Args:
        what: the name of a source, or an article as `find_article` takes it.
        until: the last day (UTC) of publication; of all sources without `what`. Without both, an interrupted forget is finished.
        confirm: called with what is to be forgotten; raises to stop before anything is changed.
        note: called with a line for the user: which article is meant, and while another process writes to the warehouse.
    Raises:
        UsageError: nothing or several things are meant.
        NewslakeError: a collection, backfill or maintenance is under way, or the warehouse stays busy.
    """
    check_clock()
    asked_for = shlex.join([*([what] if what else []), *(["--until", str(until)] if until else [])])
    command = f"newslake forget {asked_for}".rstrip()
    left = "what was to be removed is partly there; the same command goes on where it stopped"
    with _alone(watchlist, command), storage_errors(watchlist.state, left, command):
        bring_up_to_date(watchlist.warehouse, watchlist.captures, watchlist.base)
        finished = not dry_run and _finish(watchlist, note)
        chosen, asked = _choose(watchlist, what, until, finished=finished)
        archives = tuple(sorted({file for file, _ in chosen.places if not _is_own(watchlist, file)}))
        briefs = tuple(map(str, briefs_with(watchlist, _traces(chosen)))) if chosen.urls else ()
        captures = sum(_is_own(watchlist, file) for file, _ in chosen.places)
        if asked == "article" and chosen.addresses:
            note(f"The article is at {' and '.join(chosen.addresses)}")  # it may have been named by a piece of that
        if not dry_run and chosen.urls:
            confirm(chosen)
            at = datetime.now(UTC)
            pending = {"asked": asked, "at": at.isoformat(), **_as_data(chosen)}
            write_pending(watchlist.state, json.dumps(pending).encode())
            _finish(watchlist, note)
        return Forgotten(
            dry_run,
            finished,
            len(chosen.articles),
            len(chosen.urls),
            captures,
            chosen.notes,
            briefs,
            archives,
            chosen.copies,
            chosen.source in {source.name for source in watchlist.sources},
            tuple(_held(watchlist, chosen)),
        )


def _choose(watchlist: Watchlist, what: str | None, until: date | None, *, finished: bool) -> tuple[Chosen, str]:
    """Return what is meant, with the captures of listings that name it, and what it was called: article, source or until."""
    with open_reader(watchlist.warehouse, allow_files=True) as con:
        chosen, asked = _named(con, what, until, finished=finished)
        if not chosen.urls:
            return chosen, asked
        listings = listings_with(watchlist, captured_listings(con), _traces(chosen))
    return replace(chosen, places=tuple(sorted({*chosen.places, *listings}))), asked


def _named(con: duckdb.DuckDBPyConnection, what: str | None, until: date | None, *, finished: bool) -> tuple[Chosen, str]:
    nothing = Chosen((), (), (), (), None, ())
    if what is None and until is None:
        return nothing, "until"
    if what is None:
        return choose(con, until=until), "until"
    if what in sources_of(con):
        return choose(con, source=what, until=until), "until" if until else "source"
    if until is not None:
        raise UsageError(
            f"no source is called {what!r}: --until goes with a source or alone",
            left="nothing was changed",
            next="newslake sources",
        )
    if forgotten_of(con, ids_of(what)):
        return nothing, "article"  # by an earlier forget
    try:
        found = find_article(con, what, "newslake forget", nothing="no article and no source")
    except ArticleUnknown as error:
        if finished:
            return nothing, "article"  # by the forget that was just finished
        raise UsageError(
            error.happened, left=error.left, next=f"newslake sources (the names of sources), or {error.next}"
        ) from None
    return choose(con, articles=[found.article_id]), "article"


@contextmanager
def _alone(watchlist: Watchlist, command: str) -> Iterator[None]:
    """Keep all other work off: what is forgotten must not be loaded or copied meanwhile."""
    with ExitStack() as held:
        for work in ("collection", "backfill", "maintenance"):
            # Others quote what the lock is held for, also in logs, so it does not say what is forgotten.
            held.enter_context(only_one(watchlist.state, work, command, purpose="newslake forget"))
        yield


def _as_data(chosen: Chosen) -> dict[str, object]:
    given = asdict(chosen)
    given["articles"] = [str(each) for each in chosen.articles]
    given["urls"] = [[str(url), source] for url, source in chosen.urls]
    return given


def _finish(watchlist: Watchlist, note: Callable[[str], None]) -> bool:
    """Do what `forgetting.json` says, from the beginning; return whether there was one."""
    data = read_pending(watchlist.state)
    if data is None:
        return False
    said = json.loads(data)
    chosen = _with_what_came_since(watchlist, said)
    with open_writer(watchlist.warehouse, "forget", wait=LONG_WAIT, note=note) as writer:
        forget_rows(writer, chosen, said["asked"], datetime.fromisoformat(said["at"]))
    traces = _traces(chosen)
    _remove_captures(watchlist, chosen)
    remove_unnamed_captures(watchlist, traces, runs_of(watchlist.warehouse))
    remove_from_state(watchlist, traces)
    with one_at_a_time(watchlist.state, "newslake forget"):  # nothing that was read before is written now
        forget_messages(watchlist.state, traces.are_in)
        remove_briefs(watchlist, traces, note)
    purge(watchlist.warehouse, note)
    remove_pending(watchlist.state)
    return True


def _with_what_came_since(watchlist: Watchlist, said: dict[str, Any]) -> Chosen:
    """Return what `forgetting.json` says, with the revisions and addresses that a run added after the forget was killed."""
    articles = tuple(UUID(each) for each in said["articles"])
    urls = {(UUID(url), source) for url, source in said["urls"]}
    addresses, places = set(said["addresses"]), {(place, offset) for place, offset in said["places"]}
    with open_reader(watchlist.warehouse, allow_files=True) as con:
        now = choose(con, articles=articles) if articles else Chosen((), (), (), (), None, ())
    chosen = Chosen(
        articles,
        tuple({*urls, *now.urls}),
        tuple(sorted({*addresses, *now.addresses})),
        tuple(sorted({*places, *now.places})),
        said["source"],
        (),
    )
    write_pending(watchlist.state, json.dumps({"asked": said["asked"], "at": said["at"], **_as_data(chosen)}).encode())
    return chosen


def _traces(chosen: Chosen) -> Traces:
    return Traces([*chosen.articles, *(url for url, _ in chosen.urls)], chosen.addresses)


def _is_own(watchlist: Watchlist, name: str) -> bool:
    """Whether a file of captures is newslake's, and not an archive of the user."""
    return watchlist.capture_path(name).is_relative_to(watchlist.captures)


def _remove_captures(watchlist: Watchlist, chosen: Chosen) -> None:
    """Replace the captures by records without content, and record that in the manifest."""
    places: dict[Path, list[int]] = defaultdict(list)
    for name, offset in chosen.places:
        if _is_own(watchlist, name):
            places[watchlist.capture_path(name)].append(offset)
    begin(watchlist.captures)
    for file, offsets in places.items():
        if file.exists():
            blank(file, offsets)
            record(watchlist.captures, Event.REWRITTEN, [file])  # also if a killed forget had rewritten it


def _held(watchlist: Watchlist, chosen: Chosen) -> Iterator[Held]:
    """Look into the known backups for what was forgotten."""
    for folder, at in known_backups(watchlist.state).items():
        try:
            with open_reader(load_watchlist(folder / "watchlist.toml").warehouse) as con:
                query = "SELECT count(*) FROM articles WHERE list_contains(?::UUID[], article_id)"
                ((articles,),) = con.execute(query, [list(chosen.articles)]).fetchall()
        except NewslakeError as error:
            yield Held(folder, at, None, error.happened)
        else:
            yield Held(folder, at, int(articles))
