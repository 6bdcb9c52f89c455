"""Read a name as Korean or Chinese syllables, in whichever script it is written. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from newslake.names.lists.han import hangul, pinyin, syllables_of_hangul
from newslake.names.lists.sounds import script_of, sounds
from newslake.words.folding import fold

__all__ = ["FAMILIES", "Syllables", "chinese", "initial_law", "korean", "korean_keys", "may_be_syllables"]

# Each syllable as what it may be: Hangul, or pinyin without tones.
Syllables = tuple[frozenset[str], ...]
_MOST = 6  # syllables of a name
_READINGS = 4  # ways to divide a word that are followed up
_DIVIDED = 4  # syllables of a word that is divided

# How each letter of Hangul is written, in the order of Unicode: in Latin letters by the systems of both Koreas, by
# McCune-Reischauer without its marks and by habit; in Cyrillic by Kontsevich; in katakana by their sounds (see `sounds`).
_LATIN = (
    "g k|kk gg k g|n|d t|tt dd t d|r l rh|m|b p|pp bb p b|s sh|ss s||j ch|jj tch j|ch|k kh|t th|p ph|h",
    "a ah|ae ai e|ya ia|yae|eo o u uh|e|yeo yo yu you|ye ie|o oh|wa oa|wae|oe oi we oy|yo|u oo woo ou|wo weo|we|wi ui wee"
    "|yu yoo you|eu u|ui eui ee i|i ee yi ii",
    "|k g c|k|k|n|n|n|t d|l r|k|m|p|l|l|p|l|m|p b|p|t s|t|ng|t|t|k|t|p|t",
)
_CYRILLIC = (
    "к г|кк к|н|т д|тт т|р л|м|п б|пп п|с ш|сс с||ч дж ж|чч ч|чх ч|кх к|тх т|пх п|х",
    "а|э е|я|йя|о е|е э|ё йо е|е йе|о|ва|вэ|ве вэ ой|ё йо|у|во|ве|ви уи|ю|ы у|ый и ы|и",
    "|к г|к|к|н|н|н|т|ль л р|к|м|п|л|л|п|л|м|п б|п|т|т|н нг|т|т|к|т|п|т",
)
_KANA = (
    "k g|k|n|t d|t|r|m|p b|p|s S|s||J c z|J|J|k|t|p|h f",
    "a|e|ya a|e|o|e|yo o|ye e|o|wa ua a|we e|we e ue|yo o|u x|wo uo o|we e|wi ui i|yu u x|u x|i wi ui|i",
    "|kx k|kx k|kx|n|n|n|tx|rx r|kx|mx m n|px|rx|rx|px|rx|mx|px p|px|tx|tx|n|tx|tx|kx|tx|px|tx",
)
_MORE = {"이": "lee ri li rhee yi reeh", "박": "park bark", "최": "choy che", "조": "joe", "준": "june joon"}
# Family names that begin a Korean name, after the law of initials.
FAMILIES = frozenset(
    "김이박최정강조윤장임한오서신권황안송유홍전고문손양배백허남심노하곽성차주우구나민진지엄원천방공현함변여"
    "추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예봉사부"
)
_CLASS_OF_INITIAL = "KKNTTLMPPSS-JJJKTPH"
_CLASS_OF_VOWEL = "aeaeoeoeoaeeoooeiooii"
_CLASS_OF_FINAL = "-KKKNNNTLKMPLLPLMPPTTNTTKTPT"
_NATIVE = "빛별솔샘봄꽃슬름들새벽길달돌물뫼늘름슴결꿈힘글땅밝맑참한온큰벗빗룡렬률련령례론뢰료루류륜률륭릉리린림립"
_CASES = re.compile("(?<=..)(?:ом|ем|ём|ой|ей|а|я|у|ю|е|ы|и)$")


def initial_law(syllable: str) -> str:
    """Return a syllable by the South Korean law of initial sounds: 리 is 이, 로 is 노, 녀 is 여. In the North they are kept."""
    code = ord(syllable) - 0xAC00
    if not 0 <= code < 11172 or code // 588 not in (2, 5):
        return syllable
    thin = code // 28 % 21 in (2, 3, 6, 7, 12, 17, 20)
    return chr(0xAC00 + (11 if thin else 2) * 588 + code % 588)


@lru_cache(maxsize=50_000)
def korean(words: tuple[str, ...]) -> list[Syllables]:
    """Return the Korean syllables that words may be, as Hangul after the law of initials; none if they cannot be Korean."""
    scripts = {script_of(word) for word in words}
    if len(scripts) != 1:
        return []
    (script,) = scripts
    word = "".join(words)
    match script:
        case "hangul":
            if len(word) > _MOST:
                return []
            return [tuple(frozenset((initial_law(each),)) for each in unicodedata.normalize("NFC", word))]
        case "han":
            read = tuple(frozenset(map(initial_law, hangul(each))) for each in word)
            return [read] if len(read) <= _MOST and all(read) else []
        case "latin":
            return _product([_divided(re.sub("[^a-z]", "", fold(each)), "latin") for each in words])
        case "cyrillic":
            plain = [re.sub("[^а-яё]", "", each.casefold()) for each in words]
            found = _product([_divided(each, "cyrillic") for each in plain])
            for bare in (_CASES.sub("", plain[-1]), _CASES.sub("ь", plain[-1])):
                if bare != plain[-1]:
                    found += _product([_divided(each, "cyrillic") for each in (*plain[:-1], bare)])
            return found
        case "kana":
            return _product([_divided(sounds(each)[0].replace("dx", "do"), "kana") for each in words])
    return []


@lru_cache(maxsize=50_000)
def chinese(words: tuple[str, ...]) -> list[Syllables]:
    """Return the Mandarin syllables that words may be, in pinyin without tones; none if they cannot be Chinese."""
    scripts = {script_of(word) for word in words}
    if len(scripts) != 1:
        return []
    (script,) = scripts
    match script:
        case "han":
            read = tuple(frozenset(pinyin(each)) for each in "".join(words))
            return [read] if len(read) <= _MOST and all(read) else []
        case "latin":
            return _product([_divided(re.sub("[^a-z]", "", fold(each)), "pinyin") for each in words])
        case "cyrillic":
            return _product([_divided(re.sub("[^а-яё]", "", each.casefold()), "palladius") for each in words])
    return []


def may_be_syllables(word: str) -> bool:
    """Return whether a folded word can be Korean or Chinese syllables at all; no for nearly all words, and quickly."""
    match script_of(word):
        case "latin":
            plain = re.sub("[^a-z]", "", word)
            return bool(_divisible("latin").fullmatch(plain) or _divisible("pinyin").fullmatch(plain))
        case "cyrillic":
            plain = re.sub("[^а-яё]", "", word)
            bare = _CASES.sub("", plain)
            return bool(
                _divisible("cyrillic").fullmatch(plain)
                or (bare != plain and any(_divisible("cyrillic").fullmatch(each) for each in (bare, f"{bare}ь")))
                or _divisible("palladius").fullmatch(plain)
            )
    return False


@lru_cache(maxsize=50_000)
def korean_keys(syllables: Syllables) -> list[str]:
    """Return coarse keys of Korean syllables: what all spellings of a name share."""
    keys = [""]
    for each in syllables:
        classes = list(dict.fromkeys(map(_class_of, sorted(each))))[:3]
        keys = [key + one for key in keys for one in classes][:12]
    return keys


@lru_cache(maxsize=12_000)
def _class_of(syllable: str) -> str:
    code = ord(syllable) - 0xAC00
    return _CLASS_OF_INITIAL[code // 588] + _CLASS_OF_VOWEL[code // 28 % 21] + _CLASS_OF_FINAL[code % 28]


def _product(parts: list[list[Syllables]]) -> list[Syllables]:
    found: list[Syllables] = [()]
    for part in parts:
        found = [before + each for before in found for each in part if len(before) + len(each) <= _MOST][:_READINGS]
    return found


@lru_cache(maxsize=50_000)
def _divided(word: str, system: str) -> list[Syllables]:
    """Return the ways to divide a word into syllables of a system, with the fewest syllables first."""
    table, longest = _spellings(system)
    if not _divisible(system).fullmatch(word):
        return []  # as nearly all words are, and quickly

    def ways(begin: int, left: int) -> Iterator[Syllables]:
        if begin == len(word):
            yield ()
        elif left:
            for end in range(min(len(word), begin + longest), begin, -1):
                if meant := table.get(word[begin:end]):
                    for rest in ways(end, left - 1):
                        yield meant, *rest

    return sorted(ways(0, _DIVIDED), key=len)[:_READINGS]


@cache
def _divisible(system: str) -> re.Pattern[str]:
    """Return what words match that can be divided into syllables of a system."""
    tree: dict[str, Any] = {}
    for spelling in _spellings(system)[0]:
        below = tree
        for letter in spelling:
            below = below.setdefault(letter, {})
        below[""] = {}  # a syllable may end here
    return re.compile(f"(?:{_one_of(tree)}){{1,{_DIVIDED}}}")


def _one_of(tree: dict[str, Any]) -> str:
    """Return a regular expression for the words of a tree of their letters, which tries each letter once."""
    letters: defaultdict[str, list[str]] = defaultdict(list)
    for letter, below in tree.items():
        if letter:
            letters[_one_of(below)].append(re.escape(letter))
    ways = [f"[{''.join(some)}]{rest}" for rest, some in letters.items()]
    return f"(?:{'|'.join(ways)}){'?' if '' in tree else ''}" if ways else ""


@cache
def _spellings(system: str) -> tuple[dict[str, frozenset[str]], int]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    if system in ("pinyin", "palladius"):
        for each in {one for code in range(0x4E00, 0xA000) for one in pinyin(chr(code))}:
            if system == "pinyin":
                found[each].add(each)
                found[each.replace("v", "u")].add(each)
                found[each.replace("v", "yu")].add(each)
            elif written := _palladius(each):
                found[written].add(each)
    else:
        rows = {"latin": _LATIN, "cyrillic": _CYRILLIC, "kana": _KANA}[system]
        initials, vowels, finals = ([cell.split(" ") for cell in row.split("|")] for row in rows)
        for each in syllables_of_hangul() | set(_NATIVE):
            code, meant = ord(each) - 0xAC00, initial_law(each)
            for initial in initials[code // 588]:
                for vowel in vowels[code // 28 % 21]:
                    for final in finals[code % 28]:
                        found[initial + vowel + final].add(meant)
        if system == "latin":
            for meant, spellings in _MORE.items():
                for spelling in spellings.split():
                    found[spelling].add(meant)
        if system == "cyrillic":
            found["цой"].add("최")
            found["ли"].add("이")
    return {key: frozenset(each) for key, each in found.items()}, max(map(len, found))


def _palladius(syllable: str) -> str | None:
    """Return a syllable of pinyin as Russian writes it; None if it has no such form."""
    tables = _palladius_tables()
    if syllable in tables["whole"]:
        return tables["whole"][syllable]
    initial = next((each for each in ("zh", "ch", "sh", *tables["initials"]) if syllable.startswith(each)), None)
    if initial is None:
        return None
    final = syllable[len(initial) :]
    if initial in ("j", "q", "x") and final.startswith("u"):
        written = {"u": "юй", "ue": "юэ", "uan": "юань", "un": "юнь"}.get(final)
    else:
        written = tables["finals"].get(final)
    return None if written is None else tables["initials"][initial] + written


@cache
def _palladius_tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("palladius.toml").read_text("utf-8"))
