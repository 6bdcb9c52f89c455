"""Find the article that a user means. If there is none, say why, and name those that are near."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import quote
from uuid import UUID

import duckdb

from newslake.errors import ArticleUnknown, UsageError
from newslake.text import counted, cut, is_utf8, one_line
from spiders.urls.canonical import canonicalise, url_id, without_credentials
from warehouse.load.tombstones import forgotten_of
from warehouse.reading.named import Named, by_address, by_piece, last_visit, nearest
from warehouse.reading.whole import WholeArticle, whole_article

# Characters of an id, and of the end of an address, below which too many articles would be meant.
LEAST = 4
MOST_LISTED = 10
_ID = re.compile(r"[0-9a-f]+(?:-[0-9a-f]*)*")
# `outlet.example/path`: an address as people write it, and as a browser shows it.
_BARE = re.compile(r"[^\s/:]+\.[^\s/:.]{2,}(?::\d+)?(?:[/?].*)?")
# What stands around an address in a text, a mail or Markdown.
_AROUND = " \t\r\n<>\"'`“”«»"
_NEWEST = 'newslake sql "SELECT article_id, url, title FROM articles ORDER BY last_seen_at DESC"'


def find_article(con: duckdb.DuckDBPyConnection, given: str, command: str, *, nothing: str = "no article") -> Named:
    """Return the article that a user means.

    Args:
        given: one of its addresses, in any form that is the same address to newslake, also one that led to it, that of a copy
            at the same outlet or of one of its pages; its id, or the first 4 digits or more; or the end of its address.
        command: the command that is to be given the article, for messages ("newslake show").
        nothing: what is said not to be `given` where nothing is found.
    Raises:
        ArticleUnknown: no article or more than one is meant; the message lists the candidates, or the nearest.
        UsageError: it is no text.
    """
    if not is_utf8(given):
        raise UsageError(f"{given!r} is not UTF-8", left="nothing was changed", next=f"type it as UTF-8, or {command} ID")
    asked = given.strip(_AROUND)
    addresses, ids = addresses_of(asked), ids_of(asked)
    found = by_address(con, ids, addresses) if asked else []
    if not found:
        found = by_piece(con, _digits(asked), list(_endings(asked)))
    if len(found) == 1:
        return found[0]
    raise _several(given, found, command) if found else _none(con, given, asked, ids, command, nothing)


def read_whole(con: duckdb.DuckDBPyConnection, article_id: UUID, revision: int | None, command: str) -> WholeArticle:
    """Return an article with a revision. Raises UsageError if it has no such revision."""
    found = whole_article(con, article_id, revision)
    if isinstance(found, int):
        has = "one, number 1" if found == 1 else f"revisions 1 to {found}"
        raise UsageError(
            f"the article has no revision {revision}: it has {has}",
            left="nothing was changed",
            next=f"{command} {article_id} --revision {found}",
        )
    return found


def addresses_of(asked: str) -> list[str]:
    """Return the addresses that a text may be, as written and in their canonical form; none if it is none."""
    written = asked if "://" in asked else f"https://{asked}" if _BARE.fullmatch(asked) else None
    if written is None:
        return []
    clean = without_credentials(written)
    return list(dict.fromkeys((clean, canonicalise(clean))))


def ids_of(asked: str) -> list[UUID]:
    """Return the ids of URLs or articles that a text may mean: those of an address, and the id itself."""
    ids = [url_id(address) for address in addresses_of(asked)[:1]]
    with suppress(ValueError):
        ids.append(UUID(asked))
    return ids


def _digits(asked: str) -> str | None:
    """Return the beginning of an id without hyphens; None if a text cannot be one, or is too short."""
    lower = asked.lower()
    digits = lower.replace("-", "")
    return digits if _ID.fullmatch(lower) and LEAST <= len(digits) <= 32 else None


def _endings(asked: str) -> Iterable[str]:
    """Return how an address may end that a text is the end of: as written, and with its letters escaped."""
    ending = asked.rstrip("/")
    escaped = quote(ending, safe="!#$%&'()*+,/:;=?@[]~")
    if len(escaped) < LEAST or "://" in ending or any(char.isspace() for char in ending):
        return ()
    return dict.fromkeys((ending, escaped))


def _several(given: str, found: list[Named], command: str) -> ArticleUnknown:
    listed = "\n".join(f"  {line(one)}" for one in found[:MOST_LISTED])
    count = "1,000 articles or more" if len(found) == 1000 else counted(len(found), "article")
    more = f"\n  … and {len(found) - MOST_LISTED} more" if len(found) > MOST_LISTED else ""
    return ArticleUnknown(
        f"{given!r} can be {count}, by the beginning of the id or the end of the address:\n{listed}{more}",
        left="nothing was changed",
        next=f"{command} {found[0].article_id}, or another of these ids",
    )


def _none(con: duckdb.DuckDBPyConnection, given: str, asked: str, ids: list[UUID], command: str, nothing: str) -> ArticleUnknown:
    """Return the error that says that no article is meant: what is known of the address, and what is near."""
    if forgotten_of(con, ids):
        return ArticleUnknown(
            f"{given!r} was removed with newslake forget, for good",
            left="only the hash of its address is kept, so that it is not loaded again",
            next='newslake sql "FROM tombstones"',
        )
    happened = f"{nothing} is {given!r}"
    if re.fullmatch(r"[0-9a-f]{1,3}", asked.lower()):
        return ArticleUnknown(
            f"{happened}: the beginning of an id has at least {LEAST} digits", left="nothing was changed", next=_NEWEST
        )
    visit = last_visit(con, ids) if ids else None
    if visit is not None:
        why = f" ({visit.reason})" if visit.reason else ""
        said = f": {one_line(visit.detail)}" if visit.detail else ""
        happened += f": the address is known, but gave none. Its latest fetch, of {visit.at:%Y-%m-%d %H:%M} UTC, "
        happened += f"ended in {visit.outcome}{why}{said}"
        at = f"SELECT requested_at, outcome, reason, detail FROM fetches WHERE url_id = '{ids[0]}' ORDER BY requested_at"
        return ArticleUnknown(happened, left="nothing was changed", next=f'newslake sql "{at}"')
    near = nearest(con, (addresses_of(asked) or [asked])[-1]) if _digits(asked) is None and asked else []
    if near:
        happened += ". The nearest:\n" + "\n".join(f"  {line(one)}" for one in near)
        following = f"{command} {near[0].article_id}"
    else:
        is_words = not addresses_of(asked) and _digits(asked) is None and re.search(r"\w", asked)
        following = f"newslake search {shlex.quote(asked)}" if is_words else _NEWEST
    return ArticleUnknown(happened, left="nothing was changed", next=following)


def line(one: Named) -> str:
    """Return an article on one line: id, address, headline."""
    return f"{one.article_id}  {one.url}  {cut(one_line(one.title), 100)}"
