"""Makes a set of first takes, full reports and digests with known truth from real articles, and what only looks like them.

A first take is the beginning of a report, or a piece of it, that an agency sent hours before. It is a copy, however small its
share of the report. A digest prints ten takes and is a copy of none. Reports of different events share a paragraph of background,
the words of an agency about itself, or a template.
"""

from __future__ import annotations

import random

from benchmarks.copies.made import TEMPLATES, Document, filled, sentences

_SHORT, _LONG = 45, 110  # words of a take
_REPORT = 600  # words of a report, of which a take is a small part
_IN_A_DIGEST = 10
_SHARING = 8  # reports with one paragraph of background, or with the words of one agency about itself
_AGENCY = (
    "The Meridian Wire is an independent news service with offices in forty cities. It was founded in 1911 by seven papers, "
    "belongs to its readers and staff, and accepts neither advertising nor public money. Its reports may be reprinted by "
    "subscribers in full or in part if they name the service. To subscribe, write to the desk in Ashford on weekdays."
)


def takes_set(originals: list[tuple[str, str]], seed: int = 7) -> list[Document]:
    """Return the documents in a drawn order; those with the same cluster are copies of one another."""
    rng = random.Random(seed)
    pool = [(title, text) for title, text in originals if len(text.split()) >= _REPORT]
    rng.shuffle(pool)
    third = len(pool) // 3
    found = [*_takes(pool[:third], rng), *_sharing(pool[third : 2 * third], rng), *_templates(pool[2 * third :], rng)]
    return rng.sample(found, len(found))


def _takes(reports: list[tuple[str, str]], rng: random.Random) -> list[Document]:
    """Return reports, a first take of each, and digests of ten takes."""
    found: list[Document] = []
    takes: list[str] = []
    for number, (title, text) in enumerate(reports):
        cluster = f"take-{number}"
        take = _piece(text, rng, from_beginning=number % 3 != 0)
        found.append(Document(f"{cluster}/report", title, text, cluster))
        found.append(Document(f"{cluster}/take", f"{title} (1)", take, cluster))
        takes.append(take)
    for number, at in enumerate(range(0, len(takes) - _IN_A_DIGEST + 1, _IN_A_DIGEST)):
        parts = [f"In brief {at + place}\n{take}" for place, take in enumerate(takes[at : at + _IN_A_DIGEST])]
        found.append(Document(f"digest-{number}/digest", "The news in brief", "\n".join(parts), f"digest-{number}"))
    return found


def _sharing(reports: list[tuple[str, str]], rng: random.Random) -> list[Document]:
    """Return reports of different events that share a paragraph, and end with the words of an agency that has a page too."""
    found = [Document("agency/itself", "About us", _AGENCY, "agency")]
    for at in range(0, len(reports) - _SHARING, _SHARING + 1):
        background = _piece(reports[at][1], rng, from_beginning=False)
        for number, (title, text) in enumerate(reports[at + 1 : at + 1 + _SHARING]):
            cluster = f"sharing-{at}-{number}"
            lines = sentences(text)
            middle = len(lines) // 2
            both = " ".join([*lines[:middle], background, *lines[middle:]])
            found.append(Document(f"{cluster}/report", title, f"{both}\n{_AGENCY}", cluster))
    return found


def _templates(reports: list[tuple[str, str]], rng: random.Random) -> list[Document]:
    """Return short reports of one template, and long reports of other events that hold the same template filled otherwise."""
    found: list[Document] = []
    for number, (title, text) in enumerate(reports):
        template = TEMPLATES[number % len(TEMPLATES)]
        short, long = filled(template, rng), f"{text}\n{filled(template, rng)}"
        found.append(Document(f"short-{number}/report", f"Results {number}", short, f"short-{number}"))
        found.append(Document(f"long-{number}/report", title, long, f"long-{number}"))
    return found


def _piece(text: str, rng: random.Random, *, from_beginning: bool) -> str:
    """Return some sentences of a text in one piece."""
    lines = sentences(text)
    wanted = rng.randint(_SHORT, _LONG)
    first = 0 if from_beginning else len(lines) // 3
    taken: list[str] = []
    for line in lines[first:]:
        taken.append(line)
        if sum(len(each.split()) for each in taken) >= wanted:
            break
    return " ".join(taken)
