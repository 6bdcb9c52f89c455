"""Any bytes end as an article, as no article or as PageError, in bounded time."""

from __future__ import annotations

import time
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.clean import CleanArticle, NotArticle, clean
from newslake.errors import PageError
from spiders.warc.model import Capture, Hints

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
SENTENCE = "The harbour master said on Monday that the ferry would sail again before the first snow falls. "


def cleaned(
    body: bytes | str, url: str = "https://post.example/world/ferry-to-sail-again-1", **given: str
) -> CleanArticle | NotArticle:
    raw = body.encode() if isinstance(body, str) else body
    return clean(Capture(url, NOW, 200, given.pop("content_type", "text/html"), raw, Hints(), "", 0), **given)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=3000), st.sampled_from(["", "text/html; charset=euc-kr", "text/html; charset=nonsense", "\x00"]))
def test_any_bytes(body: bytes, content_type: str) -> None:
    try:
        cleaned(body, content_type=content_type)
    except PageError:
        return


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>" + b"<div>" * 200_000 + b"<p>x",
        b"<html><script type='application/ld+json'>" + b"[" * 300_000 + b"</script><p>x",
        b'<html><script type="application/ld+json">{"@type":"NewsArticle","author":'
        + b'{"name":' * 3_000
        + b"1"
        + b"}" * 3_001
        + b"</script><p>x",
        b"<html><title>" + b"a - b | " * 50_000 + b"</title><p>x",
        b"<html><title>A title</title><body>" + b"<p>" + SENTENCE.encode() * 3 + b"</p>" + b"<a href=/x>aaa</a> " * 60_000,
        b"<html><title>A title</title><body>"
        + b"<p>"
        + SENTENCE.encode() * 3
        + b"</p>"
        + (b"<select>" + b"<option>Berth number 100</option>" * 130 + b"</select>") * 1_500,
        b"<h1>" * 240 + SENTENCE.encode() * 70_000 + b"</h1>" * 240,
    ],
    ids=["deep", "brackets", "nested names", "separators", "links", "choices", "nested headings"],
)
def test_pages_made_to_hurt_end(body: bytes) -> None:
    started = time.process_time()
    with suppress(PageError):  # an outcome as well
        cleaned(body)
    assert time.process_time() - started < 20


def test_titles_have_no_control_characters() -> None:
    title = "Ferry to \x9b31msail again &#27;[2J&#155; before\x07 snow"
    page = cleaned(f"<meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{SENTENCE * 4}</p>")
    assert isinstance(page, CleanArticle)
    assert page.title.startswith("Ferry to 31msail again") and "before snow" in page.title
    assert not any(unicodedata.category(char) == "Cc" for char in page.title)


def test_text_below_too_many_nested_elements_is_kept() -> None:
    page = cleaned(f"<title>Ferry to sail again</title><h1>Ferry to sail again</h1>{'<font>' * 3000}<p>{SENTENCE * 4}</p>")
    assert isinstance(page, CleanArticle)
    assert "harbour master" in page.text


@pytest.mark.parametrize(
    ("title", "body", "reason"),
    [
        ("Just a moment...", "Enable JavaScript and cookies to continue", "bot wall"),
        ("404 - Page not found", SENTENCE * 2, "soft 404"),
        ("Before you continue", "We and our partners use cookies. Accept all cookies? " * 5, "consent"),
        ("Ferry to sail again", "Watch.", "no running text"),
    ],
)
def test_what_is_no_article_says_why(title: str, body: str, reason: str) -> None:
    page = cleaned(f"<html><title>{title}</title><body><h1>{title}</h1><p>{body}</p></body></html>")
    assert isinstance(page, NotArticle)
    assert reason in page.detail
    assert page.read is not None and page.read.title == title


def test_a_front_of_links_is_no_article() -> None:
    teasers = "".join(
        f"<li><a href='/world/story-number-{n}'>The {n}th ship of the year enters the harbour at last</a></li>" for n in range(60)
    )
    page = cleaned(
        f"<html><title>World</title><body><h1>World news of today</h1><ul>{teasers}</ul></body></html>",
        "https://post.example/world/",
    )
    assert isinstance(page, NotArticle)


def test_the_front_page_of_a_site_is_none_for_the_date_and_the_headline_of_its_first_story() -> None:
    stories = "".join(
        f"<div class=post><h2 class=entry-title><a href='/2026/ship-{n}'>Ship {n} of the year enters the harbour at last</a></h2>"
        f"<p class=meta>Posted on <time datetime='2026-10-0{n}T08:00:00Z'>October {n}, 2026</time></p>"
        f"<p>{SENTENCE}</p><a href='/2026/ship-{n}'>Read all of the story of ship {n} and the pilots who brought it in</a></div>"
        for n in range(1, 7)
    )
    head = "<title>The Harbour Blog</title><meta property='og:site_name' content='The Harbour Blog'>"
    page = cleaned(f"<html><head>{head}</head><body><div id=posts>{stories}</div></body></html>", "https://post.example/")
    assert isinstance(page, NotArticle)
    assert page.detail == "front page of the site"


@pytest.mark.parametrize("written", [(NOW + timedelta(days=3)).isoformat(), "1970-01-01T00:00:00Z", "not a date"])
def test_impossible_dates_are_refused(written: str) -> None:
    head = f'<title>Ferry to sail again</title><meta property="article:published_time" content="{written}">'
    page = cleaned(f"<html><head>{head}</head><body><h1>Ferry to sail again</h1><p>{SENTENCE * 5}</p></body></html>")
    assert isinstance(page, CleanArticle)
    assert page.published_at is None


