"""Decide whether a page is an article, and rather accept than refuse: a page wrongly refused is lost to its reader."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.clean.body.boilerplate import is_prose, is_sentence
from flows.clean.headline.tails import without_name
from flows.clean.lexicon import load_lexicon
from flows.clean.page import Page
from flows.clean.reading import Reading
from flows.clean.structured import types
from flows.clean.words import count_words
from newslake.outcomes import Reason, Why
from newslake.text import squeeze
from spiders.urls.article_shape import is_front_page

__all__ = ["Evidence", "is_marked", "link_share", "why_not"]

_LEXICON = load_lexicon(
    "verdict",
    *("wall_titles", "wall_texts", "missing", "missing_texts", "consent_titles", "consent_says", "consent_words", "needs_script"),
)
_BOT = Why(Reason.BOT_WALL, "bot wall: the site answered with a check instead of the page")
_MISSING = Why(Reason.MISSING_PAGE, "soft 404: the page says that it is missing")
_CONSENT = Why(Reason.CONSENT_WALL, "consent wall: nothing but the question about cookies")
_NEEDS_SCRIPT = Why(Reason.NEEDS_SCRIPT, "the page needs JavaScript to show its text")
# A title is a phrase as a whole, with or without the outlet's name behind it or before it.
_TITLES = tuple(
    (why, _LEXICON.compile(rf"\W*(?:{_LEXICON.pattern(name)}\W*)+(?:\s*[|\-–—·»]\s(?:\S+\s?){{1,5}})?"))
    for why, name in ((_BOT, "wall_titles"), (_MISSING, "missing"), (_CONSENT, "consent_titles"))
)
_WALL_TEXT = _LEXICON.compile(_LEXICON.pattern("wall_texts"))
_MISSING_TEXT = _LEXICON.compile(_LEXICON.pattern("missing_texts"))
_CONSENT_SAYS = _LEXICON.compile(_LEXICON.pattern("consent_says"))
_CONSENT_TEXT = _LEXICON.compile(_LEXICON.pattern("consent_words"))
_SCRIPT_TEXT = _LEXICON.compile(_LEXICON.pattern("needs_script"))
# The notice that a page drawn by scripts shows to readers without JavaScript.
_NO_SCRIPT = re.compile(rf"<noscript\b[^>]*>(?:(?!</noscript).){{0,600}}?(?:{_SCRIPT_TEXT.pattern})", re.I | re.S)
_VIDEO_TYPES = re.compile(r"^(?:video|music)\b", re.I)
_LISTINGS = {"collectionpage", "searchresultspage", "itemlist", "profilepage"}
_MARKED = re.compile(r"(?:news)?article$|blogposting$|^report$|review$", re.I)
# Characters at the start of a text that are searched for a wall.
_SAMPLE = 3_000
# Words of a text that is no wall whatever it says, of a dated report and of an article without date, in sentences of their own;
# words of a question about cookies, and how often it names its subject.
_LONG, _REPORT, _ARTICLE, _SHORT, _ASKS = 250, 20, 60, 120, 4
# Characters of running text that make a page full of links an article.
_RUNNING = 300
# Words that a marked or dated article needs, and an unmarked page. The shortest real news item that was measured has 20.
_FEW_MARKED, _FEW_UNMARKED = 12, 35
# A text is a list if it has more teasers than this many and than this share of its lines.
_FEW_TEASERS, _MOST_TEASERS = 2, 0.7


def link_share(page: Page) -> float:
    """Return the share of the page's text that is inside links, 0 to 1."""
    whole = linked = 0
    for element in page.tree.iter():
        if element.tag in ("script", "style", "noscript", "template", "head", "title"):
            continue
        if element.tag == "a":
            linked += len(squeeze(element.text_content()))
        whole += len((element.text or "").strip()) + len((element.tail or "").strip())
    return min(1.0, linked / whole) if whole else 0.0


def _running(text: str) -> int:
    """Return the characters in the longest run of sentences; between teasers on a front page there are headlines."""
    longest = current = 0
    for line in text.splitlines():
        current = current + len(line) if is_prose(line) else 0
        longest = max(longest, current)
    return longest


def _are_teasers(lines: list[str], pointing: set[str]) -> bool:
    """Return whether nearly all of a text points to other pages; a date on such a page belongs to its first teaser."""
    return sum(line in pointing for line in lines) > max(_FEW_TEASERS, len(lines) * _MOST_TEASERS)


