"""The interactive SQL shell of `newslake sql`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from flows.cli.console import errors, output, plain
from newslake.errors import NewslakeError
from warehouse.database.errors import interruptible

if TYPE_CHECKING:
    import duckdb

HELP = """A query ends with ;   and may take several lines.
.tables              the tables and views
.schema TABLE        its columns
.help   .exit        this text; leave (Ctrl-D too)"""
TABLES = "SELECT table_name, table_type FROM information_schema.tables WHERE table_catalog = current_database() ORDER BY ALL"
HISTORY = Path("~/.newslake_history")


def run_shell(con: duckdb.DuckDBPyConnection, show: Callable[[str], None]) -> None:
    """Read queries and print results until the end of input."""
    history = _history()
    output.print("newslake SQL, read-only. .help helps, .exit leaves.")
    pending = ""
    while True:
        try:
            line = input("   … " if pending else "sql> ")
        except EOFError:
            output.print()
            break
        except KeyboardInterrupt:
            pending = ""
            output.print()
            continue
        if not pending and line.strip().startswith("."):
            if not _command(con, line.split(), show):
                break
            continue
        pending = f"{pending}\n{line}" if pending else line
        if not pending.strip(" ;\n\t"):
            pending = ""
        elif pending.rstrip().endswith(";"):
            _run(pending, show)
            pending = ""
    if history:
        history()


def _run(query: str, show: Callable[[str], None]) -> None:
    try:
        with interruptible():
            show(query)
    except NewslakeError as error:
        errors.print(f"[red]{escape(plain(error.happened))}[/]", highlight=False)
    except KeyboardInterrupt:
        errors.print("[red]Interrupted.[/]")


def _command(con: duckdb.DuckDBPyConnection, words: list[str], show: Callable[[str], None]) -> bool:
    """Run a dot command. Return False if it ends the shell."""
    match words:
        case [".exit" | ".quit"]:
            return False
        case [".tables"]:
            _run(TABLES, show)
        case [".schema", name]:
            _run(f"DESCRIBE {chr(34)}{name.replace(chr(34), '')}{chr(34)}", show)
        case _:
            output.print(HELP)
    return True


def _history() -> Callable[[], None] | None:
    """Turn on line editing with the history of earlier shells. Return the function that saves it, None without readline."""
    try:
        import readline
    except ImportError:
        return None
    file = HISTORY.expanduser()
    if file.exists():
        readline.read_history_file(file)
    readline.set_history_length(1000)
    return lambda: readline.write_history_file(file)
