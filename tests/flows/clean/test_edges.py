"""A last paragraph that stands apart is left out where the outlet says in it what it is, and not where it is in the news."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from flows.clean import clean
from newslake.article import CleanArticle
from spiders.warc.model import Capture, Hints

LAST = tomllib.loads((Path(__file__).parent / "last_paragraphs.toml").read_text("utf-8"))
FIRST = (
    "Two ferries were taken out of service on Monday after divers found cracks in their hulls, the port authority announced.",
    "The boats had carried commuters for more than thirty years and will be replaced by a single, larger ship in the autumn.",
)
AT = datetime(2026, 5, 12, 18, tzinfo=UTC)


def text(outlet: str, last: str) -> list[str]:
    """Return the lines of an article with a last paragraph in a room of its own."""
    name = escape(outlet)
    page = (
        f'<html><head><meta charset="utf-8"><title>Cracks keep two ferries in port - {name}</title>'
        f'<meta property="og:site_name" content="{name}"><meta property="article:published_time" '
        f'content="{AT.isoformat()}"></head><body><header><a href="/">{name}</a></header><article>'
        f"<h1>Cracks keep two ferries in port</h1>"
        f"<div><p>{FIRST[0]}</p><p>{FIRST[1]}</p></div><div><p>{escape(last)}</p></div></article></body></html>"
    )
    read = clean(Capture("https://strait.example/2026/ferries-in-port", AT, 200, "text/html", page.encode(), Hints(), "", 0))
    assert isinstance(read, CleanArticle)
    return read.text.splitlines()


@pytest.mark.parametrize(("language", "outlet", "last"), LAST["news"])
def test_news_of_an_outlet_stays(language: str, outlet: str, last: str) -> None:
    assert text(outlet, last) == [*FIRST, last]


@pytest.mark.parametrize(("language", "outlet", "last"), LAST["about"])
def test_what_an_outlet_says_it_is_goes(language: str, outlet: str, last: str) -> None:
    assert text(outlet, last) == [*FIRST]
