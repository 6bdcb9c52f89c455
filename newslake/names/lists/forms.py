"""Make the forms of a name that texts may have: other orders, initials, without patronymic, suffix or mark of a ship. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, product

from newslake.names.lists.lexicon import lexicon
from newslake.names.lists.model import Entry, Kind, Match
from newslake.names.lists.sounds import script_of
from newslake.names.lists.syllables import FAMILIES, Syllables, chinese, korean
from newslake.names.words import listed as names
from newslake.words.folding import fold

__all__ = ["PATRONYMIC", "WORD", "Form", "forms_of"]

_KANA = "\u30a1-\u30fa\u30fc\uff66-\uff9f"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々"
_HANGUL = "\uac00-\ud7a3"
_OTHER = rf"[^\W\d_{_KANA}{_HAN}{_HANGUL}\u3041-\u309f]"
# A word of a spaced script with its hyphens and apostrophes, a number, or a run of Hangul, Han characters or katakana.
WORD = re.compile(
    rf"(?P<word>{_OTHER}[^\W\d_{_KANA}{_HAN}{_HANGUL}\u3041-\u309f\u0300-\u036f]*(?:[\u0300-\u036f\u064b-\u0652]+{_OTHER}*|[-‐'’ʼ]{_OTHER}+)*)"
    rf"|(?P<number>\d+)|(?P<hangul>[{_HANGUL}]+)|(?P<han>[{_HAN}]+)|(?P<kana>[{_KANA}]+)"
)
PATRONYMIC = re.compile(
    "(?:ович|евич|ьич|овна|евна|ична|инична|йович|івна|ївна|ovich|evich|ovych|evych|ovna|evna|ichna|ivna|yovych)$"
)
_FAMILY = re.compile(
    "(?:ов|ев|ёв|ова|ева|ёва|ин|ина|ын|ына|ский|ская|цкий|цкая|енко|чук|ук|юк|як|ян|дзе|швили|ко|ых|их"
    "|ov|ev|yov|ova|eva|in|ina|sky|skiy|skaya|enko|chuk|uk|yan|dze|shvili)$"
)
_IMO = re.compile(r"\bIMO\W{0,3}(?:No\W{0,2}|number\W{0,2})?(\d{7})\b", re.IGNORECASE)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}
_DIGITS = dict(zip("一二三四五六七八九十", ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"], strict=True))
_MOST = 40  # forms of a name


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a name: its words, and in what it differs from the list.

    Attributes:
        listed: the name or alias as on the list.
        initials: places of words of which only the first letter is there.
        left_out: a word of the list is missing on purpose; what follows in a text must not be another one.
        korean, chinese: as syllables, where the words can be such.
        syllabic: the name of a person that is Korean or Chinese, so that only its syllables tell.
    """

    words: tuple[str, ...]
    listed: str
    kind: Kind
    match: Match = Match.EXACT
    reason: str = ""
    initials: frozenset[int] = frozenset()
    patronymic: str | None = None
    imo: str | None = None
    korean: tuple[Syllables, ...] = field(default=(), compare=False)
    chinese: tuple[Syllables, ...] = field(default=(), compare=False)
    syllabic: bool = False


def forms_of(entry: Entry) -> list[Form]:
    """Return the forms of a name and its aliases, each once."""
    numbers = [found[1] for name in (entry.name, *entry.aliases) for found in _IMO.finditer(name)]
    found: dict[tuple[Kind, tuple[str, ...], frozenset[int]], Form] = {}
    for listed in (entry.name, *entry.aliases):
        for form in _of_name(unicodedata.normalize("NFC", listed), entry.kind, numbers[0] if numbers else None):
            found.setdefault((form.kind, tuple(map(fold, form.words)), form.initials), form)
    for number in numbers:
        found[Kind.VESSEL, (number,), frozenset()] = Form(
            (number,), f"IMO {number}", Kind.VESSEL, Match.EXACT, "by its IMO number", imo=number
        )
    father = next((form.patronymic for form in found.values() if form.patronymic), None)
    some = islice(found.values(), _MOST)
    return [form if form.patronymic == father else replace(form, patronymic=father) for form in some]


