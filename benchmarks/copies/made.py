"""Makes a set of copies with known truth from real articles: what outlets do to wire copy, and reports that only look so.

Nothing of it is stored; the articles are read from the corpus, everything else is drawn with a seed.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

COPIES = ("exact", "re-titled", "abridged", "local paragraphs", "words replaced")
REPLACED = 0.05
LEAST_WORDS = 80

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_INNER = re.compile(r"(?<=[^\W\d_] )[^\W\d_]{3,}")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s*|\n+")
_NAMES = [
    "Abramov",
    "Bellweather",
    "Castellan",
    "Dunmore",
    "Eskola",
    "Farrington",
    "Grigorev",
    "Halloran",
    "Ilves",
    "Janszoon",
    "Kowalczyk",
    "Lindqvist",
    "Marchetti",
    "Nakagawa",
    "Oyelaran",
    "Petrosyan",
    "Quintero",
    "Rasmussen",
    "Sokolova",
    "Tamburini",
    "Underhill",
    "Vasquez",
    "Whitlock",
    "Yamaguchi",
    "Zielinski",
]
_PLACES = [
    "Ashford",
    "Brackley",
    "Colmar",
    "Drava",
    "Elstow",
    "Fenwick",
    "Garda",
    "Holm",
    "Ivrea",
    "Jarrow",
    "Kaluga",
    "Lorca",
    "Malmo",
    "Narva",
    "Orsha",
    "Pskov",
    "Quimper",
    "Rieti",
    "Salto",
    "Trent",
    "Urfa",
    "Vigo",
    "Wels",
    "Yalta",
    "Zadar",
]
TEMPLATES = (
    "{name} Holdings reported net profit of ${n} million for the quarter that ended on {place} time, up {n} percent "
    "from ${n} million a year earlier. Revenue rose to ${n} million from ${n} million, the company said in a "
    "statement on its website. Analysts had expected earnings of {n} cents a share. Chief executive {name} said that "
    "demand had been stronger than planned in {place} and {place}. Shares closed at ${n}, and have gained {n} percent "
    "since the start of the year. The board proposed a dividend of {n} cents a share. The company employs {n} people "
    "and expects sales between ${n} million and ${n} million in the full year.",
    "{place} will be mostly cloudy on the day with a high near {n} and a low of {n} overnight. Winds from the west "
    "reach {n} kilometres an hour in the afternoon, with gusts of {n} on the coast near {place}. There is a {n} "
    "percent chance of rain after {n} o'clock, and up to {n} millimetres may fall in the hills above {place}. The "
    "outlook for the coming days is drier, with a high of {n} and sunshine for {n} hours. Pollen levels stay "
    "moderate. The water at {place} has {n} degrees. Sunrise was at {n}:{n}, sunset will be at {n}:{n}, and the moon "
    "is {n} percent full.",
    "{place} beat {place} {n}-{n} at home in front of {n} spectators. {name} opened the scoring in the {n} minute "
    "after a cross from {name}, and {name} made it two before the break. {place} answered through {name} in the {n} "
    "minute, but the visitors never found their rhythm. Coach {name} said that his side had earned the three points. "
    "{place} now have {n} points from {n} matches and are in place {n} of the table, {n} points ahead of {place}. The "
    "next match is against {place} on matchday {n}. Shots on goal: {n} to {n}. Corners: {n} to {n}. Yellow cards: "
    "{name}, {name}.",
    "With {n} percent of the ballots counted in the district of {place}, {name} leads with {n} votes, or {n} percent, "
    "ahead of {name} with {n} votes. {name} is third with {n}. Turnout was {n} percent, against {n} percent at the "
    "last election, the electoral commission said. {n} ballots were declared invalid. Counting continues in {place} "
    "and {place}, where {n} polling stations have yet to report. A run-off is held in {n} days unless a candidate "
    "passes half of the votes. The result is to be certified on day {n} of the month.",
    "The office added {n} persons and {n} entities to the list of designated parties. They are: {name} {name}, born "
    "in {place} in 19{n}; {name} {name}, born in {place} in 19{n}; {name} Shipping of {place}, registration number "
    "{n}{n}; and {name} Trading of {place}, registration number {n}{n}. All property of the designated parties within "
    "the jurisdiction is blocked. Persons who deal with them may be exposed to designation themselves. The vessels "
    "{name} {n} and {name} {n}, both with a flag of {place}, are identified as property in which {name} Shipping has "
    "an interest. The list now has {n} entries.",
)


@dataclass(frozen=True, slots=True)
class Document:
    """One article of a set; documents of one `cluster` are copies of one another."""

    id: str
    title: str
    text: str
    cluster: str


def made_set(originals: list[tuple[str, str]], seed: int = 5, reports: int = 40) -> list[Document]:
    """Return originals (title, text), a copy of each kind of each, and hard negatives: twins in template and in wording."""
    rng = random.Random(seed)
    documents: list[Document] = []
    # of long articles: a paragraph that is half of a short one would be a copy of it
    long = [text for _, text in originals if len(_WORD.findall(text)) >= 400]
    paragraphs = [line for text in long for line in text.splitlines() if 25 <= len(_WORD.findall(line)) <= 90]
    vocabulary = [word for _, text in rng.sample(originals, min(60, len(originals))) for word in _WORD.findall(text)[:300]]
    for number, (title, text) in enumerate(originals):
        cluster = f"story-{number}"
        other_title = rng.choice(originals)[0]
        versions = {
            "original": (title, text),
            "exact": (title, text),
            "re-titled": (other_title, text),
            "abridged": (title, abridged(text)),
            "local paragraphs": (title, with_paragraphs(text, rng, paragraphs)),
            "words replaced": (title, replaced(text, rng, vocabulary)),
        }
        documents += [Document(f"{cluster}/{kind}", *version, cluster) for kind, version in versions.items()]
        if number % 10 == 0 and (other := other_event(text, rng)):
            documents.append(Document(f"{cluster}/other event", title, other, f"{cluster}-other-event"))
    for kind, template in enumerate(TEMPLATES):
        for number in range(reports):
            name = f"template-{kind}-{number}"
            documents.append(Document(name, "Report of the day", filled(template, rng), name))
    return documents


def sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part]


def abridged(text: str) -> str:
    """Return the first half, cut as desks do: from the bottom, at the end of a sentence if there is one."""
    kept, length, half = [], 0, len(text) / 2
    for sentence in sentences(text):
        if length >= half:
            break
        kept.append(sentence)
        length += len(sentence) + 1
    cut = " ".join(kept)
    return cut if len(cut) <= len(text) * 0.6 else text[: int(half)]


def with_paragraphs(text: str, rng: random.Random, paragraphs: list[str]) -> str:
    lines = text.splitlines()
    for paragraph in rng.sample(paragraphs, rng.randint(1, 3)):
        lines.insert(rng.randint(0, len(lines)), paragraph)
    return "\n".join(lines)


def replaced(text: str, rng: random.Random, vocabulary: list[str]) -> str:
    return _WORD.sub(lambda found: rng.choice(vocabulary) if rng.random() < REPLACED else found[0], text)


def other_event(text: str, rng: random.Random) -> str | None:
    """Return the same wording with every number and name replaced, or None if there are too few to matter."""
    found = {word for word in _INNER.findall(text) if word[0].isupper()}
    if len(_NUMBER.findall(text)) + len(found) < 12:
        return None
    names = {word: rng.choice(_NAMES + _PLACES) for word in sorted(found)}
    renamed = re.sub(r"\w+", lambda word: names.get(word[0], word[0]), text)
    return _NUMBER.sub(lambda number: str(rng.randint(1, 10 ** min(6, len(number[0])))), renamed)


def filled(template: str, rng: random.Random) -> str:
    kinds = {"{n}": lambda: str(rng.randint(2, 97)), "{name}": lambda: rng.choice(_NAMES), "{place}": lambda: rng.choice(_PLACES)}
    return re.sub(r"\{n\}|\{name\}|\{place\}", lambda found: kinds[found[0]](), template)
