"""The command `newslake note`: notes something on an article, lists, edits and deletes notes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.text import Text

from flows.cli.console import ARTICLE, DEFAULT_CONFIG, AsJson, Config, errors, output, plain, print_json, say
from flows.search.moments import MOMENTS, moment
from flows.watchlist import Watchlist, load_watchlist
from newslake.errors import ArticleUnknown, UsageError
from newslake.text import counted, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from warehouse.notes.read import Note, NotedArticle

NOTHING = "nothing was changed"
Several = list[str] | None


def note(
    article: Annotated[str | None, typer.Argument(help=f"{ARTICLE} Without it, notes on all articles are listed.")] = None,
    text: Annotated[
        str | None,
        typer.Argument(help="What to note; - reads standard input. Without it and --tag, your editor opens ($VISUAL, $EDITOR)."),
    ] = None,
    config: Config = DEFAULT_CONFIG,
    tag: Annotated[Several, typer.Option("--tag", help="Tag it so; in a list, only notes tagged so. Repeatable.")] = None,
    untag: Annotated[
        Several,
        typer.Option("--untag", help="Take this tag from your notes on the article, or from the one of --edit. Repeatable."),
    ] = None,
    author: Annotated[
        str | None,
        typer.Option(
            "--author",
            metavar="NAME",
            help="Who writes: $NEWSLAKE_AUTHOR, or else your name on this machine. In a list, only notes of this author.",
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", "-l", help="List the notes on the article, or on all.")] = False,
    since: Annotated[
        str | None, typer.Option("--since", metavar="MOMENT", help=f"List only notes written or edited since: {MOMENTS}.")
    ] = None,
    edit: Annotated[
        str | None,
        typer.Option(
            "--edit", metavar="NOTE", help="Edit this note, by the first digits of its id: newslake note --edit NOTE TEXT."
        ),
    ] = None,
    delete: Annotated[str | None, typer.Option("--delete", metavar="NOTE", help="Delete this note: it is shown nowhere.")] = None,
    restore: Annotated[str | None, typer.Option("--restore", metavar="NOTE", help="Take the deletion back.")] = None,
    as_json: AsJson = False,
) -> None:
    """Note something on an article, or tag it: for yourself and for all who use the warehouse. List, edit and delete notes.

    newslake show, search (--tag, or tag: in a query), export, backup and the view noted have them; topics do not look at them.

    Example: [bold]newslake note https://outlet.example/article "Check the vessel's IMO number" --tag important[/]
    """
    watchlist = load_watchlist(config)
    chosen = [name for name, value in (("--edit", edit), ("--delete", delete), ("--restore", restore)) if value is not None]
    is_list = listed or since is not None or (article is None and not chosen)
    _refuse_mixed(chosen, article, text, tag, untag, is_list=is_list)
    if is_list:
        _list(watchlist, article, since, [author] if author is not None else [], tag or [], as_json=as_json)
        return
    from flows.reading.notes import author_of, tags_of

    you = author_of(author, os.environ)
    desk = _Desk(watchlist, you, tags_of(tag or []), tags_of(untag or []), as_json=as_json)
    if edit is not None:
        desk.edit(edit, article)
    elif delete is not None:
        desk.delete(delete)
    elif restore is not None:
        desk.restore(restore)
    elif article is not None and untag:
        desk.untag(article)
    elif article is not None:
        desk.add(article, text)


def _refuse_mixed(
    chosen: list[str], article: str | None, text: str | None, tag: Several, untag: Several, *, is_list: bool
) -> None:
    """Raise UsageError for options that do not go together."""
    if len(chosen) > 1 or (chosen and is_list):
        both = " and ".join([*chosen, *(["--list or --since"] if is_list else [])])
        raise _usage(f"{both} cannot be done at once", "one after the other")
    if chosen and text is not None:
        raise _usage(f"{chosen[0]} takes the id of a note, and no article", f"newslake note {chosen[0]} NOTE")
    if chosen and chosen != ["--edit"] and (article is not None or tag or untag):
        raise _usage(f"{chosen[0]} takes the id of a note, and nothing else", f"newslake note {chosen[0]} NOTE")
    if is_list and (text is not None or untag):
        raise _usage("a list takes no text and no --untag", "newslake note ARTICLE --list")
    if untag and not chosen and (text is not None or tag):
        raise _usage("--untag takes tags from notes that there are; it does not write one", "newslake note ARTICLE --untag TAG")


def _usage(what: str, next: str) -> UsageError:
    return UsageError(what, left=NOTHING, next=next)


class _Desk:
    """Writes, edits and deletes notes for an author, and says so."""

    def __init__(self, watchlist: Watchlist, you: str, tags: list[str], untag: list[str], *, as_json: bool) -> None:
        self._watchlist, self._you, self._tags, self._untag = watchlist, you, tags, untag
        self._as_json = as_json
        self._zone = watchlist.zone

    def add(self, article: str, given: str | None) -> None:
        from flows.reading.find import find_article
        from flows.reading.notes import new_note
        from warehouse.database.connect import open_reader
        from warehouse.notes.read import all_notes
        from warehouse.notes.write import add

        with open_reader(self._watchlist.warehouse) as con:
            named = find_article(con, article, "newslake note")
        text = None if given is None and self._tags else self._text(given, f"{one_line(named.title)}\n{one_line(named.url)}", "")
        made = new_note(named.article_id, self._you, text, self._tags, datetime.now(UTC))

        try:
            with self._writing(text if given is None else None) as writer:
                add(writer, made)
                article_now = next(on for note, on in all_notes(writer.con, article_id=made.article_id) if note == made)
        except LookupError:
            raise ArticleUnknown(
                f"{article!r} was removed with newslake forget meanwhile", left=NOTHING, next="newslake search …"
            ) from None
        self._say(f"Noted on {_title(article_now)}", [made], article_now, f"newslake show {made.article_id}")

    def edit(self, given: str, written: str | None) -> None:
        from flows.reading.notes import edited

        before, on = self._own(given, "--edit")
        is_text = written is not None or not (self._tags or self._untag)
        text = self._text(written, f"{one_line(on.title)}\n{one_line(on.url)}", before.text or "") if is_text else None
        if is_text and text is None:
            raise _usage("nothing is left of the note", f"newslake note --delete {before.note_id}")
        at = datetime.now(UTC)
        kept = text if written is None else None
        after = self._change([before], lambda note: edited(note, text, self._tags, self._untag, at), kept)
        deleted = any(note.deleted_at for note in after)
        what = "Edited the note on" if after != [before] else "Nothing to change in the note on"
        what = "Deleted, as nothing was left of it, the note on" if deleted else what
        self._say(f"{what} {_title(on)}", after, on, _undo(before) if deleted else f"newslake show {before.article_id}")

    def delete(self, given: str) -> None:
        from flows.reading.notes import deleted

        before, on = self._own(given, "--delete")
        at = datetime.now(UTC)
        after = self._change([before], lambda note: deleted(note, at))
        self._say(f"Deleted the note on {_title(on)}", after, on, _undo(before))

    def restore(self, given: str) -> None:
        from flows.reading.notes import restored

        before, on = self._own(given, "--restore")
        after = self._change([before], restored)
        self._say(f"Restored the note on {_title(on)}", after, on, f"newslake show {before.article_id}")

    def untag(self, article: str) -> None:
        from flows.reading.find import find_article
        from flows.reading.notes import among, edited, is_by
        from warehouse.database.connect import open_reader
        from warehouse.notes.read import all_notes

        with open_reader(self._watchlist.warehouse) as con:
            named = find_article(con, article, "newslake note")
            tagged = among(all_notes(con, article_id=named.article_id), tags=self._untag)
        own = [(note, on) for note, on in tagged if is_by(note, self._you)]
        if not own:
            others = sorted({note.author for note, _ in tagged})
            words = ", ".join(self._untag)
            raise _usage(
                f"no note of {self._you} on this article has the tag {words}" + (f"; one of {others[0]} has" if others else ""),
                f"newslake note {named.article_id} --untag … --author {others[0]}"
                if others
                else f"newslake note {named.article_id} --list",
            )
        at = datetime.now(UTC)
        after = self._change([note for note, _ in own], lambda note: edited(note, None, [], self._untag, at))
        self._say(f"Untagged {_title(own[0][1])}", after, own[0][1], f"newslake show {named.article_id}")

    def _own(self, given: str, option: str) -> tuple[Note, NotedArticle]:
        """Return a note of the author. Raises UsageError if it is somebody else's."""
        from flows.reading.notes import find_note, is_by
        from warehouse.database.connect import open_reader

        with open_reader(self._watchlist.warehouse) as con:
            note, on = find_note(con, given, option, is_deleted=option == "--restore")
        if not is_by(note, self._you):
            raise _usage(
                f"the note is of {note.author}, and you are {self._you}",
                f'newslake note {note.article_id} "…" notes something of your own; --author {note.author} speaks for them',
            )
        return note, on

    def _change(self, notes: Sequence[Note], new: Callable[[Note], Note], kept: str | None = None) -> list[Note]:
        """Change notes. Raises UsageError if one was deleted, restored or forgotten by somebody else in between."""
        from warehouse.notes.write import change

        seen = {note.note_id: note.deleted_at for note in notes}

        def new_if_same(note: Note) -> Note:
            if note.deleted_at != seen[note.note_id]:
                raise _usage(f"somebody else deleted or restored note {note.note_id} meanwhile", "newslake note --list")
            return new(note)

        with self._writing(kept) as writer:
            made = change(writer, list(seen), new_if_same)
        if len(made) < len(seen):
            raise _usage("the article was removed with newslake forget meanwhile, and the note with it", "newslake note --list")
        return made

    def _writing(self, kept: str | None) -> Any:
        """Open the warehouse for writing. A text that was typed into an editor is not lost if that fails."""
        from flows.cli.reading.editor import kept_on_failure
        from warehouse.database.connect import open_writer

        def tell(line: str) -> None:
            errors.print(escape(plain(line)), soft_wrap=True, highlight=False)

        return kept_on_failure(open_writer(self._watchlist.warehouse, "note", note=tell), kept)

    def _text(self, given: str | None, about: str, before: str) -> str | None:
        """Return the text that was given, from standard input or typed into an editor."""
        from flows.cli.reading.editor import typed
        from flows.reading.notes import text_of

        if given == "-":
            return text_of(sys.stdin.buffer.read().decode("utf-8", "surrogateescape"))
        if given is not None:
            return text_of(given)
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise _usage(
                "what to note is missing", 'newslake note ARTICLE "…", or --tag TAG; - as the text reads it from standard input'
            )
        return text_of(typed(before, about))

    def _say(self, what: str, notes: Sequence[Note], on: NotedArticle, next: str) -> None:
        if self._as_json:
            print_json([asdict(note) | asdict(on) for note in notes])
            return
        say(f"{escape(plain(what))}")
        for note in notes:
            _show(note, self._zone)
        say(f"Next: {escape(plain(next))}")


