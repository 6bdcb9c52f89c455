"""The commands of the SQL shell that begin with a dot: what each takes, and what it does to the shell."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from flows.answers.formats import DRAWN, ENDINGS, FILES_ONLY, Format
from flows.answers.kept import MOST_ROWS
from flows.cli.console import plain, refuse_own_file, table
from flows.cli.sql.charted import check_file, draw
from newslake.charts import Kind
from newslake.errors import UsageError

if TYPE_CHECKING:
    from flows.cli.sql.shell.loop import Shell
    from warehouse.describe import Relation

ON_SCREEN = [one for one in Format if one not in FILES_ONLY]
# Each command with what it takes and what it does, in the order of the help.
COMMANDS = {
    ".tables": ("[all|WORD]", "the tables, views and macros; `all`: also those that newslake keeps for itself"),
    ".schema": ("[NAME]", "what a table, view or macro has"),
    ".last": ("[full|FORMAT|FILE]", "the last answer again: with nothing cut, in another format, or as a file"),
    ".mode": ("FORMAT", f"how answers are shown: {', '.join(ON_SCREEN)}"),
    ".maxrows": ("N", "show so many rows of an answer; 0: all"),
    ".output": ("[FILE]", "write each answer to FILE, in the place of the one before; without FILE, to the screen again"),
    ".chart": ("line|bar FILE", "draw the last answer into a .svg or .html file"),
    ".timer": ("on|off", "say how long an answer took"),
    ".pager": ("on|off", "show long answers in a pager ($PAGER, or less)"),
    ".open": ("FILE", "ask the corpus of another watchlist"),
    ".help": ("", "this text; also `help` and `?`"),
    ".quit": ("", "leave; also `quit`, `exit` and Ctrl-D"),
}
KEYS = (
    "A query ends with ; and may take several lines. Tab completes names. The arrow keys bring back earlier queries, "
    "Ctrl-R searches them. Ctrl-C clears what is typed, or stops a query. \\d, \\d NAME and \\dt are understood, too."
)
SWITCH = ("on", "off")


def words_after(shell: Shell, earlier: list[str]) -> Iterable[str] | None:
    """Return what may follow the words of a command, for completion; None for the name of a file."""
    match earlier:
        case []:
            return COMMANDS
        case [".mode"]:
            return ON_SCREEN
        case [".last"]:
            return ["full", *ON_SCREEN]
        case [".timer" | ".pager"]:
            return SWITCH
        case [".schema" | "\\d"]:
            return [name.rstrip("(") for name in shell.known.names().relations]
        case [".tables"]:
            return ["all"]
        case [".chart"]:
            return list(Kind)
        case [".output" | ".open"] | [".chart", _]:
            return None
    return ()


def run(shell: Shell, words: list[str]) -> None:
    """Run a command.

    Raises:
        UsageError: there is no such command, or it takes something else.
    """
    match words:
        case [".help"]:
            _help(shell)
        case [".tables", *which] if len(which) <= 1:
            _tables(shell, which[0] if which else None)
        case [".schema"]:
            _tables(shell, None)
        case [".schema", name]:
            _schema(shell, name)
        case [".last", *how] if len(how) <= 1:
            _last(shell, how[0] if how else None)
        case [".mode", name]:
            shell.shape = _format(name)
        case [".mode"]:
            shell.screen.note(f"{shell.shape}; .mode takes {', '.join(ON_SCREEN)}")
        case [".maxrows", number] if number.isdecimal():
            shell.most_rows = int(number) if len(number) <= len(str(MOST_ROWS)) else MOST_ROWS
        case [".timer", "on" | "off" as state]:
            shell.timed = state == "on"
        case [".pager", "on" | "off" as state]:
            shell.screen.paged = state == "on"
        case [".output"]:
            shell.file = None
            shell.screen.note("Answers are shown on the screen.")
        case [".output", file]:
            shell.file = _file(shell, file)
            shell.screen.note(f"Answers are written to {file}; .output shows them on the screen again.")
        case [".chart", "line" | "bar" as kind, file]:
            _chart(shell, Kind(kind), Path(file).expanduser())
        case [".open", file]:
            shell.open(Path(file).expanduser())
        case _:
            raise _wrong(words[0])


def _wrong(name: str) -> UsageError:
    if name in COMMANDS:
        return UsageError(f"it is used so: {name} {COMMANDS[name][0]}".rstrip())
    close = get_close_matches(name, COMMANDS, n=1)
    return UsageError(f"there is no command {name}; {f'did you mean {close[0]}?' if close else '.help lists them'}")


def _help(shell: Shell) -> None:
    shell.screen.add(KEYS)
    rows = [(f"{name} {takes}".rstrip(), does) for name, (takes, does) in COMMANDS.items()]
    shell.screen.add(table(("command", "what it shows or does"), rows))


def _format(name: str) -> Format:
    if name.lower() in ON_SCREEN:
        return Format(name.lower())
    raise UsageError(f"{name!r} is no format of the screen; there are {', '.join(ON_SCREEN)}")


def _file(shell: Shell, name: str) -> Path:
    """Return a file that answers may be written to.

    Raises:
        UsageError: its name does not tell the format, or the project keeps something there.
    """
    file = Path(name).expanduser()
    if file.suffix.lower() not in ENDINGS:
        raise UsageError(f"the name of the file tells its format: {', '.join(ENDINGS)}")
    refuse_own_file(shell.watchlist, file, "an answer", ".output")
    return file


def _last(shell: Shell, how: str | None) -> None:
    if shell.last is None:
        raise UsageError("there is no answer yet")
    if how is None or how == "full":
        shell.show(shell.last, shell.shape, whole=how == "full")
    elif Path(how).suffix.lower() in ENDINGS:
        shell.write_last(_file(shell, how))
    else:
        shell.show(shell.last, _format(how), whole=_format(how) not in DRAWN)


def _chart(shell: Shell, kind: Kind, file: Path) -> None:
    if shell.last is None:
        raise UsageError("there is no answer yet")
    refuse_own_file(shell.watchlist, check_file(file), "a chart", ".chart")
    draw(shell.last, kind, file)
    shell.screen.note(f"Drew {file}")


def _tables(shell: Shell, which: str | None) -> None:
    """List the relations with the first sentence of what they are for, those of the session first."""
    from warehouse.describe import BOOKKEEPING, describe

    own = [
        (name.rstrip("("), meaning, "") for name, meaning in shell.known.names().relations.items() if meaning.startswith("temp")
    ]
    shown = [relation for relation in describe(shell.session.con) if which is not None or relation.name not in BOOKKEEPING]
    rows = own + [(one.call, one.kind, _first_sentence(one)) for one in shown]
    if which not in (None, "all"):
        rows = [row for row in rows if str(which).casefold() in row[0].casefold()]
        if not rows:
            raise UsageError(f"no name has {which!r} in it; .tables all  lists them")
    shell.screen.add(table(("name", "kind", "what it has"), rows))


def _first_sentence(relation: Relation) -> str:
    return (relation.comment or "").partition(". ")[0].rstrip(".")


def _schema(shell: Shell, name: str) -> None:
    """Print the columns of a relation with what they mean."""
    from warehouse.describe import describe

    bare = name.strip('"').rstrip("(").casefold()
    found = next((one for one in describe(shell.session.con) if one.name.casefold() == bare), None)
    if found is None:
        columns = shell.known.names().columns.get(bare)
        if columns is None:
            raise UsageError(f"there is no table, view or macro {name}; .tables all  lists them")
        shell.screen.add(table(("column", "type"), list(columns.items())))
        return
    shell.screen.add(Text.assemble((found.call, "bold"), f" ({found.kind}): {plain(found.comment or '')}"))
    if found.parameters:
        rows = [(one.name, "must be given" if one.default is None else one.default, one.comment) for one in found.parameters]
        shell.screen.add(table(("parameter", "default", "meaning"), rows))
    if found.columns:
        shell.screen.add(table(("column", "type", "meaning"), [(one.name, one.type, one.comment) for one in found.columns]))
