"""Cut the names of outlet and section off the ends of a title, where there is evidence that they are no part of the headline."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows.clean.byline.places import is_place
from flows.clean.dates.parse import read_moment
from flows.clean.headline.outlet import is_address, is_outlet, names_outlet
from flows.clean.lexicon import load_lexicon
from flows.clean.structured import fold
from newslake.text import squeeze

__all__ = ["LONGEST", "Evidence", "is_date", "says_nothing", "strip_outlet", "without_name"]

# No headline is longer: it would be a text in the wrong element.
LONGEST = 500
# Separators between a headline and the name of an outlet or a section.
_SEPARATOR = re.compile(
    r"\s+(?:[|\-–—:•·»«›‹~/\\<>]|::|--|\|\|)\s+|\s*[|｜»›＞∥ㅣ┃│]\s*|\s+[<]\s+|(?<=\w)\s-(?=\w)|\s*::+\s*|\s+\*\s+|：|-(?=[^-\s]{2,12}$)|_(?=[^_]{2,20}$)|"
    r":\s+"
)
# One of the marks of each separator: many titles have none.
_MARK = re.compile(r"[|\-–—:•·»«›‹~/\\<>｜＞∥ㅣ┃│*：_]")
_LAST_COLON = re.compile(r"(?P<kept>.+?)\s*[:：]\s*(?P<name>[^:：]+)")
# Outlet names after Chinese and Japanese titles: "-…网", "_…新闻"; after underscores a section may precede them.
_LEXICON = load_lexicon("titles", "houses", "empty")
_HOUSE = _LEXICON.compile(rf"[\u3040-\u30ff\u3400-\u9fff]{{1,10}}{_LEXICON.pattern('houses')}")
_NOTHING = _LEXICON.compile(rf"{_LEXICON.pattern('empty')}\s*")
_SECTION = re.compile(r"(?<=.{8})\s*_\s*[\u3040-\u30ff\u3400-\u9fff]{1,5}$")
# Characters of what is left, and of a part that other sources have as the title.
_SHORT, _AGREED = 3, 12
_ROUNDS = 5
# A date in brackets behind a headline; characters of a date, and words of a headline that needs none.
_BRACKETED = re.compile(r"\s*[(\[（]([^()\[\]（）]{6,40})[)\]）](?=\s*(?:$|[|\-–—:•·»]))")
_DATE, _ENOUGH_WORDS, _ENOUGH_SIGNS = range(6, 41), 4, 8


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page tells about its titles, all folded.

    `names` are what the outlet calls itself. `others` are the titles that the page has, `sure` those in the data of
    its article, and `whole` those that readers see as its headline and that another source has too.
    """

    names: list[str] = field(default_factory=list)
    others: set[str] = field(default_factory=set)
    sure: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)


def strip_outlet(title: str, known: Evidence, *, colons: bool = False) -> str:
    """Return a title without the names of outlet and section at its ends.

    A part is removed if the rest alone is one of the page's other titles, or if it names the outlet. A headline that readers see
    and another source repeats stays as it is, except for the full name of the outlet behind it.

    Args:
        colons: whether a part before or after a colon, which mostly belongs to the headline, may be removed as well.
    """
    title = squeeze(title)[:LONGEST]
    named = _LAST_COLON.fullmatch(title) if _MARK.search(title) else None
    if named and fold(title) not in known.whole and fold(named["name"]) in known.names and len(fold(named["kept"])) > _SHORT:
        title = named["kept"]
    if fold(title) not in known.whole and any(map(str.isdigit, title)):
        title = _without_date(title, known.names)
    for _ in range(_ROUNDS):
        cuts = [(m.start(), m.end()) for m in _separators(title) if m.start() > 0 and m.end() < len(title)]
        rest = _without_name(title, cuts, known) if cuts else None
        if rest is None and cuts:
            others = known.sure if fold(title) in known.whole else known.others
            rest = _agreed([cut for cut in cuts if colons or not _is_colon(title[slice(*cut)])], title, others)
        if rest is None:
            break
        title = rest
    title = title.strip(" |–—·¶")
    return title if title.count("«") == title.count("»") else title.strip(" »")


