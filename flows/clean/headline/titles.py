"""Find the headline of a page, without the outlet and section names attached to it."""

from __future__ import annotations

import html as entities
import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from textwrap import shorten

from flows.clean.headline.headings import heading_in_address, is_in_address, main_headings, shown_large
from flows.clean.headline.outlet import is_outlet, names_outlet
from flows.clean.headline.standing import Standing, agreement, is_told
from flows.clean.headline.tails import LONGEST, Evidence, says_nothing, strip_outlet, without_name
from flows.clean.reading import Reading
from flows.clean.structured import first_text, fold
from newslake.text import squeeze
from spiders.urls.article_shape import is_front_page

__all__ = ["Said", "beginning", "find_title"]

# A kicker on the same line before the headline: "Blog: ", "Interview | ".
_KICKER = re.compile(r"[^:：|]{2,30}[:：|]")
# Sources of titles that readers see.
_HEADINGS = ("h1", "heading")
# Sources that give the headline and nothing else.
_SURE = ("json-ld", "microdata")
# Meta elements with the headline, beside those for other sites.
_METAS = (
    *("parsely-title", "sailthru.title", "dc.title", "dc:title", "dcterms.title", "dcterms:title"),
    *("title", "article:title", "headline", "hdl"),
)
# If the structured data have a title, a longer heading is a paragraph in large type.
_LONGEST_HEADING = 200
# Share of words that title and heading must have in common; and the only heading that shares several words.
_NEAR, _NEAR_ALONE = 0.4, 0.25
# Share of the longer words of a headline that its text has.
_TOLD, _LITTLE, _SURELY = 0.5, 0.25, 0.7
# So many times the share of another line: the text speaks clearly more of this one.
_CLEARLY = 1.5
# Characters of a text that replace a missing title.
_BEGINNING = 100


@dataclass(frozen=True, slots=True)
class Said:
    """A title from one part of the page, cleaned; `raw` is what was written there."""

    text: str
    raw: str
    source: str


def find_title(reading: Reading) -> tuple[str, str] | None:
    """Return the article's title and where it came from; None if the page has none."""
    page, names = reading.page, reading.names
    said = _said(reading)
    standing = Standing(page)
    if not said:
        return (standing.plain_headline, "heading") if standing.plain_headline else None
    times = Counter(fold(raw) for raw, _ in said)
    others = {line for line in times if not is_outlet(line, names)}
    is_bare = all(source not in _HEADINGS for _, source in said)
    headless = is_bare and page.tree.find(".//h1") is None
    if is_bare:
        others |= shown_large(page)
    sure = {fold(raw) for raw, source in said if source in _SURE}
    known = Evidence(names, others, sure, _whole(said, names))
    # the same words twice, colon included, are one title
    bare = {raw: strip_outlet(raw, known, colons=headless and times[fold(raw)] < 2) for raw in {raw for raw, _ in said}}
    candidates = [Said(bare[raw], raw, source) for raw, source in said if bare[raw]]
    candidates = [c for c in candidates if fold(c.text) in known.whole or not (is_outlet(c.text, names) or says_nothing(c.text))]
    if not candidates:  # all titles of the page only name its outlet
        heading = heading_in_address(page)
        if heading and fold(said[0][0]) not in fold(heading):
            return heading, "heading"
        return (standing.headline, "heading") if standing.headline else said[0]
    best = _choose(candidates)
    is_sure = _is_sure(best, candidates) or best.source in ("og", "twitter", *_SURE)
    if not is_sure and is_front_page(page.url):
        return best.text, best.source  # its most prominent headline is that of another page
    has_data = any(c.source in ("og", "twitter", *_SURE) for c in candidates)
    is_named = is_in_address(best.text, page.url)
    if not has_data and not is_named and (shown := _outdoes(best, said, standing, page.title)):
        return (shown, "heading") if fold(shown) != fold(best.text) else (best.text, best.source)
    if not is_sure:
        return _checked(best, standing, is_named=is_named)
    is_bare = {c.source for c in candidates} <= {*_HEADINGS, "title", "feed"}
    shown = standing.headline if is_bare and not is_told(best.text, standing.prose) else None
    if (
        shown
        and (best.source not in _HEADINGS or standing.is_label(best.text, above=shown))
        and agreement(shown, standing.prose) >= _SURELY > 2 * agreement(best.text, standing.prose)
        and is_told(shown, standing.prose)
    ):
        return shown, "heading"  # heading and title element name the outlet or the section
    return best.text, best.source


