"""Find names in languages with Latin letters: by capitals, and by the words in names and beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from newslake.names.model import Found, Kind
from newslake.names.persons import Person, is_person, trimmed
from newslake.names.runs import Run, runs
from newslake.names.words import known_places, listed

_LOWER = re.compile(r"(?<![\w’'])[a-zà-öø-ÿāăąćčďđēęěğíłńňőřśšťůűźżž][\w’'-]*")
_SHORT = re.compile(r"[A-Z][A-Z.&]{1,6}$")
_INSIDE_BRACKETS = re.compile(r"^\s*\((?P<short>[A-Z][A-Za-z&.-]{1,9})\)")
_IMO = re.compile(r"^[\s,]*\(?\s*IMO\b")
_DATELINE = re.compile(r"^(?:\s*\([A-Za-z, ]+\))?\s*(?:,[^—–-]{0,40})?\s*(?:\([A-Za-z /]+\))?\s*(?:[—–]|-{1,2}|:)\s")
_PAIR = re.compile(r"\b[Tt]he (?P<first>[A-Z][a-z]+) and $")
_REGION = re.compile(r"^, (?P<region>[A-Z]\w+(?: [A-Z]\w+)?)")
_GERMAN = {"von", "der", "den", "zu"}  # also part of names, behind a first name
_LINKS = {"of", "for", "the"}
_NUMBERED = re.compile(r"^ (?:No\. ?\d+|[IVX]+\b|\d{1,3}\b(?![.,:%]?\d))")
MOST_PLACE_WORDS = 4


_OPENING = ('"', "“", "„", "«", "‘", "'", "`")  # marks before a name


@cache
def _ship_before() -> re.Pattern[str]:
    nouns = "|".join(sorted(listed("capitals", "ship_nouns"), key=len, reverse=True))
    return re.compile(
        rf"(?:\b(?i:{nouns})s?,?(?: (?:called|named|dubbed|namens))?,? ?(?:[Tt]he |der |die |le |el )?"
        rf"|\b(?:aboard|sister (?:ship|vessel) of|[Cc]aptain of|crew of) (?:the )?)[\"“„«‘'`]*$"
    )


@cache
def _ship_named() -> re.Pattern[str]:
    """Return a pattern of what stands before a name in quotation marks that a ship, which is told of before, has or had."""
    nouns = "|".join(listed("capitals", "ship_nouns"))
    said = "named|called|renamed|known as|formerly|namens|(?:dem|den) Namen|früher|rebaptisé|nommé|llamado"
    return re.compile(rf"\b(?i:{nouns})s?\b[^.!?]{{0,100}}\b(?:{said})(?: the)? [\"“„«‘'`]$")


@cache
def _whole_names() -> re.Pattern[str]:
    """Return a pattern of organisations with words in small letters: known ones, and ministries of Romance languages."""
    known = [name for name in listed("capitals", "organisations") if any(word[0].islower() for word in name.split())]
    heads = "|".join(listed("capitals", "small_heads"))
    return re.compile(
        rf"\b(?:{'|'.join(map(re.escape, known))})\b|\b(?:{heads}) (?:de la |de l[’']|des |du |de |della |dell[’']|degli )"
        r"[A-ZÀ-Ý][\w-]+(?: (?:étrangères|exteriores|extranjeros|esteri|intérieure))?"
    )


@cache
def _what_it_is() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of what says before or behind a name that it is an organisation's."""
    nouns = "|".join(sorted(listed("capitals", "organisation_nouns"), key=len, reverse=True))
    before = re.compile(rf"\b(?:{nouns}) [\"“„«]?$")
    article = "[Aa]n?|the|une?|la|le|el|eine?|die|der|das|l[’']"
    after = re.compile(rf"^[\"”“»]?(?: (?:{nouns})\b|, (?:{article})[ ’'](?:[\w’'-]+ ){{0,4}}(?:{nouns})\b)")
    return before, after


@dataclass(frozen=True, slots=True)
class _Text:
    lower: frozenset[str]
    singles: Counter[str]  # words that stand alone, by how often
    vessels: frozenset[str]