def test_modified_is_never_before_published() -> None:
    head = (
        '<title>Ferry to sail again</title><meta property="article:published_time" content="2026-10-05T10:00:00Z">'
        '<meta property="article:modified_time" content="2026-10-04T10:00:00Z">'
    )
    page = cleaned(f"<html><head>{head}</head><body><h1>Ferry to sail again</h1><p>{SENTENCE * 5}</p></body></html>")
    assert isinstance(page, CleanArticle)
    assert page.published_at == datetime(2026, 10, 5, 10, tzinfo=UTC)
    assert page.modified_at is None


@pytest.mark.parametrize(("encoding", "claimed"), [("utf-8", "iso-8859-1"), ("cp949", "euc-kr"), ("cp1251", "windows-1251")])
def test_labels_may_lie(encoding: str, claimed: str) -> None:
    sentence = {
        "cp1251": "Паром снова выйдет в море осенью. ",
        "cp949": "배는 가을에 다시 바다로 나간다고 한다. ",
        "utf-8": "Die Fähre fährt wieder. ",
    }[encoding]
    html = f"<html><title>{sentence}</title><body><h1>{sentence}</h1>" + f"<p>{sentence * 12}</p>"
    page = cleaned(html.encode(encoding), content_type=f"text/html; charset={claimed}")
    assert isinstance(page, CleanArticle)
    assert sentence.strip() in page.text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("July 25, 2017 11:52", "2017-07-25T11:52:00+09:00"),
        ("2017.07.25 11:52", "2017-07-25T11:52:00+09:00"),
        ("2017년 7월 25일 오후 1:52", "2017-07-25T13:52:00+09:00"),
        ("2017年7月25日 11時52分", "2017-07-25T11:52:00+09:00"),
        ("25 июля 2017, 11:52", "2017-07-25T11:52:00+09:00"),
        ("입력 2017.07.25. 11:52", "2017-07-25T11:52:00+09:00"),
        ("25/07/2017 11:52", "2017-07-25T11:52:00+09:00"),
        ("25. Juli 2017 um 11:52 Uhr", "2017-07-25T11:52:00+09:00"),
        ("Le 25 juillet 2017 à 11h52", "2017-07-25T11:52:00+09:00"),
        ("25 de julio de 2017 a las 11:52", "2017-07-25T11:52:00+09:00"),
        ("25 luglio 2017 alle ore 11:52", "2017-07-25T11:52:00+09:00"),
        ("25 يوليو 2017 - 11:52", "2017-07-25T11:52:00+09:00"),
        ("11:52, 25 July 2017", "2017-07-25T11:52:00+09:00"),
        ("25 يوليو 2017 - 11:52 بتوقيت غرينتش", "2017-07-25T20:52:00+09:00"),
        ("25 июля 2017, 11:52 по московскому времени", "2017-07-25T11:52:00+03:00"),
        ("25.7.17 11:52", "2017-07-25T11:52:00+09:00"),
        ("Published 25 July 2017 11:52 GMT", "2017-07-25T20:52:00+09:00"),
        ("July 25, 2017 11:52 p.m. ET", "2017-07-25T23:52:00-04:00"),
    ],
)
def test_date_lines_near_the_title(line: str, expected: str) -> None:
    page = cleaned(
        f"<title>Ferry to sail again</title><h1>Ferry to sail again</h1><div>{line}</div><p>{SENTENCE * 5}</p>",
        timezone="Asia/Seoul",
    )
    assert isinstance(page, CleanArticle)
    assert page.published_at is not None
    assert page.published_at.isoformat() == expected
    assert page.published_precision == "minute"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Ana Kovács and Li Wei", ("Ana Kovács", "Li Wei")),
        ("By Ana Kovács, Senior Correspondent", ("Ana Kovács",)),
        ("By Di Zhang and Da Chen", ("Di Zhang", "Da Chen")),
        ("Di Mario Rossi", ("Mario Rossi",)),
        ("By Ana Kovács, Reuters", ("Ana Kovács", "Reuters")),
        ("Par Marie Dupont avec AFP", ("Marie Dupont", "AFP")),
        ("By Reuters", ("Reuters",)),
        ("Von Jörg Brandt und Eva Lund", ("Jörg Brandt", "Eva Lund")),
        ("Par Marie Dupont et Luc Bernard", ("Marie Dupont", "Luc Bernard")),
        ("홍길동 기자 hong@nuri.example", ("홍길동",)),
    ],
)
def test_bylines_near_the_title(line: str, expected: tuple[str, ...]) -> None:
    page = cleaned(f"<title>Ferry to sail again</title><h1>Ferry to sail again</h1><div>{line}</div><p>{SENTENCE * 5}</p>")
    assert isinstance(page, CleanArticle)
    assert page.authors == expected


def test_a_copyright_year_is_no_date() -> None:
    page = cleaned(f"<h1>Ferry to sail again</h1><p>2 hours ago</p><p>{SENTENCE * 4}</p><footer>© 2026 The Post</footer>")
    assert isinstance(page, CleanArticle) and page.published_at is None


def test_a_role_behind_a_comma_is_no_author() -> None:
    page = cleaned(f"<h1>Ferry to sail again</h1><p class=byline>By Tom O'Neill, Defence Correspondent</p><p>{SENTENCE * 4}</p>")
    assert isinstance(page, CleanArticle) and page.authors == ("Tom O'Neill",)
