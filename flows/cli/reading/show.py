"""The command `newslake show`: reads an article in the terminal, or writes it as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from flows.cli.console import ARTICLE, DEFAULT_CONFIG, AsJson, Config, output, plain, print_json
from flows.watchlist import load_watchlist

if TYPE_CHECKING:
    from flows.reading.view import NoteView, Section, Span, View
    from warehouse.reading.whole import WholeArticle

# Columns; longer lines are hard to read.
WIDEST = 100
HIT = "bold yellow"
MOST_OF_NOTE = 1_500  # characters of a note, which stands above the text


def show(
    article: Annotated[str, typer.Argument(help=ARTICLE)],
    config: Config = DEFAULT_CONFIG,
    revision: Annotated[int | None, typer.Option("--revision", "-r", min=1, help="As it was in this revision.")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read an article: headline, byline, time, topics, the text with their words, story, revisions, origin of each field.

    Times are in the time zone of the watchlist. On a terminal a long article is shown in a pager ($PAGER).

    Example: [bold]newslake show https://outlet.example/article --html article.html[/]
    """
    from flows.reading.find import find_article, read_whole
    from warehouse.database.connect import open_reader

    watchlist = load_watchlist(config)
    zone = watchlist.zone
    with open_reader(watchlist.warehouse) as con:
        named = find_article(con, article, "newslake show")
        found = read_whole(con, named.article_id, revision, "newslake show")
    if as_json:
        print_json(as_data(found))
        return
    from flows.reading.view import view_of

    view = view_of(found, zone, None if html else MOST_OF_NOTE)
    if html is not None:
        from flows.cli.reading.files import write_file
        from flows.reading.html import page_of

        said = f"Wrote {escape(plain(view.url))} to {escape(plain(str(html)))}."
        page = page_of(view).encode(errors="replace")
        write_file(watchlist, html, page, "a page", f"newslake show {article} --html", said)
        return
    _print(view, found)


def as_data(found: WholeArticle) -> dict[str, Any]:
    """Return an article for JSON: the columns of `articles` with the headline and text of the revision that was asked for."""
    row = dict(found.row)
    if not found.is_current:  # what only the current revision has must not pass for this one's
        row |= dict.fromkeys(("title_from", "headings", "description"))
    row |= {
        "title": found.title,
        "text": found.text,
        "word_count": found.shown.word_count,
        "content_hash": found.shown.content_hash,
        "revision": found.shown.revision,
        "current_revision": found.row["revision"],
        "seen_at": found.shown.seen_at,
        "run_id": found.shown.run_id,
        "capture_file": found.shown.capture_file,
        "capture_offset": found.shown.capture_offset,
    }
    lists = {
        name: [asdict(one) for one in getattr(found, name)]
        for name in ("topics", "story", "absences", "parts", "addresses", "notes", "mentions", "listed", "event")
    }
    return row | lists | {"revisions": [asdict(one) for one in found.revisions]}


def _print(view: View, found: WholeArticle) -> None:
    made = list(_head(view)) + list(_text(view)) + [part for section in view.sections for part in _section(section)]
    if found.row["revision"] > 1:
        made.append(Text(f"\nWhat changed: newslake diff {view.article_id}", "dim"))
    if not output.is_terminal:
        for one in made:
            output.print(one, soft_wrap=True, highlight=False)
        return
    from flows.cli.reading.pager import paged

    paged(made, width=min(output.width, WIDEST))


def _head(view: View) -> Iterator[RenderableType]:
    side = "right" if view.is_right_to_left else "left"
    title = _marked(view.title, "bold")
    title.justify = side  # type: ignore[assignment]
    yield title
    yield Text(" · ".join(view.byline), justify=side)  # type: ignore[arg-type]
    yield Text(view.url, "dim", overflow="fold")
    yield Text(view.article_id, "dim")
    for notice in view.notices:
        yield Text(notice, "bold red")
    for topic, words in view.topics:
        yield Text.assemble((topic, "bold"), ": ", (words, HIT))
    if view.listed:
        yield Text(view.listed_line, "bold")
    for note in view.notes:
        yield from note_lines(note)
    yield Text()


def note_lines(note: NoteView) -> Iterator[Text]:
    """Yield what is printed of a note, its lines behind a bar."""
    head = Text(f"▎{note.by}", "green")
    if note.tags:
        head.append(f" · {note.tags}", "bold green")
    yield head
    yield from (Text(f"▎{line}") for line in note.lines)


def _text(view: View) -> Iterator[RenderableType]:
    side = "right" if view.is_right_to_left else "left"
    for block in view.blocks:
        text = _marked(block.spans, "bold underline" if block.is_heading else "")
        text.justify = side  # type: ignore[assignment]
        yield text
        yield Text()


def _section(section: Section) -> Iterator[RenderableType]:
    yield Text(section.name, "bold")
    if not output.is_terminal:
        yield from (Text("  " + "  ".join(filter(None, row))) for row in section.rows)
        return
    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for index in range(max(len(row) for row in section.rows)):
        made.add_column(overflow="fold", no_wrap=index == 0)
    for row in section.rows:
        made.add_row(*map(Text, row))
    yield made


def _marked(spans: Sequence[Span], style: str) -> Text:
    text = Text(style=style)
    for span in spans:
        text.append(span.text, HIT if span.hit else None)
    return text


def add_to(app: typer.Typer) -> None:
    app.command()(show)