def _of_name(listed: str, kind: Kind, imo: str | None) -> Iterator[Form]:
    words = lexicon()
    plain = _IMO.sub(" ", listed)
    for each in words.attached:
        if each in plain:
            plain, kind = plain.replace(each, " "), Kind.ORGANISATION if kind is Kind.ANY else kind
    tokens = [found.group() for found in WORD.finditer(plain)]
    if not tokens:
        return
    if kind is Kind.ANY:
        kind = _guessed(listed, tokens)
        if kind is not Kind.ANY:  # a guess, so as written it is found whatever stands around it
            yield _read(Form(tuple(tokens), "", Kind.ANY), listed, Kind.ANY, imo)
    if kind is Kind.ORGANISATION:
        made = _of_company(tokens)
    elif kind is Kind.VESSEL:
        made = _of_ship(tokens)
    elif kind is Kind.PERSON:
        made = _of_person(tokens, "," in plain or "،" in plain)
    else:
        made = _of_any(tokens)
    for form in made:
        yield _read(form, listed, kind, imo)


def _read(form: Form, listed: str, kind: Kind, imo: str | None) -> Form:
    letters = tuple(word for word in form.words if not word.isdigit())
    found, spoken = _by_words(letters, korean), _by_words(letters, chinese)
    syllabic = form.syllabic
    return Form(
        form.words, listed, kind, form.match, form.reason, form.initials, form.patronymic, imo,
        tuple(found), tuple(spoken), syllabic,
    )  # fmt: skip


def _by_words(words: tuple[str, ...], read: object) -> list[Syllables]:
    whole: list[Syllables] = [()]
    for word in words:
        parts = read((word,))  # type: ignore[operator]
        whole = [before + each for before in whole for each in parts][:4]
    return [each for each in whole if each]


def _is_korean(words: tuple[str, ...], read: list[Syllables]) -> bool:
    fits = [each for each in read if 2 <= len(each) <= 4 and (each[0] & FAMILIES or (len(words) > 1 and each[-1] & FAMILIES))]
    return bool(fits) and script_of(words[0]) in ("hangul", "latin", "cyrillic", "kana", "han") and len(words) <= 3


def _is_chinese(words: tuple[str, ...], read: list[Syllables]) -> bool:
    return any(2 <= len(each) <= 4 for each in read) and len(words) <= 3


def _guessed(listed: str, tokens: list[str]) -> Kind:
    words = lexicon()
    folded = [fold(token) for token in tokens]
    if _IMO.search(listed) or _mark(folded):
        return Kind.VESSEL
    if len(folded) > 1 and (_is_legal(folded[-1]) or _is_legal(folded[0]) or set(folded[-2:]) <= words.legal):
        return Kind.ORGANISATION
    if len(tokens) > 1 and folded[-1] in words.spare | set(words.same):
        return Kind.ORGANISATION
    if (listed.count(",") == 1 and len(tokens) <= 4) or any(PATRONYMIC.search(each) for each in folded):
        return Kind.PERSON
    if any(word in words.given for word in folded) and 2 <= len(folded) <= 4 and tokens[0][:1].isupper():
        return Kind.PERSON
    for read in korean(tuple(tokens)) if len(tokens) <= 3 else ():
        if (
            len(read) == 3
            and read[0] & FAMILIES
            and (script_of(tokens[0]) != "latin" or (len(tokens) > 1 and tokens[0][:1].isupper()))
        ):
            return Kind.PERSON
    return Kind.ANY


def _is_legal(folded: str) -> bool:
    return len(folded) > 1 and folded in lexicon().legal


