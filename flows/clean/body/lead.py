"""Find the lead: a paragraph between headline and text that stands outside the text's own element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from flows.clean.body.boilerplate import BOILERPLATE
from flows.clean.page import Page
from flows.clean.structured import fold
from newslake.text import squeeze

__all__ = ["described", "find_lead", "possible_leads"]

_TAGS = ("p", "div", "h2", "h3", "span", "strong")
# Characters of a lead, characters at its start that are compared first, elements searched, child elements of a lead.
_SHORTEST, _LONGEST, _LOOK, _MAX_LOOKED_AT, _MAX_PARTS = 50, 700, 20, 5_000, 5
_NEARLY_ALL = 0.8
_ENDS = tuple(f" {word}" for word in BOILERPLATE.words("summary_ends"))
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+")


def described(page: Page) -> str:
    """Return the page's description, folded; "" if it is too short to recognise a lead by."""
    said = fold(page.meta("og:description", "description", "twitter:description") or "")
    for end in _ENDS:
        said = said.removesuffix(end)
    return said if len(said) > _SHORTEST else ""


def possible_leads(page: Page) -> Iterator[Any]:
    """Yield all elements that `find_lead` might choose."""
    known = described(page)
    for element in page.tree.iter(*_TAGS) if known else ():
        first = next((text for text in element.itertext() if not text.isspace()), "")
        if known.startswith(fold(first[:_LOOK])) and len(squeeze(element.text_content())) < _LONGEST:
            yield element


def find_lead(page: Page, place: Any, lines: list[str], title: str) -> str | None:
    """Return the visible paragraph that repeats the page's description, if the text lacks it."""
    known = described(page)
    if not known or known[:_SHORTEST] in fold("\n".join(lines[:3])):
        return None
    shown = chain(page.tree.iter(*_TAGS), place.iter(*_TAGS))  # the place has been removed from the page's tree
    for element in islice(shown, _MAX_LOOKED_AT):
        first = (element.text or "").lstrip()
        if not first:
            if len(element) == 0:
                continue
            first = next((text for text in element.itertext() if not text.isspace()), "").lstrip()
        begin = first[:1].lower()
        if (begin.isalnum() and begin != known[0]) or len(element) > _MAX_PARTS:
            continue  # nearly always true, and the fastest check
        if not known.startswith(fold(first[:_LOOK])) or element.find(".//p") is not None:
            continue
        line = squeeze(element.text_content())
        if _SHORTEST < len(line) < _LONGEST:
            folded = fold(line)
            if folded != fold(title) and (folded.startswith(known) or known.startswith(folded)):
                return None if _is_said(line, known, fold("\n".join(lines))) else line
    return None


def _is_said(lead: str, known: str, text: str) -> bool:
    """Return whether the folded text holds the lead already: its beginning, or most of nearly all its sentences."""
    if known[:_SHORTEST] in text:
        return True
    sentences = [fold(sentence) for sentence in _SENTENCE_END.split(lead)]
    said = sum(len(sentence) for sentence in sentences if sentence[len(sentence) // 3 :] in text)
    return len(sentences) > 1 and said > _NEARLY_ALL * sum(map(len, sentences))
