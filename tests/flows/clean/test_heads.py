# ruff: noqa: E501
"""Verdict, headline, authors, language and address of an article: what a page says counts only as far as it was understood."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from flows.clean import CleanArticle, NotArticle, clean
from newslake.outcomes import Reason
from spiders.walls import wall
from spiders.warc.model import Capture, Hints

URL = "https://example.org/world/2026/coal-ship-leaves-rason"
TITLE = "Coal ship leaves Rason for Vladivostok"
DATED = '<meta property="article:published_time" content="2026-11-20T10:00:00+09:00">'
REPORT = (
    "<p>The ship left the harbour on Monday morning with nine thousand tonnes of coal, two officials said.</p>"
    "<p>A spokesman for the region said that the shipment had been agreed in spring and that two more would follow.</p>"
    "<p>Pictures taken on Sunday show another ship at the eastern pier, with trucks queuing along the access road.</p>"
)


def read(page: str, url: str = URL, feed_title: str | None = None) -> CleanArticle | NotArticle:
    hints = Hints(title=feed_title)
    found = clean(Capture(url, datetime(2026, 11, 29, tzinfo=UTC), 200, "text/html; charset=utf-8", page.encode(), hints, "", 0))
    assert isinstance(found, (CleanArticle, NotArticle))
    return found


def article(page: str, url: str = URL, feed_title: str | None = None) -> CleanArticle:
    found = read(page, url, feed_title)
    assert isinstance(found, CleanArticle), found
    return found


def page(title: str = TITLE, head: str = DATED, body: str = REPORT, lang: str = "en") -> str:
    return f'<html lang="{lang}"><head><title>{title}</title>{head}</head><body><nav><a href="/">Home</a></nav><h1>{title}</h1>{body}</body></html>'


def with_data(*scripts: Any, **parts: str) -> str:
    data = "".join(f'<script type="application/ld+json">{json.dumps(script)}</script>' for script in scripts)
    return page(head=data, **parts)


NEWS = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-11-20T09:30:00+09:00"}


@pytest.mark.parametrize(
    "title",
    [
        "404 days in captivity: a fisherman comes home",
        "Page not found: how a ministry erases its archives",
        "Access denied",
        "Just a moment of calm in Rason",
        "Blocked strait reopens after nine days",
        "Captcha farms pay hackers",
        "Consent: what the court said",
        "Oops, the minister did it again",
        "Your privacy is for sale, says report",
        "Zugriff verweigert: Warum die Akten geschlossen bleiben",
        "Страница не найдена: как исчезают архивы",
    ],
)
@pytest.mark.parametrize(
    "mentions",
    [
        "",
        "<p>Users were told to enable JavaScript and cookies to continue, and to verify you are human, the report said.</p>",
        "<p>The page you requested could not be found, the site answered, and the article may have been removed.</p>",
    ],
)
def test_a_dated_report_is_no_wall_because_of_its_words(title: str, mentions: str) -> None:
    written = page(title, body=REPORT + mentions)
    assert wall(200, {}, written.encode(), URL, asked=URL) is None
    assert article(written).title == title


def test_an_undated_article_is_no_wall_because_its_headline_begins_like_one() -> None:
    for title in ("Access denied: how the panel was closed", "410 soldiers killed near the border", "Blocked strait reopens"):
        assert article(page(title, head="")).title == title


SOFT = [
    (
        "Page not found",
        "Sorry, the page you are looking for could not be found. It may have been moved or deleted. Try our search.",
    ),
    ("Post", "The article you requested no longer exists. Please use our search or go back to the home page."),
    ("Seite nicht gefunden | Post", "Die gesuchte Seite wurde nicht gefunden. Bitte prüfen Sie die Adresse."),
    ("Page introuvable", "La page que vous recherchez n'existe plus ou a été déplacée."),
    ("Página no encontrada", "La página que busca no existe o ha sido movida."),
    ("Pagina non trovata", "La pagina che stai cercando non esiste."),
    ("Nie znaleziono strony", "Strona, której szukasz, nie istnieje."),
    ("Страница не найдена", "Запрашиваемая вами страница не существует или была удалена."),
    ("페이지를 찾을 수 없습니다", "요청하신 페이지를 찾을 수 없습니다."),
    ("お探しのページは見つかりません", "お探しのページは移動または削除された可能性があります。"),
    ("页面不存在", "您访问的页面不存在或已被删除。"),
]
WALLS = [
    ("Just a moment...", "example.org needs to review the security of your connection before proceeding."),
    (
        "Attention Required! | Cloudflare",
        "This website is using a security service to protect itself. Performance & security by Cloudflare",
    ),
    ("Access Denied", "You don't have permission to access this page on this server. Reference #18.4d"),
    ("Access to this page has been denied", "Press & Hold to confirm you are a human (and not a bot)."),
    ("Доступ ограничен", "Подтвердите, что вы не робот."),
    ("Sicherheitsüberprüfung | Post", "Bitte bestätigen Sie, dass Sie ein Mensch sind."),
]
CONSENT = [
    (
        "Post",
        "We and our 842 partners use cookies for personalised ads with your consent. See our privacy policy on tracking. Accept all",
    ),
    (
        "Post",
        "Wir und unsere Partner verwenden Cookies. Ihre Einwilligung gilt für personalisierte Werbung. Datenschutz. Alle akzeptieren",
    ),
    ("Avant de continuer", "Nous et nos 150 partenaires utilisons des cookies et des traceurs avec votre consentement."),
    ("Zanim przejdziesz dalej", "My i nasi partnerzy używamy plików cookie. Twoja zgoda. Akceptuję"),
]


@pytest.mark.parametrize(
    ("title", "text", "reason"),
    [
        (*one, reason)
        for cases, reason in ((SOFT, Reason.MISSING_PAGE), (WALLS, Reason.BOT_WALL), (CONSENT, Reason.CONSENT_WALL))
        for one in cases
    ],
)
def test_real_walls_and_missing_pages_are_told(title: str, text: str, reason: Reason) -> None:
    found = read(page(title, head="", body=f"<p>{text}</p>"))
    assert isinstance(found, NotArticle) and found.reason is reason


@pytest.mark.parametrize(
    ("headline", "outlet"),
    [
        ("Japan – Russia talks resume after six months", "The Japan Times"),
        ("Who owns the Guardian - and why", "The Guardian"),
        ("Time - and how we lose it", "Time"),
        ("Inside the Post", "The Post"),
        ("Spiegel | Ein Haus und seine Geschichte", "DER SPIEGEL"),
        ("Monde - la carte d'un siècle", "Le Monde"),
        ("Известия – как создавалась газета", "Известия"),
        ("한국 - 일본 정상회담 부산서 개막", "한국일보"),
    ],
)
def test_a_headline_keeps_the_name_that_is_part_of_it(headline: str, outlet: str) -> None:
    metas = f'<meta property="og:site_name" content="{outlet}"><meta property="og:title" content="{headline}">'
    body = f"<h1>{headline}</h1>{REPORT}"
    assert article(f"<title>{headline} | {outlet}</title>{DATED}{metas}{body}").title == headline
    assert article(f"<title>{headline}</title>{DATED}{metas}{body}").title == headline
    assert article(f"<title>{headline} - {outlet}</title>{DATED}{metas}<h2>Today</h2>{REPORT}").title == headline


@pytest.mark.parametrize("tail", [" | The Rason Ledger", " - World - The Rason Ledger", " – The Rason Ledger"])
def test_what_is_no_part_of_a_headline_goes(tail: str) -> None:
    site = '<meta property="og:site_name" content="The Rason Ledger">'
    assert article(f"<title>{TITLE}{tail}</title>{DATED}{site}<h1>{TITLE}</h1>{REPORT}").title == TITLE


@pytest.mark.parametrize(
    "heading",
    [
        f"<h1>{TITLE}</h1>",
        f"<h2>{TITLE}</h2>",
        f'<font size="5"><b>{TITLE}</b></font><br><br>',
        f'<table><tr><td class="headline">{TITLE}</td></tr></table>',
        f'<span style="font-size: 22px">{TITLE}</span><br>',
    ],
)
@pytest.mark.parametrize("title", ["", "<title>The Rason Ledger - Local News</title>"])
def test_a_page_that_names_no_headline_has_the_one_that_stands_on_it(heading: str, title: str) -> None:
    body = f"<div>{heading}{REPORT}</div>"
    assert article(f"<html><head>{title}{DATED}</head><body>{body}</body></html>", feed_title="x").title == TITLE


def test_readings_beside_characters_are_no_part_of_a_title() -> None:
    ruby = "<ruby>貨物船<rp>(</rp><rt>かもつせん</rt><rp>)</rp></ruby>が<ruby>港<rt>みなと</rt></ruby>に着く"
    body = "<p>貨物船は月曜日の朝、九千トンの石炭を積んで港を出たと、積み込みを見ていた港の職員二人が話した。</p>" * 3
    assert article(f"<html><head>{DATED}</head><body><h1>{ruby}</h1>{body}</body></html>").title == "貨物船が港に着く"


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"@type": "Person", "name": "José Ortega y Gasset"}, ("José Ortega y Gasset",)),
        ({"@type": "Person", "name": "Martin Luther King, Jr."}, ("Martin Luther King, Jr.",)),
        ({"@type": "Person", "name": "Francesc Pi i Margall"}, ("Francesc Pi i Margall",)),
        ({"@type": "Person", "name": "Karl von und zu Adel"}, ("Karl von und zu Adel",)),
        ([{"@type": "Organization", "name": "Reuters"}, {"@type": "Person", "name": "Ana Kovács"}], ("Reuters", "Ana Kovács")),
        ([{"@type": "Person", "name": "Ana Kovács"}, {"@type": "Organization", "name": "dpa"}], ("Ana Kovács", "dpa")),
        ("Quelle: Morgenblatt", ()),
        ("Quelle: dpa", ("dpa",)),
        ("Ana Kovács Stand: 28", ("Ana Kovács",)),
        ("Ana Kovács | mis à jour le 3 mars", ("Ana Kovács",)),
        ("홍길동 기자 입력 2026.11.20", ("홍길동",)),
        ("Getty Images", ()),
        ("Foto: Jan Blick", ()),
        ("World", ()),
        ({"@type": "Person", "name": "Wirtschaft"}, ()),
        ("Kharkiv, Ukraine", ()),
        ("Seoul", ()),
    ],
)
def test_who_wrote_it_by_the_data(author: Any, names: tuple[str, ...]) -> None:
    assert article(with_data({**NEWS, "author": author})).authors == names


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Seoul, South Korea", ()),
        ("Владивосток, Россия", ()),
        ("The Rason Ledger", ()),
        ("example.org", ()),
        ("Ana Kovács, Israel", ("Ana Kovács",)),
        ("Ana Kovács; Reuters", ("Ana Kovács", "Reuters")),
        ("28.11.2026, 10:05", ()),
    ],
)
def test_who_wrote_it_by_a_meta_tag(said: str, names: tuple[str, ...]) -> None:
    metas = f'<meta name="author" content="{said}"><meta property="og:site_name" content="The Rason Ledger">'
    assert article(page(head=DATED + metas), URL).authors == names


def test_references_are_followed_across_scripts() -> None:
    graph = {
        "@graph": [
            {"@type": "WebPage", "@id": URL, "mainEntity": {"@id": "#article"}},
            {**NEWS, "@id": f"{URL}#article", "author": [{"@id": "#/person/2"}], "publisher": {"@id": "#org"}},
        ]
    }
    people = {
        "@graph": [
            {"@type": "Person", "@id": f"{URL}#/person/2", "name": "Maria Testowa"},
            {"@type": "Person", "@id": "#p1", "name": "Nobody Else"},
        ]
    }
    picture = {"@type": "ImageObject", "@id": "#picture", "url": "/p.jpg"}
    graph["@graph"][1]["image"] = {"@id": "#picture"}
    found = article(with_data(graph, people, picture, {"@type": "Organization", "@id": "#org", "name": "Post"}))
    assert found.authors == ("Maria Testowa",)
    assert found.image_url == "https://example.org/p.jpg"
    named = article(with_data({**NEWS, "author": "#p1"}, people))
    assert named.authors == ("Nobody Else",)


OTHER = {
    "@type": "NewsArticle",
    "headline": "Behind the wall",
    "isAccessibleForFree": False,
    "author": {"@type": "Person", "name": "Someone Else"},
}


@pytest.mark.parametrize(
    "beside",
    [
        {"@type": "ItemList", "itemListElement": [OTHER]},
        {
            "@type": "ItemList",
            "itemListElement": [{"@type": "ListItem", "item": {**OTHER, "url": "https://example.org/other-story-of-the-day"}}],
        },
        {"@type": "CollectionPage", "hasPart": [OTHER]},
        {**OTHER, "url": "https://example.org/world/2026/another-story-of-the-day"},
        {"@type": "VideoObject", "name": "x", "author": OTHER["author"], "isAccessibleForFree": False},
        {"@type": "PodcastEpisode", "hasPart": {"@type": "Clip", "isAccessibleForFree": False}},
        {"@type": "Product", "review": {"@type": "Review", "author": OTHER["author"]}},
    ],
)
def test_facts_of_other_things_are_not_the_article_s(beside: dict[str, Any]) -> None:
    for scripts in ((NEWS, beside), (beside, NEWS), (beside,)):
        found = article(with_data(*scripts) if NEWS in scripts else page(head=DATED + with_data(*scripts)))
        assert (found.free_to_read, found.authors, found.title) == (None, (), TITLE)


def test_metadata_of_an_item_on_the_page_is_not_the_page_s() -> None:
    video = '<div itemscope itemtype="https://schema.org/VideoObject"><meta itemprop="author" content="Someone Else"></div>'
    teaser = '<div itemscope itemtype="https://schema.org/NewsArticle"><b itemprop="headline">Other</b><i itemprop="author">Someone Else</i></div>'
    own = f'<div itemscope itemtype="https://schema.org/NewsArticle"><h2 itemprop="headline">{TITLE}</h2><i itemprop="author">Ana Kovács</i></div>'
    assert article(page(body=video + REPORT)).authors == ()
    assert article(page(body=teaser + REPORT)).authors == ()
    assert article(page(body=teaser + own + REPORT)).authors == ("Ana Kovács",)


TEXTS = {
    "es": "El carguero salió del puerto el lunes por la mañana con nueve mil toneladas de carbón, según dos funcionarios que vieron la carga.",
    "pt": "O cargueiro saiu do porto na segunda-feira de manhã com nove mil toneladas de carvão, segundo dois funcionários que viram a carga.",
    "gl": "O cargueiro saíu do porto o luns pola mañá con nove mil toneladas de carbón, segundo dous funcionarios que viron a carga.",
    "uk": "Суховантаж вийшов з порту в понеділок вранці з дев'ятьма тисячами тонн вугілля, повідомили працівники порту, які це бачили.",
    "ru": "Сухогруз вышел из порта в понедельник утром с девятью тысячами тонн угля, сообщили сотрудники порта, которые это видели.",
    "bg": "Корабът напусна пристанището в понеделник сутринта с девет хиляди тона въглища, съобщиха служители, които са видели това.",
    "sr": "Брод је напустио луку у понедељак ујутру са девет хиљада тона угља, рекла су двојица службеника који су видели утовар.",
    "no": "Skipet forlot havnen mandag morgen med ni tusen tonn kull, ifølge to tjenestemenn som så på. Det er ikke kjent hva det skal frakte tilbake.",
    "da": "Skibet forlod havnen mandag morgen med ni tusind ton kul, ifølge to embedsmænd, som så på. Det er ikke kendt, hvad det skal fragte tilbage.",
    "sv": "Fartyget lämnade hamnen på måndagsmorgonen med nio tusen ton kol, enligt två tjänstemän som såg på lastningen. Det är inte känt vad det ska frakta.",
    "fa": "کشتی باری صبح دوشنبه با نه هزار تن زغال سنگ بندر را ترک کرد، به گفته دو مقام که بارگیری را دیدند.",
    "ar": "غادرت سفينة الشحن الميناء صباح يوم الاثنين وعلى متنها تسعة آلاف طن من الفحم، بحسب مسؤولين شاهدا عملية التحميل.",
    "ur": "مال بردار جہاز پیر کی صبح نو ہزار ٹن کوئلے کے ساتھ بندرگاہ سے روانہ ہوا، دو اہلکاروں نے کہا جنہوں نے لوڈنگ دیکھی۔",
    "ja": "貨物船は月曜日の朝、九千トンの石炭を積んで港を出たと、積み込みを見ていた港の職員二人が話した。",
    "zh": "货轮周一早上载着九千吨煤离开港口，两名目睹装货的港口官员说，船上还有其他货物，目的地不明。",
}


@pytest.mark.parametrize("label", ["en-US", "ru", "de", "ja"])
@pytest.mark.parametrize("language", TEXTS)
def test_the_words_decide_the_language(language: str, label: str) -> None:
    text = TEXTS[language]
    found = article(page(text[:40], body=f"<p>{text}</p><p>{text.upper() if language == 'el' else text}</p>", lang=label))
    assert found.language == language


@pytest.mark.parametrize(("label", "language"), [("nb-NO", "nb"), ("no", "no"), ("bs", "bs")])
def test_a_label_names_the_more_exact_code(label: str, language: str) -> None:
    text = {
        "nb": TEXTS["no"],
        "no": TEXTS["no"],
        "bs": "Brod je napustio luku u ponedjeljak ujutro sa devet hiljada tona uglja, rekla su dvojica službenika koji su vidjeli utovar.",
    }[language]
    assert article(page(text[:40], body=f"<p>{text}</p>" * 2, lang=label)).language == language


@pytest.mark.parametrize(
    ("links", "address"),
    [
        ('<base href="https://example.org/"><link rel="canonical" href="world/2026/coal-ship-leaves-rason">', URL),
        ('<link rel="canonical" href="world/2026/coal-ship-leaves-rason">', URL),
        ('<link rel="canonical" href="//example.org/world/2026/coal-ship-leaves-rason">', URL),
        ('<link rel="canonical" href="www.example.org/world/2026/coal-ship-leaves-rason">', URL),
        ('<link rel="canonical" href="example.org/world/2026/coal-ship-leaves-rason">', URL),
        (
            '<link rel="canonical" href="javascript:void(0)"><meta property="og:url" content="/world/2026/coal-ship-leaves-rason-9">',
            f"{URL}-9",
        ),
        ('<meta property="og:url" content="example.org/world/2026/coal-ship-leaves-rason">', URL),
        ('<meta property="og:url" content="localhost:3000/world/2026/coal-ship-leaves-rason">', URL),
        ('<meta property="og:url" content="https://staging.example.org/world/2026/coal-ship-leaves-rason">', URL),
        (
            '<meta property="og:url" content="https://www.example.org/world/2026/coal-ship-leaves-rason">',
            URL.replace("//", "//www."),
        ),
        ('<link rel="canonical" href="https://example.org/world/2026/coal-ship-leaves-rason-for-good">', f"{URL}-for-good"),
    ],
)
def test_a_declared_address_is_resolved_as_browsers_do_or_not_believed(links: str, address: str) -> None:
    assert article(page(head=DATED + links)).url == address


@pytest.mark.parametrize(
    ("outlet", "site", "tail", "frame"),
    [
        ("Kanal Dokuz", True, " - Kanal Dokuz", "<footer>Kanal Dokuz</footer>"),
        ("Volné Slovo", False, " | Volné Slovo", '<div class="footer">© 2026 Volné Slovo</div>'),
        ("海峡日报", True, "_海峡日报", ""),
        ("Голос Севера", True, "", '<div><a href="/">Голос Севера</a></div>'),
    ],
)
def test_an_outlet_that_names_itself_in_the_field_for_authors_is_none(outlet: str, site: bool, tail: str, frame: str) -> None:
    metas = f'<meta name="author" content="{outlet}">' + (f'<meta property="og:site_name" content="{outlet}">' if site else "")
    head = f"<title>Coal ships wait in the bay{tail}</title>{DATED}{metas}"
    body = f"<h1>Coal ships wait in the bay</h1>{REPORT}"
    assert article(f"{head}{body}{frame}").authors == ()


def test_a_blog_under_the_name_of_its_author_has_an_author() -> None:
    name = "Paige Brunton"
    metas = f'<meta name="author" content="{name}"><meta property="og:site_name" content="{name}">'
    head, footer = f"<title>{TITLE} | {name}</title>{DATED}{metas}", f"<footer>© {name}</footer>"
    assert article(f"{head}<h1>{TITLE}</h1><p>by {name}</p>{REPORT}{footer}").authors == (name,)
