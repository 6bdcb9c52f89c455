"""Read queries and commands in a terminal, and answer them, until their user leaves."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Self

from flows.answers.formats import DRAWN, ENDINGS, FILES_ONLY, Format
from flows.answers.kept import MOST_ROWS, Kept
from flows.answers.texts import PRINTERS
from flows.cli.console import output
from flows.cli.sql.pager import Screen
from flows.cli.sql.results import MAX_TABLE_ROWS, answers, took, write, write_to
from flows.cli.sql.shell import dots
from flows.cli.sql.shell.history import QueryHistory, place
from flows.cli.sql.shell.names import Known
from flows.cli.sql.shell.prompt import reader
from flows.cli.sql.shell.typed import command_of
from flows.cli.sql.tables import drawn, is_cut
from flows.watchlist import Watchlist, load_watchlist
from newslake.errors import UsageError
from newslake.text import counted

if TYPE_CHECKING:
    from warehouse.query import Session

Open = Callable[[Watchlist], AbstractContextManager["Session"]]
Within = Callable[["Session", Callable[[], None], Callable[[], None]], None]


class Shell:
    """A shell, with what its user has set.

    Args:
        opening: opens the warehouse of a watchlist.
        within: does the work of one line, and goes on whatever happens: if it fails, after showing what was answered so far.
        remember: takes what its user has set, for the shell that follows if a query has to be ended with its process.
    """

    def __init__(
        self,
        watchlist: Watchlist,
        opening: Open,
        within: Within,
        shape: Format,
        *,
        paged: bool = True,
        remember: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.watchlist = watchlist
        self.shape = shape
        self.screen = Screen(paged=paged)
        self.most_rows = MAX_TABLE_ROWS
        self.timed = True
        self.file: Path | None = None
        self.last: Kept | None = None
        self._opening, self._within, self._remember = opening, within, remember
        self._stack = ExitStack()
        self.session = self._stack.enter_context(opening(watchlist))
        self.known = Known(self.session)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def open(self, file: Path) -> None:
        """Ask the corpus of another watchlist from now on; if it cannot be opened, the one before."""
        watchlist = load_watchlist(file)
        with ExitStack() as stack:
            session = stack.enter_context(self._opening(watchlist))
            self._stack.close()
            self._stack = stack.pop_all()
        self.watchlist, self.session, self.known = watchlist, session, Known(session)
        self._greet()

    def run(self, remembered: str | None = None) -> None:
        """Read queries and commands, and answer them until the end of input.

        Args:
            remembered: what the user has set in a shell before this one.
        """
        history = QueryHistory(place())
        history.shorten()
        reading = reader(history, lambda: self.known.names(), lambda earlier: dots.words_after(self, earlier))
        if remembered is None:
            self._greet()
        else:
            self._within(self.session, lambda: self._set_again(remembered), self.screen.show)
        while True:
            self.screen.show()
            try:
                text = reading.read()
                words = command_of(text)
                if words == [".quit"]:
                    return
                if words is not None:
                    self._within(self.session, lambda words=words: dots.run(self, words), self.screen.show)  # type: ignore[misc]
                    self._remember(self._as_set())
                elif text.strip(" ;\n\t"):
                    self._within(self.session, lambda text=text: self._ask(text), self.screen.show)  # type: ignore[misc]
            except EOFError:
                output.print()
                return
            except KeyboardInterrupt:
                output.print()

    def _as_set(self) -> str:
        """Return what the user has set, on one line."""
        return json.dumps(
            {
                "watchlist": str(self.watchlist.path),
                "mode": self.shape.value,
                "maxrows": self.most_rows,
                "timer": self.timed,
                "pager": self.screen.paged,
                "output": str(self.file.absolute()) if self.file else None,
            }
        )

    def _set_again(self, remembered: str) -> None:
        """Set what `_as_set` returned. Raises NewslakeError if the watchlist cannot be opened any more."""
        told = json.loads(remembered)
        self.shape, self.most_rows, self.timed = Format(told["mode"]), told["maxrows"], told["timer"]
        self.screen.paged = told["pager"]
        self.file = Path(told["output"]) if told["output"] else None
        if told["watchlist"] != str(self.watchlist.path):
            self.open(Path(told["watchlist"]))

    def _greet(self) -> None:
        self.screen.note(f"newslake SQL, read-only, on {self.watchlist.path}")
        self.screen.note(f"Times: {self.watchlist.schedule.timezone}. help  helps, quit  leaves.")

    def _ask(self, query: str) -> None:
        self.known.look_again()
        began = monotonic()
        if self.file is not None:
            rows = write(self.session, query, self._shape_of_file, self.file)
            self._say(f"Wrote {counted(rows, 'row')} to {self.file}", monotonic() - began)
            return
        for answer in answers(self.session, query):
            if answer.headers:
                self.last = Kept(answer)
                seconds = monotonic() - began
                self.show(self.last, self.shape, seconds)
            else:
                self._say("Done", monotonic() - began)
            began = monotonic()

    def show(self, answer: Kept, shape: Format, seconds: float | None = None, *, whole: bool = False) -> None:
        """Show an answer, and how many rows it has.

        Args:
            seconds: that it took.
            whole: all rows that are kept, with nothing cut.
        """
        most = None if whole or not self.most_rows else self.most_rows
        rows = list(answer.rows(most))
        if shape in DRAWN:
            self.screen.add(drawn(answer.headers, rows, output.width, box=shape is Format.BOX, whole=whole))
        else:
            text = io.StringIO()
            PRINTERS[shape](answer.first(most), text)
            self.screen.add_text(text.getvalue())
        total = len(answer.kept)
        said = counted(total, "row") if answer.is_whole else f"more than {counted(total, 'row')}"
        if len(rows) < total or not answer.is_whole:
            said = f"The first {len(rows):,} of {said}"
        self._say(said, seconds)
        if len(rows) < total:
            self.screen.note(".last full shows more rows, .maxrows N so many of each answer, .output FILE writes all.")
        elif not answer.is_whole:
            self.screen.note(".output FILE, then the query again, writes all rows.")
        if shape in DRAWN and not whole and is_cut(rows):
            self.screen.note("Texts are cut; .last full shows all of them.")

    def write_last(self, file: Path) -> None:
        """Write the last answer to a file. It must be kept to its end.

        Raises:
            UsageError: it is longer than what is kept, or the file keeps types, which are not kept.
        """
        assert self.last is not None
        shape = ENDINGS[file.suffix.lower()]
        if shape in FILES_ONLY:
            raise UsageError(f".output {file.name}, then the query again, writes it; .last writes text only")
        if not self.last.is_whole:
            raise UsageError(f"only the first {MOST_ROWS:,} rows are kept; .output FILE, then the query again, writes all")
        rows = write_to(file, self.last, shape)
        self._say(f"Wrote {counted(rows, 'row')} to {file}", None)

    @property
    def _shape_of_file(self) -> Format:
        assert self.file is not None
        return ENDINGS[self.file.suffix.lower()]

    def _say(self, what: str, seconds: float | None) -> None:
        self.screen.note(f"{what}, {took(seconds)}" if seconds is not None and self.timed else what)
