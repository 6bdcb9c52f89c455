"""Whether a page is an article. Errs towards article: a page wrongly refused is lost to its reader."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flows.clean.body.boilerplate import is_prose
from flows.clean.lexicon import load_lexicon
from flows.clean.page import Page, squeeze
from flows.clean.structured import Node, types

_LEXICON = load_lexicon("verdict", "wall_titles", "wall_texts", "missing", "consent_titles", "consent_words", "needs_script")
_WALL_TITLE = _LEXICON.compile(rf"^\W*{_LEXICON.pattern('wall_titles')}\b")
_WALL_TEXT = _LEXICON.compile(_LEXICON.pattern("wall_texts"))
_MISSING = _LEXICON.compile(rf"^\W*{_LEXICON.pattern('missing')}")
_CONSENT_TITLE = _LEXICON.compile(rf"^\W*{_LEXICON.pattern('consent_titles')}")
_CONSENT_TEXT = _LEXICON.compile(_LEXICON.pattern("consent_words"))
_SCRIPT_TEXT = _LEXICON.compile(_LEXICON.pattern("needs_script"))
# What a page that is drawn by its scripts says to those who run none, at its top.
_NO_SCRIPT = re.compile(rf"<noscript\b[^>]*>(?:(?!</noscript).){{0,600}}?(?:{_SCRIPT_TEXT.pattern})", re.I | re.S)
_VIDEO_TYPES = re.compile(r"^(?:video|music)\b", re.I)
_LISTINGS = {"collectionpage", "searchresultspage", "itemlist", "profilepage"}
_MARKED = re.compile(r"(?:news)?article$|blogposting$|^report$|review$", re.I)
# Words: what a marked or dated article needs, what an unmarked page needs. The shortest real news item of the sets has 20.
# Characters of running text that make an article of a page full of links.
_RUNNING = 300
_FEW_MARKED, _FEW_UNMARKED = 12, 35
# Teasers that make a list, at least one more, and the share of a list's lines that they are.
_FEW_TEASERS, _MOST_TEASERS = 2, 0.7


def link_share(page: Page) -> float:
    """How much of the page's text stands in links, 0 to 1."""
    whole = linked = 0
    for element in page.tree.iter():
        if element.tag in ("script", "style", "noscript", "template", "head", "title"):
            continue
        if element.tag == "a":
            linked += len(squeeze(element.text_content()))
        whole += len((element.text or "").strip()) + len((element.tail or "").strip())
    return min(1.0, linked / whole) if whole else 0.0


def _running(text: str) -> int:
    """Characters in the longest run of sentences: teasers on a front have a headline between them, an article does not."""
    longest = current = 0
    for line in text.splitlines():
        current = current + len(line) if is_prose(line) else 0
        longest = max(longest, current)
    return longest


def _are_teasers(lines: list[str], pointing: set[str]) -> bool:
    """Whether nearly all of a text points to other pages: the date of such a page is that of its first teaser."""
    return sum(line in pointing for line in lines) > max(_FEW_TEASERS, len(lines) * _MOST_TEASERS)


def is_marked(page: Page, article: Node) -> bool:
    """Whether a page says that it is an article."""
    return (
        bool(article)
        or (page.meta("og:type") or "").lower() in ("article", "news", "newsarticle", "blog", "news_article")
        or any(name.startswith("article:published") for name in page.metas)
    )


def why_not(
    page: Page,
    nodes: list[Node],
    article: Node,
    *,
    title: str | None,
    text: str,
    words: int,
    linked: float,
    is_dated: bool,
    pointing: set[str],
) -> str | None:
    """The reason why a page is no article, in words; None where it is one.

    `linked` is the share of the page's visible text that is inside links; `is_dated` says that the page names its publication
    itself; `pointing` are the page's lines that only point to other pages.
    """
    shown = title or ""
    sample = text[:3000]
    kind = page.meta("og:type") or ""
    marked = is_marked(page, article)
    if words < 250 and not article:
        if _WALL_TITLE.search(shown) or _WALL_TITLE.search(page.title) or _WALL_TEXT.search(sample):
            return "bot wall: the site answered with a check instead of the page"
        if _MISSING.search(shown) or _MISSING.search(page.title):
            return "soft 404: the page says that it is missing"
        if _CONSENT_TITLE.search(shown) or (words < 120 and len(_CONSENT_TEXT.findall(sample)) >= 6):
            return "consent wall: nothing but the question about cookies"
        if words < 80 and _SCRIPT_TEXT.search(sample):
            return "the page needs JavaScript to show its text"
    if not title:
        return "no title"
    if words < _FEW_MARKED:
        if _NO_SCRIPT.search(page.source) and not _VIDEO_TYPES.match(kind):
            return "the page needs JavaScript to show its text"
        return f"no running text: {words} words" + (", a video" if _VIDEO_TYPES.match(kind) else "")
    if _VIDEO_TYPES.match(kind) and words < 60 and not article:
        return f"video page with {words} words"
    if urlsplit(page.url).path.strip("/") == "" and not urlsplit(page.url).query and not article and linked > 0.3:
        return "front page of the site"
    if (
        not marked
        and any(_LISTINGS & set(types(node)) for node in nodes)
        and not any(_MARKED.search(t) for node in nodes for t in types(node))
        and not is_dated
    ):
        return "the page says that it is a list"
    if not marked and _are_teasers(text.splitlines(), pointing):
        return "list of links: its text is what stands below the headings of other articles"
    if not marked and not is_dated:
        if words < _FEW_UNMARKED:
            return f"no date, no mark of an article, and only {words} words"
        if linked > 0.6 and _running(text) < _RUNNING:
            return f"list of links: {linked:.0%} of its text"
    return None
