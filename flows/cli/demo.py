"""The command `newslake demo`: runs the whole pipeline on the bundled sample site."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.rule import Rule

from flows.cli.console import output, say
from flows.cli.run import Plain, WithPrefect, collector, show_summary, through_prefect
from flows.cli.sql import Format, show
from flows.watchlist import load_watchlist
from newslake.errors import UsageError

# The questions of the demo, in words and in SQL.
QUESTIONS = (
    (
        "What was published on the topics?",
        "SELECT published_at, source, title, authors FROM articles ORDER BY published_at DESC LIMIT 12",
    ),
    (
        "Why did each article match?",
        "SELECT topic, source, title, terms FROM matches JOIN articles USING (article_id) ORDER BY score DESC LIMIT 8",
    ),
    (
        "Which stories were carried by more than one outlet?",
        "SELECT title, sources, copies FROM stories WHERE copies > 0 ORDER BY copies DESC",
    ),
    (
        "What was changed after publication?",
        "SELECT new.title, list_filter(string_split(new.text, chr(10)), lambda line: NOT contains(old.text, line)) AS changed"
        " FROM revisions new JOIN revisions old ON old.article_id = new.article_id AND old.revision = new.revision - 1",
    ),
    (
        "What became of every URL, run by run?",
        "SELECT started_at, outcome, sum(urls)::BIGINT AS urls FROM fetches JOIN runs USING (run_id) GROUP BY ALL ORDER BY ALL",
    ),
)
NEWS = timedelta(days=7)  # in the brief
MARKER = ".newslake-demo"


def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where the demo keeps its data; emptied first.")] = Path("demo-data"),
    plain: Plain = False,
    prefect: WithPrefect = False,
) -> None:
    """Run the whole pipeline twice against a bundled sample site on loopback, then ask questions. No network needed.

    Example: [bold]newslake demo --folder demo-data[/]
    """
    from flows.brief.formats import Form, written
    from flows.brief.gather import brief_of
    from flows.demo.site import SampleSite
    from warehouse.database.connect import open_reader
    from warehouse.query import Session

    through = through_prefect(plain=plain, prefect=prefect)
    folder = folder.resolve()
    _empty(folder)
    began = datetime.now(UTC)
    with SampleSite() as site:
        watchlist = load_watchlist(site.watchlist(folder))
        with collector(watchlist, prefect=through) as collect_once:
            output.print(Rule("First collection: five outlets, five formats", align="left"))
            show_summary(collect_once([]), next_step=False)
            site.edition = 2
            output.print(Rule("Second collection: new articles, and edits to old ones", align="left"))
            show_summary(collect_once([]), next_step=False)
    with open_reader(watchlist.warehouse) as con:
        for question, query in QUESTIONS:
            output.print(Rule(question, align="left"))
            say(f"[dim]{escape(query)}[/]")
            show(Session(con), query, Format.TABLE)
        made, _ = brief_of(watchlist, con, began - NEWS, datetime.now(UTC))
    page = folder / "brief.html"
    page.write_bytes(written(made, Form.HTML))
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    say(f"\nWhat is new, as a page for the browser: {escape(str(shown / page.name))}")
    say(f"\nNext: {_command()} explore --config {shown / 'watchlist.toml'}")
    say(f"or, in SQL: {_command()} sql --config {shown / 'watchlist.toml'}")


def _command() -> str:
    """Return how to type this command here: its name if the shell finds it, else its path."""
    called = Path(sys.argv[0])
    if shutil.which("newslake") or called.name != "newslake":
        return "newslake"
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)


def _empty(folder: Path) -> None:
    """Empty the demo's own folder. Raises UsageError for any other folder that is not empty."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise UsageError(
                f"{folder} holds something that is not a demo's", left="it was not touched", next="newslake demo --folder NEW"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()


def add_to(app: typer.Typer) -> None:
    app.command()(demo)
