"""Ten outlets with layouts that are hard to read one page at a time. Half of their pages carry JSON-LD, the others carry nothing.

Each page is known to its last word: `Made` has the page, and the title, text, authors and time that it is to be read as.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from html import escape

from benchmarks.sites.outlet_words import ENGLISH, FRENCH, GERMAN, KOREAN, RUSSIAN, Tongue

FETCHED = datetime(2026, 6, 30, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """An article, and what stands around it on its page."""

    number: int
    title: str
    text: list[str]
    authors: list[str]
    published: datetime
    tongue: Tongue
    chance: random.Random
    others: list[tuple[str, str]]  # headline and first paragraph of other articles, which its page shows
    photographer: str

    @property
    def day(self) -> str:
        return self.tongue.long_date(self.published)

    @property
    def numbers(self) -> str:
        return self.published.strftime(self.tongue.numbers)

    @property
    def clock(self) -> str:
        return f"{self.published:%H:%M}"

    @property
    def today(self) -> str:
        return self.tongue.long_date(FETCHED)

    @property
    def names(self) -> str:
        return ", ".join(self.authors)


@dataclass(frozen=True, slots=True)
class Made:
    """A page with its truth."""

    url: str
    html: bytes
    has_data: bool
    title: str
    text: str
    authors: tuple[str, ...]
    published: datetime
    precision: str  # what the page without data shows: day or minute


@dataclass(frozen=True, slots=True)
class Outlet:
    name: str
    tongue: Tongue
    offset: int  # hours ahead of UTC
    body: Callable[[Story], str]
    shows: str = "day"  # how precisely a page shows the time
    has_body: bool = False  # its data repeat the text
    is_signed: bool = True


def pages(outlet: Outlet, count: int, seed: int = 7) -> list[Made]:
    """Return the pages of an outlet; those with an even number have data."""
    chance = random.Random(f"{outlet.name} {seed}")
    zone = timezone(timedelta(hours=outlet.offset))
    pool = [(outlet.tongue.headline(chance), outlet.tongue.paragraphs(1, chance)[0]) for _ in range(40)]
    made = []
    for number in range(count):
        published = (
            (FETCHED - timedelta(minutes=chance.randrange(600, 60 * 24 * 150))).astimezone(zone).replace(second=0, microsecond=0)
        )
        story = Story(
            number,
            outlet.tongue.headline(chance),
            outlet.tongue.paragraphs(chance.choice((2, 2, 4, 6, 9)), chance),
            chance.sample(outlet.tongue.people, chance.choice((1, 1, 1, 2))) if outlet.is_signed else [],
            published,
            outlet.tongue,
            chance,
            chance.sample(pool, 4),
            chance.choice(outlet.tongue.people),
        )
        made.append(_made(outlet, story, number % 2 == 0))
    return made


def _made(outlet: Outlet, story: Story, has_data: bool) -> Made:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": story.published.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
    }
    if outlet.has_body:
        data["articleBody"] = "\n".join(story.text)
    script = f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>' if has_data else ""
    page = (
        f'<!doctype html><html lang="{outlet.tongue.code}"><head><meta charset="utf-8"><title>{escape(story.title)}</title>'
        f"{script}</head><body>{outlet.body(story)}</body></html>"
    )
    return Made(
        f"https://{outlet.name}.example.org/a/{story.number}.html",
        page.encode(),
        has_data,
        story.title,
        "\n".join(story.text),
        tuple(story.authors),
        story.published,
        outlet.shows,
    )


def _ps(lines: list[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def old_tables(s: Story) -> str:
    """Nested tables without a class: today's date in the head, the article's in a cell of its own, a column about the paper."""
    menu = "".join(f'<tr><td><a href="/{n}">{escape(title)}</a></td></tr>' for n, (title, _) in enumerate(s.others))
    text = "<br><br>".join(map(escape, s.text))
    return (
        f"<table width=800><tr><td><img src=/logo.gif></td><td align=right>{s.today}</td></tr></table>"
        f"<table width=800><tr><td width=150><table>{menu}</table></td><td><table><tr><td>{s.names}</td>"
        f"<td align=right>{s.numbers}</td></tr></table><font size=5><b>{escape(s.title)}</b></font><br><br>{text}</td>"
        f"<td width=200>{_ps([s.tongue.about, s.tongue.appeal])}</td></tr></table>"
    )


def div_soup(s: Story) -> str:
    """Divs in divs; beside the article stand the first paragraphs of others; the date is the last line, after the name."""
    side = "".join(f"<div><div>{escape(title)}</div><div>{escape(text)}</div></div>" for title, text in s.others)
    text = "".join(f"<div>{escape(line)}</div>" for line in s.text)
    return (
        f"<div><div><a href=/>Start</a> <a href=/x>Archiv</a></div><div>{s.today}</div></div>"
        f"<div><div><div>{escape(s.title)}</div><div>{text}</div>"
        f"<div><span>{s.names}</span> <span>{s.day}</span></div></div><div>{side}</div></div>"
    )


def inserts(s: Story) -> str:
    """Boxes within the text that tell of other articles, a different one on each page, without a link."""
    lines = [f"<p>{escape(line)}</p>" for line in s.text]
    for at, (title, text) in zip((1, 2), s.others, strict=False):
        lines.insert(at + (at > 1), f'<div class="k3"><div class="tk">{escape(title)}</div><p>{escape(text)}</p></div>')
    return (
        f'<div id="wrap"><div class="hd"><a href="/">Home</a></div><div class="tx"><h1>{escape(s.title)}</h1>'
        f'<div class="ln">{s.tongue.by} {s.names} | {s.day}, {s.clock}</div>{"".join(lines)}</div></div>'
    )


def bottom_strip(s: Story) -> str:
    """A calendar of events above the headline, the weather of today below it, and the date of the article under the text."""
    events = "".join(
        f"<li>{s.tongue.long_date(FETCHED + timedelta(days=s.chance.randrange(-9, 40)))}: {escape(title)}</li>"
        for title, _ in s.others
    )
    return (
        f'<div class="cal"><ul>{events}</ul></div><div class="mid"><h2>{escape(s.title)}</h2>'
        f'<div class="w">{s.today} · 18 °C</div>{_ps(s.text)}</div>'
        f'<div class="base"><span>{s.number + 411} / {s.names}</span><span>{s.numbers} {s.clock}</span></div>'
    )


def byline_box(s: Story) -> str:
    """A box below the text names who wrote it; the name at the headline is that of the photographer."""
    return (
        f'<article><h1>{escape(s.title)}</h1><p class="author">{s.photographer}</p><p class="dt">{s.day} {s.clock}</p>'
        f'<div class="body">{_ps(s.text)}</div><div class="box"><div class="bn">{s.names}</div><div class="bt">'
        f"{escape(s.tongue.about)}</div></div></article>"
    )


def two_templates(s: Story) -> str:
    """Long reports and short ones have templates of their own."""
    if len(s.text) > 3:
        return (
            f'<div class="page"><div class="lead"><h1>{escape(s.title)}</h1><div class="sig"><em>{s.names}</em></div></div>'
            f'<div class="copy">{_ps(s.text)}</div><div class="foot"><i>{s.day}</i></div></div>'
        )
    side = "".join(f"<div class=it><b>{escape(title)}</b><p>{escape(text)}</p></div>" for title, text in s.others)
    return (
        f'<div class="page"><div class="note"><div class="nd">{s.numbers}</div><h3>{escape(s.title)}</h3>{_ps(s.text)}'
        f'<div class="ns">{s.names}</div></div><div class="rest">{side}</div></div>'
    )


def most_read(s: Story) -> str:
    """A list page in disguise: summaries of the day before and after an article that is often shorter than they are."""
    top = "".join(f"<section class=mr><h3>{escape(title)}</h3><p>{escape(text)}</p></section>" for title, text in s.others[:2])
    end = "".join(f"<section class=mr><h3>{escape(title)}</h3><p>{escape(text)}</p></section>" for title, text in s.others[2:])
    return (
        f'<main><div class="up">{top}</div><section class="one"><h2>{escape(s.title)}</h2>{_ps(s.text)}<p class="z">{s.names}, '
        f'{s.day}</p></section><div class="dn">{end}</div></main>'
    )


def about_inside(s: Story) -> str:
    """The appeal stands in the middle of the text, and what the paper says of itself at its end, in divs like others."""
    lines = [f"<p>{escape(line)}</p>" for line in s.text]
    lines.insert(min(2, len(lines)), f'<div class="w"><p>{escape(s.tongue.appeal)}</p></div>')
    return (
        f'<div class="c"><h1>{escape(s.title)}</h1>'
        f'<div class="m"><span class="a">{s.names}</span><span class="b">{s.day}</span></div>'
        f'<div class="t">{"".join(lines)}<div class="w"><p>{escape(s.tongue.about)}</p></div></div></div>'
    )


def line_breaks(s: Story) -> str:
    """A page of 2008: one font element with line breaks, today's date below the headline, the time in small print."""
    text = "<br>\n<br>\n".join(escape(line) for line in s.text)
    picture = f"<i>{s.tongue.photo}: {s.photographer}</i>"
    return (
        f"<center><font size=6>{escape(s.title)}</font></center><b>{s.today}</b> {picture}<hr>"
        f"<font size=3>{text}</font><hr><small>{s.names}</small> <small>{s.numbers}, {s.clock}</small>"
        f"<hr><small>{escape(s.tongue.about)}</small>"
    )


def plain(s: Story) -> str:
    """A page without any difficulty, on which learning can only do harm."""
    return (
        f'<header><a href="/">Home</a></header><main><article><h1>{escape(s.title)}</h1>'
        f'<p class="byline">{s.tongue.by} {s.names}</p>'
        f'<time datetime="{s.published.isoformat()}">{s.day}</time>{_ps(s.text)}</article></main><footer>2026</footer>'
    )


OUTLETS = (
    Outlet("old-tables", GERMAN, 2, old_tables),
    Outlet("div-soup", FRENCH, 2, div_soup, has_body=True),
    Outlet("inserts", ENGLISH, 1, inserts, "minute", has_body=True),
    Outlet("bottom-strip", RUSSIAN, 3, bottom_strip, "minute"),
    Outlet("byline-box", ENGLISH, 1, byline_box, "minute"),
    Outlet("two-templates", GERMAN, 2, two_templates),
    Outlet("most-read", FRENCH, 2, most_read),
    Outlet("about-inside", RUSSIAN, 3, about_inside),
    Outlet("line-breaks", KOREAN, 9, line_breaks, "minute"),
    Outlet("plain", KOREAN, 9, plain, "minute"),
)