def found_by_capitals(title: str, text: str, language: str = "") -> list[Found]:
    """Return the names that a text shows; the title counts where it does not write every word with a capital."""
    lower = frozenset(_LOWER.findall(text)) | frozenset(_LOWER.findall(title))
    lines = [line for line in [title, *text.split("\n")] if line.strip() and not _is_all_capitals(line)]
    every = [run for line in lines for whole in runs(line, lower) for run in _parts(whole)]
    singles = Counter(run.words[0] for run in every if len(run.words) == 1)
    here = _Text(lower, singles, frozenset(run.text for run in every if _is_vessel(run)))
    every = [part for run in every for part in _without_vessel(run, here.vessels)]
    found: dict[tuple[Kind, str], Found] = {}
    persons: list[Person] = []
    for line in lines:
        for match in _whole_names().finditer(line):
            found.setdefault((Kind.ORGANISATION, match.group()), Found(Kind.ORGANISATION, match.group()))
    for run in every:
        for one in _classified(run, here, persons, language):
            found.setdefault((one.kind, one.name), one).forms.update(one.forms)
    _add_persons(persons, found, singles)
    return list(found.values())


def _is_all_capitals(line: str) -> bool:
    """Return whether a line writes (nearly) every word with a capital, as headlines do: its capitals say nothing."""
    words = [word for word in re.findall(r"[^\W\d_][\w’'-]*", line) if len(word) > 3]
    is_sentence = line.rstrip().endswith((".", "!", "?", "…"))
    return not is_sentence and len(line) < 160 and len(words) > 3 and sum(word[0].isupper() for word in words) > 0.7 * len(words)


def _parts(run: Run) -> Iterator[Run]:
    """Yield a run, or its parts where "of" or "the" in it joins two names."""
    words = run.words
    for place, word in enumerate(words):
        if word in _LINKS and place:
            head = words[place - 1].lower()
            if head in listed("capitals", "organisation_begins") or head in listed("capitals", "place_begins"):
                continue
            if any(each.lower() in listed("capitals", "organisation_begins") for each in words[:place]):
                continue
            yield _cut(run, 0, place)
            rest = next((at for at in range(place, len(words)) if words[at] not in _LINKS), None)
            if rest is not None:
                yield from _parts(_cut(run, rest, len(words)))
            return
    for place, word in enumerate(words):
        is_apart = (
            word in _GERMAN and place and words[place - 1] not in listed("capitals", "given") and words[place - 1] not in _GERMAN
        )
        if is_apart or (word in {"de", "y", "le", "la"} and place and " ".join(words[:place]) in known_places()):
            yield _cut(run, 0, place)
            rest = next((at for at in range(place, len(words)) if words[at][0].isupper()), None)
            if rest is not None:
                yield from _parts(_cut(run, rest, len(words)))
            return
    yield run


def _cut(run: Run, begin: int, end: int) -> Run:
    """Return some words of a run as a run of their own."""
    start = run.start
    for word in run.words[:begin]:
        start = run.line.index(word, start) + len(word)
    start = run.line.index(run.words[begin], start)
    stop = start
    for word in run.words[begin:end]:
        stop = run.line.index(word, stop) + len(word)
    is_last = end == len(run.words)
    return Run(run.words[begin:end], start, stop, run.opens and begin == 0, run.line, run.ends_possessive and is_last)


def _is_vessel(run: Run) -> bool:
    if run.words[0].lower() in listed("capitals", "ship_names") and len(run.words) > 1:
        return True
    first = run.words[0].lower()
    if (first in listed("capitals", "ship_marks") and len(run.words) > 1 and run.words[0].isupper()) or _IMO.match(run.after):
        return True
    if run.opens or run.text in known_places() or first in listed("capitals", "peoples"):
        return False
    before = run.line[max(0, run.start - 150) : run.start]
    is_said = _ship_before().search(run.before) or (before.endswith(_OPENING) and _ship_named().search(before))
    return bool(is_said) and not _is_organisation(run)


