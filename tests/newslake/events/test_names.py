"""A name sounds the same in every script, and places are found by their names in each language."""

from __future__ import annotations

import pytest

from newslake.events.names import likeness, names_of
from newslake.events.places import places_in
from newslake.events.sounds import sound

GROUPS = [
    ["Halcyon", "할시온", "Хальсион", "ハルシオン"],
    ["Vandaele", "Вандале", "ファンダール", "반달레"],
    ["Khabarovsk", "하바롭스크", "Хабаровск", "ハバロフスク"],
    ["Hanseong", "한성", "ハンソン", "Хансон"],
    ["Sapporo", "삿포로", "Саппоро", "サッポロ"],
]


@pytest.mark.parametrize("group", GROUPS, ids=[group[0] for group in GROUPS])
def test_a_name_sounds_alike_in_every_script(group: list[str]) -> None:
    assert len({sound(name).consonants for name in group}) == 1
    assert all(likeness(sound(one), sound(other)) > 0.3 for one in group for other in group)


def test_names_of_other_sounds_are_not_alike() -> None:
    names = [sound(group[0]) for group in GROUPS]
    assert all(likeness(one, other) < 0.5 for one in names for other in names if one is not other)


def test_a_korean_name_is_found_with_particles_behind_it() -> None:
    wanted = sound("Halcyon").consonants
    [readings] = [
        readings
        for readings in names_of("할시온호에서는 선원을 조사했다").sounds
        if any(r.consonants == wanted for r in readings)
    ]
    assert len(readings) > 1


def test_first_and_last_name_are_also_one_name() -> None:
    for text in ("coach Jin Seo-ha said", "チン・ソハ選手"):
        assert any(one.consonants == sound("진서하").consonants for readings in names_of(text).sounds for one in readings), text


@pytest.mark.parametrize("text", ["in Busan, South Korea", "в Пусане, Республика Корея", "한국 부산에서", "韓国・釜山で"])
def test_places_are_found_in_each_language(text: str) -> None:
    assert {"busan", "KR"} <= places_in(text)
