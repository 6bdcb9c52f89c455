"""Run a query and print its answers as tables, or the last one in another format."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Any

from flows.answers.formats import DRAWN, FILES_ONLY, Answer, Format
from flows.answers.texts import PRINTERS
from flows.cli.console import errors, for_programs, output
from flows.cli.sql.pager import Screen
from flows.cli.sql.tables import drawn
from newslake.disk import move_whole, whole_file
from newslake.errors import UsageError
from newslake.text import counted, terminal

if TYPE_CHECKING:
    from warehouse.query import Answer as StoredAnswer
    from warehouse.query import Session

MAX_TABLE_ROWS = 200
EXAMPLE = '"SELECT source, title FROM articles ORDER BY published_at DESC LIMIT 10"'


def not_utf8() -> UsageError:
    return UsageError("the query is not UTF-8", left="nothing was run", next="save or type it as UTF-8")


def answers(session: Session, query: str) -> Iterator[StoredAnswer]:
    """Run the statements of a query one after the other, and yield the answer of each.

    Raises:
        UsageError: there is no statement, or one is wrong or not allowed.
    """
    try:
        query.encode()
    except UnicodeEncodeError:  # bytes of the command line that could not be decoded
        raise not_utf8() from None
    some = False
    for answer in session.answers(query):
        some = True
        yield answer
    if not some:
        raise UsageError("there is no statement in this query", left="nothing was run", next=f"newslake sql {EXAMPLE}")


def show(session: Session, query: str, shape: Format, screen: Screen | None = None) -> None:
    """Run the statements of a query and print their answers: as tables all of them, in other formats the last one.

    Args:
        screen: where tables are collected, to be shown later; without it they are shown at once.
    """
    if shape not in DRAWN:
        PRINTERS[shape](last_answer(session, query), for_programs())
        return
    collecting = screen or Screen(paged=False)
    began = monotonic()
    try:
        for answer in answers(session, query):
            _draw(answer, shape, collecting, began)
            began = monotonic()
    finally:
        if screen is None:
            collecting.show()


def write(session: Session, query: str, shape: Format, file: Path) -> int:
    """Run a query and write the answer of its last statement to a file, whole or not at all. Return the number of rows."""
    answer = last_answer(session, query)
    if shape not in FILES_ONLY:
        return write_to(file, answer, shape)
    if not answer.headers:
        raise UsageError("the statement has no answer", left="nothing was written", next=f"newslake sql -o {file.name} {EXAMPLE}")
    return _write_typed(answer, shape, file)


def wrote(what: str, file: Path) -> None:
    """Say on standard error what was written to a file, so that nobody wonders; standard output stays that of the answer."""
    errors.print(f"Wrote {what} to {terminal(str(file))}.", highlight=False, markup=False, soft_wrap=True)


def write_to(file: Path, answer: Answer, shape: Format) -> int:
    """Write an answer as text to a file, whole or not at all. Return the number of rows.

    CSV begins with a mark by which Excel knows that it is UTF-8.
    """
    counting = _Counting(answer)
    with _as_it_was(file), whole_file(file, durable=False) as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig" if shape is Format.CSV else "utf-8", newline="")
        PRINTERS[shape](counting, text)
        text.detach()
    return counting.count


def _as_it_was(file: Path) -> AbstractContextManager[None]:
    """Say in words why a file cannot be written, and what is left."""
    from warehouse.database.errors import translated

    return translated(f"write {file}", f"{file} is as it was before")


def _write_typed(answer: StoredAnswer, shape: Format, file: Path) -> int:
    """Write an answer to a file that keeps its types. It is made in a folder beside, and moved when it is whole."""
    from flows.answers.typed_files import CELL, write_parquet, write_sheet

    with _as_it_was(file), TemporaryDirectory(prefix=".newslake-answer-", dir=_folder_of(file)) as folder:
        part = Path(folder) / f"answer{file.suffix}"
        if shape is Format.PARQUET:
            rows = write_parquet(answer, part)
        else:
            rows, cut = write_sheet(answer, part)
            if cut:
                were = "was" if cut == 1 else "were"
                said = f"{counted(cut, 'text')} {were} cut after {CELL:,} characters, which is what a cell of Excel"
                errors.print(f"[yellow]Note:[/] {said} holds; .csv and .parquet files have all.", highlight=False, soft_wrap=True)
        move_whole(part, file)
    return rows


def _folder_of(file: Path) -> Path:
    """Return the folder of a file.

    Raises:
        FileNotFoundError: it is not there.
    """
    folder = file.absolute().parent
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    return folder


class _Counting:
    """Counts the rows of an answer as they are read."""

    def __init__(self, answer: Answer) -> None:
        self.headers = answer.headers
        self.count = 0
        self._answer = answer

    def rows(self, most: int | None = None) -> Iterator[tuple[Any, ...]]:
        for row in self._answer.rows(most):
            self.count += 1
            yield row


def last_answer(session: Session, query: str) -> StoredAnswer:
    """Run all statements of a query, and return the answer of the last one."""
    *_, last = answers(session, query)
    return last


def _draw(answer: Answer, shape: Format, screen: Screen, began: float) -> None:
    if not answer.headers:
        return
    rows = list(answer.rows(MAX_TABLE_ROWS + 1))
    shown, more = rows[:MAX_TABLE_ROWS], len(rows) > MAX_TABLE_ROWS
    screen.add(drawn(answer.headers, shown, output.width, box=shape is Format.BOX))
    if more:
        screen.note(f"The first {MAX_TABLE_ROWS} rows; --format csv or jsonl prints all.")
    elif output.is_terminal:
        screen.note(f"{counted(len(rows), 'row')}, {took(monotonic() - began)}")


def took(seconds: float) -> str:
    """Return a time in words, short ones in milliseconds."""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:,.1f} s"
