"""Write an article as one HTML page, light and dark, that runs no script and loads nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from flows.reading.view import Block, NoteView, Section, Span, View

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fffdf9; --dim: #666; --line: #ddd; --hit: #ffe58a; --warn: #a40000 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e3dc; --paper: #1a1a1a; --dim: #9a968e; --line: #3a3a3a; --hit: #6b5600; --warn: #ff8a80 }
}
body { font: 18px/1.6 Georgia, "Noto Serif", serif; color: var(--ink); background: var(--paper); max-width: 40em;
  margin: 2em auto; padding: 0 1em; overflow-wrap: anywhere }
h1 { line-height: 1.2; margin-bottom: .3em } h2 { font-size: 1.1em; margin: 1.6em 0 .4em }
header p, section, footer { font: 14px/1.5 system-ui, sans-serif; color: var(--dim); margin: .2em 0 }
aside { border-left: 3px solid var(--hit); padding-left: .8em; margin: .8em 0 } aside p + p { color: var(--ink) }
mark { background: var(--hit); color: inherit } .notice { color: var(--warn); font-weight: bold } a { color: inherit }
section h2 { font-size: 1em; border-top: 1px solid var(--line); padding-top: .8em }
td { padding: .1em 1em .1em 0; vertical-align: top } @media print { body { max-width: none } }
"""
# The page can run and load nothing, whatever got into it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page_of(view: View) -> str:
    """Return the page of an article."""
    language = f' lang="{escape(view.language)}"' if view.language else ""
    head = [
        "<!doctype html>",
        '<html><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(''.join(span.text for span in view.title))}</title><style>{STYLE}</style></head><body>",
    ]
    top = [
        f'<header><h1 dir="auto"{language}>{_spans(view.title)}</h1>',
        f'<p dir="auto">{" · ".join(escape(part) for part in view.byline)}</p>',
        f"<p>{_link(view.url)}<br>{escape(view.article_id)}</p>",
        *(f'<p class="notice">{escape(notice)}</p>' for notice in view.notices),
        *(f"<p><b>{escape(topic)}</b>: <bdi>{escape(words)}</bdi></p>" for topic, words in view.topics),
        *([f"<p><bdi>{escape(view.listed_line)}</bdi></p>"] if view.listed else []),
        *map(_note, view.notes),
        "</header>",
    ]
    body = [f"<article{language}>", *map(_block, view.blocks), "</article>"]
    return "\n".join([*head, *top, *body, *map(_section, view.sections), "</body></html>", ""])


def _block(block: Block) -> str:
    name = "h2" if block.is_heading else "p"
    return f'<{name} dir="auto">{_spans(block.spans)}</{name}>'


def _note(note: NoteView) -> str:
    tags = f" · <b>{escape(note.tags)}</b>" if note.tags else ""
    lines = "".join(f'<p dir="auto">{escape(line)}</p>' for line in note.lines)
    return f'<aside><p dir="auto">{escape(note.by)}{tags}</p>{lines}</aside>'


def _section(section: Section) -> str:
    rows = (f"<tr>{''.join(f'<td><bdi>{escape(cell)}</bdi></td>' for cell in row)}</tr>" for row in section.rows)
    return f"<section><h2>{escape(section.name)}</h2><table>{''.join(rows)}</table></section>"


def _spans(spans: Sequence[Span]) -> str:
    return "".join(f"<mark>{escape(span.text)}</mark>" if span.hit else escape(span.text) for span in spans)


def _link(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        return escape(url)
    return f'<a href="{escape(url)}" rel="noreferrer noopener nofollow">{escape(url)}</a>'
