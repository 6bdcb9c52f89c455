"""A message in each form: nothing of an article is markup in it, and it is as short as its service wants it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from flows.messages.letter import Item, Letter, Section, as_json, digest, from_json
from flows.messages.render import fitted, html_of, markdown_of, plain_of

NASTY = '<script>alert("x")</script> [a](javascript:b) \x1b[31m\u202e & ünïcode'
LETTER = Letter(
    "news: two",
    "2 new articles on trade.",
    (
        Section(
            "trade",
            "Some.",
            tuple(
                Item(f"{NASTY} {n}", f"https://a.example/({n})?a=b&c", ("harbour, today",), f"newslake show {n}")
                for n in range(40)
            ),
        ),
    ),
    ("All of it: newslake new",),
)


class _Read(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


def test_html_is_simple_and_links_are_links() -> None:
    read = _Read(html_of(LETTER))
    assert read.tags <= {"div", "p", "h2", "ul", "li", "a", "br", "span", "code"}
    assert read.links[0] == "https://a.example/(0)?a=b&c" and len(read.links) == 40
    assert "\x1b" not in html_of(LETTER) and "\u202e" not in html_of(LETTER)


def test_markdown_has_no_markup_of_articles() -> None:
    text = markdown_of(LETTER)
    assert "(https://a.example/%280%29?a=b&c)" in text
    assert "<script>" not in text.replace("\\<", "") and "[a](javascript" not in text and "\x1b" not in text


def test_only_addresses_of_the_web_are_links() -> None:
    letter = Letter("t", "s", (Section("", items=(Item("bad", "javascript:alert(1)"),)),))
    assert "javascript" not in html_of(letter) and "javascript" not in markdown_of(letter)


@pytest.mark.parametrize("write", [html_of, markdown_of, plain_of])
@pytest.mark.parametrize("limit", [200, 2000, 4096, 30_000])
def test_it_fits_and_says_what_is_left_out(write, limit: int) -> None:  # type: ignore[no-untyped-def]
    text = fitted(LETTER, limit, write)
    assert len(text) <= limit and "2 new articles" in text
    if limit in (2000, 4096):
        assert "more here" in text


def test_a_digest_keeps_the_id_of_each_and_everything_comes_back() -> None:
    both = digest([LETTER, LETTER], ["aaaa", "bbbb"], ["news", "edits"])
    text = plain_of(both)
    assert both.title == "2 alerts (news, edits)" and "Message aaaa" in text and "Message bbbb" in text
    assert from_json(as_json(both)) == both
    assert digest([LETTER], ["aaaa"], ["news"]).foot[-1] == "Message aaaa"
