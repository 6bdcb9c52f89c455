"""The article of a page that a script draws is read from its data: this page's article, and only where the page shows none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from flows.clean import NotArticle, clean
from newslake.article import CleanArticle
from spiders.warc.model import Capture, Hints
from tests.flows.sources.words import story

ONE, OTHER = story("en", 1001), story("en", 1002)


def read(page: str, url: str = "https://example.com/news/1001") -> CleanArticle | NotArticle:
    found = clean(
        Capture(url, datetime(2026, 11, 29, tzinfo=UTC), 200, "text/html; charset=utf-8", page.encode(), Hints(), "", 0)
    )
    assert isinstance(found, (CleanArticle, NotArticle))
    return found


def drawn(data: Any, title: str = ONE.title, shown: str = "") -> str:
    script = json.dumps(data).replace("<", "\\u003c")
    return (
        f"<html><title>{title}</title><body><div id=app>{shown}</div><script>window.__STATE__ = {script}</script></body></html>"
    )


def record(told: Any = ONE, **others: Any) -> dict[str, Any]:
    return {"title": told.title, "publishedAt": told.iso, "body": told.html, **others}


@pytest.mark.parametrize(
    "body",
    [
        ONE.html,
        ONE.text,
        list(ONE.paragraphs),
        [{"type": "paragraph", "text": p} for p in ONE.paragraphs],
        [{"type": "text", "content": f"<b></b>{p}"} for p in ONE.paragraphs]
        + [{"type": "image", "caption": "A picture of a ship"}],
        {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": p}]} for p in ONE.paragraphs]},
        {
            "nodeType": "document",
            "content": [
                {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": half} for half in (p[:40], p[40:])]}
                for p in ONE.paragraphs
            ],
        },
        {"rendered": ONE.html},
    ],
)
def test_a_text_is_read_in_any_shape(body: Any) -> None:
    found = read(drawn({"article": record(body=body, authors=[{"name": "Ann Lee"}, {"name": "Kim Min-ji"}])}))
    assert isinstance(found, CleanArticle)
    assert (found.title, found.text.splitlines(), found.published_at) == (ONE.title, list(ONE.paragraphs), ONE.published)
    assert found.authors == ("Ann Lee", "Kim Min-ji")


def test_the_article_is_the_one_that_the_page_is_called_after() -> None:
    long = record(OTHER, body=OTHER.html * 3)
    found = read(drawn({"related": [long], "article": record()}))
    assert isinstance(found, CleanArticle) and found.text == ONE.text


def test_the_article_is_the_one_of_this_address() -> None:
    found = read(drawn({"related": [record(OTHER, url="/news/1002")], "article": record(url="/news/1001")}, "The Outlet"))
    assert isinstance(found, CleanArticle) and (found.title, found.text) == (ONE.title, ONE.text)


def test_none_of_several_articles_is_taken_when_nothing_says_which() -> None:
    found = read(drawn([record(OTHER), record(story("en", 1003))], "The Outlet"))
    assert isinstance(found, NotArticle)


def test_a_text_without_a_headline_is_taken_if_it_speaks_of_the_title() -> None:
    long = {"body": f"<p>{ONE.title}, officials said.</p>{ONE.html}"}
    found = read(drawn({"page": long, "more": [{"text": "Read our newsletter with all that matters from the harbour " * 6}]}))
    assert isinstance(found, CleanArticle) and found.text.endswith(ONE.text)
    assert isinstance(read(drawn({"page": {"body": OTHER.html.replace("tanker", "train")}})), NotArticle)


def test_data_in_strings_and_behind_references_are_read() -> None:
    inside = json.dumps({"title": ONE.title, "articleBody": ONE.text, "datePublished": ONE.iso})
    found = read(drawn({"script": {"__html": inside}}))
    assert isinstance(found, CleanArticle) and (found.text, found.published_at) == (ONE.text, ONE.published)
    parts = {f"Paragraph:{at}": {"__typename": "Paragraph", "text": text} for at, text in enumerate(ONE.paragraphs)}
    post = {"__typename": "Post", "title": ONE.title, "content": {"paragraphs": [{"__ref": name} for name in parts]}}
    found = read(drawn({"Post:1": post, **parts}))
    assert isinstance(found, CleanArticle) and found.text == ONE.text


def test_a_page_that_shows_its_article_is_read_from_what_it_shows() -> None:
    found = read(drawn({"article": record(body=OTHER.html)}, shown=f"<article><h1>{ONE.title}</h1>{ONE.html}</article>"))
    assert isinstance(found, CleanArticle) and found.text == ONE.text


@pytest.mark.parametrize(
    "data", [{"title": ONE.title, "body": "short"}, {"title": ONE.title, "body": 7}, {"a": [[]]}, [], None, "x" * 100]
)
def test_data_without_an_article_change_nothing(data: Any) -> None:
    assert isinstance(read(drawn(data)), NotArticle)


@pytest.mark.parametrize(
    ("headline", "date", "text"),
    [("titulo", "fecha", "cuerpo"), ("ueberschrift", "erschienen", "absaetze"), ("заголовок", "дата", "текст"), ("a", "b", "c")],
)
def test_a_text_is_found_by_its_form_under_names_of_any_language(headline: str, date: str, text: str) -> None:
    body: dict[str, Any] = {
        "cuerpo": ONE.html,
        "absaetze": [{"art": "absatz", "inhaltstext": p} for p in ONE.paragraphs]
        + [{"art": "bild", "inhaltstext": "A picture of a ship that nobody has seen before"}],
        "текст": ONE.text,
        "c": list(ONE.paragraphs),
    }
    article = {headline: ONE.title, date: ONE.iso, text: body[text], "kommentare": ["Nobody asked me about that ship! " * 30]}
    found = read(drawn({"site": {"x": "The Outlet"}, "pagina": article}, f"{ONE.title} - The Outlet"))
    assert isinstance(found, CleanArticle)
    assert (found.title, found.text.splitlines(), found.published_at) == (ONE.title, list(ONE.paragraphs), ONE.published)


def test_a_form_without_the_headline_of_the_page_is_not_its_article() -> None:
    other = {"titulo": OTHER.title, "cuerpo": OTHER.html}
    assert isinstance(read(drawn({"mas": [other]})), NotArticle)
    both = [{"titulo": ONE.title, "cuerpo": ONE.html}, {"titulo": ONE.title, "cuerpo": OTHER.html}]
    assert isinstance(read(drawn(both)), NotArticle)


def test_what_the_data_of_a_script_say_is_not_told_as_json_ld() -> None:
    """Who quotes a value must find it where newslake says that it stands."""
    whole = record(authors=[{"name": "Ann Lee"}])
    found = read(drawn({"article": whole}))
    assert isinstance(found, CleanArticle)
    assert (found.title_from, found.authors_from, found.published_from) == ("page-data", "page-data", "page-data")
    linked = json.dumps({"@type": "NewsArticle", "headline": ONE.title, "author": "Ann Lee"})
    found = read(drawn({"article": whole}, shown=f'<script type="application/ld+json">{linked}</script>'))
    assert isinstance(found, CleanArticle) and found.text == ONE.text
    assert (found.title_from, found.authors_from, found.published_from) == ("json-ld", "json-ld", "page-data")
