"""Read section pages: choose the links that lead to articles, and find the next page and the frames. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from newslake.embedded import Script, read_json
from newslake.errors import ListingError
from newslake.outcomes import Origin
from spiders.listings.decoding import decoded, unpacked
from spiders.listings.embedded import entries, html_of, next_address
from spiders.listings.html import LOADED, Anchor, Page, read_page
from spiders.listings.model import Follow, Link, Listing
from spiders.urls.article_shape import Shape, shape, template
from spiders.urls.canonical import identity, same_site
from spiders.warc.model import Hints

# The longest listing pages seen, monthly archives, have about a thousand articles.
MAX_LINKS = 2000
# With at least this many links of a strong shape, articles are recognised by their shape.
ENOUGH = 3

_NEXT_WORDS = re.compile(
    r"(?:next(?: page)?|older(?: (?:posts|entries|articles|stories))?|more (?:news|stories|articles)"
    r"|다음(?: ?페이지)?|次へ|次の?ページ|次|下一[页頁]|下[页頁]"
    r"|следующ(?:ая|ие|ий)(?: страница)?|далее|вперед|вперёд|раньше"
    r"|suivante?|page suivante|weiter|nächste(?: seite)?|siguiente|próxim[ao]|successiv[ao]|volgende|następna|sonraki"
    r"|التالي|الصفحة التالية)\s*[»›>→]*|[»›→]|>{1,2}",
    re.I,
)
# Words that also lead to whole sections: they count if the link is to this page with another query.
_MORE_WORDS = re.compile(
    r"(?:load|show|view|see)? ?more(?: \w+)?|(?:기사 )?더 ?보기|もっと(?:見る|読む)|加载更多|查看更多|更多"
    r"|(?:показать|загрузить) (?:еще|ещё)|еще|ещё|voir plus|mehr(?: laden| anzeigen)?|ver más|cargar más",
    re.I,
)
_PAGE_NUMBER = re.compile(
    r"(?:[?&](?:page|pg|p|paged|page_?no|cpage|page_?num(?:ber)?|currentpage)=|/page[/-]?|[_-]p(?:age)?)(\d{1,4})\b", re.I
)
_NO_TITLE = re.compile(
    r"(?:read|see|view|learn|find out)? ?(?:more|full (?:story|article))(?: .{0,12})?|continue reading.*|\d+ comments?"
    r"|더보기|자세히.*|続きを読む|もっと見る|читать (?:далее|полностью)|подробнее|[\d\W_]*",
    re.I,
)


@dataclass(slots=True)
class _Candidate:
    url: str
    text: str
    shape: Shape
    around: bool


def read_section(body: bytes, url: str, content_type: str | None = None, *, article_pattern: str | None = None) -> Listing:
    """Return the articles that a listing page links to, in its order and with the link text as title, and the next page.

    A page without links to articles gives a Listing whose note says so.

    Args:
        article_pattern: regular expression searched in the absolute URL; without it, articles are recognised by the shape of
            their addresses.

    Raises:
        ListingError: `body` is neither HTML nor JSON that names pages.
    """
    page, following = _data_page(body, url, content_type)
    if page is None:
        page = read_page(body, url, content_type)
        following = _next_page(page, url)
    links = articles(page, url, article_pattern)
    follow = (Follow(following, "section", f"next page of {url}", Origin.LISTING),) if following else ()
    note = None
    if not links:
        wanted = f"matches {article_pattern!r}" if article_pattern else "looks like an article"
        note = f"none of {len(page.anchors)} links {wanted}"
    return Listing("section", links, follow + frames(page, url, links), title=page.title, note=note)


def articles(page: Page, url: str, article_pattern: str | None = None) -> tuple[Link, ...]:
    """Return the links of a page to articles of its own site, each once.

    Where the page itself shows hardly any, as it is drawn by a script, its data are read.
    """
    chosen = _chosen(page.anchors, url, article_pattern)
    if len(chosen) >= ENOUGH or not page.scripts:
        return chosen
    own = identity(url)
    found = [
        (entry, key) for entry in entries(page.scripts, url) if same_site(entry.url, url) and (key := identity(entry.url)) != own
    ]
    if not found:
        return chosen
    anchors = [*page.anchors, *(Anchor(entry.url, entry.title, frozenset(), False) for entry, _ in found)]
    links = {identity(link.url): link for link in _chosen(anchors, url, article_pattern)}
    for entry, key in found:
        known = links.get(key)
        if known or (entry.published and not article_pattern and shape(entry.url) is not Shape.NEVER):
            links[key] = Link(known.url if known else entry.url, Hints(title=entry.title, published=entry.published))
    return tuple(links.values())[:MAX_LINKS]


def frames(page: Page, url: str, links: tuple[Link, ...]) -> tuple[Follow, ...]:
    """Return the frames of a page that shows no articles itself, to be read as parts of it."""
    if links:
        return ()
    own = identity(url)
    inside = [target for target in page.frames if same_site(target, url) and identity(target) != own]
    return tuple(Follow(target, "section", f"frame of {url}", Origin.LISTING, is_part=True) for target in inside)


def _data_page(body: bytes, url: str, content_type: str | None) -> tuple[Page | None, str | None]:
    """Return an answer of JSON as a page, and the address of what follows it; (None, None) if it is something else."""
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start not in (b"{", b"["):
        return None, None
    text = decoded(unpacked(body, url), content_type).lstrip("\ufeff")
    value = read_json(text)
    if not isinstance(value, (dict, list)):
        return None, None
    inside = html_of(value)
    page = read_page(f"<html><body>{inside}</body></html>".encode("utf-8", "replace"), url, "text/html; charset=utf-8")
    scripts = (Script("application/json", "", text),)
    if not (page.anchors or entries(scripts, url)):
        label = f" ({content_type.partition(';')[0].strip()})" if content_type else ""
        raise ListingError(f"not a web page{label}, but data that name no pages: {url}")
    return Page(None, page.anchors, (), scripts), next_address(value, url) or _next_page(page, url)


def _chosen(anchors: Iterable[Anchor], url: str, article_pattern: str | None) -> tuple[Link, ...]:
    candidates = _candidates(anchors, url)
    if article_pattern:
        wanted = re.compile(article_pattern)
        chosen = [candidate for candidate in candidates if wanted.search(candidate.url)]
    else:
        chosen = _by_shape([candidate for candidate in candidates if candidate.shape is not Shape.NEVER])
    return tuple(Link(candidate.url, Hints(title=_title(candidate.text))) for candidate in chosen[:MAX_LINKS])


def _candidates(anchors: Iterable[Anchor], url: str) -> list[_Candidate]:
    """Return the links to other pages of the site, each once, with the longest text of the links to the same page."""
    found: dict[str, _Candidate] = {}
    own = identity(url)
    for anchor in anchors:
        key = identity(anchor.url)
        if key in found:
            known = found[key]
            known.around = known.around and anchor.around
            if len(_title(anchor.text) or "") > len(_title(known.text) or ""):
                known.text = anchor.text
        elif key != own and LOADED not in anchor.rel and same_site(anchor.url, url):
            # the fragment only points into the page
            found[key] = _Candidate(
                anchor.url.partition("#")[0] if "#!" not in anchor.url else anchor.url,
                anchor.text,
                shape(anchor.url),
                anchor.around,
            )
    if all(candidate.around for candidate in found.values()):  # the whole page is marked as navigation, which says nothing
        for candidate in found.values():
            candidate.around = False
    return list(found.values())


def _by_shape(candidates: list[_Candidate]) -> list[_Candidate]:
    strong = [candidate for candidate in candidates if candidate.shape is Shape.STRONG]
    if len(strong) >= ENOUGH:
        # Articles of one outlet share templates. This includes articles with shorter names (/world/kim-speaks next to
        # /world/kim-meets-putin-in-vladivostok) and excludes sections with long names in the menu.
        inside = [candidate for candidate in strong if not candidate.around]
        counts = Counter(template(candidate.url) for candidate in (inside if len(inside) >= ENOUGH else strong))
        common = {key for key, count in counts.items() if count >= ENOUGH}
        return [
            candidate
            for candidate in candidates
            if (candidate.shape is Shape.STRONG and not (candidate.around and common))
            or (candidate.shape >= Shape.WEAK and template(candidate.url) in common)
        ]
    clusters: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        if not candidate.around and (candidate.shape > Shape.PLAIN or candidate.url.rstrip("/").count("/") > 3):
            clusters[template(candidate.url)].append(candidate)
    # headlines are longer than names of sections
    weights = {key: sum(member.shape * min(len(member.text), 80) for member in members) for key, members in clusters.items()}
    best = max(clusters, key=lambda key: weights[key], default=None)
    is_listing = best is not None and (len(clusters[best]) > 1 or clusters[best][0].shape > Shape.PLAIN)
    return [
        candidate
        for candidate in candidates
        if candidate.shape is Shape.STRONG or (is_listing and not candidate.around and template(candidate.url) == best)
    ]


def _title(text: str) -> str | None:
    return text if len(text) >= 6 and not _NO_TITLE.fullmatch(text) else None


def _next_page(page: Page, url: str) -> str | None:
    own = identity(url)
    others = [anchor for anchor in page.anchors if identity(anchor.url) != own and same_site(anchor.url, url)]
    declared = [head.url for head in page.heads if "next" in head.rel and same_site(head.url, url) and identity(head.url) != own]
    declared += [anchor.url for anchor in others if "next" in anchor.rel]
    number = int(match[1]) if (match := _PAGE_NUMBER.search(url)) else 1
    numbered = [
        anchor.url
        for anchor in others
        if (match := _PAGE_NUMBER.search(anchor.url))
        and int(match[1]) == number + 1
        and (anchor.text == str(number + 1) or _NEXT_WORDS.fullmatch(anchor.text))
    ]
    # what a script loads when the reader comes to the end
    loaded = [anchor.url for anchor in others if LOADED in anchor.rel]
    more = [
        anchor.url
        for anchor in others
        if _MORE_WORDS.fullmatch(anchor.text) and "?" in anchor.url and anchor.url.partition("?")[0] == url.partition("?")[0]
    ]
    # Sections may be called Next too, and articles link to the next article: such a link must be below this page or numbered.
    called = [anchor.url for anchor in others if _NEXT_WORDS.fullmatch(anchor.text)]
    below = url.rstrip("/") + "/"
    likely = (
        target
        for target in (*declared, *numbered, *called)
        if _PAGE_NUMBER.search(target)
        or (shape(target) is not Shape.STRONG and (target in declared or "?" in target or target.startswith(below)))
    )
    return next(iter((*likely, *loaded, *more)), None)