def is_marked(reading: Reading) -> bool:
    """Return whether a page says that it is an article."""
    page = reading.page
    return (
        bool(reading.data.article)
        or (page.meta("og:type") or "").lower() in ("article", "news", "newsarticle", "blog", "news_article")
        or any(name.startswith("article:published") for name in page.metas)
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells an article from other pages.

    `words` counts the text's, `linked` is the share of the page's visible text inside links (0 to 1), `is_dated` says that the
    page names its own day of publication, `pointing` are the lines that only point to other pages.
    """

    title: str
    text: str
    words: int
    linked: float
    is_dated: bool
    pointing: set[str]


def why_not(reading: Reading, found: Evidence) -> Why | None:
    """Return why a page is no article; None where it is one."""
    return _is_instead(reading, found) or _has_no_text(reading, found) or _is_list(reading, found)


def _is_instead(reading: Reading, found: Evidence) -> Why | None:
    """Return what came instead of the page that was asked for: a check for robots, an error, a question about cookies."""
    if found.words >= _LONG or reading.data.article:
        return None
    sample = found.text[:_SAMPLE]
    prose = _prose_words(sample, is_dated=found.is_dated)
    if found.is_dated and prose >= _REPORT:
        return None  # the words of a headline or a text make no wall of a report
    titles = {found.title, reading.page.title, without_name(reading.page.title, reading.names) or ""} - {""}
    for why, phrases in _TITLES:
        if any(map(phrases.fullmatch, titles)) and prose < (_ARTICLE if found.is_dated else _SHORT):
            return why
    if prose >= _ARTICLE:
        return None
    if _WALL_TEXT.search(sample):
        return _BOT
    if _MISSING_TEXT.search(sample) and not is_marked(reading):
        return _MISSING
    if found.words < _SHORT and len(_CONSENT_TEXT.findall(sample)) >= _ASKS and _CONSENT_SAYS.search(sample):
        return _CONSENT
    if found.words < _SHORT and _SCRIPT_TEXT.search(sample):
        return _NEEDS_SCRIPT
    return None


def _prose_words(text: str, *, is_dated: bool) -> int:
    """Count the words of a text's sentences, without those that a wall, an error or the question about cookies consists of."""
    walls = (_WALL_TEXT, _MISSING_TEXT, _CONSENT_SAYS, _SCRIPT_TEXT)
    lines = [line for line in text.splitlines() if is_sentence(line)]
    own = [line for line in lines if not any(wall.search(line) for wall in walls)]
    if not is_dated:  # reports are about cookies, too
        own = [line for line in own if len(_CONSENT_TEXT.findall(line)) < _ASKS - 1]
    said = [line for line in lines if line not in own]
    # a report may mention a wall in one of its sentences
    return count_words("\n".join(own if len(said) * 2 > len(lines) else lines))


def _has_no_text(reading: Reading, found: Evidence) -> Why | None:
    if not found.title:
        return Why(Reason.NO_TITLE, "no title")
    is_video = _VIDEO_TYPES.match(reading.page.meta("og:type") or "")
    if found.words < _FEW_MARKED:
        if _NO_SCRIPT.search(reading.page.source) and not is_video:
            return _NEEDS_SCRIPT
        return Why(
            Reason.VIDEO if is_video else Reason.TOO_SHORT,
            f"no running text: {found.words} words" + (", a video" if is_video else ""),
        )
    if is_video and found.words < 60 and not reading.data.article:
        return Why(Reason.VIDEO, f"video page with {found.words} words")
    return None


def _is_list(reading: Reading, found: Evidence) -> Why | None:
    """Return why a page is a list of articles and no article itself."""
    if is_front_page(reading.page.url) and not reading.data.article and found.linked > 0.3:
        return Why(Reason.FRONT_PAGE, "front page of the site")
    if is_marked(reading):
        return None
    kinds = {kind for node in reading.data.nodes for kind in types(node)}
    if kinds & _LISTINGS and not any(map(_MARKED.search, kinds)) and not found.is_dated:
        return Why(Reason.LIST_PAGE, "the page says that it is a list")
    if _are_teasers(found.text.splitlines(), found.pointing):
        return Why(Reason.LIST_PAGE, "list of links: its text is what stands below the headings of other articles")
    if not found.is_dated:
        if found.words < _FEW_UNMARKED:
            return Why(Reason.TOO_SHORT, f"no date, no mark of an article, and only {found.words} words")
        if found.linked > 0.6 and _running(found.text) < _RUNNING:
            return Why(Reason.LIST_PAGE, f"list of links: {found.linked:.0%} of its text")
    return None