def _mark(folded: list[str]) -> int:
    """Return how many words at the beginning only say that a ship follows."""
    if len(folded) > 2 and folded[0] == "m" and folded[1] in ("v", "t", "s", "y"):
        return 2
    return int(
        len(folded) > 1 and folded[0] in {"mv", "mt", "ms", "my", "ss", "rv", "fv", "tanker", "vessel", "کشتی", "танкер", "судно"}
    )


def _of_person(tokens: list[str], comma: bool) -> Iterator[Form]:
    while len(tokens) > 2 and fold(tokens[0]) in lexicon().titles:
        tokens = tokens[1:]
    folded = [fold(token) for token in tokens]
    father = next((place for place, word in enumerate(folded) if place and PATRONYMIC.search(word)), None)
    own = tuple(tokens)
    if father is not None and len(tokens) == 3:
        given, family = (tokens[0], tokens[2]) if father == 1 else (tokens[1], tokens[0])
        patronymic = tokens[father]
        orders: list[tuple[str, ...]] = [(given, patronymic, family), (family, given, patronymic)]
        shorts: list[tuple[str, ...]] = [(given, family), (family, given)]
        yield Form(own, "", Kind.PERSON, patronymic=patronymic)
        for order in orders:
            yield Form(order, "", Kind.PERSON, Match.SPELLING, "word order", patronymic=patronymic)
        for order in shorts:
            yield Form(order, "", Kind.PERSON, Match.SPELLING, "without the patronymic", patronymic=patronymic)
        for order, places in (
            (orders[0], {0, 1}), (orders[1], {1, 2}), (shorts[0], {0}), (shorts[1], {1}),
        ):  # fmt: skip
            yield Form(order, "", Kind.PERSON, Match.SPELLING, "initials", frozenset(places), patronymic=patronymic)
        return
    if father is not None and len(tokens) == 2:
        father = None
    syllabic = _is_korean(own, _by_words(own, korean)) or _is_chinese(own, _by_words(own, chinese))
    yield Form(own, "", Kind.PERSON, syllabic=syllabic)
    if len(own) < 2 or script_of(own[0]) in ("han", "kana"):
        return
    for turned in dict.fromkeys((own[1:] + own[:1], own[-1:] + own[:-1])):
        if not syllabic or _is_korean(turned, _by_words(turned, korean)) or _is_chinese(turned, _by_words(turned, chinese)):
            yield Form(turned, "", Kind.PERSON, Match.SPELLING, "word order", syllabic=syllabic)
    if syllabic or script_of(own[0]) not in ("latin", "cyrillic", "greek"):
        return
    vietnamese = len(own) == 3 and all(len(word) < 8 for word in own) and fold(own[1]) in ("van", "thi", "duc", "huu", "ngoc")
    known = [_is_given(word) for word in (own[0], own[-1])]
    ends = [bool(_FAMILY.search(word)) for word in (folded[0], folded[-1])]
    first_last = comma or (ends[0] and not ends[1]) or (known == [False, True] and not ends[1])
    unknown = not (comma or any(known) or any(ends))
    given, family = (own[1], own[0]) if first_last else (own[0], own[-1])
    if len(own) > 2 and not vietnamese:
        for two in ((given, family), (family, given)):
            yield Form(two, "", Kind.PERSON, Match.SPELLING, "without the middle name")
    if vietnamese:
        return
    for place in (0, 1):
        order = (family, given) if place else (given, family)
        reason = "initials" if order == (own[0], own[-1]) else "word order, initials"
        yield Form(order, "", Kind.PERSON, Match.SPELLING, reason, frozenset((place,)))
        if unknown and len(own) == 2:  # nothing tells which of both is the given name: A. Lund may be Lund Ada
            yield Form(order, "", Kind.PERSON, Match.SPELLING, reason, frozenset((1 - place,)))


def _is_given(word: str) -> bool:
    return fold(word) in lexicon().given or word.capitalize() in names("capitals", "given")


