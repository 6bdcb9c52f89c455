"""Cite an article so that anybody can check it: who, what, where, when, and the hashes of page and text. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flows.reading.times import day_of, shown
from newslake.text import one_line
from warehouse.reading.whole import WholeArticle

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# BibTeX counts braces even behind a backslash, so that an odd one would end the entry.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        **{sign: f"\\{sign}" for sign in "$&#%_"},
    }
)
_TEX_URL = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D"})
_INNER_QUOTES = str.maketrans({"“": "‘", "”": "’"})


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """A captured page as a citation names it. `sha256` is of its bytes, as `newslake page --out` writes them.

    `payload_digest` and `record_id` stand in the WARC record; `problem` says in words why there is no hash.
    """

    page: int
    sha256: str | None = None
    payload_digest: str | None = None
    record_id: str | None = None
    file: str | None = None
    offset: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited. Texts are single lines; `published_on` is a day in `zone`, or the outlet's own if only that is known."""

    article_id: str
    title: str
    authors: tuple[str, ...]
    outlet: str
    url: str
    language: str | None
    published_at: datetime | None
    published_precision: str | None
    published_on: date | None
    fetched_at: datetime
    zone: ZoneInfo
    revision: int
    revisions: int
    content_hash: str
    pages: tuple[CapturedPage, ...]


def citation_of(article: WholeArticle, pages: Sequence[CapturedPage], zone: ZoneInfo) -> Citation:
    """Return the citation of a revision of an article."""
    row = article.row
    published, precision = row["published_at"], row["published_precision"]
    day = None if published is None else day_of(published) if precision == "day" else published.astimezone(zone).date()
    return Citation(
        str(row["article_id"]),
        one_line(article.title),
        tuple(one_line(author) for author in row["authors"] or ()),
        one_line(row["source"]),
        one_line(row["url"]),
        row["language"],
        published,
        precision,
        day,
        article.shown.seen_at,
        zone,
        article.shown.revision,
        row["revision"],
        article.shown.content_hash,
        tuple(pages),
    )


def chicago(cited: Citation) -> str:
    """Return a note as in The Chicago Manual of Style, 17th edition (14.191, 14.205), and below it what proves it.

    Authors are named as the outlet writes them: a note inverts no name.
    """
    title = re.sub(r'"([^"]*)"', "‘\\1’", cited.title.translate(_INNER_QUOTES))
    what = f"“{title},” {cited.outlet}" if title else cited.outlet
    parts = [_people(cited.authors), what, _in_words(cited.published_on) if cited.published_on else ""]
    parts += [f"accessed {_in_words(cited.fetched_at.astimezone(cited.zone).date())}", cited.url]
    return f"{', '.join(filter(None, parts))}.\n{' '.join(_proof(cited))}\n"


def bibtex(cited: Citation) -> str:
    """Return an entry for BibTeX and biblatex, in UTF-8. Braces keep styles from changing names and headline."""
    on, fetched = cited.published_on, cited.fetched_at.astimezone(cited.zone).date()
    fields: dict[str, str] = {}
    if cited.authors:
        fields["author"] = " and ".join(f"{{{_tex(author)}}}" for author in cited.authors)
    if cited.title:
        fields["title"] = f"{{{_tex(cited.title)}}}"
    fields["howpublished"] = _tex(cited.outlet)
    if on:
        fields |= {"year": str(on.year), "month": _MONTHS[on.month - 1][:3].lower(), "day": str(on.day)}
    fields["url"] = cited.url.translate(_TEX_URL)
    fields["urldate"] = fetched.isoformat()
    if cited.language:
        fields["language"] = _tex(cited.language)
    fields["note"] = _tex(" ".join(_proof(cited)))
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields.items()]
    return f"@misc{{{_key(cited)},\n" + ",\n".join(lines) + "\n}\n"


def csl(cited: Citation) -> list[dict[str, Any]]:
    """Return CSL-JSON, version 1.0.2 of its schema: one item; `custom` has the proof as values."""
    item: dict[str, Any] = {
        "id": _key(cited),
        "type": "article-newspaper",
        "title": cited.title,
        "author": [{"literal": author} for author in cited.authors],
        "container-title": cited.outlet,
        "issued": _date(cited.published_on) if cited.published_on else None,
        "accessed": _date(cited.fetched_at.astimezone(cited.zone).date()),
        "URL": cited.url,
        "language": cited.language,
        "note": " ".join(_proof(cited)),
    }
    proof = {
        "article_id": cited.article_id,
        "published_at": cited.published_at,
        "published_precision": cited.published_precision,
        "fetched_at": cited.fetched_at,
        "time_zone_of_dates": cited.zone.key,
        "revision": cited.revision,
        "current_revision": cited.revisions,
        "content_hash": {"value": cited.content_hash, "algorithm": "BLAKE2b-128 of the folded words of the text"},
        "captures": [
            {
                "page": page.page,
                "sha256": page.sha256,
                "of": "the bytes of the page: the payload of the WARC record, without transfer and content encoding",
                "warc_payload_digest": page.payload_digest,
                "warc_record_id": page.record_id,
                "file": page.file,
                "offset": page.offset,
                "problem": page.problem,
            }
            for page in cited.pages
        ],
    }
    return [{name: value for name, value in item.items() if value not in (None, [], "")} | {"custom": {"newslake": proof}}]


def _proof(cited: Citation) -> Iterator[str]:
    """Yield sentences that say exactly what is cited, and by which hashes it is known."""
    if cited.published_at is None:
        yield "Time of publication not known."
    elif cited.published_precision == "day":
        yield f"Published {cited.published_on}."
    else:
        yield f"Published {shown(cited.published_at, cited.published_precision, cited.zone)} ({cited.zone.key})."
    yield f"Revision {cited.revision} of {cited.revisions}, fetched {cited.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}."
    for page in cited.pages:
        name = "Page" if len(cited.pages) == 1 else f"Page {page.page}"
        record = f", WARC record {one_line(page.record_id.strip('<>'))}" if page.record_id else ""
        yield (
            f"{name} as fetched: SHA-256 {page.sha256}{record}."
            if page.sha256
            else f"{name}: no hash, {one_line(page.problem or '')}."
        )
    yield f"Words of the text: BLAKE2b-128 {cited.content_hash}. newslake article {cited.article_id}."


def _people(authors: Sequence[str]) -> str:
    """Return authors as a note names them: up to three, and of more the first."""
    if len(authors) > 3:
        return f"{authors[0]} et al."
    if len(authors) == 3:
        return f"{authors[0]}, {authors[1]}, and {authors[2]}"
    return " and ".join(authors)


def _in_words(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _date(day: date) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _key(cited: Citation) -> str:
    """Return a key for the entry, of ASCII letters and digits: the same for the same revision."""
    plain = unicodedata.normalize("NFKD", cited.outlet).encode("ascii", "ignore").decode().lower()
    year = cited.published_on.year if cited.published_on else cited.fetched_at.year
    return f"{re.sub('[^a-z0-9]+', '', plain) or 'news'}{year}-{cited.article_id[:8]}-r{cited.revision}"
