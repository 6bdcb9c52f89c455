"""The lesser facts of an article: language, section, tags, image, whether it is free to read."""

from __future__ import annotations

import re
from typing import Any, Literal

from flows.clean.lexicon import load_lexicon
from flows.clean.page import Page, class_and_id
from flows.clean.structured import Node, clean_text, first_text, texts
from spiders.urls.canonical import absolute
from spiders.warc.read import Hints

_WALL = re.compile(r"(?:^|[\s_-])(?:paywall|paywalled|regwall|subscriber-only|premium-content|members-only)(?:$|[\s_-])", re.I)
_WALL_WORDS = ("aywall", "egwall", "subscriber-only", "premium-content", "members-only")
_LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_].*)?$", re.I)
_LEXICON = load_lexicon("languages", "names", "small_words")
_NAMES = {name: code for code, names in _LEXICON.lists["names"].items() for name in names}
# Letters of any other script; the punctuation of all of them is left out.
_NOT_LATIN = re.compile(r"[\u0370-\u1dff\u3040-\ud7ff]+")
_SCRIPTS = (
    ("ko", re.compile(r"[가-힣]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[а-яё]", re.I)),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
# Languages that may be written in the script that the first of them stands for.
_SHARED = {
    "ru": {"ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg"},
    "ar": {"ar", "fa", "ur", "ps", "ckb", "ug"},
    "hi": {"hi", "mr", "ne"},
    "he": {"he", "yi"},
    "zh": {"zh", "ja", "yue"},
}  # fmt: skip
_SMALL_WORDS = {code: frozenset(words) for code, words in _LEXICON.lists["small_words"].items()}
_MAX_TAGS = 50
_MAX_TAG = 100


def find_language(page: Page, article: Node, hints: Hints, given: str | None, text: str) -> str | None:
    """ISO 639 code of the text: what the page says, unless the script of the text says otherwise; then feed,
    source, and the small words of the text."""
    script = _of_script(text)
    whole, body = page.languages
    for said in (
        first_text(article.get("inLanguage")),
        whole,
        page.meta("og:locale", "content-language", "dc.language", "dcterms.language", "language", "inlanguage"),
        body,
        hints.language,
        given,
    ):
        code = _code(said)
        if (
            code
            and (script is None or code in _SHARED.get(script, {script}))
            and not (script is None and code in ("ko", "ja", "zh", "ru", "ar") and len(text) > 200)
        ):
            return code
    return script or _of_words(text)


def first_in_dates(page: Page) -> Literal["day", "month", "year"]:
    """What the page's language puts first in a date of numbers."""
    said = f"{page.tree.get('lang') or ''} {page.meta('og:locale', 'language') or ''}".lower().replace("_", "-")
    if "en-us" in said:
        return "month"
    return "year" if said.strip()[:2] in ("ko", "ja", "zh") else "day"


def find_section(page: Page, article: Node, micro: Node, hints: Hints) -> str | None:
    """The outlet's own name for the part of it that the article stands in."""
    said = (
        first_text(article.get("articleSection")),
        page.meta(
            "article:section", "og:article:section", "parsely-section", "sailthru.section", "section", "cxenseparse:section"
        ),
        micro.get("articleSection"),
        hints.section,
    )
    return next((text for one in said if one and (text := clean_text(str(one))) and len(text) < 100), None)


def find_tags(page: Page, article: Node, hints: Hints) -> tuple[str, ...]:
    """Keywords, each once, in the page's order."""
    said: list[str] = []
    for value in (
        article.get("keywords"),
        page.metas.get("article:tag"),
        page.metas.get("news_keywords"),
        page.metas.get("keywords"),
        list(hints.tags),
    ):
        found = [part.strip() for text in texts(value) for part in re.split(r"[,;，、]", text)]
        said.extend(found)
        if found:
            break
    kept = {tag.lower(): tag for tag in reversed(said) if 1 < len(tag) <= _MAX_TAG and ":" not in tag[:12]}
    return tuple(reversed(kept.values()))[:_MAX_TAGS]


def find_description(page: Page, article: Node, hints: Hints) -> str | None:
    """The outlet's own summary."""
    said = (
        page.meta("og:description"),
        page.meta("description", "twitter:description", "dc.description"),
        first_text(article.get("description")),
        hints.description,
    )
    return next((text for one in said if one and (text := clean_text(one))), None)


def find_image(page: Page, article: Node, hints: Hints) -> str | None:
    """Absolute address of the main image."""
    said = [
        page.meta("og:image", "og:image:url", "og:image:secure_url"),
        *_images(article.get("image")),
        page.meta("twitter:image", "twitter:image:src"),
        hints.image_url,
    ]
    return next((url for one in said if one and (url := absolute(page.url, one))), None)


def declared_url(page: Page) -> str | None:
    """What the page says its address is: rel=canonical, else og:url."""
    for link in page.tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and (link.get("href") or "").strip():
            return str(link.get("href")).strip()
    return page.meta("og:url")


def find_free(page: Page, nodes: list[Node], article: Node) -> bool | None:
    """Whether all of the article can be read without paying; None where the page does not say."""
    for node in [article, *nodes]:
        free = _truth(node.get("isAccessibleForFree"))
        if free is not None and (node is article or any("article" in str(t).lower() for t in [node.get("@type")])):
            return free
        for part in _listed(node.get("hasPart")):
            if isinstance(part, dict) and _truth(part.get("isAccessibleForFree")) is False:
                return False
    tier = (page.meta("article:content_tier", "og:article:content_tier", "content_tier", "contenttier") or "").lower()
    if tier in ("free", "metered", "locked", "paid", "premium"):
        return tier == "free" if tier != "metered" else None
    paid = (page.meta("paywall", "premium", "ispremium", "cxenseparse:paywall", "access", "is_paid") or "").lower()
    if paid in ("true", "yes", "1", "hard", "paid", "premium", "locked", "paywall"):
        return False
    if not any(word in page.source for word in _WALL_WORDS):
        return None
    rooms = page.tree.iter("div", "section", "aside", "article")
    return False if any(map(_WALL.search, set(map(class_and_id, rooms)))) else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _code(said: str | None) -> str | None:
    match = _LANGUAGE.match((said or "").strip())
    if match:
        return _NAMES.get(match[1].lower(), match[1].lower())
    return _NAMES.get((said or "").strip().lower())


def _of_script(text: str) -> str | None:
    """The language that the script of a text stands for; None for the Latin script."""
    sample = text[:3000]
    foreign = "".join(_NOT_LATIN.findall(sample))
    if not foreign:
        return None
    letters = sum(map(str.isalpha, sample))
    for code, script in _SCRIPTS:
        if letters and len(script.findall(foreign)) > letters * (0.1 if code == "ja" else 0.3):
            return code
    return None


def _of_words(text: str) -> str | None:
    """The language whose small words a text in the Latin script is full of; None where none stands out."""
    words = re.findall(r"[^\W\d_]+", text[:5000].lower())
    counts = sorted(((sum(word in small for word in words), code) for code, small in _SMALL_WORDS.items()), reverse=True)
    (most, code), (next_most, _) = counts[0], counts[1]
    return code if most >= 5 and most > len(words) * 0.08 and most > 1.3 * next_most else None


def _images(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [url for one in value[:5] if not isinstance(one, list) for url in _images(one)]
    if isinstance(value, dict):
        return [v for v in (value.get("url"), value.get("contentUrl"), value.get("@id")) if isinstance(v, str)]
    return []


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    said = str(value).strip().lower().rpartition("/")[2]
    return True if said in ("true", "yes", "1") else False if said in ("false", "no", "0") else None
