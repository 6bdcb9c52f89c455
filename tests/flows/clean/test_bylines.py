# ruff: noqa: E501
"""Whom a byline names: without what labels it, with the full stops of a name, and never whom other stories on the page name."""

from __future__ import annotations

import pytest

from tests.flows.clean.test_heads import DATED, REPORT, TITLE, article, page, with_data


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Piše: Marija Kovačić", "Marija Kovačić"),
        ("Пише: Петар Јовић", "Петар Јовић"),
        ("Napsala: Jana Dvořáková", "Jana Dvořáková"),
        ("Írta: Kovács Péter", "Kovács Péter"),
        ("Tekst:Jan Kowalski", "Jan Kowalski"),
        ("Teksti: Elina Huuskonen", "Elina Huuskonen"),
        ("Tekst: Kari Moen Foto: Per Holm", "Kari Moen"),
        ("Tekst: Kari Moen Foto: Per Holm/NTB", "Kari Moen"),
        ("Text och foto: Anna Lind", "Anna Lind"),
        ("Text & Fotos: Anna Lind", "Anna Lind"),
        ("Συντάκτης: Νίκος Παππάς", "Νίκος Παππάς"),
        ("Autorius: Jonas Petraitis", "Jonas Petraitis"),
        ("Авторка: Олена Коваль", "Олена Коваль"),
        ("Yazar: Ayşe Demir", "Ayşe Demir"),
        ("Tác giả: Nguyễn Văn An", "Nguyễn Văn An"),
        ("Penulis: Siti Rahma", "Siti Rahma"),
        ("نویسنده: مریم احمدی", "مریم احمدی"),
        ("מאת: דוד לוי", "דוד לוי"),
        ("लेखक: अंजलि शर्मा", "अंजलि शर्मा"),
    ],
)
@pytest.mark.parametrize("mark", ["author", "x1"])
def test_a_label_before_the_author_is_no_part_of_the_name(said: str, name: str, mark: str) -> None:
    assert article(page(body=f'<div class="{mark}">{said}</div>{REPORT}')).authors == (name,)


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Foto: Per Holm / NTB Text: Anna Lind", ("Anna Lind",)),
        ("Foto: Per Holm/NTB", ()),
        ("Anna Lind, Foto: Per Holm/NTB", ("Anna Lind",)),
        ("Anna Lind | Foto: Per Holm | Bo Ek", ("Anna Lind", "Bo Ek")),
    ],
)
def test_who_made_the_pictures_is_no_author(said: str, names: tuple[str, ...]) -> None:
    assert article(page(body=f'<div class="author">{said}</div>{REPORT}')).authors == names


@pytest.mark.parametrize("name", ["Per Lindqvist", "Theo Janssen", "Nga Tran", "Na Li", "Oscar Piseri"])
def test_a_first_name_that_begins_as_a_label_does_is_kept(name: str) -> None:
    assert article(page(body=f'<div class="author">{name}</div>{REPORT}')).authors == (name,)


@pytest.mark.parametrize("name", ["James P. Tolland, S.J.", "Kate Hill, Ed.D.", "Maria K.", "D.D.", "Иванов И.И."])
def test_a_full_stop_of_an_abbreviation_belongs_to_the_name(name: str) -> None:
    assert article(
        with_data({"@type": "NewsArticle", "headline": TITLE, "author": {"@type": "Person", "name": name}})
    ).authors == (name,)


@pytest.mark.parametrize("said", ["By James Tolland.", "By James Tolland, S.J."])
def test_the_stop_of_a_sentence_and_an_order_behind_a_name_are_left_out(said: str) -> None:
    assert article(page(body=f'<div class="author">{said}</div>{REPORT}')).authors == ("James Tolland",)


def _teasers(form: str) -> str:
    stories = (("Roof of the church leaks again", "Peter Tyne"), ("Skier changes to another club for money", "Rita Lowe"))
    return "".join(form.format(number=n, headline=headline, name=name) for n, (headline, name) in enumerate(stories))


