"""Dated parts of one article are its text; other articles on its page are not. Each layout is tried in several languages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.clean import clean
from newslake.article import CleanArticle
from spiders.warc.model import Capture, Hints

SAID: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "followers.toml").read_text("utf-8"))
AT = datetime(2026, 5, 13, tzinfo=UTC)


@dataclass(frozen=True)
class Part:
    """A part of an article, or another article."""

    head: str
    day: str
    byline: str
    paragraphs: tuple[str, ...]


def parts(language: str, wanted: str) -> list[Part]:
    return [Part(head, day, byline, tuple(said)) for head, day, byline, *said in SAID[language][wanted]]


def shift(found: list[Part], days: list[str]) -> list[Part]:
    """Return the parts with other days."""
    return [replace(part, day=day) for part, day in zip(found, days, strict=True)]


def page(layout: str, language: str, following: list[Part]) -> str:
    """Fill a layout: before `||` the article, then what follows it for each part, then what closes the page."""
    said = SAID[language]
    first, each, last = layout.split("||")
    own = Part(said["title"], said["day"], said["byline"], tuple(said["paragraphs"]))
    shown = fill(first, own, 0) + "".join(fill(each, part, number) for number, part in enumerate(following, 1)) + last
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{own.head} | Halsund</title>'
        f'<meta property="og:title" content="{own.head}"><meta property="article:published_time" '
        f'content="2026-05-12T18:05:00+02:00"></head><body><header><a href="/">Halsund</a></header>{shown}</body></html>'
    )


def fill(layout: str, part: Part, number: int) -> str:
    text = "".join(f"<p>{said}</p>" for said in part.paragraphs)
    return layout.format(head=part.head, day=part.day, byline=part.byline, text=text, n=number)


def text(html: str) -> str:
    read = clean(Capture("https://halsund.example/2026/ferries-in-port", AT, 200, "text/html", html.encode(), Hints(), "", 0))
    assert isinstance(read, CleanArticle)
    assert read.published_at == datetime(2026, 5, 12, 16, 5, tzinfo=UTC)
    return read.text


HEAD = '<h1>{head}</h1><p class="date">{day}</p>{text}'
# Layouts of events that lie years apart.
EVENTS = {
    "below headings": f'<main>{HEAD}||<h2>{{head}}</h2><p class="date">{{day}}</p>{{text}}||</main>',
    "in an article": "<article><h1>{head}</h1><time>{day}</time>{text}||<h2>{head}</h2><time>{day}</time>{text}||</article>",
    "in sections": f"<article>{HEAD}"
    f'||<section class="event"><h2>{{head}}</h2><p class="date">{{day}}</p>{{text}}</section>||</article>',
    "in blocks of one class": '<main><div class="b"><h1 class="h">{head}</h1><p class="date">{day}</p>'
    '<div class="t">{text}</div></div>'
    '||<div class="b"><h2 class="h">{head}</h2><p class="date">{day}</p><div class="t">{text}</div></div>||</main>',
    "in chapters": '<main><section class="c"><h1 class="x">{head}</h1><p class="date">{day}</p>{text}</section>'
    '||<section class="c"><h1 class="x">{head}</h1><p class="date">{day}</p>{text}</section>||</main>',
    "in a list": f"<article>{HEAD}<ol>||<li><h2>{{head}}</h2><time>{{day}}</time>{{text}}</li>||</ol></article>",
    "days above headings": '<main><p class="date">{day}</p><h1>{head}</h1>{text}'
    '||<p class="date">{day}</p><h2>{head}</h2>{text}||</main>',
    "days as headings": f"<main>{HEAD}||<h2>{{day}}</h2>{{text}}||</main>",
    "days in headings": f"<main>{HEAD}||<h2>{{day}}: {{head}}</h2>{{text}}||</main>",
}
# Layouts of a live blog: the hours of its entries.
ENTRIES = {
    "signed": '<article><h1>{head}</h1><p class="byline">{byline}</p>{text}'
    '||<div class="update"><time>{day}</time><h2>{head}</h2><p class="byline">{byline}</p>{text}</div>||</article>',
    "signed in one line": "<main><h1>{head}</h1>{text}"
    '||<div class="u"><h2>{head}</h2><p class="author">{byline}, {day}</p>{text}</div>||</main>',
    "articles with anchors": "<main><h1>{head}</h1>{text}"
    '||<article id="p{n}"><h2><a href="#p{n}">{head}</a></h2><time>{day}</time>{text}</article>||</main>',
    "articles with addresses on the page": "<main><h1>{head}</h1>{text}"
    '||<article><h2><a href="/2026/ferries-in-port?post={n}#p{n}">{head}</a></h2><time>{day}</time>{text}</article>||</main>',
    "articles in the article": '<article class="a"><h1>{head}</h1><p class="byline">{byline}</p>{text}'
    '||<article class="p"><h3>{head}</h3><p class="byline">Ada Lund</p><time>{day}</time>{text}</article>||</article>',
    "hours in headings": f"<article>{HEAD}||<h2>{{day}} — {{head}}</h2>{{text}}||</article>",
}
# The same with the day beside the hour.
DATED_ENTRIES = {
    "built alike": f'<main>{HEAD}||<div class="entry"><h1>{{head}}</h1><p class="date">{{day}}</p>{{text}}</div>||</main>',
    "in rooms for dates": '<article><h1>{head}</h1><div class="meta"><time>{day}</time></div>{text}'
    '||<h2>{head}</h2><div class="meta"><time>{day}</time></div>{text}||</article>',
}
# Layouts of other articles.
OTHERS = {
    "in blocks": '<main><div class="story"><h1>{head}</h1><time>{day}</time><span class="by">{byline}</span>{text}</div>'
    '||<div class="story" data-url="/2026/{n}"><h1>{head}</h1><time>{day}</time>'
    '<span class="by">{byline}</span>{text}</div>||</main>',
    "articles": '<article class="a"><h1>{head}</h1><p class="byline">{byline}</p><time>{day}</time>{text}</article>'
    '||<article class="a"><h1>{head}</h1><p class="byline">{byline}</p><time>{day}</time>{text}</article>||',
    "articles with links": "<main><article><h1>{head}</h1><time>{day}</time>{text}</article>"
    '||<article><h2><a href="/2026/other-{n}">{head}</a></h2><time>{day}</time>{text}</article>||</main>',
    "the next ones": f'<article>{HEAD}</article>||<section class="next-article"><h2>{{head}}</h2>{{text}}</section>||',
    "signed below headings": "<main><h1>{head}</h1><p>{byline}</p><p>{day}</p>{text}"
    "||<h2>{head}</h2><p>{byline}</p><p>{day}</p>{text}||</main>",
    "posts": '<div id="post-{n}" class="post"><h1>{head}</h1><p class="meta">{byline} | {day}</p>{text}</div>'
    '||<div id="post-{n}" class="post"><h1>{head}</h1><p class="meta">{byline} | {day}</p>{text}</div>||',
    "dated below headings": f'<main>{HEAD}||<h2>{{head}}</h2><p class="date">{{day}}</p>{{text}}||</main>',
    "blocks with links": f'<main><div class="b">{HEAD}</div>'
    '||<div class="b"><h2><a href="/2026/other-{n}">{head}</a></h2><p class="date">{day}</p>{text}</div>||</main>',
}
LANGUAGES = pytest.mark.parametrize("language", SAID)


def assert_kept(layout: str, language: str, following: list[Part]) -> None:
    read = text(page(layout, language, following))
    assert [part.head for part in following if part.paragraphs[0] not in read] == []


def assert_cut(layout: str, language: str, following: list[Part]) -> None:
    read = text(page(layout, language, following))
    assert [said for said in SAID[language]["paragraphs"] if said not in read] == []
    assert [said for part in following for said in (part.head, *part.paragraphs) if said in read] == []


@LANGUAGES
@pytest.mark.parametrize("layout", EVENTS.values(), ids=EVENTS)
def test_a_chronology_is_of_the_article(layout: str, language: str) -> None:
    events = parts(language, "events")
    assert_kept(layout, language, events)
    assert_kept(layout, language, events[::-1])


@LANGUAGES
def test_days_that_go_forwards_are_a_chronology(language: str) -> None:
    days = SAID[language]["days_before"]
    assert_kept(EVENTS["below headings"], language, shift(parts(language, "events"), days[::-1]))
    # an element for the article holds nothing else; there they may go backwards too
    assert_kept(EVENTS["below headings"].replace("main>", "article>"), language, shift(parts(language, "events"), days))


@LANGUAGES
@pytest.mark.parametrize("layout", ENTRIES.values(), ids=ENTRIES)
def test_a_live_blog_is_one_article(layout: str, language: str) -> None:
    assert_kept(layout, language, parts(language, "entries"))


@LANGUAGES
@pytest.mark.parametrize("layout", DATED_ENTRIES.values(), ids=DATED_ENTRIES)
def test_hours_of_one_day_are_entries(layout: str, language: str) -> None:
    entries = parts(language, "entries")
    assert_kept(layout, language, shift(entries, [f"{SAID[language]['day']} {entry.day}" for entry in entries]))


@LANGUAGES
@pytest.mark.parametrize("layout", OTHERS.values(), ids=OTHERS)
def test_other_articles_are_not_read(layout: str, language: str) -> None:
    others = parts(language, "others")
    assert_cut(layout, language, others)
    if "<a " in layout or "next" in layout:  # where more than their days tells them
        assert_cut(layout, language, others[::-1])


ITEMS = {
    "list": '<ul><li class="story"><h1>{head}</h1>{text}</li>||<li class="story"><h2>{head}</h2>{text}</li>||</ul>',
    "boxes": '<div class="room"><div class="article" id="a0"><h1>{head}</h1>{text}</div></div>||'
    '<div class="room loaded"><div class="article" id="a{n}"><h1>{head}</h1>{text}</div></div>||',
    "addresses": '<section class="x y" data-url="/a"><h1>{head}</h1>{text}</section>||'
    '<section class="x" data-url="/b{n}"><h1>{head}</h1>{text}</section>||',
}
ROOMS = {
    "widgets": '<div class="widget" data-id="3a"><h1>{head}</h1>{text}</div>||'
    '<div class="widget" data-id="{n}f"><h2>{head}</h2>{text}</div>||',
    "chapters": '<section class="chapter"><h1>{head}</h1>{text}</section>||'
    '<section class="chapter"><h1>{head}</h1>{text}</section>||',
    "parts": '<article class="post"><h1>{head}</h1><div>{text}</div>||<div><h2>{head}</h2>{text}</div>||</article>',
}


@pytest.mark.parametrize("layout", ITEMS)
@pytest.mark.parametrize("language", SAID)
def test_what_holds_an_article_tells_another_one(layout: str, language: str) -> None:
    read = text(page(ITEMS[layout], language, parts(language, "others")))
    assert read.splitlines() == SAID[language]["paragraphs"]


@pytest.mark.parametrize("layout", ROOMS)
@pytest.mark.parametrize("language", SAID)
def test_what_holds_a_part_tells_no_article(layout: str, language: str) -> None:
    read = text(page(ROOMS[layout], language, parts(language, "events")))
    assert all(said in read for part in parts(language, "events") for said in part.paragraphs)
