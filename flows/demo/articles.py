"""The articles of the sample site: one file each, TOML front matter between `+++` lines, then paragraphs.

    +++
    title = "…"
    published = 2026-11-20T08:15:00+09:00
    authors = ["First Last"]
    topics = ["trade-and-oil"]        # which demo topics select it, decided by a reader, not by the matcher
    +++
    A paragraph.

    ## A subheading

    Another paragraph.

Further front matter: `section`, `tags` and `language`; `edition = 2` for an article that appears later; `edited` (when),
`title_edited` and `edits` ([old, new] pairs) for one that changes in edition 2; `copy_of = "outlet/slug"` for one that repeats
another word for word; `paywalled`; `old` for a date that never moves.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "articles"
# The day after the newest article. A site opened on another day shifts its articles to be as fresh.
WRITTEN_FOR = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """One article as its outlet shows it in one edition. All datetimes are aware."""

    outlet: str
    slug: str
    title: str
    published: datetime
    blocks: tuple[tuple[str, str], ...]  # ("p" or "h2", text)
    topics: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    section: str = "World"
    tags: tuple[str, ...] = ()
    language: str = "en"
    modified: datetime | None = None
    copy_of: str | None = None
    paywalled: bool = False
    revision: int = 1

    @property
    def description(self) -> str:
        """Return the first sentence of the first paragraph."""
        first = next(text for kind, text in self.blocks if kind == "p")
        return first.partition(". ")[0].rstrip(".。") + ("。" if "。" in first else ".")

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(text for kind, text in self.blocks if kind == "p")

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(text for kind, text in self.blocks if kind == "h2")


@dataclass(frozen=True, slots=True)
class _File:
    outlet: str
    slug: str
    front: dict[str, Any]
    text: str


@cache
def _files() -> dict[str, _File]:
    found = {}
    for path in sorted(FOLDER.glob("*/*.md")):
        _, front, text = path.read_text("utf-8").split("+++\n", 2)
        found[f"{path.parent.name}/{path.stem}"] = _File(path.parent.name, path.stem, tomllib.loads(front), text)
    return found


def articles(outlet: str, edition: int, today: date) -> list[SampleArticle]:
    """Return the articles of an outlet in an edition, newest first."""
    shift = today - WRITTEN_FOR
    shown = [
        _article(file, edition, shift)
        for file in _files().values()
        if file.outlet == outlet and file.front.get("edition", 1) <= edition
    ]
    return sorted(shown, key=lambda article: (article.published, article.slug), reverse=True)


def _article(file: _File, edition: int, shift: timedelta) -> SampleArticle:
    front = file.front
    moved = timedelta() if front.get("old") else shift
    if original := front.get("copy_of"):
        return replace(
            _article(_files()[original], edition, shift),
            outlet=file.outlet,
            slug=file.slug,
            published=front["published"] + moved,
            copy_of=original,
            authors=tuple(front["authors"]),
            section=front.get("section", "World"),
        )
    edited = edition >= 2 and "edited" in front
    # Join lines first, so that an edit need not know where the file breaks them.
    text = "\n\n".join(" ".join(chunk.split()) for chunk in file.text.strip().split("\n\n"))
    title = front["title"]
    if edited:
        title = front.get("title_edited", title)
        for old, new in front.get("edits", []):
            if old not in text:
                raise ValueError(f"{file.outlet}/{file.slug} has no {old!r} to edit")
            text = text.replace(old, new)
    return SampleArticle(
        outlet=file.outlet,
        slug=file.slug,
        title=title,
        published=front["published"] + moved,
        blocks=tuple(_blocks(text)),
        topics=tuple(front.get("topics", [])),
        authors=tuple(front.get("authors", [])),
        section=front.get("section", "World"),
        tags=tuple(front.get("tags", [])),
        language=front.get("language", "en"),
        modified=front["edited"] + moved if edited else None,
        paywalled=front.get("paywalled", False),
        revision=2 if edited else 1,
    )


def _blocks(text: str) -> list[tuple[str, str]]:
    """Split a body into paragraphs and `## ` subheadings."""
    return [("h2", chunk.removeprefix("## ")) if chunk.startswith("## ") else ("p", chunk) for chunk in text.split("\n\n")]