def says_nothing(title: str) -> bool:
    """Return whether a title is a word for any article, for a list of them or for the home page: "News", "Article"."""
    return _NOTHING.fullmatch(title) is not None


def is_date(text: str) -> bool:
    """Return whether a text is a date and nothing else."""
    return len(text) in _DATE and any(map(str.isdigit, text)) and read_moment(text, "title") is not None


def _without_date(title: str, names: list[str]) -> str:
    """Return a title without a date in brackets or between separators, and without what follows it.

    A headline of few words keeps its date, because that can be all that tells it from the next one: "Morning briefing". A date
    that begins a title, or that only the name of the outlet precedes, goes too.
    """
    bracketed = _BRACKETED.search(title)
    if bracketed and is_date(bracketed[1]) and _is_enough(title[: bracketed.start()]):
        return title[: bracketed.start()]
    cuts = [cut for cut in _separators(title) if not _is_colon(cut[0]) or cut[0][0].isspace()]
    starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(title)]
    for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if not is_date(title[start:end].strip()):
            continue
        before = title[: ends[n - 1]] if n else ""
        behind = title[starts[n + 1] :] if n < len(cuts) else ""
        if not before or is_address(before) or is_outlet(before, names):
            return behind if _is_enough(behind) else title
        return before if _is_enough(before) and not before[-1].isdigit() else title
    return title


def _is_enough(headline: str) -> bool:
    """Return whether a headline has so many words that it needs no date."""
    words = [word for word in fold(headline).split() if not word.isdigit()]
    return len(words) >= _ENOUGH_WORDS or (not headline.isascii() and len("".join(words)) >= _ENOUGH_SIGNS)


def _without_name(title: str, cuts: list[tuple[int, int]], known: Evidence) -> str | None:
    """Return a title without the name of the outlet at one of its ends; None if none stands there."""
    (start, end), (first, behind) = cuts[-1], cuts[0]
    kept, name, mark = title[:start], title[end:], title[start:end]
    if len(fold(kept)) > _SHORT:
        if fold(title) in known.whole:
            is_name = mark != "-" and not _is_colon(mark) and names_outlet(name, known.names) and not is_place(name)
            return kept.strip() if is_name else None
        if mark in ("-", "_") and _HOUSE.fullmatch(name):
            return _SECTION.sub("", kept.strip()) if mark == "_" else kept.strip()
        # a hyphen without spaces joins words more often than it separates titles
        if mark != "-" and (fold(name) in known.names if _is_colon(mark) else is_outlet(name, known.names)):
            return kept.strip()
    kept, name, mark = title[behind:], title[:first], title[first:behind]
    is_name = fold(name) in known.names if _is_colon(mark) else names_outlet(name, known.names) or is_address(name)
    return kept.strip() if mark != "-" and is_name and len(fold(kept)) > _SHORT and fold(title) not in known.whole else None


def _agreed(cuts: list[tuple[int, int]], title: str, others: set[str]) -> str | None:
    """Return the longest end or beginning of a title that another source has as the whole title."""
    parts = [title[:start].strip() for start, _ in cuts] + [title[end:].strip() for _, end in cuts]
    return next((p for p in parts if fold(p) != fold(title) and fold(p) in others and len(fold(p)) > _AGREED), None)


def without_name(title: str, names: list[str]) -> str | None:
    """Return a title without the full name of the outlet behind a separator at its end; None if none stands there."""
    title = squeeze(title)[:LONGEST]
    cut = next(reversed(_separators(title)), None)
    is_name = cut and cut.start() > 0 and cut[0] != "-" and not _is_colon(cut[0]) and names_outlet(title[cut.end() :], names)
    return title[: cut.start()].strip() if cut and is_name else None


def _is_colon(mark: str) -> bool:
    return mark.strip() in (":", "：")


def _separators(title: str) -> list[re.Match[str]]:
    return list(_SEPARATOR.finditer(title)) if _MARK.search(title) else []
