"""Write notes, each under the lock of the warehouse: of several people's changes none is lost."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import duckdb

from warehouse.database.writer import Writer
from warehouse.notes.read import COLUMNS, Note


def add(writer: Writer, note: Note) -> None:
    """Write a new note. Raises LookupError if its article is not there, as when it was forgotten meanwhile."""

    def insert(con: duckdb.DuckDBPyConnection) -> None:
        if not con.execute("SELECT 1 FROM articles WHERE article_id = ?", [note.article_id]).fetchall():
            raise LookupError(note.article_id)
        row = [getattr(note, name) for name in note.__slots__]
        con.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?, ?::VARCHAR[])", row)

    writer.transact(insert)


def change(writer: Writer, note_ids: list[UUID], new: Callable[[Note], Note]) -> list[Note]:
    """Change notes and return those that are still there, as they are then.

    Args:
        new: returns a note as it shall be. It is given the note as it is now, which others may have changed meanwhile.
    """

    def update(con: duckdb.DuckDBPyConnection) -> list[Note]:
        made = []
        for note_id in note_ids:
            for row in con.execute(f"SELECT {COLUMNS} FROM notes WHERE note_id = ?", [note_id]).fetchall():
                before = Note(*row)
                after = new(before)
                if after != before:
                    con.execute(
                        "UPDATE notes SET edited_at = ?, deleted_at = ?, text = ?, tags = ?::VARCHAR[] WHERE note_id = ?",
                        [after.edited_at, after.deleted_at, after.text, after.tags, note_id],
                    )
                made.append(after)
        return made

    return writer.transact(update)
