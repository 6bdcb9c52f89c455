"""Find the headline of a page, without the outlet and section names attached to it."""

from __future__ import annotations

import html as entities
import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from textwrap import shorten

from flows.clean.headline.headings import heading_in_address, main_headings, shown_large
from flows.clean.lexicon import load_lexicon
from flows.clean.page import Page
from flows.clean.reading import Reading
from flows.clean.structured import StructuredData, first_text, fold, texts
from newslake.text import squeeze
from spiders.urls.canonical import domain
from spiders.warc.model import Hints

__all__ = ["Said", "beginning", "find_title", "outlet_names", "strip_outlet"]

# Separators between a headline and the name of an outlet or a section.
_SEPARATOR = re.compile(
    r"\s+(?:[|\-–—:•·»«›‹~/\\<>]|::|--|\|\|)\s+|\s*[|｜»›＞∥ㅣ┃│]\s*|\s+[<]\s+|(?<=\w)\s-(?=\w)|\s*::+\s*|\s+\*\s+|：|-(?=[^-\s]{2,12}$)|_(?=[^_]{2,20}$)|"
    r":\s+"
)
# A kicker on the same line before the headline: "Blog: ", "Interview | ".
_KICKER = re.compile(r"[^:：|]{2,30}[:：|]")
_LAST_COLON = re.compile(r"(?P<kept>.+?)\s*[:：]\s*(?P<name>[^:：]+)")
# Outlet names after Chinese and Japanese titles: "-…网", "_…新闻"; after underscores a section may precede them.
_LEXICON = load_lexicon("titles", "houses", "empty")
_HOUSE = _LEXICON.compile(rf"[\u3040-\u30ff\u3400-\u9fff]{{1,10}}{_LEXICON.pattern('houses')}")
_SECTION = re.compile(r"(?<=.{8})\s*_\s*[\u3040-\u30ff\u3400-\u9fff]{1,5}$")
# No headline is longer: it would be a text in the wrong element.
_LONGEST = 500
# Words of an outlet's name: some pages give their headline as the name of their application.
_LONGEST_NAME = 8
# Digits that no variant of an outlet's name has.
_DIGITS = 4
# Sources of titles that readers see.
_HEADINGS = ("h1", "heading")
# If the structured data have a title, a longer heading is a paragraph in large type.
_LONGEST_HEADING = 200
# Share of words that title and heading must have in common; and the only heading that shares several words.
_NEAR, _NEAR_ALONE = 0.4, 0.25
# Characters of a text that replace a missing title.
_BEGINNING = 100
_NOT_A_TITLE = _LEXICON.compile(rf"^{_LEXICON.pattern('empty')}$")


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
    if not said:
        return None
    times = Counter(fold(raw) for raw, _ in said)
    folded = {line for line in times if not _is_outlet(line, names)}
    is_bare = all(source not in _HEADINGS for _, source in said)
    headless = is_bare and page.tree.find(".//h1") is None
    if is_bare:
        folded |= shown_large(page)
    candidates = [
        Said(text, raw, source)
        for raw, source in said
        # the same words twice, colon included, are one title
        if (text := strip_outlet(raw, names, folded, colons=headless and times[fold(raw)] < 2))
    ]
    candidates = [c for c in candidates if fold(c.text) and not _is_outlet(c.text, names)]
    if not candidates:  # all titles of the page only name its outlet
        heading = heading_in_address(page)
        return (heading, "heading") if heading and fold(said[0][0]) not in fold(heading) else said[0]
    best = _choose(candidates)
    return best.text, best.source


def beginning(text: str) -> str:
    """Return the first words of a text as the title of a page without one, so that the article is not lost."""
    return shorten(text.partition("\n")[0], width=_BEGINNING, placeholder=" …")


def outlet_names(page: Page, data: StructuredData, publication: str | None, hints: Hints) -> list[str]:
    """Return the names of the page's outlet, folded: from the page, its address, its feed and the watchlist."""
    said = [publication, hints.publication]
    for key in (
        "og:site_name",
        "application-name",
        "apple-mobile-web-app-title",
        "twitter:site",
        "dc.publisher",
        "cre",
        "publisher",
        "copyright",
        "source",
    ):
        said.extend(page.metas.get(key, ())[:1])
    for value in (
        data.article.get("publisher"),
        data.article.get("sourceOrganization"),
        *(n.get("publisher") for n in data.nodes),
    ):
        said.extend(texts(value)[:2])
    said.extend(
        first_text(n.get("name"))
        for n in data.nodes
        if str(n.get("@type")) in ("WebSite", "Organization", "NewsMediaOrganization")
    )
    host = domain(page.url)
    said.extend([host, *host.split(".")[:-1]])
    names: list[str] = []
    for name in said:
        folded = fold(name.lstrip("@")) if name and len(name) < 80 else ""
        if (
            len(folded) > 1
            and len(folded.split()) < _LONGEST_NAME
            and folded not in names
            and folded not in ("com", "co", "www", "org", "net", "news", "en")
        ):
            names.append(folded)
    return names


