"""When a page was published: what it declares, marks and shows, in many languages, against what is on it of other things."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.clean import CleanArticle, clean
from spiders.warc.model import Capture, Hints

TEXT = "".join(
    f"<p>{said}</p>"
    for said in (
        "The freighter left the port of Rason on Monday morning with nine thousand tonnes of coal, two harbour officials said.",
        "A spokesman for the administration said that the shipment had been agreed in spring, and that two more would follow.",
        "Pictures of Sunday show a second vessel at the pier, and trucks waiting along the road for hundreds of metres.",
    )
)
HEADLINE = "Coal freighter leaves Rason"


def page(head: str = "", top: str = "", bottom: str = "", lang: str = "en", side: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{HEADLINE}</title>{head}</head><body>'
        f'<header><a href="/">Home</a></header><main><article><h1>{HEADLINE}</h1>{top}<div class="body">{TEXT}</div>'
        f"{bottom}</article>"
        f"</main>{side}<footer>© 2019 Example News</footer></body></html>"
    )


def declared(when: str) -> str:
    return (
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
        f'"headline":"{HEADLINE}","datePublished":"{when}"}}</script>'
    )


def shown(when: str) -> str:
    return f'<p class="date">{when}</p>'


def meta(name: str, when: str) -> str:
    return f'<meta name="{name}" content="{when}">'


OTHER = '<time datetime="2026-10-05T19:00Z">5 Oct</time>'
NINE = "2026-11-20T09:30:00+09:00"
PAGES = {
    "parts of the day in data": (page(declared("2026-11-20 03:05:00 PM")), "2026-11-20T15:05:00+00:00"),
    "data by JavaScript": (
        page(declared("Fri Nov 20 2026 15:05:00 GMT+0900 (Korean Standard Time)")),
        "2026-11-20T15:05:00+09:00",
    ),
    "what is not understood to its end gives way": (
        page(declared("2026-11-20 03:05 XYZT"), shown("20 November 2026 15:05")),
        "2026-11-20T15:05:00+00:00",
    ),
    "an attribute that is not understood gives way to the text": (
        page("", '<time datetime="2026-11-20 03:05 XX">20 November 2026, 3:05 PM</time>'),
        "2026-11-20T15:05:00+00:00",
    ),
    "seconds since 1970": (page(meta("article:published_time", "1795134600")), "2026-11-20T00:30:00+00:00"),
    "names of meta elements in any spelling": (
        page(meta("Last_Modified", "2026-11-22T09:30+09:00") + meta("Article.Published-Time", NINE)),
        NINE,
    ),
    "a change is no publication": (
        page("", "<p>Updated: 22 November 2026, 10:00</p><p>20 November 2026, 09:30</p>"),
        "2026-11-20T09:30:00+00:00",
    ),
    "a change in Czech": (
        page("", "<p>Aktualizováno 22. listopadu 2026 10:00</p><p>20. listopadu 2026 9:30</p>", lang="cs"),
        "2026-11-20T09:30:00+01:00",
    ),
    "a change in Greek": (
        page("", "<p>Ενημερώθηκε: 22 Νοεμβρίου 2026, 10:00</p><p>20 Νοεμβρίου 2026, 09:30</p>", lang="el"),
        "2026-11-20T09:30:00+02:00",
    ),
    "a change in Persian": (
        page("", "<p>به‌روزرسانی: ۱ آذر ۱۴۰۵ - ۱۰:۰۰</p><p>۲۹ آبان ۱۴۰۵ - ۰۹:۳۰</p>", lang="fa"),
        "2026-11-20T09:30:00+03:30",
    ),
    "the date of an event": (
        page("", "<p>Event date: 5 October 2026, 19:00</p><p>20 November 2026, 09:30</p>"),
        "2026-11-20T09:30:00+00:00",
    ),
    "the data of an event": (
        page(
            "",
            '<div itemscope itemtype="http://schema.org/Event"><time datetime="2026-10-05T19:00Z">5 Oct</time></div>'
            + shown("20 November 2026, 09:30"),
        ),
        "2026-11-20T09:30:00+00:00",
    ),
    "comments": (
        page("", shown("20 November 2026 09:30"), '<div class="comments">' + OTHER + "</div>"),
        "2026-11-20T09:30:00+00:00",
    ),
    "related articles": (
        page("", shown("20 November 2026 09:30"), side=f'<aside class="related">{OTHER}</aside>'),
        "2026-11-20T09:30:00+00:00",
    ),
    "the year of a copyright": (
        page("", "<p>© 20 March 2019 Example</p>", shown("20 November 2026 09:30")),
        "2026-11-20T09:30:00+00:00",
    ),
    "a page that is called a sidebar": (
        page("", "")
        .replace("<main>", '<div class="with-sidebar">')
        .replace("<h1>", '<a class="post-date" href="/2026/11/20/">20/11/2026</a><h1>'),
        "2026-11-20T00:00:00+00:00",
    ),
    "day first in Britain": (page("", shown("05/11/2026 09:30"), lang="en-GB"), "2026-11-05T09:30:00+00:00"),
    "month first in America": (page("", shown("11/05/2026 9:30 AM"), lang="en-US"), "2026-11-05T09:30:00+00:00"),
    "an order that the page confirms": (
        page(meta("publish-date", "05/11/2026"), "<time>11 May 2026, 10:00</time>"),
        "2026-05-11T10:00:00+00:00",
    ),
    "Korean": (page("", "<p>입력 2026.11.20. 오후 3:05 수정 2026.11.21. 오전 10:00</p>", lang="ko"), "2026-11-20T15:05:00+09:00"),
    "Japanese": (page("", shown("令和8年11月20日（金）午後3時05分"), lang="ja"), "2026-11-20T15:05:00+09:00"),
    "Chinese": (page("", shown("民國115年11月20日 下午3:05 來源：中央社"), lang="zh-TW"), "2026-11-20T15:05:00+00:00"),
    "Thai": (page("", shown("20 พฤศจิกายน 2569 เวลา 15.05 น."), lang="th"), "2026-11-20T15:05:00+07:00"),
    "Arabic, with the Islamic day": (
        page("", shown("10 جمادى الآخرة 1448 هـ - 20 نوفمبر 2026 15:05 بتوقيت موسكو"), lang="ar"),
        "2026-11-20T15:05:00+03:00",
    ),
    "Russian": (page("", "<p>20 ноября 2026, пятница, 15:05 (МСК)</p>", lang="ru"), "2026-11-20T15:05:00+03:00"),
    "Croatian": (page("", "<p>20. listopada 2026. u 15:05</p>", lang="hr"), "2026-10-20T15:05:00+02:00"),
    "Polish": (page("", "<p>20 listopada 2026 r., godz. 15:05</p>", lang="pl"), "2026-11-20T15:05:00+01:00"),
    "Hungarian": (page("", "<p>2026. november 20. 15:05</p>", lang="hu"), "2026-11-20T15:05:00+01:00"),
    "Finnish": (page("", "<p>20.11.2026 klo 15.05</p>", lang="fi"), "2026-11-20T15:05:00+02:00"),
    "Vietnamese": (
        page("", "<p>Cập nhật 22/11/2026 10:00</p><p>20/11/2026 15:05 (GMT+7)</p>", lang="vi"),
        "2026-11-20T15:05:00+07:00",
    ),
    "Hebrew": (page("", "<p>20 בנובמבר 2026, 15:05</p>", lang="he"), "2026-11-20T15:05:00+02:00"),
    "Juche": (page("", shown("주체115(2026)년 11월 20일"), lang="ko"), "2026-11-20T00:00:00+09:00"),
}


def published(html: str, path: str = "/world/freighter") -> str | None:
    capture = Capture(
        f"http://example.org{path}", datetime(2026, 11, 29, tzinfo=UTC), 200, "text/html", html.encode(), Hints(), "", 0
    )
    read = clean(capture)
    assert isinstance(read, CleanArticle)
    return read.published_at.isoformat() if read.published_at else None


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_dated(name: str) -> None:
    html, wanted = PAGES[name]
    assert published(html) == wanted


@pytest.mark.parametrize(
    "path", ["/archive/2014/03/18/crimea", "/on-this-day/2014-03-18-crimea", "/law/20160302-resolution-2270", "/1999/12/31/eve"]
)
@pytest.mark.parametrize(
    ("head", "top"),
    [
        (declared(NINE), ""),
        (meta("pubdate", NINE), ""),
        ("", f'<time datetime="{NINE}">Nov 20</time>'),
        ("", f'<div itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop="datePublished" content="{NINE}"></div>'),
    ],
    ids=["json-ld", "meta", "time", "microdata"],
)
def test_a_declared_date_outranks_digits_in_the_address(path: str, head: str, top: str) -> None:
    assert published(page(head, top), path) == NINE


def test_digits_within_a_title_are_what_the_article_is_about() -> None:
    assert published(page("", shown("20 November 2026, 09:30")), "/on-this-day/2014-03-18-crimea") == "2026-11-20T09:30:00+00:00"
    assert published(page(), "/news/2026-11-20-freighter") == "2026-11-20T00:00:00+00:00"  # nothing else says anything
