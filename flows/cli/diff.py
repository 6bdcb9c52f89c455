"""The command `newslake diff`: shows what an outlet changed in an article after publication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape as html_escape
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.text import Text

from flows.cli.console import ARTICLE, DEFAULT_CONFIG, AsJson, Config, output, plain, print_json, say
from flows.cli.reading.files import write_file
from flows.reading.times import shown
from flows.watchlist import load_watchlist
from newslake.errors import UsageError
from newslake.text import counted

if TYPE_CHECKING:
    from flows.reports.diff import Span
    from warehouse.reading.revisions import StoredRevision

STYLES = {"same": "", "gone": "red strike", "come": "bold green"}
# The notation of wdiff, for output without colour.
MARKS = {"same": ("", ""), "gone": ("[-", "-]"), "come": ("{+", "+}")}
TAGS = {"same": ("", ""), "gone": ("<del>", "</del>"), "come": ("<ins>", "</ins>")}
PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 17px/1.5 serif; max-width: 44em; margin: 2em auto; padding: 0 1em }}
del {{ background: #fdd; color: #900 }} ins {{ background: #dfd; color: #060; text-decoration: none }}
.same {{ color: #777 }} h2 {{ font-size: 1em; border-top: 1px solid #ccc; padding-top: 1em }}
</style></head><body>
{body}
</body></html>
"""


def diff(
    article: Annotated[str, typer.Argument(help=ARTICLE)],
    config: Config = DEFAULT_CONFIG,
    since: Annotated[int | None, typer.Option("--from", min=1, help="Compare this revision …")] = None,
    until: Annotated[int | None, typer.Option("--to", min=1, help="… with this one; each with the next one by default.")] = None,
    whole: Annotated[bool, typer.Option("--all", help="Show the paragraphs that did not change, too.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what changed between the revisions of an article, word by word."""
    from flows.reading.find import find_article
    from warehouse.database.connect import open_reader
    from warehouse.reading.revisions import revisions_of

    watchlist = load_watchlist(config)
    with open_reader(watchlist.warehouse) as con:
        revisions = revisions_of(con, find_article(con, article, "newslake diff").article_id)
    pairs = _pairs(revisions, since, until)
    if as_json:
        print_json([_as_data(before, after) for before, after in pairs])
    elif html is not None:
        page = _page(revisions, pairs, whole, watchlist.zone).encode(errors="replace")
        said = escape(plain(f"{html}: {counted(len(pairs), 'change')} of {revisions[-1].url}"))
        write_file(watchlist, html, page, "a page", f"newslake diff {revisions[-1].article_id} --html", said)
    else:
        output.print(Text(plain(revisions[-1].url), style="dim"), soft_wrap=True)
        if not pairs:
            say(f"one revision, of {_seen(revisions[0], watchlist.zone)} ({watchlist.zone.key}): nothing was changed since")
        for before, after in pairs:
            _show(before, after, whole, watchlist.zone)


def _pairs(
    revisions: Sequence[StoredRevision], since: int | None, until: int | None
) -> list[tuple[StoredRevision, StoredRevision]]:
    numbers = {revision.revision: revision for revision in revisions}
    for number in (since, until):
        if number is not None and number not in numbers:
            raise UsageError(
                f"the article has no revision {number}: it has {', '.join(map(str, numbers))}",
                left="nothing was changed",
                next=f"newslake diff {revisions[0].article_id}",
            )
    if since is None and until is None:
        return list(pairwise(revisions))
    first = numbers[since] if since is not None else revisions[0]
    last = numbers[until] if until is not None else revisions[-1]
    return [(first, last)]


def _parts(before: StoredRevision, after: StoredRevision) -> tuple[list[Span], list[list[Span]]]:
    from flows.reports.diff import paragraphs, words

    return words(before.title, after.title), list(paragraphs(before.text, after.text))


def _counts(parts: Iterable[list[Span]]) -> tuple[int, int]:
    spans = [span for part in parts for span in part]
    return sum(span.words for span in spans if span.kind == "come"), sum(span.words for span in spans if span.kind == "gone")


def _heading(before: StoredRevision, after: StoredRevision, parts: list[list[Span]], zone: ZoneInfo) -> str:
    come, gone = _counts(parts)
    times = f"{_seen(before, zone)} → {_seen(after, zone)} ({zone.key})"
    return f"revision {before.revision} → {after.revision}, seen {times}: +{come} −{gone} words"


def _seen(revision: StoredRevision, zone: ZoneInfo) -> str:
    return shown(revision.seen_at, "second", zone)


def _folded(parts: list[list[Span]], whole: bool) -> Iterable[list[Span] | int]:
    """Yield the paragraphs; for a group of unchanged ones their number, unless `whole`."""
    for stayed, those in groupby(parts, lambda part: all(span.kind == "same" for span in part)):
        group = list(those)
        if stayed and not whole:
            yield len(group)
        else:
            yield from group


def _unchanged(count: int) -> str:
    return f"… {count} unchanged {'paragraph' if count == 1 else 'paragraphs'} …"


def _show(before: StoredRevision, after: StoredRevision, whole: bool, zone: ZoneInfo) -> None:
    title, parts = _parts(before, after)
    output.print(Text(_heading(before, after, [title, *parts], zone), style="bold"), soft_wrap=True)
    output.print(_text(title), soft_wrap=True)
    for part in _folded(parts, whole):
        output.print(Text(_unchanged(part), style="dim") if isinstance(part, int) else _text(part), soft_wrap=True)
    output.print()


def _text(spans: list[Span]) -> Text:
    text = Text()
    for span in spans:
        start, end = ("", "") if output.is_terminal and not output.no_color else MARKS[span.kind]
        text.append(f"{start}{plain(span.text)}{end}", style=STYLES[span.kind])
    return text


def _page(
    revisions: Sequence[StoredRevision], pairs: Sequence[tuple[StoredRevision, StoredRevision]], whole: bool, zone: ZoneInfo
) -> str:
    latest = revisions[-1]
    body = [f"<h1>{html_escape(plain(latest.title))}</h1>", f"<p>{html_escape(plain(latest.url))}</p>"]
    for before, after in pairs:
        title, parts = _parts(before, after)
        body.append(f"<h2>{html_escape(_heading(before, after, [title, *parts], zone))}</h2>")
        body.append(f"<p><b>{_html(title)}</b></p>")
        body += [
            f'<p class="same">{_unchanged(part)}</p>' if isinstance(part, int) else f"<p>{_html(part)}</p>"
            for part in _folded(parts, whole)
        ]
    return PAGE.format(title=html_escape(plain(latest.title)), body="\n".join(body))


def _html(spans: list[Span]) -> str:
    return "".join(f"{TAGS[span.kind][0]}{html_escape(plain(span.text))}{TAGS[span.kind][1]}" for span in spans)


def _as_data(before: StoredRevision, after: StoredRevision) -> dict[str, Any]:
    title, parts = _parts(before, after)
    come, gone = _counts([title, *parts])
    return {
        "article_id": before.article_id,
        "url": after.url,
        "from": {"revision": before.revision, "seen_at": before.seen_at},
        "to": {"revision": after.revision, "seen_at": after.seen_at},
        "words_added": come,
        "words_removed": gone,
        "title": [{"kind": span.kind, "text": span.text} for span in title],
        "text": [[{"kind": span.kind, "text": span.text} for span in part] for part in parts],
    }


def add_to(app: typer.Typer) -> None:
    app.command()(diff)