def _outdoes(best: Said, said: list[tuple[str, str]], standing: Standing, title: str) -> str | None:
    """Return the headline that stands above the text if more speaks for it than for the best title, which no data confirm.

    A title element may name the site or its section, and so may the first heading. What speaks for a headline is that readers see
    it above the text, that the title element has it as well, and that the text speaks of it.
    """
    if confirmed := standing.confirmed_by(title):
        return confirmed
    shown = standing.headline
    if shown is None or fold(shown) == fold(best.text):
        return None
    its, mine = agreement(shown, standing.prose), agreement(best.text, standing.prose)
    tells, knows = is_told(shown, standing.prose), is_told(best.text, standing.prose)
    if not tells or its < mine:
        return None
    if best.source in _HEADINGS:
        is_label = its > mine and not knows and standing.is_label(best.text, above=shown)
        return shown if is_label or f" {fold(shown)} " in f" {fold(title)} " else None
    if fold(shown) in {fold(raw) for raw, source in said if source in _HEADINGS}:
        return shown if its > mine else None
    return shown if len(said) == 1 and its >= _CLEARLY * mine else None


def _is_sure(best: Said, candidates: list[Said]) -> bool:
    """Return whether readers see this title and the data have it, or the data of the article agree with others of the page."""
    sources = {c.source for c in candidates if fold(c.text) == fold(best.text)} - {"feed"}
    if best.source in _HEADINGS:
        words = {
            word for c in candidates if c.source not in (*_HEADINGS, "feed") for word in fold(c.text).split() if len(word) > 3
        }
        return len(sources) > 1 or bool(words & set(fold(best.text).split()))
    return len(sources) > 1 and bool(sources & {*_HEADINGS, *_SURE})


def _checked(best: Said, standing: Standing, *, is_named: bool) -> tuple[str, str]:
    """Compare a title that nothing else confirms with what stands on the page.

    A line of the page shows where the headline ends. A title that the text does not speak of is that of the site or of a section:
    the headline is then the line above the text that it does speak of, unless the page's address has the title (`is_named`).
    """
    if best.source == "feed":
        return (standing.plain_headline, "heading") if standing.plain_headline else (best.text, best.source)
    if not is_named and not is_told(best.text, standing.prose) and (shown := _better(best.text, standing)):
        return shown, "heading"
    line = standing.part_of(best.text) if best.source not in _HEADINGS else None
    return line or best.text, best.source


def _better(title: str, standing: Standing) -> str | None:
    """Return the line above the text that is its headline rather than a title that the text does not speak of."""
    mine = agreement(title, standing.prose)
    for shown in (standing.headline, standing.plain_headline):
        if not shown:
            continue
        share, is_marked = agreement(shown, standing.prose), shown == standing.headline
        if share >= _TOLD and is_told(shown, standing.prose) and (is_marked or share > mine):
            return shown
        if not mine and ((is_marked and share >= _LITTLE) or standing.is_signed(shown)):
            return shown
    return None


def _whole(said: list[tuple[str, str]], names: list[str]) -> set[str]:
    """Return the folded titles that are known to be whole headlines.

    Readers see them and another source has them too, or another source has them with the name of the outlet behind.
    """
    shown = {fold(raw) for raw, source in said if source in _HEADINGS}
    data = {fold(raw) for raw, source in said if source not in _HEADINGS}
    bare = {fold(kept) for raw in {raw for raw, _ in said} if (kept := without_name(raw, names))}
    return {line for line in (shown & data) | (bare & (shown | data)) if not names_outlet(line, names)}


def beginning(text: str) -> str:
    """Return the first words of a text as the title of a page without one, so that the article is not lost."""
    return shorten(text.partition("\n")[0], width=_BEGINNING, placeholder=" …")


def _said(reading: Reading) -> list[tuple[str, str]]:
    """Return titles as written with their sources, the surest first."""
    page, article, hints = reading.page, reading.data.article, reading.hints
    said: list[tuple[str, str]] = []
    for value, source in (
        (article.get("headline") or article.get("name"), "json-ld"),
        (reading.data.micro.get("headline"), "microdata"),
    ):
        text = first_text(value)
        if text:
            said.append((text, source))
    for names, source in (
        (("og:title",), "og"),
        (("twitter:title",), "twitter"),
        (_METAS, "meta"),
    ):
        text = page.meta(*names)
        if text:
            said.append((text, source))
    if page.title:
        said.append((page.title, "title"))
    if hints.title and squeeze(hints.title):
        said.append((squeeze(hints.title), "feed"))
    whole = [text for text, _ in said]
    said = [(text, source) for text, source in said if not any(_is_cut_at_quote(text, one) for one in whole)]
    data = {fold(entities.unescape(text)) for text, _ in said}
    said = [*main_headings(page, data), *said]
    return [(entities.unescape(text), source) for text, source in said if len(text) <= LONGEST and not says_nothing(text)]