def _without_vessel(run: Run, vessels: frozenset[str]) -> Iterator[Run]:
    """Yield a run, in two parts where it begins with the name of a ship and goes on with another name."""
    for size in range(len(run.words) - 1, 0, -1):
        if " ".join(run.words[:size]) in vessels and size > 1 and len(run.words) - size > 1:
            yield _cut(run, 0, size)
            yield _cut(run, size, len(run.words))
            return
    yield run


def _classified(run: Run, here: _Text, persons: list[Person], language: str) -> Iterator[Found]:
    if run.text in here.vessels:
        yield _vessel(run)
        return
    whole = run
    run = _without_people(run)
    if run.words and run.text in known_places():
        if not (run.opens and run.words[0].lower() in here.lower and len(run.words) == 1):
            yield Found(Kind.PLACE, run.text)
        return
    if (split := _office(whole)) is not None:
        for part in split:
            yield from _classified(part, here, persons, language)
        return
    if (organisation := _organisation(whole, here)) is not None:
        yield organisation
        return
    if not run.words:
        return
    if _is_place(run) and not _is_called_like_a_place(run):
        yield Found(Kind.PLACE, _place_name(run))
        return
    if (person := is_person(trimmed(run), here.lower, here.singles, language)) is not None:
        persons.append(person)


def _office(run: Run) -> tuple[Run, Run] | None:
    """Return an organisation and a person apart: "Marine Corps Commandant Bo Lund"."""
    titles = listed("capitals", "titles")
    for place in range(1, len(run.words) - 1):
        if run.words[place].lower().rstrip(".") in titles and _is_organisation(_cut(run, 0, place)):
            return _cut(run, 0, place), _cut(run, place, len(run.words))
    return None


def _vessel(run: Run) -> Found:
    words = run.words
    if words[0].lower() in listed("capitals", "ship_marks"):
        words = words[1:]
    numbered = _NUMBERED.match(run.after)
    name = " ".join(words) + (numbered.group() if numbered else "")
    return Found(Kind.VESSEL, name.removeprefix("The "))


def _without_people(run: Run) -> Run:
    """Return a run without what says to which people somebody or something belongs."""
    peoples = listed("capitals", "peoples")
    begin = 0
    while begin < len(run.words) and run.words[begin].lower() in peoples and run.text not in known_places():
        begin += 1
        if " ".join(run.words[begin:]) in known_places():
            break
    if begin == len(run.words):
        return replace(run, words=())
    return _cut(run, begin, len(run.words)) if begin else run


def _is_organisation(run: Run) -> bool:
    words = [word.lower().rstrip(".") for word in run.words]
    known = listed("capitals", "organisations")
    if run.text in known or run.text.removeprefix("The ") in known:
        return True
    if len(words) < 2 or (words[0] in listed("capitals", "titles") and any(word[0].islower() for word in run.words)):
        return False  # "Vorsitzender der Partei"
    ends = listed("capitals", "organisation_ends")
    return (
        words[-1] in ends
        or run.words[-1].lower() in ends
        or (
            words[0] in listed("capitals", "organisation_begins")
            and any(word in _LINKS or word in {"de", "du", "der"} for word in words[1:])
        )
    )


def _organisation(run: Run, here: _Text) -> Found | None:
    """Return the organisation that a run is or begins with, with the abbreviation behind it."""
    before, after = _what_it_is()
    is_said = before.search(run.before) or after.search(run.after)
    if is_said and len(run.words) < 4 and not (run.opens or run.ends_possessive or run.words[0].lower() in _peoples()):
        return Found(Kind.ORGANISATION, run.text)
    if not _is_organisation(run):
        parts = (" ".join(run.words[:size]) for size in range(len(run.words) - 1, 1, -1))
        known = next((part for part in parts if part in listed("capitals", "organisations")), None)
        return Found(Kind.ORGANISATION, known) if known else None
    if run.opens and len(run.words) == 1 and run.text.lower() in here.lower:
        return None
    forms, name, end = set(), run.text, run.words[-1].lower().rstrip(".")
    if (pair := _PAIR.search(run.before)) and end in listed("capitals", "organisation_ends"):
        name = f"{pair['first']} and {name}"  # "the Maritime and Coastguard Agency"
    if short := _INSIDE_BRACKETS.match(run.after):
        forms.add(short["short"])
    if end in listed("capitals", "company_forms") and len(run.words) > 1:
        forms.add(" ".join(run.words[:-1]))
    return Found(Kind.ORGANISATION, name, {form for form in forms if form.lower() not in here.lower})


