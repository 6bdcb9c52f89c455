"""The headline of a page that declares none is told by where it stands, by the title element and by the text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.clean import CleanArticle, NotArticle, clean
from spiders.warc.model import Capture, Hints

HEADLINE = "Coal ship leaves Rason harbour for Vladivostok"
LOOSE = "Kwon counters critics as coal ship quits harbour"  # the text has few of its words
WEAK = "Kwon counters early critics of quota"
REPORT = (
    "The ship left the harbour of Rason on Monday morning with nine thousand tonnes of coal, two officials said.",
    "A spokesman for the region said that the shipment to Vladivostok had been agreed in spring and that two more would follow.",
    "Pictures taken on Sunday show another ship at the eastern pier, with trucks queuing along the access road.",
    "The buyer is not known. Insurers refused to say whether they had been asked to cover the voyage.",
)
TEXT = "".join(f"<p>{said}</p>" for said in REPORT)
MENU = "".join(f'<a href="/{name}/">{name}</a><br>' for name in ("World", "Business", "Sports", "Travel"))


def title(head: str, body: str, url: str = "https://example.org/article.php?id=17") -> str:
    page = f"<html><head>{head}</head><body>{MENU}{body}<p>All rights reserved.</p></body></html>"
    when = datetime(2026, 11, 29, tzinfo=UTC)
    found = clean(Capture(url, when, 200, "text/html; charset=utf-8", page.encode(), Hints(), "", 0))
    read = found.read if isinstance(found, NotArticle) else found
    assert isinstance(read, CleanArticle)
    return read.title


@pytest.mark.parametrize(
    "below",
    [
        '<div class="title">Courtesy: Rason Harbour Officials of Vladivostok Region</div>',
        "<h2>Two more coal ships to leave Rason harbour for Vladivostok</h2>",
        "<h3>Officials: shipment of coal agreed in spring</h3>",
    ],
)
@pytest.mark.parametrize("head", ["<title>{} - The Rason Ledger: Official Site</title>", "<title>The Rason Ledger | {}</title>"])
def test_a_line_that_the_title_element_has_as_well_is_the_headline_and_what_stands_below_is_none(head: str, below: str) -> None:
    line = f'<div class="title">{LOOSE}</div>'
    assert title(head.format(LOOSE), f"{line}{below}{TEXT}") == LOOSE


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        ("{} - All The News - Harbour365", "<h1>All The News</h1><p>Top searches</p><h2>{}</h2>"),
        ("EuroWireEuroWire : {}", '<div class="title">{}</div>'),
        ("{} - HarbourCentral - Independent Minor League Harbour News", '<div class="headline">{}</div>'),
        ("Clips: {}", '<h2><a href="/article.php?id=17">{}</a></h2>'),
        ("{} | www.rasonledger.example ®", "<h2>{}</h2>"),
    ],
)
def test_what_a_title_element_has_besides_the_line_above_the_text_is_no_part_of_the_headline(head: str, shown: str) -> None:
    assert title(f"<title>{head.format(LOOSE)}</title>", shown.format(LOOSE) + TEXT) == LOOSE


def test_a_title_element_that_lost_its_marks_confirms_the_line_that_has_them() -> None:
    shown = "Rason’s harbour sends ‘coal ship’ to Vladivostok"
    assert (
        title("<title>Rasons harbour sends coal ship to Vladivostok (from The Ledger )</title>", f"<h2>{shown}</h2>{TEXT}")
        == shown
    )


@pytest.mark.parametrize("name", ["The Rason Harbour Ledger Officials", "Vladivostok and Rason Ship Monday News"])
def test_the_name_of_the_site_in_the_title_is_not_the_headline_though_it_is_a_heading(name: str) -> None:
    shown = f'<h1><a href="/blog/index">{name}</a></h1><p>Sections: World, Business</p><h3>{LOOSE}</h3>'
    assert title(f"<title>{LOOSE} - {name}</title>", shown + TEXT) == LOOSE


def test_a_sentence_in_large_type_below_a_heading_is_no_headline() -> None:
    sentence = f"<h2>{REPORT[0]}</h2>"
    assert title(f"<title>{WEAK}</title>", f"<h1>{WEAK}</h1>{sentence}{TEXT}") == WEAK


@pytest.mark.parametrize("box", ["headline_content", "story-title"])
def test_a_class_that_names_a_headline_makes_none_of_a_whole_article(box: str) -> None:
    shown = f'<div class="{box}"><h3>{HEADLINE}</h3><br>Rason Office<br>Tuesday January 8, 2008<br>{TEXT}</div>'
    assert title("<title>RasonLedger.example :: News Article</title>", shown) == HEADLINE


@pytest.mark.parametrize("label", ["RASON (AFP)", "COAL TRADE", "Rason harbour"])
def test_a_label_of_one_or_two_words_is_no_headline_though_the_text_has_them(label: str) -> None:
    assert title("", f"<b>{HEADLINE}</b><br>By Ana Kovács<br><b>{label}</b><br>{TEXT}") == HEADLINE


@pytest.mark.parametrize("headline", ["Coal at 39.28 a tonne in Rason harbour", "Ship leaves Rason harbour 12.75 hours late"])
def test_a_number_with_a_point_is_not_a_time(headline: str) -> None:
    assert title("", f"<b>{headline}</b><br>Press Trust of Rason<br>Monday, January 14, 2008<br>{TEXT}") == headline


def test_links_set_as_the_text_are_no_headline() -> None:
    links = " ".join(f'[<a href="/{name}">{name}</a>]' for name in ("Ship", "Harbour", "Officials", "Region", "Coal"))
    assert title("<title>draft-17 - quota</title>", f"<div>{links}</div>{TEXT}") == "draft-17 - quota"


def test_a_line_set_as_the_text_does_not_outdo_a_title_of_which_the_text_speaks_as_much() -> None:
    plain = "<p>Officials: two more would follow to the eastern port</p>"
    assert title("<title>Rason harbour</title>", f"{plain}{TEXT}") == "Rason harbour"


@pytest.mark.parametrize(
    "whole",
    [
        "{} | January 15, 2008 | RLN",
        "{} (14/01/2008)",
        "{} - 29.11.2026",
        "www.rasonledger.example.com | 01/12/2008 | {}",
        "2026年11月29日 - {}",
    ],
)
def test_a_date_beside_a_headline_is_no_part_of_it(whole: str) -> None:
    assert title(f"<title>{whole.format(HEADLINE)}</title>", TEXT) == HEADLINE


@pytest.mark.parametrize(
    "headline",
    [
        "Morning briefing | 15 January 2008",
        "Coal in Rason harbour from 14.04.2020 – 20.04.2020",
        "15 January 2008: The day the coal ship left Rason harbour",
        "Coal ships at Rason harbour, a history (1888-1912)",
    ],
)
def test_a_date_that_is_part_of_a_headline_stays(headline: str) -> None:
    assert title(f"<title>{headline}</title>", TEXT) == headline
    assert title(f"<title>{headline} - The Ledger</title>", f"<h1>{headline}</h1>{TEXT}") == headline


@pytest.mark.parametrize("stamp", ["<span>Wednesday, 09 January 2008</span>", "<b>09.01.2008 10:15</b> "])
def test_a_date_that_begins_a_heading_is_no_part_of_it(stamp: str) -> None:
    heading = f"<h1>{stamp}{HEADLINE}</h1>"
    assert title(f"<title>{HEADLINE} - Life - The Ledger</title>", heading + TEXT) == HEADLINE
    assert title("", heading + TEXT) == HEADLINE


@pytest.mark.parametrize("stamp", ["by Ana Kovács - January 16 2008", "20080109 15:24", "Published: Jan 14, 2008"])
@pytest.mark.parametrize(
    ("head", "before", "after"),
    [("<title>clubcall - latest rumours</title>", "", ""), ("", "", "<h1>Photo Gallery</h1>")],
)
def test_a_line_above_byline_or_date_and_text_is_the_headline_if_the_text_speaks_of_no_other(
    stamp: str, head: str, before: str, after: str
) -> None:
    shown = f"<b>Kwon counters critics</b><br>{stamp}<br>"
    assert title(head, f"{before}{shown}{TEXT}{after}") == "Kwon counters critics"


def test_the_heading_of_a_box_of_teasers_is_no_headline() -> None:
    teasers = "".join(f'<li><a href="/{n}">Regional dispute number {n} over coal goes on</a></li>' for n in range(5))
    box = f"<h4>recent harbour articles</h4><ul>{teasers}</ul>"
    assert title("", f"{box}<p>{HEADLINE}</p><p>Contributed by Ana Kovács</p>{TEXT}") == HEADLINE


def test_one_of_many_links_is_no_headline() -> None:
    links = "".join(f'<h4><a href="/{n}">Harbour officials and ship number {n}</a></h4>' for n in range(3))
    assert title("<title>Wire : plus</title>", links + TEXT) == "Wire : plus"


def test_a_caption_between_a_headline_and_its_text_is_none() -> None:
    headline, caption = "Officials defend coal shipment", "The coal ship at Rason harbour with Kwon"
    assert title("", f"<div>{headline}</div><div>{caption}</div>{TEXT}") == headline


def test_a_line_that_ends_with_a_comma_is_part_of_a_text() -> None:
    lines = "The spokesman said of the ship in the harbour,<br>"
    assert title("<title>Replacing breaks</title>", f"<div>{lines}</div>{TEXT}") == "Replacing breaks"


def test_a_title_that_the_address_has_is_not_outdone_by_a_subheading() -> None:
    headline, address = "Harvest progress quota #39", "https://example.org/blog/harvest-progress-quota-39"
    shown = f"<h2>{headline}</h2><p>17 Dec 2025</p><h2>What is a coal ship of Rason harbour?</h2>{TEXT}"
    assert title(f"<title>{headline}</title>", shown, address) == headline


def test_what_is_left_of_a_title_may_be_a_label() -> None:
    site = '<meta property="og:site_name" content="The Ledger">'
    shown = f'<div class="headline">{WEAK}</div>Rason Office<br>'
    assert title(f"<title>The Ledger - Article</title>{site}", shown + TEXT) == WEAK


@pytest.mark.parametrize(
    "label",
    ["News Article", "Nachrichten", "Actualités", "Noticias", "Haberler", "Новости", "Ειδήσεις", "الأخبار", "新闻", "ニュース"],
)
def test_a_word_for_any_article_is_no_title(label: str) -> None:
    shown = f'<h1>{label}</h1><div class="headline">{WEAK}</div>Rason Office<br>{TEXT}'
    assert title(f"<title>{label}</title>", shown) == WEAK
    assert title(f"<title>{label}</title>", f"<h1>{label} of Rason</h1>{TEXT}") == f"{label} of Rason"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("{} | The Sun", "<h1>{}</h1><h2>{}</h2><p>By Ana Kovács</p>"),
        ("{}", "<h1>{}</h1><h2>{}</h2><p>12 March 2026</p>"),
        ("{} | The Sun", "<h2>{}</h2><h3>{}</h3>"),
        ("The Sun - {}", "<h1>Sports Wire</h1><h2>{}</h2><h3>{}</h3>"),
    ],
)
def test_a_headline_of_few_words_is_not_outdone_by_its_standfirst_though_the_text_has_none_of_them(name: str, shown: str) -> None:
    few = "Red-hot frontrunners"
    assert title(f"<title>{name.format(few)}</title>", shown.format(few, HEADLINE) + TEXT) == few


@pytest.mark.parametrize(
    "shown",
    [
        "<h1>Sports Wire</h1><h2>{}</h2>",
        "<h1>Local Panorama</h1><p>12 March 2026</p><h2>{}</h2>",
        '<h1>Local Panorama</h1><h2>{}</h2><a href="/panorama/">Local Panorama</a>',
    ],
)
def test_the_name_of_a_section_is_no_headline_though_title_element_and_heading_agree(shown: str) -> None:
    name = "Sports Wire" if "Wire" in shown else "Local Panorama"
    assert title(f"<title>{name} | The Sun</title>", shown.format(HEADLINE) + TEXT) == HEADLINE
