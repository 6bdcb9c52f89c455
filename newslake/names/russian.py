"""Find names in Russian and Ukrainian: by case endings, quotation marks, and the words beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

from newslake.names.cases import adjective, is_given, person_in_nominative, place_of, stem, stems_of
from newslake.names.model import Found, Kind
from newslake.names.words import listed, lists

_WORD = r"[А-ЯЁІЇЄҐ][А-Яа-яёіїєґ]*(?:-[А-Яа-яёіїєґ]+)*"
_RUN = re.compile(rf"(?<![\w-]){_WORD}(?: {_WORD})*")
_INITIALS = re.compile(rf"(?<!\w)(?P<initials>[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.\s?)?)(?P<family>{_WORD})")
_QUOTED = re.compile(r"[«“\"„](?P<name>[^«»“”\"„\n]{2,50})[»”\"“]")
_OPENS = re.compile(r"(?:^|[.!?…:;»\"”—–-]\s*|[.!?…]\s*[«\"“„(—–-]?\s*)$")
_ADJECTIVE = r"(?:ск|цк|н|в|ш|ч|ж|г|х|т|р|к|л|м|с)(?:ого|его|ому|ему|ый|ий|ой|ая|яя|ое|ее|ую|юю|ей|ом|ем|ым|им)"
_PATRONYMIC = re.compile(r"(?:ович|евич|ич|овн|евн|ичн|иничн)(?:а|у|ем|ом|е|ы|ой)?$")
_IS_ADJECTIVE = re.compile(r"(?:ск|цк)(?:ого|ому|ой|ую|ая|ое|им|ом|ие|их)$")
_LIST = re.compile(r"^(?:,| и| а также(?: [а-яё]+)?)\s*$")
_NAME_WORDS = re.compile(r"^[А-ЯЁA-Z][\w-]*(?: [А-ЯЁA-Zа-яё\d][\w-]*){0,4}$")
_IN_LATIN = re.compile(r"(?<![\w])(?:The )?[A-Z][A-Za-z&.]+(?: [A-Z][A-Za-z&.]+){0,3}(?![\w])")

_MINISTRY = re.compile(r"(?<![\w-])(?:Министерств|Совет|Комитет)[а-я]{0,2} (?:[а-яё]+ ?){1,2}(?= [А-Я]|[.,»]|$)")
# A name as it is called, as it is written, and where that stands in the line.
_Written: TypeAlias = tuple[Kind, str, str, int, int]


def found_in_russian(title: str, text: str) -> list[Found]:
    """Return the names that a text shows."""
    lines = [line for line in [title, *text.split("\n")] if line.strip()]
    lower = frozenset(re.findall(r"(?<![\w-])[а-яёіїєґ][\w-]*", f"{title}\n{text}"))
    found: dict[tuple[Kind, str], Found] = {}
    singles: Counter[str] = Counter()
    persons: dict[tuple[str, ...], set[str]] = {}
    for line in lines:
        spans: list[tuple[int, int]] = []
        for kind, name, written, start, end in (*_quoted(line), *_institutions(line), *_regions(line, lower), *_latin(line)):
            found.setdefault((kind, name), Found(kind, name)).forms.add(written)
            spans.append((start, end))
        for words, written, start, end in _with_initials(line):
            persons.setdefault(words, set()).add(written)
            spans.append((start, end))
        for match in _RUN.finditer(line):
            if any(start <= match.start() < end for start, end in spans):
                continue
            for kind, words, written in _run(line, match.start(), tuple(match.group().split()), lower):
                if kind is Kind.PERSON:
                    persons.setdefault(words, set()).add(written)
                else:
                    name = " ".join(words)
                    found.setdefault((kind, name), Found(kind, name)).forms.add(written)
            for word in match.group().split():
                singles[word] += 1
    return [*found.values(), *_merged(persons, singles)]


def _quoted(line: str) -> Iterator[_Written]:
    """Yield ships and organisations in quotation marks."""
    before_end, before_kind = -1, None
    for match in _QUOTED.finditer(line):
        name = match["name"].strip()
        if not _NAME_WORDS.match(name):
            continue
        before = line[max(0, match.start() - 60) : match.start()].rstrip(" -–—")
        after = line[match.end() : match.end() + 30]
        kind: Kind | None = None
        if before_kind and (_LIST.match(line[before_end : match.start()]) or _ship_in(line[before_end : match.start()])):
            kind = before_kind
        words = re.findall(r"[\w-]+", before)
        last = words[-1] if words else ""
        if _begins(last, "ship_nouns") or (
            len(words) > 1 and before.endswith(last) and _begins(words[-2], "ship_nouns") and last.islower()
        ):
            kind = Kind.VESSEL
        elif kind is None and (_begins(last, "before_quoted") or _known(name) or _says(before, after)):
            kind = Kind.ORGANISATION
        if kind:
            yield kind, name, name, match.start("name"), match.end("name")
        before_end, before_kind = match.end(), kind


def _ship_in(between: str) -> bool:
    words = re.findall(r"[\w-]+", between)
    return 0 < len(words) < 5 and _begins(words[-1], "ship_nouns")


def _begins(word: str, name: str) -> bool:
    return bool(word) and word.startswith(tuple(lists("russian")[name])) and len(word) < 16


def _known(name: str) -> bool:
    return name in listed("russian", "organisations")


def _says(before: str, after: str) -> bool:
    stems = "|".join(lists("russian")["says"])
    return bool(re.search(rf"\b(?:{stems})\w*$", before) or re.match(rf"^,?\s*(?:{stems})\w*|^ со ссылкой", after))


@cache
def _institution() -> re.Pattern[str]:
    nouns = "|".join(entry.split(":")[0] for entry in lists("russian")["institutions"])
    return re.compile(
        rf"(?<![\w-])(?P<adjectives>[А-ЯЁ][а-яё]+(?:-[А-ЯЁа-яё]+)*{_ADJECTIVE}(?: [а-яё-]+{_ADJECTIVE}){{0,2}})"
        rf" (?P<noun>(?:{nouns})[а-яё]{{0,3}})(?![\w-])"
    )


def _nouns(name: str) -> list[tuple[str, str, str]]:
    """Return nouns as they begin, the longest first, with their gender and the whole word."""
    entries = [entry.split(":") for entry in lists("russian")[name]]
    return sorted(((begins, gender, whole) for begins, gender, whole in entries), key=lambda noun: -len(noun[0]))


def _institutions(line: str) -> Iterator[_Written]:
    """Yield courts, chambers, ministries: an adjective with a capital, and the noun."""
    for match in _institution().finditer(line):
        _, gender, whole = next(noun for noun in _nouns("institutions") if match["noun"].startswith(noun[0]))
        if _OPENS.search(line[: match.start()]) and not re.search(r"(?:ск|цк)", match["adjectives"].split()[0]):
            continue
        words = [adjective(word, gender) for word in match["adjectives"].split()]
        yield Kind.ORGANISATION, " ".join([*words, whole]), match.group(), match.start(), match.end()
    for match in _MINISTRY.finditer(line):
        if not _OPENS.search(line[: match.start()]):
            yield Kind.ORGANISATION, match.group(), match.group(), match.start(), match.end()


@cache
def _region() -> re.Pattern[str]:
    nouns = "|".join(entry.split(":")[0] for entry in lists("russian")["place_nouns"])
    return re.compile(
        rf"(?<![\w-])(?P<adjective>[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)*{_ADJECTIVE}) (?P<noun>(?:{nouns})[а-яё]{{0,3}})(?![\w-])"
    )


def _regions(line: str, lower: frozenset[str]) -> Iterator[_Written]:
    """Yield regions, districts, seas and straits: an adjective with a capital, and the noun."""
    for match in _region().finditer(line):
        _, gender, whole = next(noun for noun in _nouns("place_nouns") if match["noun"].startswith(noun[0]))
        if match["noun"] not in {"крайне", "краем"} and match["adjective"].lower() not in lower:
            yield Kind.PLACE, f"{adjective(match['adjective'], gender)} {whole}", match.group(), match.start(), match.end()


def _latin(line: str) -> Iterator[_Written]:
    for match in _IN_LATIN.finditer(line):
        if match.group() in listed("capitals", "organisations") or match.group().endswith(
            (" Times", " Post", " Journal", " News")
        ):
            yield Kind.ORGANISATION, match.group(), match.group(), match.start(), match.end()


def _with_initials(line: str) -> Iterator[tuple[tuple[str, ...], str, int, int]]:
    for match in _INITIALS.finditer(line):
        initials = re.sub(r"\s", "", match["initials"])
        if _is_family(match["family"]):
            yield (initials, match["family"]), match.group(), match.start(), match.end()


def _is_family(word: str) -> bool:
    ends = tuple(lists("russian")["surname_ends"])
    return any(one.endswith(ends) for one in stems_of(word)) and len(word) > 3


def _run(line: str, start: int, words: tuple[str, ...], lower: frozenset[str]) -> Iterator[tuple[Kind, tuple[str, ...], str]]:
    """Yield the names in a run of words with capitals."""
    opens = _OPENS.search(line[:start]) is not None
    at = 0
    while at < len(words):
        for size in (3, 2, 1):
            part = words[at : at + size]
            if len(part) < size:
                continue
            before = line[max(0, start - 40) : start] if at == 0 else " ".join(words[:at]) + " "
            one = _one(part, before, opens and at == 0, lower)
            if one is not None:
                yield one[0], one[1], " ".join(part)
                at += size
                break
        else:
            at += 1


def _one(words: tuple[str, ...], before: str, opens: bool, lower: frozenset[str]) -> tuple[Kind, tuple[str, ...]] | None:
    if (person := _person(words, before, opens, lower)) is not None:
        return Kind.PERSON, person
    whole = " ".join(words)
    if len(words) == 2 and words[0] in listed("russian", "organisations") and place_of(words[1:]) and words[0].isupper():
        return Kind.ORGANISATION, words
    if whole in listed("russian", "organisations"):
        return Kind.ORGANISATION, words
    if len(words) == 1 and not words[0].isupper() and any(one in _organisation_stems() for one in stems_of(words[0])):
        return Kind.ORGANISATION, (
            _organisation_stems()[next(one for one in stems_of(words[0]) if one in _organisation_stems())],
        )
    place = place_of(words)
    if place and not (opens and len(words) == 1 and words[0].lower() in lower):
        return Kind.PLACE, (place,)
    last = re.search(r"(?P<noun>[\w.]+) $", before)
    if len(words) == 1 and last and last["noun"] in listed("russian", "place_before") and words[0].lower() not in lower:
        return Kind.PLACE, words
    return None


@cache
def _organisation_stems() -> dict[str, str]:
    return {
        stem(name): name
        for name in listed("russian", "organisations")
        if " " not in name and not name.isupper() and len(name) > 4
    }


def _person(words: tuple[str, ...], before: str, opens: bool, lower: frozenset[str]) -> tuple[str, ...] | None:
    last = re.search(r"(?P<noun>[\w-]+) $", before)
    role = last is not None and last["noun"].startswith(tuple(lists("russian")["roles"])) and len(last["noun"]) < 18
    if len(words) == 3:
        return person_in_nominative(words) if is_given(words[0]) and _PATRONYMIC.search(words[1]) else None
    if len(words) == 2:
        if any(word.isupper() and len(word) > 1 for word in words) or place_of(words):
            return None
        if is_given(words[0]) and words[1].lower() not in lower and not place_of(words[1:]):
            return person_in_nominative(words)
        return person_in_nominative(words) if role and _is_family(words[1]) and not place_of(words[:1]) else None
    if len(words) == 1 and not words[0].isupper():
        if any(one in listed("russian", "known") for one in stems_of(words[0])):
            return person_in_nominative(words)
        if (
            role
            and not opens
            and not place_of(words)
            and words[0].lower() not in lower
            and not _IS_ADJECTIVE.search(words[0])
            and (_is_family(words[0]) or is_given(words[0]))
        ):
            return words
    return None


def _merged(persons: dict[tuple[str, ...], set[str]], singles: Counter[str]) -> list[Found]:
    """Return people, each once whatever the case and however short the name."""
    merged: dict[tuple[str, ...], Found] = {}
    by_family: dict[str, tuple[str, ...]] = {}
    for words in sorted(persons, key=lambda words: (-sum(len(word) > 2 for word in words), words)):
        family = words[-1]
        known = next((by_family[one] for one in by_family if _same_family(one, family)), None)
        if known is not None and _may_be(words, known):
            merged[known].forms |= persons[words] | {" ".join(words)}
            continue
        by_family.setdefault(family, words)
        merged[words] = Found(Kind.PERSON, " ".join(words), set(persons[words]))
    for words, one in merged.items():
        family = words[-1]
        rivals = [other for other in merged if _same_family(other[-1], family)]
        if len(rivals) == 1 and len(words) > 1:
            one.forms |= {single for single in singles if _same_family(single, family)}
            if len(words[0]) > 2 and sum(_same_family(other[0], words[0]) for other in merged) == 1:
                one.forms |= {single for single in singles if single in (words[0],)}
    return list(merged.values())


def _same_family(one: str, other: str) -> bool:
    """Return whether two last names are cases of one."""
    return len(stem(one)) > 2 and (stem(one) in stems_of(other) or stem(other) in stems_of(one))


def _may_be(words: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Return whether a name can stand for another one with the same last name: no other first name speaks against it."""
    if len(words) == 1 or len(known) == 1:
        return True
    return words[0][:1] == known[0][:1] and ("." in words[0] or "." in known[0] or words[0][:3] == known[0][:3])
