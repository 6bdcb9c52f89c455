# ruff: noqa: E501
"""What an outlet says below a short report is no text, also where it stands in the same block; a report about the press stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.clean import CleanArticle, clean
from spiders.warc.model import Capture, Hints

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def text(lang: str, outlet: str, title: str, paragraphs: list[str]) -> list[str]:
    head = f'<meta charset="utf-8"><title>{title} | {outlet}</title><meta property="og:site_name" content="{outlet}"><meta property="article:published_time" content="2026-11-19T10:00:00Z">'
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    page = f'<html lang="{lang}"><head>{head}</head><body><header><a href="/">{outlet}</a></header><article><h1>{title}</h1><div>{body}</div></article></body></html>'
    found = clean(Capture("https://press.example/news/a-story-of-the-day", NOW, 200, "text/html", page.encode(), Hints(), "", 0))
    assert isinstance(found, CleanArticle)
    return found.text.split("\n")


@pytest.mark.parametrize(
    ("lang", "outlet", "title", "report", "edges"),
    [
        (
            "nl", "De Veenbode", "Koe loopt door winkelstraat",
            ["Een koe is woensdagochtend door de winkelstraat van Emmen gelopen en bij een bakker naar binnen gegaan.", "De politie lokte het dier met brood naar buiten. Niemand raakte gewond en de eigenaar betaalt de ruit."],
            ["Wil je niets missen van het nieuws uit Drenthe? Meld je dan aan voor onze gratis nieuwsbrief.", "Heb je een tip voor de redactie? Stuur een bericht via WhatsApp.", "De Veenbode is de krant van Zuidoost-Drenthe en verschijnt sinds 1912. Onze verslaggevers werken vanuit Emmen."],
        ),
        (
            "pl", "Głos Kociewia", "Łabędź zatrzymał pociąg",
            ["Łabędź zatrzymał w środę pociąg między Tczewem a Starogardem, bo usiadł na torach i nie chciał odejść.", "Maszynista zaniósł ptaka do stawu na rękach. Pociąg odjechał z opóźnieniem, podała kolej."],
            ['Zobacz też: <a href="/x">Bocian zablokował komin piekarni</a>', "Masz ciekawy temat? Napisz do nas.", "Głos Kociewia to niezależny portal założony w 2003 roku, który czyta sto tysięcy osób."],
        ),
        (
            "ja", "上越民報", "駅にタヌキ、電車遅れる",
            ["上越市の駅で水曜日の朝、タヌキがホームに入り込み、電車が十五分ほど遅れた。", "駅員が網で捕まえて近くの山に放した。けが人はなかったという。"],
            ['【関連記事】<a href="/x">雪の峠でトラックが立ち往生</a>', "上越民報は1948年創刊の地域紙です。上越、妙高、糸魚川の三市で毎朝発行しています。"],
        ),
        (
            "ar", "صوت الدلتا", "بقرة توقف القطار في طنطا",
            ["أوقفت بقرة قطارا قرب طنطا صباح الأربعاء نصف ساعة بعدما وقفت على القضبان ورفضت التحرك.", "وأبعدها السائق بمساعدة ركاب العربة الأولى، ولم يصب أحد بأذى بحسب هيئة السكك الحديدية."],
            ['اقرأ أيضا: <a href="/x">المراكب الشراعية تعود إلى الترعة</a>', "صوت الدلتا صحيفة مستقلة تأسست عام 1999 وتصدر من طنطا."],
        ),
        (
            "ko", "영월신문", "멧돼지, 우체국에 들어가",
            ["영월읍의 한 우체국에 수요일 아침 멧돼지 한 마리가 들어와 이십 분 동안 머물다 나갔다.", "다친 사람은 없었고, 소방대원들이 뒷문을 열어 산으로 돌려보냈다고 군은 밝혔다."],
            ['<a href="/x">▶ 폐교가 마을 극장으로</a>', "영월신문은 1989년 창간한 지역 주간지로, 강원 남부의 소식을 전합니다."],
        ),
        (
            "hu", "Tiszamenti Hírlap", "Őz a gyógyszertárban",
            ["Egy őz szerdán reggel bement a tiszacsegei gyógyszertárba, és negyedórán át állt a pult előtt.", "Az eladó kinyitotta a hátsó ajtót, az állat pedig kisétált. Senki sem sérült meg, közölte a rendőrség."],
            ['Olvassa el ezt is: <a href="/x">Új komp jár a Tiszán</a>', "Kövessen minket a Facebookon is, hogy ne maradjon le a hírekről!", "A Tiszamenti Hírlap független megyei napilap, amelyet 1946-ban alapítottak."],
        ),
        (
            "vi", "Sông Hương Online", "Trâu vào bưu điện",
            ["Một con trâu sáng thứ tư đã đi vào bưu điện thị trấn và đứng trước quầy suốt mười lăm phút.", "Nhân viên dùng cỏ dụ con trâu ra ngoài. Không ai bị thương, công an cho biết."],
            ['Xem thêm: <a href="/x">Làng nón thay mái lá</a>', "Sông Hương Online là trang tin độc lập, thành lập năm 2008, có trụ sở tại Huế."],
        ),
    ],
)  # fmt: skip
def test_what_an_outlet_says_below_a_report_is_no_text(
    lang: str, outlet: str, title: str, report: list[str], edges: list[str]
) -> None:
    assert text(lang, outlet, title, report + edges) == report
    assert text(lang, outlet, title, report + edges[:-1]) == report
    assert text(lang, outlet, title, report + edges[-1:]) == report


@pytest.mark.parametrize(
    ("lang", "outlet", "last"),
    [
        ("en", "Harbour Post", "The Harbour Post was the only newspaper represented in court."),
        (
            "en",
            "Harbour Post",
            "Harbour Post readers founded a fund in May that pays for the boxes, and the newspaper will match it.",
        ),
        (
            "de",
            "Lausitz aktuell",
            "Lausitz aktuell ist die einzige Tageszeitung, deren erste Ausgabe fehlt; sie wurde 1945 gegründet.",
        ),
        ("ru", "Двинская правда", "Нашли ошибку в расчётах и архитекторы, поэтому второй этаж музея пока закрыт для всех."),
        ("ja", "上越民報", "情報提供を呼びかけたところ、市民から創刊号が十部も寄せられたという。"),
    ],
)
def test_a_report_on_the_press_keeps_its_last_sentence(lang: str, outlet: str, last: str) -> None:
    reports = {
        "en": ["The county archive will move to the old mill in the autumn, the council decided on Monday night.", "Volumes of eleven newspapers are among what has to be carried, and some of them crumble."],
        "de": ["Das Zeitungsmuseum in Görlitz öffnet am Samstag wieder, nachdem das Dach drei Jahre lang offen stand.", "Gezeigt werden Druckmaschinen aus zwei Jahrhunderten und die Bleisätze einer Redaktion."],
        "ru": ["Музей печати открылся в субботу в Архангельске после трёх лет ремонта крыши здания.", "В залах стоят станки двух столетий и наборы свинцовых шрифтов одной редакции."],
        "ja": ["新聞の資料館が土曜日、三年ぶりに上越市で開館した。屋根の修理が終わったためだ。", "館には二世紀分の印刷機と、ある編集部の鉛の活字が並んでいる。"],
    }  # fmt: skip
    assert text(lang, outlet, "A story of the day", [*reports[lang], last]) == [*reports[lang], last]
