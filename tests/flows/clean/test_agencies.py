"""Whom bylines name: an agency beside a person is kept, wherever the page says it; initials that are a name are no agency."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from flows.clean import CleanArticle, clean
from flows.clean.outlet.layout import Layout
from spiders.warc.model import Capture, Hints

NOW = datetime(2026, 11, 20, tzinfo=UTC)
HEAD = (
    '<meta charset="utf-8"><title>Old bridge stays open | The Valley Ledger</title><meta property="og:site_name"'
    ' content="The Valley Ledger"><meta property="article:published_time" content="2026-11-19T10:00:00Z">'
)
TEXT = (
    "<p>The council of the town decided on Monday that the old bridge will stay open for people on foot until the autumn.</p>"
    "<p>Engineers had warned the members that two of its piers were hollow, and asked for a closure of three weeks.</p>"
    "<p>The mayor said that nobody would be sent round by the motorway for want of a few planks and some paint.</p>"
)


def authors(byline: str = "", head: str = "", layout: Layout | None = None) -> tuple[str, ...]:
    body = f"<header><a href='/'>Home</a></header><article><h1>Old bridge stays open</h1>{byline}{TEXT}</article>"
    page = f"<html lang='en'><head>{HEAD}{head}</head><body>{body}</body></html>"
    capture = Capture("https://ledger.example/news/old-bridge-stays-open", NOW, 200, "text/html", page.encode(), Hints(), "", 0)
    found = clean(capture, layout=layout)
    assert isinstance(found, CleanArticle)
    return found.authors


def data(author: Any) -> str:
    news = {"@type": "NewsArticle", "headline": "Old bridge stays open", "author": author}
    return f'<script type="application/ld+json">{json.dumps(news)}</script>'


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ('<p>By <a rel="author" href="/a/1">Jane Doe</a> and Reuters</p>', ("Jane Doe", "Reuters")),
        ('<p>Von <a rel="author" href="/a/1">Jens Albers</a> und <i>dpa</i></p>', ("Jens Albers", "dpa")),
        ('<p>Autor: <a rel="author" href="/a/1">Anna Nowicka</a>, PAP</p>', ("Anna Nowicka", "PAP")),
        ('<p><b>Reuters</b> <a rel="author" href="/a/1">Jane Doe</a></p>', ("Reuters", "Jane Doe")),
        ('<p><a href="/author/ana-kos">Ana Kos</a> i HINA</p>', ("Ana Kos", "HINA")),
        ('<p><span class="author">Clara Duval</span><span class="source">AFP</span></p>', ("Clara Duval", "AFP")),
        ('<p class="byline">Jan Kowalski (PAP)</p>', ("Jan Kowalski", "PAP")),
        ('<p class="byline">Par Clara Duval (avec AFP)</p>', ("Clara Duval", "AFP")),
        ('<p class="byline">Ahmet Yılmaz / İHA</p>', ("Ahmet Yılmaz", "İHA")),
        ('<p class="byline">Lluís Puig i ACN</p>', ("Lluís Puig", "ACN")),
        ('<p class="author">山田太郎（共同）</p>', ("山田太郎", "共同")),
        ('<p class="byline">Auswärtige Autoren (AA)</p>', ("Auswärtige Autoren",)),
        ('<p class="byline">Jane Doe (London)</p>', ("Jane Doe",)),
        ('<p><a rel="author" href="/a/1">Jane Doe</a> <i>Photo: AFP</i></p>', ("Jane Doe",)),
        ('<p><a rel="author" href="/a/1">Jane Doe</a> is a reporter at AFP.</p>', ("Jane Doe",)),
    ],
)
def test_the_line_of_a_name_also_names_the_agency(byline: str, names: tuple[str, ...]) -> None:
    assert authors(byline) == names


@pytest.mark.parametrize("name", ["Mia Petra", "Ana, Sid", "Petra", "Antara Sana"])
def test_initials_of_agencies_are_names_of_people_too(name: str) -> None:
    assert authors(head=data([{"@type": "Person", "name": one} for one in name.split(", ")])) == tuple(name.split(", "))
    assert authors(f'<p class="byline">By {name}</p>', '<meta name="author" content="Reuters">')[0] == name.split(", ")[0]


def test_another_publisher_of_news_is_an_agency_and_a_newsroom_is_not() -> None:
    houses = ("Europa Press", "Sports Desk", "The Valley Ledger", "Religion News Service", "Ledger Staff")
    said = [{"@type": "Organization", "name": name} for name in houses]
    person = {"@type": "Person", "name": "Marta Quiroga"}
    assert authors(head=data([said[0], person, *said[1:]])) == ("Europa Press", "Marta Quiroga", "Religion News Service")


def test_a_meta_element_has_room_for_one_name_and_the_line_below_the_title_for_the_agency() -> None:
    one = '<meta name="author" content="Jane Doe">'
    assert authors("<p>By Jane Doe and AFP</p>", one) == ("Jane Doe", "AFP")
    assert authors("<p>By John Roe and AFP</p>", one) == ("Jane Doe",)


def test_an_agency_outranks_the_outlet_that_names_itself() -> None:
    outlet = data({"@type": "Organization", "name": "The Valley Ledger"})
    assert authors(head=f'{outlet}<meta name="articleAuthor" content="Anadolu Ajansı">') == ("Anadolu Ajansı",)


def test_the_place_of_the_byline_that_an_outlet_is_known_to_have_names_agencies_too() -> None:
    layout = Layout(1, datetime(2026, 1, 1, tzinfo=UTC), bylines=("article/div.who/b",))
    assert authors('<div class="who"><b>Jens Albers</b> und dpa</div>', layout=layout) == ("Jens Albers", "dpa")