def strip_outlet(title: str, names: list[str], others: set[str], *, colons: bool = False) -> str:
    """Return a title without the names of outlet and section at its ends.

    A part is removed if it names the outlet, or if the rest alone is one of the page's other titles.

    Args:
        names: what the outlet calls itself, folded.
        others: the other titles of the page, folded.
        colons: whether a part before or after a colon, which mostly belongs to the headline, may be removed as well.
    """
    title = squeeze(title)[:_LONGEST]
    named = _LAST_COLON.fullmatch(title)
    if named and fold(named["name"]) in names and len(fold(named["kept"])) > 3:
        title = named["kept"]
    for _ in range(5):
        cuts = [(m.start(), m.end()) for m in _SEPARATOR.finditer(title) if m.start() > 0 and m.end() < len(title)]
        if not cuts:
            break
        (start, end), (first, behind) = cuts[-1], cuts[0]
        for kept, name, mark in (
            (title[:start], title[end:], title[start:end]),
            (title[behind:], title[:first], title[first:behind]),
        ):
            if mark in ("-", "_") and name == title[end:] and _HOUSE.fullmatch(name) and len(fold(kept)) > 3:
                title = _SECTION.sub("", kept.strip()) if mark == "_" else kept.strip()
                break
            if mark == "-":
                continue  # a hyphen without spaces joins words more often than it separates titles
            if (fold(name) in names if _is_colon(mark) else _is_outlet(name, names)) and len(fold(kept)) > 3:
                title = kept.strip()
                break
        else:
            cuts = [cut for cut in cuts if colons or not _is_colon(title[slice(*cut)])]
            whole = [title[:start].strip() for start, _ in cuts] + [title[end:].strip() for _, end in cuts]
            agreed = next(
                (part for part in whole if fold(part) != fold(title) and fold(part) in others and len(fold(part)) > 12), None
            )
            if agreed is None:
                break
            title = agreed
    title = title.strip(" |–—·¶")
    return title if title.count("«") == title.count("»") else title.strip(" »")


def _is_colon(mark: str) -> bool:
    return mark.strip() in (":", "：")


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
        (("parsely-title", "sailthru.title", "dc.title", "dcterms.title", "title", "article:title", "headline", "hdl"), "meta"),
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
    return [(entities.unescape(text), source) for text, source in said if len(text) <= _LONGEST and not _NOT_A_TITLE.match(text)]


def _is_cut_at_quote(text: str, whole: str) -> bool:
    """Return whether a title was cut off because a quotation mark in it ended its HTML attribute."""
    return len(whole) > len(text) and whole.startswith(text) and whole[len(text) :].lstrip()[:1] == '"'


def _choose(candidates: list[Said]) -> Said:
    """Return the visible heading if the structured data agree with it, else what most of the structured data agree on."""
    folded = [fold(c.text) for c in candidates]
    data = [n for n, c in enumerate(candidates) if c.source not in _HEADINGS]

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
        if nearness >= (_NEAR_ALONE if is_sure else _NEAR) or not data:
            return candidates[n]
    if not data:
        return candidates[0]
    order = {"json-ld": 5, "og": 6, "microdata": 4, "twitter": 3, "meta": 2, "feed": 2, "title": 1}
    return candidates[max(data, key=lambda n: (votes(n), order.get(candidates[n].source, 0)))]


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


def _is_outlet(part: str, names: list[str]) -> bool:
    """Return whether a part names the outlet, with or without its article, top-level domain or edition."""
    folded = fold(re.sub(r"\([^()]*\)", " ", part)) or fold(part)
    if not folded:
        return True
    joined = folded.replace(" ", "")
    # "Reuters UK", and not "JVNDB-2018-013542" at jvndb.jvn.jp
    is_numbered = sum(map(str.isdigit, joined)) >= _DIGITS
    for name in names:
        bare = name.replace(" ", "")
        if joined == bare or joined.removeprefix("the") == bare.removeprefix("the"):
            return True
        room = 14 if bare.isascii() else 4
        if (
            len(bare) > 3
            and len(joined) < len(bare) + room
            and not is_numbered
            and (joined.startswith(bare) or joined.endswith(bare))
        ):
            return True
        if len(joined) > 3 and len(folded.split()) < 5 and (bare.startswith(joined) or bare.endswith(joined)):
            return True
    return bool(re.fullmatch(r"(?:\w+\s)?(?:com|org|net|co uk|news)", folded)) and len(folded) < 25
