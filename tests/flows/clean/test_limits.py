"""No field of an article is longer than anybody writes it, whatever the page says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flows.clean import clean
from flows.clean.outlet.layout import Seen
from flows.clean.words import count_words
from newslake.article import CleanArticle
from newslake.text import cut
from spiders.warc.model import Capture, Hints

BODY = "".join(
    f"<p>The harbour of port {n} was closed on Monday, its master said, because ship number {n} had lost its cargo.</p>"
    for n in range(8)
)
LONG = "word " * 100_000


def read(
    head: str = "",
    heading: str = "The harbour is closed",
    more: str = "",
    observe: Callable[[Seen], None] | None = None,
) -> CleanArticle:
    body = f"<body><article><h1>{heading}</h1>{BODY}{more}</article></body>"
    page = f"<html><head><title>The harbour</title>{head}</head>{body}</html>"
    at = datetime(2026, 11, 28, tzinfo=UTC)
    capture = Capture("https://tide.example/news/the-harbour", at, 200, "text/html", page.encode(), Hints(), "x.warc", 0)
    found = clean(capture, observe=observe)
    assert isinstance(found, CleanArticle)
    return found


def test_a_description_is_cut_at_a_word() -> None:
    said = read(f"<meta name='description' content='{LONG}'>").description
    assert said and said.endswith("word…") and len(said) <= 2000


def test_a_heading_is_no_text_of_its_own() -> None:
    found = read(heading=LONG)
    assert len(found.title) <= 500 and len(found.text) < 3000
    found = read(more=f"<h2>{LONG}</h2><p>The master of the harbour said nothing more to the paper.</p>")
    assert len(found.text) < 3000 and found.word_count == count_words(found.text)
    assert set(found.headings) <= set(found.text.splitlines())


def test_lists_are_cut() -> None:
    names = ",".join(f'{{"@type":"Person","name":"Jane Roe{chr(97 + n % 26)}{chr(97 + n // 26)}"}}' for n in range(500))
    found = read(f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"x","author":[{names}]}}</script>')
    assert len(found.authors) <= 50
    assert len(read(f"<meta name='keywords' content='{','.join(map(str, range(5000)))}'>").tags) <= 50
    more = "".join(
        f"<h2>Part {n} of this</h2><p>A sentence that stands below heading {n}, and says more.</p>" for n in range(1500)
    )
    assert len(read(more=more).headings) <= 1000


def test_the_names_of_places_are_short_whatever_classes_are_called() -> None:
    seen: list[Seen] = []
    long = "".join(f'<div class="{"a" * 1_000}">' for _ in range(3)) + f'<div class="{"b" * 20_000}">{BODY}</div>'
    read(more=f"<section id={'s' * 30_000}>{BODY}</section>{long}", observe=seen.append)
    assert seen and all(len(block.place) <= 1_000 for block in seen[0].blocks)
    assert {block.place for block in seen[0].blocks} == {"article[1]/h1", "article[1]/p"}


def test_cut() -> None:
    assert cut("short", 5) == "short"
    assert cut("a short one", 9) == "a short…"
    assert cut("한" * 100, 10) == "한" * 9 + "…"