def _title(on: NotedArticle) -> str:
    return f"{one_line(on.title)} ({one_line(on.source)})"


def _undo(note: Note) -> str:
    return f"newslake note --restore {str(note.note_id)[:8]}"


def _list(
    watchlist: Watchlist, article: str | None, since: str | None, authors: list[str], tags: list[str], *, as_json: bool
) -> None:
    from flows.reading.find import find_article
    from flows.reading.notes import among
    from warehouse.database.connect import open_reader
    from warehouse.notes.read import all_notes

    zone = watchlist.zone
    begin = moment(since, "--since", zone.key, datetime.now(UTC)) if since else None
    with open_reader(watchlist.warehouse) as con:
        named = find_article(con, article, "newslake note") if article is not None else None
        found = among(all_notes(con, begin, named.article_id if named else None), authors, tags)
    if as_json:
        print_json([asdict(note) | asdict(on) for note, on in found])
        return
    before = None
    for note, on in found:
        if note.article_id != before:
            output.print(Text(f"{plain(one_line(on.title))}", "bold"), soft_wrap=True, highlight=False)
            about = f"{plain(one_line(on.source))}  {plain(one_line(on.url))}  {note.article_id}"
            output.print(Text(about, "dim"), soft_wrap=True, highlight=False)
        before = note.article_id
        _show(note, zone)
    if found:
        articles = counted(len({note.article_id for note, _ in found}), "article")
        say(f"\n{counted(len(found), 'note')} on {articles}. Times: {zone.key}.")
    else:
        say('No notes.\n\nNext: newslake note ARTICLE "…" --tag important')


def _show(note: Note, zone: ZoneInfo) -> None:
    from flows.cli.reading.show import note_lines
    from flows.reading.view import note_view

    for line in note_lines(note_view(note, zone)):
        output.print(line, soft_wrap=True, highlight=False)


def add_to(app: typer.Typer) -> None:
    app.command()(note)
