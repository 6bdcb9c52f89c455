"""Make long lists of names, and articles to search for them, from parts that are common or invented. The seed decides all."""

from __future__ import annotations

import random
import tomllib
from collections import defaultdict
from pathlib import Path

from benchmarks.name_lists.labelled import Sentence
from newslake.names.lists import Entry, Kind


def _words(written: str) -> list[str]:
    return written.split()


KOREAN = [
    "Kim",
    "Lee",
    "Park",
    "Choi",
    "Jung",
    "Kang",
    "Cho",
    "Yoon",
    "Jang",
    "Lim",
    "Han",
    "Oh",
    "Seo",
    "Shin",
    "Kwon",
    "Hwang",
    "Ahn",
    "Song",
    "Ryu",
    "Hong",
]
SYLLABLES = [
    "Jong",
    "Chol",
    "Song",
    "Hyon",
    "Kwang",
    "Il",
    "Myong",
    "Su",
    "Yong",
    "Nam",
    "Ho",
    "Sok",
    "Min",
    "Jin",
    "Tae",
    "Un",
    "Gyong",
    "Hak",
    "Chang",
    "Dong",
]
GIVEN = [
    "Ivan",
    "Petr",
    "Sergei",
    "Alexei",
    "Dmitry",
    "Andrei",
    "Mikhail",
    "Nikolai",
    "Vladimir",
    "Yuri",
    "Viktor",
    "Oleg",
    "Igor",
    "Pavel",
    "Anton",
    "Roman",
    "Denis",
    "Kirill",
]
STEMS = [
    "Petr",
    "Ivan",
    "Sidor",
    "Kuznets",
    "Smirn",
    "Volk",
    "Morg",
    "Lebed",
    "Kozl",
    "Sokol",
    "Novik",
    "Fedor",
    "Egor",
    "Zait",
    "Solov",
    "Borod",
    "Vasil",
    "Grom",
    "Tarak",
    "Bely",
]
CHINESE = [
    "Wang",
    "Li",
    "Zhang",
    "Liu",
    "Chen",
    "Yang",
    "Zhao",
    "Huang",
    "Zhou",
    "Wu",
    "Xu",
    "Sun",
    "Hu",
    "Zhu",
    "Gao",
    "Lin",
    "He",
    "Guo",
    "Ma",
    "Luo",
]
PINYIN = [
    "jian",
    "guo",
    "wei",
    "ming",
    "hai",
    "tao",
    "zhi",
    "qiang",
    "xiu",
    "ying",
    "li",
    "hua",
    "wen",
    "bin",
    "guang",
    "yu",
    "chun",
    "lan",
    "feng",
    "jun",
]
FIRST = [
    "Golden",
    "Silver",
    "Blue",
    "Red",
    "Ocean",
    "Pacific",
    "Star",
    "Global",
    "Eastern",
    "Northern",
    "Royal",
    "Crystal",
    "Emerald",
    "Falcon",
    "Horizon",
    "Summit",
    "Polar",
]
TRADES = _words("Trading Shipping Logistics Energy Marine Metals Holdings Capital Minerals Technology")
# What stands in place of a name.
NOBODY = {"en": "the ministry", "ru": "министерство", "ko": "정부는", "ja": "政府", "zh": "政府", "ar": "الوزارة"}
CHARACTERS = 5_800  # of an article: the mean of 300 real ones


def entry(chance: random.Random) -> Entry:
    """Return a name as sanctions lists have them: mostly people, some companies, few ships."""
    kind = chance.random()
    if kind < 0.3:
        return Entry(f"{chance.choice(KOREAN)} {chance.choice(SYLLABLES)} {chance.choice(SYLLABLES)}", (), Kind.PERSON)
    if kind < 0.65:
        family = chance.choice(STEMS) + chance.choice(["ov", "ev", "enko", "in", "sky"])
        return Entry(f"{chance.choice(GIVEN)} {chance.choice(GIVEN)}ovich {family}", (), Kind.PERSON)
    if kind < 0.8:
        given = chance.choice(PINYIN).capitalize() + chance.choice(PINYIN)
        return Entry(f"{chance.choice(CHINESE)} {given}", (), Kind.PERSON)
    if kind < 0.92:
        return Entry(f"{chance.choice(FIRST)} {chance.choice(FIRST)} {chance.choice(TRADES)} Ltd", (), Kind.ORGANISATION)
    return Entry(f"MV {chance.choice(FIRST)} {chance.choice(FIRST)} {chance.randint(1, 99)}", (), Kind.VESSEL)


def articles(chance: random.Random, sentences: list[Sentence], count: int) -> list[str]:
    """Return texts of one language each: a tenth of their sentences is of the labelled set, the others name nobody."""
    places = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text("utf-8"))
    named: defaultdict[str, list[str]] = defaultdict(list)
    for one in sentences:
        named[one.language].append(one.text)
    made = []
    for number in range(count):
        language = list(NOBODY)[number % len(NOBODY)]
        plain = [each.replace("{}", NOBODY[language]) for kind in places.values() for each in kind.get(language, ())]
        text = ""
        while len(text) < CHARACTERS:
            text += chance.choice(named[language] if chance.random() < 0.1 else plain) + " "
        made.append(text)
    return made