def _is_cut_at_quote(text: str, whole: str) -> bool:
    """Return whether a title was cut off because a quotation mark in it ended its HTML attribute."""
    return len(whole) > len(text) and whole.startswith(text) and whole[len(text) :].lstrip()[:1] == '"'


def _choose(candidates: list[Said]) -> Said:
    """Return the visible heading if the structured data agree with it, else what most of the structured data agree on."""
    folded = [fold(c.text) for c in candidates]
    data = [n for n, c in enumerate(candidates) if c.source not in _HEADINGS]
    own = [n for n in data if candidates[n].source != "feed"]  # what a feed calls an entry is no word of the page

    def votes(n: int) -> float:
        sources = {candidates[m].source for m in range(len(candidates)) if folded[m] == folded[n]}
        return len(sources)

    headings = [n for n, c in enumerate(candidates) if c.source in _HEADINGS and (not data or len(c.text) < _LONGEST_HEADING)]
    firsts = {source: folded[n] for n, source in reversed([(n, c.source) for n, c in enumerate(candidates)])}
    og = firsts.get("og")
    if og and _is_under_kicker(og, firsts, {folded[n]: candidates[n].text for n in headings}):
        return candidates[next(n for n in data if folded[n] == og)]
    agreed = [n for n in headings if any(folded[m] == folded[n] for m in data)]
    if agreed:
        best = max(agreed, key=lambda n: (votes(n), -n))
        if og and firsts.get("title") == folded[best] and _is_shortened(og, candidates, folded[best]):
            return candidates[next(n for n in data if candidates[n].source == "og")]
        return candidates[best]
    if og and any({f"{folded[n]} {og}", f"{og} {folded[n]}"} & {fold(c.raw) for c in candidates} for n in headings):
        return candidates[next(n for n in data if candidates[n].source == "og")]  # the heading is the name of the site
    near = [(max((_nearness(folded[n], folded[m]) for m in data), default=0.0), n) for n in headings]
    if near:
        nearness, n = max(near, key=lambda item: (item[0], -item[1]))
        words = set(folded[n].split())
        is_sure = len(headings) == 1 and len(words) > 2 and any(len(words & set(folded[m].split())) > 1 for m in data)
        if nearness >= (_NEAR_ALONE if is_sure else _NEAR) or not own:
            return candidates[n]
    order = {"json-ld": 5, "og": 6, "microdata": 4, "twitter": 3, "meta": 2, "feed": 2, "title": 1}
    return candidates[max(own or data, key=lambda n: (votes(n), order.get(candidates[n].source, 0)))]


def _is_under_kicker(og: str, firsts: dict[str, str], shown: dict[str, str]) -> bool:
    """Return whether a folded title that is twice in the structured data is one of the headings except for a kicker.

    The heading has a kicker in front, or sets the kicker of the title on another line. `shown` maps folded headings to headings.
    """
    if og == firsts.get("json-ld"):
        return any(_end_alike(og, one) for one in shown)
    if og in shown or og != firsts.get("title") or "json-ld" in firsts:
        return False
    return any(one.endswith(f" {og}") and _KICKER.match(text) for one, text in shown.items())


def _is_shortened(short: str, candidates: list[Said], long: str) -> bool:
    """Return whether the title for sharing (og) is the one for search engines with words left out."""
    whole = next(c for c in candidates if c.source == "og")
    words = iter(long.split())
    is_cut = long.startswith(short) and fold(whole.raw) != short
    return short != long and not is_cut and all(word in words for word in short.split()) and fold(whole.text) == fold(whole.raw)


def _end_alike(a: str, b: str) -> bool:
    """Return whether one of two folded titles is the other with something in front."""
    a, b = a.replace(" ", ""), b.replace(" ", "")
    return a != b and min(len(a), len(b)) > 5 and (a.endswith(b) or b.endswith(a))


def _nearness(a: str, b: str) -> float:
    """Return how much of the shorter title is in the other, 0 to 1: by words, or by characters if there are too few words."""
    words_a, words_b = set(a.split()), set(b.split())
    if min(len(words_a), len(words_b)) < 3:
        return SequenceMatcher(None, a, b, autojunk=False).ratio() if len(a) < 300 and len(b) < 300 else 0.0
    return len(words_a & words_b) / min(len(words_a), len(words_b))
