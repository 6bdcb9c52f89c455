"""The command `newslake`: the list of its commands, and how it reports errors."""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from flows.reports import next_step
from flows.reports.other_words import unknown_command
from newslake.errors import NewslakeError, WarehouseMissing
from newslake.secrecy import hide_secrets_of_tracebacks

__all__ = ["COMMANDS", "LazyCommand", "app", "main"]

# Each command in the order of the help, with its module below `flows.cli` and the first paragraph of its help. `newslake --help`
# prints these and imports no module: importing them all would take three times as long as everything else it does.
COMMANDS = {
    "init": ("watchlist", "Write a commented watchlist to start from."),
    "check": (
        "check",
        "Validate the watchlist, try each source, and show which feeds, sitemaps and sections a run would read.",
    ),
    "run": ("run", "Collect once: crawl, clean, match, deduplicate, load."),
    "serve": ("run", "Collect each source on its schedule, with a Prefect server on loopback, until stopped with Ctrl-C."),
    "add": (
        "reading.add",
        "Fetch single addresses now: a link from a colleague, or an article again to see whether it was edited.",
    ),
    "recover": ("recover", "List the runs that were set aside because they could not be loaded, or load them."),
    "status": ("status", "Say whether `newslake serve` is at work, and when the last and the next run is."),
    "backfill": ("backfill", "Load what the topics select from WARC files: news archives, CC-NEWS, the crawls of others."),
    "reclean": (
        "reclean",
        "Clean and match kept captures again: for new or edited topics, and after an upgrade. Fetches nothing.",
    ),
    "maintain": (
        "maintain",
        "Merge small files, forget old states, prune old captures, and check that every capture is where the rows say.",
    ),
    "backup": (
        "custody.backup",
        "Copy the whole project to a folder: data, captures, runs, watchlist and its lists. Also while `newslake serve` runs.",
    ),
    "verify": (
        "custody.verify",
        "Prove that the captures are unaltered: compare every file with the hash-chained manifest. Changes nothing.",
    ),
    "forget": (
        "custody.forget",
        "Remove an article, a source, or all articles up to a day, for good: rows, revisions, captures and old states.",
    ),
    "sql": ("sql", "Ask questions of the corpus in SQL, also while a run is loading. Read-only; Ctrl-C ends a query."),
    "search": ("search", "Search all articles, best first: with the passage that has your words, the id and the address."),
    "schema": ("query", "Print every table, view and macro with its columns, and what they mean; or those that you name."),
    "sources": (
        "query",
        "Show the health of each source: its state and why, articles a day, last success, last new article, failures, next poll.",
    ),
    "export": (
        "query",
        "Write the corpus as one file: .duckdb (all tables), .parquet, .csv or .jsonl (articles with topics and notes).",
    ),
    "new": ("reading.new", "Show what came into the corpus since you last looked: new articles, copies, edits and take-downs."),
    "names": (
        "reading.names",
        "List the people, organisations, places and vessels that articles name, with how many articles have each.",
    ),
    "brief": (
        "brief.command",
        "Tell what is new on each topic: stories by their spread and freshness, edits, take-downs, and sources in trouble.",
    ),
    "alerts": (
        "brief.alerts",
        "List the alerts: how far each has looked, what it sent last, and what waits.",
    ),
    "explore": (
        "explore.command",
        "Look at the corpus in the browser: search, articles, stories, sources, runs and SQL, as local pages. Stops with Ctrl-C.",
    ),
    "show": (
        "reading.show",
        "Read an article: headline, byline, time, topics, the text with their words, story, revisions, origin of each field.",
    ),
    "page": (
        "reading.page",
        "Give back the page behind an article as it was fetched: its HTML, its bytes, its WARC record, or in the browser.",
    ),
    "cite": (
        "reading.cite",
        "Print a citation of an article that anybody can check: address, times, revision, hashes of the page and the text.",
    ),
    "note": (
        "reading.note",
        "Note something on an article, or tag it: for yourself and for all who use the warehouse. List, edit and delete notes.",
    ),
    "diff": ("diff", "Show what changed between the revisions of an article, word by word."),
    "demo": (
        "demo",
        "Run the whole pipeline twice against a bundled sample site on loopback, then ask questions. No network needed.",
    ),
    "topics": (
        "topics",
        "List the topics, with how many articles of the corpus each selects, and the saved searches."
        " `topics try` tries any query.",
    ),
}


# What Ctrl-C leaves, by command; the others only read.
INTERRUPTED = {
    **dict.fromkeys(("run", "serve", "demo", "add"), "What was fetched is kept; the next `newslake run` takes it up."),
    **dict.fromkeys(
        ("backfill", "reclean", "recover", "maintain"), "What was done is kept; the same command goes on from there."
    ),
}
ONLY_READ = "Nothing was changed."


class _Ended(Exception):
    """Carries what ends the program past click, which would turn it into an exit code without a message.

    Args:
        by: what ends it.
        command: the command that it ends.
    """

    def __init__(self, by: BaseException, command: str | None) -> None:
        super().__init__(by)
        self.by, self.command = by, command


