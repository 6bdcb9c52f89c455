"""Read what a user wants to note, and find the notes that they mean. Pure, but for finding."""

from __future__ import annotations

import getpass
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import duckdb

from newslake.errors import UsageError
from newslake.text import counted, cut, is_utf8, one_line
from newslake.words.tags import clean_tag, fold_tag
from warehouse.notes.read import Note, NotedArticle, notes_by_id

LEAST = 4  # digits of an id, as of an article
LONGEST, LONGEST_TAG, LONGEST_AUTHOR = 100_000, 100, 100  # characters
AUTHOR = "NEWSLAKE_AUTHOR"  # the variable of the environment that names the author
UNCHANGED = "nothing was changed"
# Control characters but tab and line feed, which PostgreSQL cannot all store.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def author_of(given: str | None, environment: Mapping[str, str]) -> str:
    """Return who writes: the name that was given, that of the environment, or that of the user on this machine.

    Raises:
        UsageError: there is none, or it is too long.
    """
    name = one_line(given if given is not None else environment.get(AUTHOR, ""))
    if not name and given is None:
        try:
            name = one_line(getpass.getuser())
        except (KeyError, OSError, ImportError):  # a container may run as a number without a name
            name = ""
    name = unicodedata.normalize("NFC", name)
    if not name or len(name) > LONGEST_AUTHOR or not is_utf8(name):
        what = (
            "this user has no name on this machine"
            if given is None and not name
            else f"{cut(name, 50)!r} is no name of an author"
        )
        raise UsageError(what, left=UNCHANGED, next=f"newslake note … --author NAME, or set {AUTHOR}")
    return name


def text_of(written: str) -> str | None:
    """Return the text of a note as it is stored: in lines without control characters; None if nothing is left.

    Raises:
        UsageError: it is too long, or not UTF-8.
    """
    if not is_utf8(written):
        raise UsageError("the note is not UTF-8", left=UNCHANGED, next="type it as UTF-8")
    lines = _CONTROL.sub("", written.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    if len(text) > LONGEST:
        raise UsageError(
            f"a note of {counted(len(text), 'character')} is too long: at most {LONGEST:,}",
            left=UNCHANGED,
            next="note where the long text is kept",
        )
    return text if text.strip() else None


def tags_of(written: Iterable[str]) -> list[str]:
    """Return tags as they are stored, those that are the same tag once. Raises UsageError if one is empty or too long."""
    tags: dict[str, str] = {}
    for tag in written:
        clean = clean_tag(tag)
        if not fold_tag(clean) or len(clean) > LONGEST_TAG or not is_utf8(tag):
            raise UsageError(
                f"{cut(clean, 50)!r} is no tag: it has 1 to {LONGEST_TAG} characters",
                left=UNCHANGED,
                next="newslake note … --tag TAG",
            )
        tags.setdefault(fold_tag(clean), clean)
    return list(tags.values())


def new_note(article_id: object, author: str, text: str | None, tags: Sequence[str], at: datetime) -> Note:
    """Return a new note. Raises UsageError if it says nothing."""
    if text is None and not tags:
        raise UsageError("a note needs a text or a tag", left=UNCHANGED, next='newslake note ARTICLE "…" --tag important')
    return Note(uuid4(), article_id, author, at, None, None, text, list(tags))  # type: ignore[arg-type]


def edited(note: Note, text: str | None, add: Sequence[str], remove: Sequence[str], at: datetime) -> Note:
    """Return a note with another text (None: the same), more tags and fewer. One that then says nothing is deleted."""
    gone = set(map(fold_tag, remove))
    tags = tags_of([*(tag for tag in note.tags if fold_tag(tag) not in gone), *add])
    new = replace(note, text=note.text if text is None else text, tags=tags)
    if new == note:
        return note
    return replace(new, edited_at=at) if new.text or tags else deleted(note, at)


def deleted(note: Note, at: datetime) -> Note:
    """Return a note as deleted. Its text stays, so that it can be restored."""
    return note if note.deleted_at else replace(note, deleted_at=at)


def restored(note: Note) -> Note:
    """Return a note that was deleted as it was before."""
    return replace(note, deleted_at=None)


def is_by(note: Note, author: str) -> bool:
    """Whether a note is of this author, whose name may be written in any case."""
    return _same(note.author) == _same(author)


def among(
    notes: Iterable[tuple[Note, NotedArticle]], authors: Sequence[str] = (), tags: Sequence[str] = ()
) -> list[tuple[Note, NotedArticle]]:
    """Return the notes of one of these authors, with one of these tags; without any, all."""
    wanted = set(map(fold_tag, tags))
    return [
        (note, article)
        for note, article in notes
        if (not authors or any(is_by(note, author) for author in authors))
        and (not wanted or not wanted.isdisjoint(map(fold_tag, note.tags)))
    ]


def find_note(con: duckdb.DuckDBPyConnection, given: str, option: str, *, is_deleted: bool = False) -> tuple[Note, NotedArticle]:
    """Return the note whose id begins so, with its article.

    Args:
        option: the option that it was given to, for messages.
        is_deleted: look among those that were deleted.
    Raises:
        UsageError: there is none or more than one.
    """
    digits = given.strip().lower().replace("-", "")
    if not re.fullmatch(r"[0-9a-f]+", digits) or not LEAST <= len(digits) <= 32:
        what = f"{given!r} is no id of a note: its first {LEAST} digits or more are needed, as newslake note --list prints them"
        raise UsageError(what, left=UNCHANGED, next="newslake note --list")
    every = notes_by_id(con, digits)
    found = [one for one in every if (one[0].deleted_at is not None) == is_deleted]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "\n".join(f"  {note.note_id}  {note.author}: {gist(note)}" for note, _ in found[:10])
        raise UsageError(
            f"{given!r} is the beginning of {counted(len(found), 'note')}:\n{listed}",
            left=UNCHANGED,
            next=f"newslake note {option} {found[0][0].note_id}, or another of these ids",
        )
    if every:
        note_id = every[0][0].note_id
        what, then = (
            (f"note {note_id} is not deleted", f"newslake note {every[0][0].article_id} --list")
            if is_deleted
            else (f"note {note_id} was deleted", f"newslake note --restore {note_id}")
        )
        raise UsageError(what, left=UNCHANGED, next=then)
    raise UsageError(f"no note has an id that begins with {given!r}", left=UNCHANGED, next="newslake note --list")


def gist(note: Note) -> str:
    """Return a note on one short line."""
    tags = f"[{', '.join(note.tags)}]" if note.tags else ""
    return " ".join(filter(None, (cut(one_line(note.text or ""), 60), tags)))


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