TEASERS = {
    "short": '<li><time>29.4.2025</time><a href="/uutiset/art-200011851{number}.html">Kirkon katto vuotaa jälleen</a> <span class="author">{name}</span></li>',
    "list": '<li><a href="/world/2026/story-{number}">{headline}</a> <span class="author">{name}</span></li>',
    "card": '<div><a href="/s/{number}"><h3>{headline}</h3></a><div><span class="author-name">{name}</span></div></div>',
    "post": '<article><h2><a href="/2026/s{number}/">{headline}</a></h2><p>by <a rel="author" href="/author/a{number}/">{name}</a></p></article>',
    "link": '<a href="/world/2026/story-{number}"><b>{headline}</b><span class="author">{name}</span></a>',
    "pages": '<div><a href="/world/2026/story-{number}">{headline}</a><a href="/authors/name-{number}">{name}</a></div>',
}
BYLINES = {
    "class": '<div class="author">Elin Hart</div>',
    "rel": '<p>by <a rel="author" href="/author/elin/">Elin Hart</a></p>',
    "page": '<p><a href="/authors/elin-hart">Elin Hart</a></p>',
    "line": "<p>By Elin Hart</p>",
    "none": "",
}


@pytest.mark.parametrize("is_above", [True, False])
@pytest.mark.parametrize("form", TEASERS)
@pytest.mark.parametrize("byline", BYLINES)
def test_the_authors_of_teasers_are_not_the_articles(byline: str, form: str, is_above: bool) -> None:
    teasers = f"<section>{_teasers(TEASERS[form])}</section>"
    own = f"<main><h1>{TITLE}</h1>{BYLINES[byline]}<div>{REPORT}</div></main>"
    body = teasers + own if is_above else own + teasers
    found = article(f"<html><head><title>{TITLE}</title>{DATED}</head><body>{body}</body></html>")
    assert found.authors == (("Elin Hart",) if BYLINES[byline] else ())


@pytest.mark.parametrize(
    "beside",
    [
        '<a href="https://news.example.com/us">Follow us on the news app today</a>',
        '<a href="/about/ethics">Why you can trust our reporting</a>',
        '<a href="/letters-to-the-editor/">Letters to the editor</a>',
        '<a href="#comments">Leave a comment on this story</a>',
    ],
)
def test_a_link_that_is_no_headline_leaves_the_byline_beside_it(beside: str) -> None:
    assert article(page(body=f'<div><span class="author">Elin Hart</span> {beside}</div>{REPORT}')).authors == ("Elin Hart",)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("28 November 2026 14:05 By Anna Smith", "Anna Smith"),
        ("28. November 2026, 14 Uhr von Anna Schmidt", "Anna Schmidt"),
        ("Posted on November 28, 2026 by Anna Smith in Harbours", "Anna Smith"),
        ("28.11.2026 von Anna Schmidt Kategorien: Häfen, Schiffe", "Anna Schmidt"),
        ("27 พ.ย. 2569 | 08:30 น. โดย อรทัย แก้วมณี", "อรทัย แก้วมณี"),
        ("28 ноября 2026, 14:05 Автор: Анна Смирнова", "Анна Смирнова"),
        ("Publié le 28 novembre 2026 à 14h05 par Anne Lefort", "Anne Lefort"),
        ("2026-11-28 14:05 · Door Jan Smit", "Jan Smit"),
    ],
)
def test_a_byline_may_stand_behind_the_date(said: str, name: str) -> None:
    assert article(page(body=f"<div>{said}</div>{REPORT}")).authors == (name,)


def test_a_sentence_with_a_date_is_no_byline() -> None:
    said = "28 November 2026 was remembered by Anna Smith"
    assert article(page(body=f"<div>{said}</div>{REPORT}")).authors == ()


def test_of_a_block_about_the_author_only_what_the_page_declares_as_the_author_counts() -> None:
    block = (
        '<div class="authorinfo"><a href="https://partner.example/">Harbour Insider</a> '
        '<span itemprop="author"><b itemprop="name">Anna Smith</b></span> <time>1 day ago</time></div>'
    )
    assert article(page(body=f"{block}{REPORT}")).authors == ("Anna Smith",)


def test_one_meta_element_may_hold_several_properties_and_a_declared_creator_outranks_the_author() -> None:
    head = (
        f'{DATED}<meta name="author" content="Webdesk"><meta property="dc:creator twitter:creator" content="Anna Smith">'
        '<meta property="og:title twitter:title" content="Coal ship leaves Rason for Vladivostok">'
    )
    found = article(page(title="Harbour page", head=head).replace("<h1>Harbour page</h1>", ""))
    assert (found.title, found.authors) == ("Coal ship leaves Rason for Vladivostok", ("Anna Smith",))