class _CutOff(KeyboardInterrupt):
    """Ctrl-C came while a library was being loaded, which may crash when the interpreter ends in order."""


class LazyCommand(TyperCommand):
    """Stands for a command until it is called; only then imports its module. Its help is the first paragraph of the real one."""

    def __init__(self, name: str, module: str, summary: str) -> None:
        super().__init__(name=name, help=summary, rich_markup_mode="rich")
        self._module = f"flows.cli.{module}"

    def load(self) -> Any:
        """Import the module and return its command."""
        alone = typer.Typer(rich_markup_mode="rich", pretty_exceptions_enable=False)
        importlib.import_module(self._module).add_to(alone)
        return _with_types_in_words(typer.main.get_group(alone).commands[str(self.name)])

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        return self.load().make_context(*arguments, **options)


# What the help shows in the place of a type of Python; nothing for a switch.
_TYPES = {"bool": None, "str": "TEXT", "path": "PATH", "int": "NUMBER", "float": "NUMBER", "int range": "NUMBER"}


def _with_types_in_words(command: Any) -> Any:
    """Let the help of a command, and of the commands below it, name types as its users do."""
    for parameter in command.get_params(
        typer.Context(command, help_option_names=["--help", "-h"])
    ):  # those of the command, and --help
        named = str(parameter.display_type(None)).strip("<>").removeprefix("list[").removesuffix("]")
        if parameter.metavar is None or isinstance(parameter, TyperArgument):
            words = _TYPES.get(named, named)
            parameter.display_type_rich = lambda ctx, words=words: words
    for inner in getattr(command, "commands", {}).values():
        _with_types_in_words(inner)
    return command


class _Commands(TyperGroup):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = {name: LazyCommand(name, module, summary) for name, (module, summary) in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if not (ctx.resilient_parsing or args[0] in self.commands or args[0].startswith("-")):
            raise unknown_command(args[0], self.commands)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, BrokenPipeError) as error:
            raise _Ended(error, ctx.invoked_subcommand) from error
        except ImportError as error:  # a library of C turns the KeyboardInterrupt of its own imports into this
            if not isinstance(error.__cause__ or error.__context__, KeyboardInterrupt):
                raise
            raise _Ended(_CutOff(), ctx.invoked_subcommand) from error


app = typer.Typer(
    name="newslake",
    cls=_Commands,
    help="Watch the news for your topics: a watchlist in, clean deduplicated articles in DuckDB out.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from newslake import __version__

        typer.echo(f"newslake {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
) -> None:
    pass


def main() -> None:
    """Run the command line. Exit code 0: all done; 1: something failed; 2: bad usage or configuration."""
    _settle_streams()
    next_step.begin(COMMANDS)
    hide_secrets_of_tracebacks()
    command = None
    try:
        try:
            try:
                app(prog_name="newslake")
            except SystemExit as ended:
                if _is_interrupted(ended):
                    raise KeyboardInterrupt from None
                raise
            finally:
                sys.stdout.flush()  # here, where a failure can be reported; the interpreter flushes too late for that
        except _Ended as ended:
            command = ended.command
            raise ended.by from None
    except NewslakeError as error:
        _show(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt as stopped:
        from flows.cli.console import errors

        errors.print(f"\nStopped. {INTERRUPTED.get(command or '', ONLY_READ)}")
        if isinstance(stopped, _CutOff):
            sys.stderr.flush()
            os._exit(130)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of the output went away (`newslake sql … | head`); nothing is wrong here.
        _discard_output()
        sys.exit(0)
    except OSError as error:
        if error.filename is not None or error.errno not in _CANNOT_WRITE:
            raise
        _discard_output()
        _show(NewslakeError(f"cannot write the output: {error.strerror}", next="make room where it goes, or send it elsewhere"))
        sys.exit(1)


def _is_interrupted(ended: SystemExit) -> bool:
    """Return whether typer made an exit without words out of a Ctrl-C, as it does while it reads the command line."""
    by: BaseException | None = ended
    while by is not None and not isinstance(by, KeyboardInterrupt):
        by = by.__cause__ or by.__context__
    return ended.code == 130 and by is not None


# Why a write to standard output may fail: a full disk, a quota, a closed descriptor, a broken device.
_CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO}


def _show(error: NewslakeError) -> None:
    """Print what happened, what state is left and the next command."""
    from rich.markup import escape

    from flows.cli.console import errors, plain

    for label, sentence in (
        ("[bold red]Error:[/]", error.happened),
        ("[bold]State:[/]", error.left),
        ("[bold]Next:[/] ", error.next),
    ):
        if label == "[bold]Next:[/] " and sentence:
            sentence = next_step.with_config(next_step.or_demo(sentence) if isinstance(error, WarehouseMissing) else sentence)
        if sentence:  # it may quote pages or the watchlist
            errors.print(f"{label} {escape(plain(sentence))}", highlight=False, soft_wrap=True)


def _settle_streams() -> None:
    """Open closed standard streams (`>&-`) on /dev/null, so that no file of ours takes their descriptor, and let standard
    output print bytes that could not be decoded (of a file name, say) as escapes."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """Redirect standard output to /dev/null, so that flushing the rest of its buffer at exit cannot fail again."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
