"""The interactive SQL shell of `newslake sql`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from flows.cli.console import output, table
from flows.cli.sql.results import Format, show

if TYPE_CHECKING:
    from warehouse.query import Session

HELP = """A query ends with ;   and may take several lines. Ctrl-C ends it.
.tables              the tables and views; .tables all   also those that newslake keeps for itself
.schema TABLE        its columns
.help   .exit        this text; leave (Ctrl-D too)"""
HISTORY = Path("~/.newslake_history")
LINES = 1000  # of the history

Within = Callable[[Callable[[], None]], None]


def run_shell(session: Session, within: Within, shape: Format) -> None:
    """Read queries and print results until the end of input.

    Args:
        within: does the work of one line, and goes on whatever happens.
    """
    remember = _history()
    output.print("newslake SQL, read-only. .help helps, .exit leaves.")
    pending = ""
    while True:
        try:
            line = input("   … " if pending else "sql> ")
            remember()
            if not pending and line.strip().startswith("."):
                if not _command(session, line.split(), within, shape):
                    break
                continue
            pending = f"{pending}\n{line}" if pending else line
            if not pending.strip(" ;\n\t"):
                pending = ""
            elif pending.rstrip().endswith(";"):
                query, pending = pending, ""
                within(lambda text=query: show(session, text, shape))  # type: ignore[misc]
        except EOFError:
            output.print()
            break
        except KeyboardInterrupt:
            pending = ""
            output.print()


def _command(session: Session, words: list[str], within: Within, shape: Format) -> bool:
    """Run a dot command. Return False if it ends the shell."""
    match words:
        case [".exit" | ".quit"]:
            return False
        case [".tables"]:
            within(lambda: _tables(session, everything=False))
        case [".tables", "all"]:
            within(lambda: _tables(session, everything=True))
        case [".schema", name]:
            within(lambda: show(session, f"DESCRIBE {chr(34)}{name.replace(chr(34), '')}{chr(34)}", shape))
        case _:
            output.print(HELP)
    return True


def _tables(session: Session, *, everything: bool) -> None:
    """List the tables and views with the first sentence of what they are for."""
    from warehouse.describe import BOOKKEEPING, describe

    shown = [relation for relation in describe(session.con) if everything or relation.name not in BOOKKEEPING]
    rows = [(one.name, one.kind, (one.comment or "").partition(". ")[0].rstrip(".")) for one in shown]
    output.print(table(("name", "kind", "what it has"), rows))


def _history() -> Callable[[], None]:
    """Turn on line editing with the history of earlier shells. Return the function that saves the last line.

    Each line is saved at once, since a query that cannot be stopped otherwise ends the process.
    """
    try:
        import readline
    except ImportError:
        return lambda: None
    file = HISTORY.expanduser()
    readline.set_history_length(LINES)
    with suppress(OSError):  # none yet, or a home folder that cannot be read
        readline.read_history_file(file)

    def save() -> None:
        with suppress(OSError):
            readline.write_history_file(file)

    return save
