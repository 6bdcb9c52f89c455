"""Tell who says what is quoted, in languages that put spaces between words and capitals before names."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

# What names a speaker: no mark of a sentence in it, but the full stop of an abbreviation.
_WHO = r"(?:\b(?:M|Mm?e|Mrs?|Ms|Dr|Prof|Gen|Lt|Col|Capt|Sen|Rep|Gov|St|[A-ZА-ЯЁ])\.|[^.;:!?«»“”„\"()\n])"
_NAME_WORD = re.compile(r"[^\W\d_a-zа-яёіїєґà-öø-ÿ][\w'’-]*\.?$")
# Of names.
PARTICLES = {"al", "bin", "de", "del", "da", "van", "von", "der", "den", "el", "ben", "ibn", "di", "la", "le", "du"}
_PATRONYMIC = re.compile(r"(?:вич|вна|чна|ична)$")
_ADVERBS = r"(?:also|later|then|earlier|further|however|today|yesterday|также|ранее|затем|позже|також|auch|zudem|además|também)"
_ONE = {"one", "un", "une", "uno", "una", "um", "uma", "eine"}
_OF = {"of", "de", "des", "du", "dei", "degli", "delle", "dos", "das", "der"}
_INSIDE = {"of", "for", "at", "from", "de", "du", "des", "del", "di", "da", "do", "von", "der", "la", "le"}  # of a description
LONGEST_NAME = 8  # words
SHORTEST_TAIL = 90  # characters between a verb and the quotation behind it


class Said(NamedTuple):
    """What the words beside a quotation show."""

    is_said: bool  # somebody says it
    speaker: str | None = None


@dataclass(frozen=True)
class _Language:
    verbs: re.Pattern[str]
    according: re.Pattern[str]
    after: re.Pattern[str]  # behind a quotation: a verb, then who
    name_first: re.Pattern[str]  # behind a quotation: who, then a verb
    before: re.Pattern[str]  # before a quotation: who, then a verb, then what may stand between
    told: re.Pattern[str]  # before a quotation: according to whom
    titles: re.Pattern[str]
    articles: frozenset[str]
    ends: frozenset[str]
    prepositions: frozenset[str]
    pronouns: frozenset[str]
    places: frozenset[str]
    nouns_have_capitals: bool


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """Return the words of all languages, see words.toml."""
    return tomllib.loads(files("newslake.quotations").joinpath("words.toml").read_text("utf-8"))


def _either(options: list[str]) -> str:
    return "(?:" + "|".join(sorted(options, key=len, reverse=True) or [r"(?!)"]) + ")"


@cache
def _language(code: str) -> _Language | None:
    known = words().get(code)
    if known is None or "ends" not in known:
        return None
    verb, according = _either(known["verbs"]), _either(known["according"])
    behind = _either([*known["verbs"], *known.get("verbs_behind", [])])
    that = _either([*known["after_verb"], "(?!)"])
    return _Language(
        re.compile(verb, re.I),
        re.compile(according, re.I),
        re.compile(rf"^\s*,?\s*[—–-]?\s*(?:{behind}\b|{according}\b)\s+(?P<who>{_WHO}+)", re.I),
        re.compile(rf"^\s*,?\s*[—–-]?\s*(?P<who>[^.,;:!?«»“”„\"()\n]{{2,80}}?)\s+(?:{_ADVERBS}\s+)?{verb}\b", re.I),
        re.compile(
            rf"(?P<who>[^;:!?«»“”„\"()\n]*?)\s+(?:{_ADVERBS}\s+)?{verb}\b"
            rf"(?P<tail>[^;!?«»“”„\"()\n]{{0,{SHORTEST_TAIL}}}?)(?:[:,]|\b{that})\s*$",
            re.I,
        ),
        re.compile(rf"\b{according}\s+(?P<who>[^;:!?«»“”„\"()\n]{{2,80}}?),\s*$", re.I),
        re.compile(rf"^{_either(known['titles'])}\.?$", re.I),
        frozenset(known["articles"]),
        frozenset(known["ends"]),
        frozenset(known["prepositions"]) - PARTICLES,
        frozenset(known["pronouns"]),
        frozenset(known["places"]),
        code == "de",
    )


def speaker_of(before: str, quoted: str, after: str, language: str | None) -> Said:
    """Return who says what is quoted.

    Args:
        before: the words before it in its sentence.
        after: the words behind it in its paragraph.
    """
    here = _language(language or "")
    if here is None:
        return Said(False)
    # A full stop inside the marks ends the sentence: what follows is another one.
    if not quoted.endswith(".") or after.lstrip()[:1] in "—–-":
        if found := here.after.match(after):
            return Said(True, _who(found["who"].split(",")[0], here))
        if (found := here.name_first.match(after)) and (who := _subject(found["who"], here)):
            return Said(True, who if who.casefold() not in here.pronouns else None)
    if found := here.told.search(before):
        return Said(True, _who(found["who"].split(",")[0], here))
    if found := here.before.search(before):
        return Said(True, _subject_before(found["who"], here))
    return Said(False)


def _who(phrase: str, here: _Language) -> str | None:
    """Return the speaker that a phrase behind a verb begins with."""
    tokens = re.findall(r"\S+", phrase.strip())
    if not here.articles and tokens[:1] in (["в"], ["у"]):
        tokens = tokens[1:]  # "сообщили в МИД"
    if not tokens or tokens[0].casefold() in here.pronouns or (tokens[0].casefold() in here.ends and tokens[0].islower()):
        return None
    if tokens[0].casefold() in here.articles:
        return _described(tokens, here)
    kept: list[str] = []
    for token in tokens:
        if token.casefold().strip(",") in here.ends and (kept and token.islower()):
            break
        kept.append(token)
    return _name(kept, here)


def _described(tokens: list[str], here: _Language) -> str | None:
    """Return a speaker that begins with an article: the name in it if it ends with one, else the description.

    An article is left out, but for one that counts: "one of the workers".
    """
    is_one = tokens[0].casefold() in _ONE and [token.casefold() in _OF for token in tokens[1:2]] == [True]
    tokens = tokens if is_one else tokens[1:]
    if not tokens or (is_one and tokens[2:3] in ([], ["them"], ["us"])):
        return None
    stops = here.ends - _INSIDE
    kept: list[str] = []
    for token in tokens:
        if token.casefold() in stops and token.islower() and kept:
            break
        kept.append(token)
    is_of = any(token.casefold() in here.ends for token in kept)
    if here.nouns_have_capitals and not _NAME_WORD.match(kept[-1]):
        return None
    if not is_of and (name := _name(kept, here)) and len(name.split()) > 1:
        return name
    return " ".join(kept) if len(kept) <= LONGEST_NAME else None


def _name(tokens: list[str], here: _Language) -> str | None:
    """Return the last run of words with capitals, without titles, countries and offices before the name."""
    runs: list[list[str]] = [[]]
    for token in tokens:
        bare = token.strip(",;’'")
        if _NAME_WORD.match(bare) or (runs[-1] and bare.casefold() in PARTICLES):
            runs[-1].append(bare)
        elif runs[-1]:
            runs.append([])
    run = next((run for run in reversed(runs) if run), [])
    while run and run[-1].casefold() in PARTICLES:
        run.pop()
    while len(run) > 1 and (here.titles.match(run[0]) or run[0] in here.places):
        run.pop(0)
    if run and run[0].casefold() in here.prepositions and len(run) < (4 if here.places else len(run) + 1):
        return None  # "In Moscow Ada Park": where the name begins cannot be told, but in Russian and Ukrainian by their order
    if here.places:
        if run and all(word in here.places for word in run):
            return " ".join(run) if run[-1].isupper() else None
        if len(run) > 2:
            run = run[-3:] if _PATRONYMIC.search(run[-2]) else run[-2:]
    if not run or len(run) > LONGEST_NAME or " ".join(run).casefold() in here.pronouns:
        return None
    return " ".join(run)


def _subject(phrase: str, here: _Language) -> str | None:
    """Return the speaker in a phrase that stands between a quotation and a verb; None if it is no name."""
    tokens = phrase.split()
    if not tokens or len(tokens) > LONGEST_NAME:
        return None
    if tokens[0].casefold() in here.pronouns and len(tokens) == 1:
        return tokens[0]
    if tokens[0].casefold() in here.articles:
        return _described(tokens, here)
    if not _NAME_WORD.match(tokens[0]) or not _NAME_WORD.match(tokens[-1]):
        return None
    return _name(tokens, here)


def _subject_before(phrase: str, here: _Language) -> str | None:
    """Return the speaker at the end of what stands before a verb: "On Monday, Ada Park", "Ada Park, who leads the port,"."""
    phrase = phrase.strip()
    phrase = phrase.rstrip(",").split(",")[0] if phrase.endswith(",") else phrase.split(",")[-1]
    tokens = phrase.split()
    if not tokens or tokens[-1].casefold() in here.pronouns:
        return None
    if not _NAME_WORD.match(tokens[-1]):
        return _described(tokens, here) if tokens[0].casefold() in here.articles and len(tokens) <= LONGEST_NAME else None
    begin = len(tokens) - 1
    while begin and (_NAME_WORD.match(tokens[begin - 1]) or tokens[begin - 1].casefold() in PARTICLES):
        begin -= 1
    return _name(tokens[begin:], here)