def _of_company(tokens: list[str]) -> Iterator[Form]:
    words = lexicon()
    begin, end = 0, len(tokens)
    while end - begin > 1 and fold(tokens[end - 1]) in words.legal:
        end -= 1
    while end - begin > 1 and fold(tokens[begin]) in words.legal | words.before_company:
        begin += 1
    core = tuple(tokens[begin:end])
    yield Form(core, "", Kind.ORGANISATION)
    if len(core) > 1 and fold(core[0]) in ("al", "el"):
        yield Form((f"{core[0]}-{core[1]}", *core[2:]), "", Kind.ORGANISATION)
        core = (f"{core[0]}-{core[1]}", *core[2:])
    for end_of in words.spare:
        if script_of(end_of) in ("han", "hangul") and core[-1].endswith(end_of) and len(core[-1]) > len(end_of) + 2:
            yield Form((*core[:-1], core[-1].removesuffix(end_of)), "", Kind.ORGANISATION, Match.SPELLING, f"without {end_of}")
    short = core
    while len(short) > 2 and fold(short[-1]) in words.spare:
        gone = short[-1]
        short = short[:-1]
        yield Form(short, "", Kind.ORGANISATION, Match.SPELLING, f"without {' '.join(core[len(short) :]) or gone}")
    for some, reason in ((core, ""), *(((short, f"without {' '.join(core[len(short) :])}"),) if short != core else ())):
        choices = [(word, *(each for each in words.same.get(fold(word), ()) if each != fold(word))) for word in some]
        for chosen in islice(product(*choices), 1, 24):
            yield Form(chosen, "", Kind.ORGANISATION, Match.SOUND, reason)
    for each in core[-1:]:  # 한빛해운, 远星贸易: the last characters say what it does
        tail = next(
            (same for same in words.same if script_of(same) == script_of(each) and each.endswith(same) and each != same), None
        )
        if tail and script_of(each) in ("hangul", "han"):
            for other in words.same[tail]:
                if script_of(other) in ("latin", "cyrillic"):
                    yield Form((*core[:-1], each.removesuffix(tail), other), "", Kind.ORGANISATION, Match.SOUND)


def _of_any(tokens: list[str]) -> Iterator[Form]:
    yield Form(tuple(tokens), "", Kind.ANY)
    if len(tokens) == 2 and all(token[:1].isupper() for token in tokens):
        yield Form((tokens[1], tokens[0]), "", Kind.ANY, Match.SPELLING, "word order")


def _of_ship(tokens: list[str]) -> Iterator[Form]:
    words = lexicon()
    folded = [fold(token) for token in tokens]
    core = [token for token in tokens[_mark(folded) :] if fold(token) != "no"] or tokens[-1:]  # a ship may be called No
    numbered = any(token.isdigit() for token in core)
    for end in words.ship_ends:
        if script_of(core[-1]) in ("hangul", "han") and core[-1].endswith(end) and len(core[-1]) > len(end) + 1:
            core[-1] = core[-1].removesuffix(end)
            break
        if core[-1] == end and len(core) > 1:
            core.pop()
            break
    choices = [tuple(core)]
    last = fold(core[-1])
    if len(core) > 1 and last in _ROMAN:
        choices.append((*core[:-1], _ROMAN[last]))
    if len(core) > 1 and last.isdigit() and last in _ROMAN.values():
        roman = next(each for each, digit in _ROMAN.items() if digit == last)
        choices.append((*core[:-1], roman.upper()))
    if script_of(core[0]) == "han" and core[0].startswith("第") and core[0][1:2] in _DIGITS:
        choices.append(("第", _DIGITS[core[0][1]], core[0][2:]))
    if numbered and len(core) > 1 and script_of(core[0]) == "latin":
        choices.append((*core[:-1], "No", core[-1]))
    for choice in choices:
        yield Form(choice, "", Kind.VESSEL)
        options = [(word, *(each for each in words.same.get(fold(word), ()) if each != fold(word))) for word in choice]
        for chosen in islice(product(*options), 1, 12):
            yield Form(chosen, "", Kind.VESSEL, Match.SOUND)
