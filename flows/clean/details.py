"""Find section, tags, summary and image of an article, and whether it is free to read."""

from __future__ import annotations

import re
from typing import Any

from flows.clean.reading import Reading
from flows.clean.structured import Node, clean_text, first_text, listed, texts, types
from spiders.urls.canonical import declared_address

__all__ = ["find_description", "find_free", "find_image", "find_section", "find_tags"]

_WALL = re.compile(r"(?:^|[\s_-])(?:paywall|paywalled|regwall|subscriber-only|premium-content|members-only)(?:$|[\s_-])")
# Parts of those words, which are looked for first.
_WALL_PARTS = ("wall", "-only", "premium-content")
_MAX_TAGS = 50
_MAX_TAG = 100


def find_section(reading: Reading) -> str | None:
    """Return the section in the outlet's own words."""
    page, data = reading.page, reading.data
    said = (
        first_text(data.article.get("articleSection")),
        *page.sections[:1],
        data.micro.get("articleSection"),
        reading.hints.section,
    )
    return next((text for one in said if one and (text := clean_text(str(one))) and len(text) < 100), None)


def find_tags(reading: Reading) -> tuple[str, ...]:
    """Return keywords, each once, in the page's order."""
    page = reading.page
    said: list[str] = []
    for value in (
        reading.data.article.get("keywords"),
        page.metas.get("article:tag"),
        page.metas.get("news_keywords"),
        page.metas.get("keywords"),
        list(reading.hints.tags),
    ):
        found = [part.strip() for text in texts(value) for part in re.split(r"[,;，、]", text)]
        said.extend(found)
        if found:
            break
    kept = {tag.lower(): tag for tag in reversed(said) if 1 < len(tag) <= _MAX_TAG and ":" not in tag[:12]}
    return tuple(reversed(kept.values()))[:_MAX_TAGS]


def find_description(reading: Reading) -> str | None:
    """Return the outlet's own summary."""
    page = reading.page
    said = (
        page.meta("og:description"),
        page.meta("description", "twitter:description", "dc.description"),
        first_text(reading.data.article.get("description")),
        reading.hints.description,
    )
    return next((text for one in said if one and (text := clean_text(one))), None)


def find_image(reading: Reading) -> str | None:
    """Return the absolute address of the main image."""
    page = reading.page
    said = [
        page.meta("og:image", "og:image:url", "og:image:secure_url"),
        *_images(reading.data.article.get("image")),
        page.meta("twitter:image", "twitter:image:src"),
        reading.hints.image_url,
    ]
    return next((url for one in said if one and (url := declared_address(page.base, one, page.url))), None)


def find_free(reading: Reading) -> bool | None:
    """Return whether all of the article can be read without paying; None where the page does not say."""
    page = reading.page
    for node in (reading.data.article, reading.data.page):
        free = _truth(node.get("isAccessibleForFree"))
        if free is not None:
            return free
        for part in listed(node.get("hasPart")):
            if isinstance(part, dict) and _is_own_part(part) and _truth(part.get("isAccessibleForFree")) is False:
                return False
    tier = (page.meta("article:content_tier", "og:article:content_tier", "content_tier", "contenttier") or "").lower()
    if tier in ("free", "metered", "locked", "paid", "premium"):
        return tier == "free" if tier != "metered" else None
    paid = (page.meta("paywall", "premium", "ispremium", "cxenseparse:paywall", "access", "is_paid") or "").lower()
    if paid in ("true", "yes", "1", "hard", "paid", "premium", "locked", "paywall"):
        return False
    # all classes and ids at once, because few pages have any of these words
    rooms = list(page.tree.iter("div", "section", "aside", "article"))
    marks = "\n".join([room.get(name, "") for name in ("class", "id") for room in rooms]).lower()
    return False if any(part in marks for part in _WALL_PARTS) and _WALL.search(marks) else None


def _is_own_part(part: Node) -> bool:
    """Return whether a part of a page's data is a place on the page, and not another story, a video or a podcast."""
    return "cssSelector" in part or not types(part) or any("webpageelement" in kind for kind in types(part))


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