def _is_called_like_a_place(run: Run) -> bool:
    """Return whether a run is a person whose family name is also a word of places: Dr. Ada Park, and not Hyde Park."""
    one = trimmed(run)
    is_person_like = one.has_title or bool(one.words and one.words[0] in listed("capitals", "given"))
    return run.words[-1] in listed("capitals", "family_first") and is_person_like


def _peoples() -> frozenset[str]:
    return listed("capitals", "peoples")


@cache
def _beside_places() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of what a place is, before and behind its name."""
    nouns = "|".join(listed("capitals", "place_nouns"))
    return re.compile(rf"\b(?:{nouns})(?: of)? $"), re.compile(rf"^ (?:{nouns})\b")


def _is_place(run: Run) -> bool:
    words = [word.lower() for word in run.words]
    is_short = 1 < len(words) <= MOST_PLACE_WORDS
    if is_short and (words[-1] in listed("capitals", "place_ends") or words[0] in {"mount", "lake", "cape", "port"}):
        return True
    if is_short and words[0] in listed("capitals", "place_begins") and words[1] in {"of", "de", "du"}:
        return True
    if len(words) > 3 or _SHORT.match(run.text):
        return run.start == 0 and run.text.isupper() and _DATELINE.match(run.after) is not None and len(words) < 4
    if len(words) == 1 and words[0].endswith(("ian", "ean", "ese", "ish")):
        return False  # "a Siberian port"
    before, after = _beside_places()
    if before.search(run.before) or after.match(run.after):
        return not run.opens and not re.match(r"^ (?:city|county|state) (?:council|court|police)", run.after)
    region = _REGION.match(run.after)
    is_in = re.search(r"\b(?:in|at|from|of|near|to) $", run.before) is not None
    return is_in and region is not None and region["region"] in known_places() and run.text not in listed("capitals", "known")


def _place_name(run: Run) -> str:
    return run.text.title() if run.text.isupper() and len(run.text) > 4 else run.text


def _add_persons(persons: list[Person], found: dict[tuple[Kind, str], Found], singles: Counter[str]) -> None:
    """Add people, each once: who is named in full, and elsewhere by one of the names."""
    others = {form for one in found.values() for form in {one.name, *one.forms}}
    full = sorted({person.words for person in persons if len(person.words) > 1}, key=lambda words: (-len(words), words))
    merged: dict[tuple[str, ...], Found] = {}
    for words in full:
        same = next((known for known in merged if _is_short_for(words, known)), None)
        if same is not None:
            merged[same].forms.add(" ".join(words))
        else:
            merged[words] = Found(Kind.PERSON, " ".join(words))
    for words, one in merged.items():
        for name in {words[0], words[-1]}:
            owners = [other for other in merged if name in (other[0], other[-1])]
            if len(owners) == 1 and singles[name] and name not in others:
                one.forms.add(name)
    for person in persons:
        if len(person.words) == 1 and not any(person.words[0] in words for words in merged) and person.words[0] not in others:
            merged.setdefault(person.words, Found(Kind.PERSON, person.words[0]))
    for one in merged.values():
        found.setdefault((one.kind, one.name), one).forms.update(one.forms)


def _is_short_for(words: tuple[str, ...], longer: Iterable[str]) -> bool:
    """Return whether a name is another one without some of its words, such as a middle name."""
    longer = tuple(longer)
    return words[-1] == longer[-1] and words[0] == longer[0] and set(words) <= set(longer)
