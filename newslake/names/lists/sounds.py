"""Tell how a written word may sound, in one alphabet for all scripts, and its skeleton: what all spellings of it share. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from newslake.names.lists.han import pinyin
from newslake.words.folding import fold

__all__ = ["script_of", "skeletons", "sounds"]

_CLASSES = str.maketrans({
    **dict.fromkeys("pbfv", "P"),
    **dict.fromkeys("td", "T"),
    **dict.fromkeys("kg", "K"),
    **dict.fromkeys("szSZJc", "S"),
    **dict.fromkeys("lr", "R"),
    **dict.fromkeys("nN", "N"),
    "m": "M",
    **dict.fromkeys("hwyaeiouOxAYW", None),
})  # fmt: skip
_LONG = str.maketrans("ayw", "AYW")  # vowels that Arabic does write
_CODA = re.compile("[lr](?=[^aeiouOywAYW]|$)")
_NG = re.compile("ng(?=[uaoei])")  # jian-guo; where it is Zheng-ao, the ways without pinyin tell
_ENGLISH = re.compile("[eiu]r(?=[^aeiouyr]|$)")
_ARTICLE = re.compile("^(?:al|el|аль|эль|ал)[-‐](?=..)")  # of Arabic names
_DOUBLE = re.compile(r"([^aeiouOx])\1+")
# Endings of Russian and Ukrainian cases that have a consonant.
_CASE_ENDING = re.compile("(?<=...)(?:ыми|ими|ами|ями|ого|его|ому|ему|ом|ем|ём|ым|им|ам|ям)$")


@lru_cache(maxsize=100_000)
def script_of(word: str) -> str:
    """Return the script of the first letter of a word: latin, cyrillic, arabic, greek, kana, hangul, han, digits or other."""
    for letter in word:
        if letter.isdigit():
            return "digits"
        if letter.isalpha():
            return _script(letter)
    return "other"


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    for script, begins in (
        ("latin", ("LATIN", "FULLWIDTH LATIN")),
        ("cyrillic", ("CYRILLIC",)),
        ("hangul", ("HANGUL",)),
        ("han", ("CJK",)),
        ("kana", ("KATAKANA", "HIRAGANA", "HALFWIDTH KATAKANA")),
        ("arabic", ("ARABIC",)),
        ("greek", ("GREEK",)),
    ):
        if name.startswith(begins):
            return script
    return "other"


@lru_cache(maxsize=100_000)
def sounds(word: str) -> tuple[str, ...]:
    """Return the ways in which a word may sound, the likeliest first. A number sounds as its digits."""
    script = script_of(word)
    match script:
        case "digits":
            return (unicodedata.normalize("NFKC", word),)
        case "latin":
            plain = re.sub("[^a-z-]", "", _ARTICLE.sub("", fold(word)))
            ways = [_read(plain, "latin")]
            if re.search("[qxczj]|ng", plain):
                ways.append(_read(_NG.sub("n-g", plain), "pinyin", "latin"))
            if re.search("[wj]|ch", plain):
                ways.append(_read(plain, "german", "latin"))
            if "ee" in plain:
                ways.append(_read(plain.replace("ee", "e-e"), "latin"))
            if "ie" in plain:
                ways.append(_read(plain.replace("ie", "i"), "latin"))
            if _ENGLISH.search(plain):
                ways.append(_read(_ENGLISH.sub("eo", plain), "latin"))
            if "ng" in plain:
                ways.append(_read(plain.replace("ng", "n-g"), "latin"))
            return tuple(dict.fromkeys(map(_undouble, ways)))
        case "cyrillic" | "greek":
            plain = _ARTICLE.sub("", unicodedata.normalize("NFC", word).casefold())
            ways = [_read(plain, script)]
            if "г" in plain:  # h in Ukrainian
                ways.append(_read(plain.replace("г", "х"), script))
            return tuple(dict.fromkeys(map(_undouble, ways)))
        case "arabic":
            plain = re.sub("[\u0640\u064b-\u0652\u200c]", "", word)
            plain = re.sub("^ال(?=..)", "", plain)
            ways = [_undouble(_read(plain, script)), _undouble(_read(plain, "persian", script))]
            return tuple(dict.fromkeys(read[:1] + read[1:].translate(_LONG) for read in ways))
        case "kana":
            read = _kana(word)
            return tuple(dict.fromkeys((read, read.replace("fx", "hx"))))
        case "hangul":
            return (_hangul(word),)
        case "han":
            return (_undouble("".join(_read(next(iter(pinyin(each)), ""), "pinyin", "latin") for each in word)),)
    return (fold(word),)


@lru_cache(maxsize=100_000)
def skeletons(word: str) -> tuple[str, ...]:
    """Return the skeletons of a word: classes of its consonants. Words that may be the same share one.

    The second half of what is returned leaves out l and r at the ends of syllables, which Korean, Japanese and Chinese lose.
    """
    if script_of(word) == "digits":
        return sounds(word) * 2
    ways = list(sounds(word))
    if script_of(word) == "cyrillic" and (short := _CASE_ENDING.sub("", word.casefold())) != word.casefold():
        ways += sounds(short)
    kept = [each.translate(_CLASSES) for each in ways]
    return tuple(kept + [_CODA.sub("", each).translate(_CLASSES) for each in ways])


def _undouble(sound: str) -> str:
    return _DOUBLE.sub(r"\1", sound)


def _read(letters: str, *tables: str) -> str:
    pattern, values = _table(tables)
    return pattern.sub(lambda found: values.get(found.group(), found.group()), letters).replace("-", "")


@cache
def _table(names: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    values: dict[str, str] = {}
    for name in reversed(names):
        values |= _tables()[name]
    groups = sorted(values, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, groups))), values


@cache
def _tables() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = tomllib.loads(files(__package__).joinpath("sounds.toml").read_text("utf-8"))
    return found


def _kana(word: str) -> str:
    word = word.replace("シチ", "シ")  # щ
    whole = "".join(chr(ord(each) + 0x60) if "ぁ" <= each <= "ゖ" else each for each in unicodedata.normalize("NFKC", word))
    parts: list[str] = []
    table = _tables()["kana"]
    for each in whole:
        if each in "ャュョァィゥェォ" and parts and parts[-1]:
            last = "w" if parts[-1] == "u" else parts[-1][:-1] if parts[-1][-1] in "aiueox" else parts[-1]
            vowel = table[each]
            parts[-1] = last + (vowel[-1] if last[-1:] in ("S", "J") else vowel)
        else:
            parts.append(table.get(each, ""))
    return "".join(parts)


def _hangul(word: str) -> str:
    return _undouble("".join(map(_syllable, unicodedata.normalize("NFC", word))).replace("lr", "l"))


@lru_cache(maxsize=12_000)
def _syllable(letter: str) -> str:
    rules: dict[str, list[str]] = _tables()["hangul"]  # type: ignore[assignment]
    code = ord(letter) - 0xAC00
    if not 0 <= code < 11172:
        return ""
    return rules["initials"][code // 588] + rules["vowels"][code // 28 % 21] + rules["finals"][code % 28]
