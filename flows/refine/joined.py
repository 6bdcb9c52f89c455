"""Join the pages of an article on several pages into one article with the whole text. Pure.

A page that could not be fetched leaves what is stored of it, so one failure never shortens an article. What every page prints
(the lead, the headline, a line about the author) stands in the text once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from uuid import UUID

from flows.clean.limits import limited
from flows.clean.words import count_words
from flows.refine.page import Refined, find_matches
from flows.topics import Matcher
from newslake.outcomes import Outcome, Reason
from spiders.urls.canonical import domain, url_id
from spiders.urls.pagination import page_of
from warehouse.load.revisions.edits import only_debris
from warehouse.records import ArticleRecord, PartRecord
from warehouse.similarity.compare import hashes_of
from warehouse.similarity.shingles import content_hash, folded

_LONG = 40  # characters: a shorter line may be said again on another page, such as a subheading
_PAGE = (
    r"(?:page|pagina|página|pág|seite|sida|side|sivu|strona|strana|stránka|sayfa|halaman|trang|страница|стр|페이지|ページ|页|頁)"
)
# "- Page 2", "(2/3)", "| Seite 2 von 3" behind a headline
_NUMBER_AT_END = re.compile(
    rf"\s*[-–—|:,(\[（【]\s*(?:{_PAGE}\.?\s*\d{{1,2}}|第?\d{{1,2}}\s*{_PAGE}目?|\d{{1,2}}\s*/\s*\d{{1,2}})"
    rf"(?:\s*(?:of|von|de|di|из|/)\s*\d{{1,2}})?\s*[)\]）】]?\s*$",
    re.I,
)


@dataclass(slots=True)
class _Family:
    """The pages of a run that may belong to one article, by their numbers.

    Attributes:
        again: pages whose number another one has: perhaps the same page at a second address, such as "?page=1".
    """

    first: str
    source: str
    pages: dict[int, Refined] = field(default_factory=dict)
    again: list[tuple[int, Refined]] = field(default_factory=list)

    def add(self, number: int, page: Refined) -> None:
        """Add a page that says its number. Of several with one number, the one at the address of the article counts."""
        kept, *others = sorted([page, *filter(None, [self.pages.get(number)])], key=self._rank)
        self.pages[number] = kept
        self.again += [(number, other) for other in others]

    def _rank(self, page: Refined) -> tuple[bool, str]:
        return page.article is None or url_id(page.article.raw_url) != url_id(self.first), page.key


def joined(pages: Iterable[Refined], stored: Mapping[UUID, ArticleRecord], matcher: Matcher) -> list[Refined]:
    """Return the pages of a run in order. Of each article on several pages, the first one has the article, with the whole text.

    The others say to which page they belong. A page that is no article by itself ends as it was refused.

    Args:
        pages: at most one for each URL.
        stored: the articles that the warehouse has at the addresses of the pages' first pages, with their parts.
    """
    given = list(pages)
    changed: dict[str, Refined] = {}
    for first_id, family in _families(given, stored).items():
        changed |= {page.key: page for page in _joined(first_id, family, stored.get(first_id), matcher)}
    return [_alone(changed.get(page.key, page)) for page in given]


def first_ids(pages: Iterable[Refined]) -> tuple[set[UUID], set[UUID]]:
    """Return the ids of the articles of which the pages may be a part: as they say, and because an earlier look found parts."""
    pages = list(pages)
    said = {url_id(page.paging.first) for page in pages if page.paging}
    return said, {page.article.article_id for page in pages if page.article} - said


def _alone(page: Refined) -> Refined:
    """Return a page that is done: without an article if it was refused and is part of none."""
    if page.outcome is Outcome.NOT_ARTICLE and page.article is not None:
        page = replace(page, article=None)
    return replace(page, paging=None) if page.paging else page


def _families(pages: Sequence[Refined], stored: Mapping[UUID, ArticleRecord]) -> dict[UUID, _Family]:
    """Return the pages by article: those that say so, those that such a page names, and first pages that name none today."""
    found: dict[UUID, _Family] = {}
    named: dict[tuple[str, UUID], tuple[UUID, int]] = {}
    for page in pages:
        if page.article and page.paging:
            first_id = url_id(page.paging.first)
            family = found.setdefault(first_id, _Family(page.paging.first, page.article.source))
            if family.source == page.article.source:
                family.add(page.paging.number, page)
            for other in page.paging.others:
                named[page.article.source, url_id(other.url)] = first_id, other.number
    for page in pages:
        if page.article is None or page.paging:
            continue
        there = stored.get(page.article.article_id)
        place = named.get((page.article.source, url_id(page.article.raw_url)))
        if place is None and (page.article.article_id in found or (there and there.parts)):
            place = page.article.article_id, 1
        if place:
            family = found.setdefault(place[0], _Family(page.article.page.url, page.article.source))
            if family.pages.setdefault(place[1], page) is not page:
                family.again.append((place[1], page))
    return found


def _joined(first_id: UUID, family: _Family, stored: ArticleRecord | None, matcher: Matcher) -> list[Refined]:
    """Return the pages of a family that change."""
    if stored and stored.source != family.source:
        stored = None
    known = _known(stored)
    pages = _belonging(family, stored)
    if not any(page.outcome is not Outcome.NOT_ARTICLE for page in pages.values()) and not known:
        return []
    is_one = list(pages) == [1] and not (stored and stored.parts)
    if not pages or (is_one and not (pages[1].paging and pages[1].paging.is_sure)):
        return []
    new = {number: _as_known(_part(number, page), known.get(number)) for number, page in pages.items()}
    named = {name for part in new.values() for name in part.names} | _named_again(pages.values(), known)
    is_whole = 1 in new and named <= new.keys()
    parts = new if is_whole else known | new
    changed = [number for number in new.keys() & known.keys() if not new[number].is_stored]
    added = new.keys() - known.keys()
    named_before = {name for part in known.values() for name in part.names}
    fills = bool(stored and stored.parts and added and not changed and added <= named_before and known.keys() <= parts.keys())

    carrier = min(pages)
    leading = pages[carrier].article
    assert leading
    of = url_id(leading.raw_url)
    if stored and carrier != min(parts):  # the first page was not fetched: what is known of it stays
        leading = replace(
            stored, seen_at=leading.seen_at, capture_file=leading.capture_file, capture_offset=leading.capture_offset
        )
    if stored and fills and 1 not in added:
        leading = replace(leading, seen_at=stored.seen_at, capture_file=stored.capture_file, capture_offset=stored.capture_offset)
    url = stored.page.url if stored else family.first
    article = _article(leading, [parts[number] for number in sorted(parts)], matcher)
    article = replace(article, article_id=first_id, domain=domain(url), page=replace(article.page, url=url), fills=fills)
    carried = Refined.of(pages[carrier].key, article)
    further = [(number, page) for number, page in pages.items() if number != carrier]
    further += [(number, page) for number, page in family.again if number in pages and _says_the_same(page, pages[number])]
    return [carried, *(Refined(page.key, detail=f"page {number} of {url}", page_of=of) for number, page in further)]


def _says_the_same(page: Refined, other: Refined) -> bool:
    return bool(page.article and other.article and _is_same_text(page.article.page.text, other.article.page.text))


def _is_same_text(text: str, known: str) -> bool:
    """Whether two texts of a page differ in nothing that an edit would be."""
    return content_hash(text) == content_hash(known) or only_debris(known, text, frozenset())


def _known(stored: ArticleRecord | None) -> dict[int, PartRecord]:
    """Return the stored pages by number; an article on one page is its first page."""
    if stored is None:
        return {}
    if stored.parts:
        return {part.page: part for part in stored.parts}
    one = _part_of(stored, 1, (1,))
    return {1: replace(one, is_stored=True)}


def _named_again(pages: Iterable[Refined], known: Mapping[int, PartRecord]) -> set[int]:
    """Return the numbers of stored pages that these still name, sure or not: they were found to be pages of the article."""
    others = (other for page in pages if page.paging for other in page.paging.others)
    return {other.number for other in others if (part := known.get(other.number)) and part.url_id == url_id(other.url)}


def _belonging(family: _Family, stored: ArticleRecord | None) -> dict[int, Refined]:
    """Return the pages that are pages of the article, by number: those of which that is sure, or that look like the first one."""
    sure = {number for number, page in family.pages.items() if page.paging and page.paging.number > 1 and page.paging.is_sure}
    sure |= {
        other.number
        for page in family.pages.values()
        if page.paging
        for other in page.paging.others
        if other.is_sure
        and (there := family.pages.get(other.number))
        and there.article
        and url_id(other.url) in (url_id(there.article.raw_url), there.article.own_id)
    }
    sure |= {part.page for part in stored.parts} if stored else set()
    away = {number for number, page in family.pages.items() if _is_led_away(page, family.first)}
    sure = ({1} | sure) - away
    leading = stored
    if 1 in family.pages:
        leading = next((page.article for number, page in sorted(family.pages.items()) if number not in away), stored)
    return {
        number: page
        for number, page in sorted(family.pages.items())
        if number in sure or (leading and page.article and _looks_like(page.article, leading))
    }


def _is_led_away(page: Refined, first: str) -> bool:
    """Whether the address of a page led to another one that is no page of the article, and does not say that it is one."""
    article = page.article
    if page.paging or article is None or article.own_url is None or article.own_id in (url_id(article.raw_url), url_id(first)):
        return False
    return page_of(article.own_url, first) is None


def _looks_like(page: ArticleRecord, leading: ArticleRecord) -> bool:
    """Whether a page has the headline and the date of the first one. Another story of a series has another date."""
    if folded(_headline(page.page.title)) != folded(_headline(leading.page.title)):
        return False
    dates = page.page.published_at, leading.page.published_at
    if dates[0] is None or dates[1] is None:
        return True
    is_day = "day" in (page.page.published_precision, leading.page.published_precision)
    return dates[0].date() == dates[1].date() if is_day else dates[0] == dates[1]


def _headline(title: str) -> str:
    """Return a headline without the number of the page behind it."""
    return _NUMBER_AT_END.sub("", title) or title


def _part(number: int, page: Refined) -> PartRecord:
    assert page.article
    others = [other for other in page.paging.others if other.is_sure] if page.paging else []
    names = tuple(sorted({number, *(other.number for other in others)}))
    return _part_of(page.article, number, names, tuple(other.url for other in others))


def _part_of(article: ArticleRecord, number: int, names: tuple[int, ...], others: tuple[str, ...] = ()) -> PartRecord:
    return PartRecord(
        page=number,
        url_id=url_id(article.raw_url),
        url=article.own_url or article.page.url,
        seen_at=article.seen_at,
        title=article.page.title,
        text=article.page.text,
        headings=article.page.headings,
        content_hash=content_hash(article.page.text),
        names=names,
        others=others,
        capture_file=article.capture_file,
        capture_offset=article.capture_offset,
    )


def _as_known(new: PartRecord, known: PartRecord | None) -> PartRecord:
    """Return the stored page if the new one says the same, with what the new one names."""
    if known is None or not _is_same_text(new.text, known.text):
        return new
    return replace(known, names=new.names, others=new.others, is_stored=True)


def _article(leading: ArticleRecord, parts: Sequence[PartRecord], matcher: Matcher) -> ArticleRecord:
    """Return the article with the text of all its pages, matched."""
    text = join_texts([part.text for part in parts])
    lines = set(text.splitlines())
    headings = tuple(dict.fromkeys(heading for part in parts for heading in part.headings if heading in lines))
    title = _headline(leading.page.title)
    page = limited(replace(leading.page, title=title, text=text, headings=headings, word_count=count_words(text)))
    text = page.text
    matches = find_matches(matcher, title, text, page.language, leading.source)
    return replace(
        leading,
        page=page,
        content_hash=content_hash(text),
        matches=matches,
        hashes=hashes_of(text) if matches else None,
        parts=tuple(parts),
    )


def join_texts(texts: Sequence[str]) -> str:
    """Return the texts of the pages of an article as one; what a page repeats of earlier ones stands once.

    A short line in the middle of a page may be said again, such as a subheading.
    """
    lines: list[str] = []
    seen: set[str] = set()
    for number, text in enumerate(texts):
        own = text.splitlines()
        if number:
            own = _without_seen(own, seen)
        lines += own
        seen |= {folded(line) for line in text.splitlines()}
    return "\n".join(lines)


def _without_seen(lines: Sequence[str], seen: set[str]) -> list[str]:
    known = [folded(line) in seen for line in lines]
    head = len(list(takewhile(bool, known)))
    tail = len(list(takewhile(bool, reversed(known[head:]))))
    middle = zip(lines[head : len(lines) - tail], known[head : len(lines) - tail], strict=True)
    return [line for line, is_known in middle if not (is_known and len(line) >= _LONG)]


def rejoined(
    pages: Sequence[Refined], places: Sequence[tuple[UUID, int] | None], stored: Mapping[UUID, ArticleRecord], matcher: Matcher
) -> list[Refined]:
    """Return pages that were cleaned again, in order; the first one of an article on several pages has the whole text.

    What cannot be cleaned again stays in the text as it is stored.

    Args:
        places: for each page its article and its number in it; None for articles on one page.
        stored: these articles with their parts.
    """
    result = [page if place else _alone(page) for page, place in zip(pages, places, strict=True)]
    members: dict[UUID, dict[int, int]] = defaultdict(dict)
    for at, place in enumerate(places):
        if place:
            members[place[0]][place[1]] = at
    for article_id, numbers in members.items():
        carrier = numbers[min(numbers)]
        leading = result[carrier].article
        parts = [_again(part, result[numbers[part.page]] if part.page in numbers else None) for part in stored[article_id].parts]
        if leading is not None:
            result[carrier] = Refined.of(result[carrier].key, _article(leading, parts, matcher))
        for number, at in numbers.items():
            if at != carrier and result[at].outcome is not Outcome.FAILED:
                words = f"page {number} of {stored[article_id].page.url}"
                result[at] = Refined(result[at].key, Outcome.UNCHANGED, Reason.PART, words)
    return result


def _again(part: PartRecord, page: Refined | None) -> PartRecord:
    """Return a stored page as it was cleaned again."""
    if page is None or page.article is None:
        return part
    read = page.article.page
    return replace(part, title=read.title, text=read.text, headings=read.headings, content_hash=content_hash(read.text))
