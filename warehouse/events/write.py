"""Find the events that the articles of a load report: profiles, then the pairs that are alike, then the events made of them.

Only the first article of each story is compared, with those dated within a few days of it, so the cost depends on the load and
the days around it. Which event a story belongs to follows from the pairs alone, so it does not depend on the order of articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from uuid import UUID

import duckdb

from newslake.events.extra import is_installed
from newslake.events.group import LINK, UNLIKELY, grouped
from newslake.events.profile import READ, Given, profiles
from newslake.events.score import WINDOW, candidates, likelihood, log_odds
from warehouse.database.stage import stage
from warehouse.database.statements import fetch, statement
from warehouse.events.profiles import RULES, Head, read_profiles, read_sketches, write_profiles
from warehouse.search.texts import beginnings_of

# Articles that are compared at once with those of their days.
AT_ONCE = 1_000
_IDS = {"article_id": "UUID"}
_LINKS = {"article_id": "UUID", "other_id": "UUID", "dated_at": "TIMESTAMP WITH TIME ZONE", "odds": "DOUBLE"}
_TOLD = {"event_id": "UUID", "story_id": "UUID", "score": "DOUBLE"}
Links = dict[tuple[UUID, UUID], float]


def write_events(con: duckdb.DuckDBPyConnection, touched: Iterable[UUID], *, wanted: bool = True) -> int:
    """Bring the events of articles up to date of which the text, the time or the story may have changed.

    Args:
        touched: with each of them, all other articles of its story. Those that are gone by now may be among them.
        wanted: whether events are looked for. If not, those of an earlier text, time or story still go: they would be wrong.

    Returns the number of articles that were compared anew.
    """
    ids = sorted(set(touched))
    if not ids or not (wanted or had_events(con)):
        return 0
    _stage_events(con, ids)
    mates = {row[0] for row in con.execute(statement("event_mates")).fetchall()}
    if not wanted:
        drop_compared(con, ids)
    fresh = _profile(con) if wanted else []
    for some in _in_time(fresh):
        _link(con, some)
    _group(con, {*ids, *mates})
    return len(fresh)


def event_mates(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> set[UUID]:
    """Return all articles of the events that some articles report."""
    _stage_events(con, articles)
    return {row[0] for row in con.execute(statement("event_mates")).fetchall()}


def had_events(con: duckdb.DuckDBPyConnection) -> bool:
    """Return whether events were ever looked for. Where they are not, nobody asks for those of what is left of a story."""
    return bool(con.execute("SELECT 1 FROM event_profiles LIMIT 1").fetchall())


def drop_compared(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> None:
    """Remove what is stored of articles that are compared no more."""
    _stage_linked(con, articles)
    con.execute("DELETE FROM event_profiles WHERE article_id IN (SELECT article_id FROM batch_linked)")
    for column in ("article_id", "other_id"):
        con.execute(f"DELETE FROM event_links WHERE {column} IN (SELECT article_id FROM batch_linked)")


def _stage_events(con: duckdb.DuckDBPyConnection, ids: Iterable[UUID]) -> None:
    stage(con, "batch_events", _IDS, ((each,) for each in ids))


def _stage_linked(con: duckdb.DuckDBPyConnection, ids: Iterable[UUID]) -> None:
    stage(con, "batch_linked", _IDS, ((each,) for each in ids))


def _profile(con: duckdb.DuckDBPyConnection) -> list[Head]:
    """Store profiles of those of `batch_events` that head a story and changed, and drop those of others; return the former."""
    encode = is_installed()
    heads = {head.article_id: head for head in fetch(con, "event_heads", Head)}
    kept: set[UUID] = set()
    dropped: set[UUID] = set()
    for article_id, content_hash, dated_at, rules, is_encoded in con.execute(statement("event_profiled")).fetchall():
        head = heads.get(article_id)
        is_right = head == Head(article_id, content_hash, dated_at) and rules >= RULES and (is_encoded or not encode)
        (kept if is_right else dropped).add(article_id)
    if dropped:
        drop_compared(con, dropped)
    fresh = sorted((head for head in heads.values() if head.article_id not in kept), key=_when)
    for begin in range(0, len(fresh), AT_ONCE):
        some = fresh[begin : begin + AT_ONCE]
        made = profiles(_given(con, some), encode=encode)
        write_profiles(con, zip(some, made, strict=True))
    return fresh


def _given(con: duckdb.DuckDBPyConnection, heads: Sequence[Head]) -> list[Given]:
    """Return what is read of articles. Texts come from the index, because of `articles` all files would be read."""
    ids = [head.article_id for head in heads]
    _stage_events(con, ids)
    titles = {key: (title, language) for key, title, language in con.execute(statement("event_titles")).fetchall()}
    texts = beginnings_of(con, ids, READ)
    return [
        Given(titles[head.article_id][0], texts[head.article_id] or "", titles[head.article_id][1], head.dated_at)
        for head in heads
    ]


def _when(head: Head) -> tuple[datetime, UUID]:
    return head.dated_at, head.article_id


def _in_time(heads: Iterable[Head]) -> Iterator[list[Head]]:
    """Yield articles, which are in the order of time, in parts that lie within a few days."""
    part: list[Head] = []
    for head in heads:
        if part and (len(part) >= AT_ONCE or head.dated_at - part[0].dated_at > WINDOW):
            yield part
            part = []
        part.append(head)
    if part:
        yield part


def _link(con: duckdb.DuckDBPyConnection, heads: Sequence[Head]) -> None:
    """Compare new articles with one another and with those of their days, and store the pairs that are not wholly unlike."""
    new = {head.article_id for head in heads}
    since, until = heads[0].dated_at - WINDOW, heads[-1].dated_at + WINDOW
    ids, sketches = read_sketches(con, since, until)
    pairs = [(ids[i], ids[j]) for i, j in candidates(sketches, [article_id in new for article_id in ids])]
    if not pairs:
        return
    made = read_profiles(con, {each for pair in pairs for each in pair}, since, until)
    links: list[tuple[UUID, UUID, datetime, float]] = []
    for pair in pairs:
        one, other = made[pair[0]], made[pair[1]]
        odds = log_odds(one, other)
        at = min(each for each in (one.at, other.at) if each is not None)
        if odds > UNLIKELY:
            links.append((min(pair), max(pair), at, odds))
    if links:
        known = {(row[0], row[1]) for row in _links_of(con, new, heads[0].dated_at, heads[-1].dated_at)}
        stage(con, "batch_links", _LINKS, (link for link in links if link[:2] not in known))
        con.execute(statement("insert_event_links"))


def _links_of(
    con: duckdb.DuckDBPyConnection, articles: Iterable[UUID], since: datetime, until: datetime
) -> list[tuple[UUID, UUID, datetime, float]]:
    _stage_linked(con, articles)
    return con.execute(statement("event_links_of"), {"since": since - WINDOW, "until": until + WINDOW}).fetchall()


def _group(con: duckdb.DuckDBPyConnection, seeds: Set[UUID]) -> None:
    """Make the events of these articles, and of all that are linked with them, again."""
    links = _crowd(con, seeds)
    within = {each for pair in links for each in pair}
    _stage_linked(con, within | seeds)
    rows = con.execute(statement("event_stories")).fetchall()
    story_of: dict[UUID, UUID] = {row[0]: row[1] for row in rows}
    dated_at: dict[UUID, datetime] = {row[0]: row[2] for row in rows}
    con.execute("DELETE FROM events WHERE article_id IN (SELECT article_id FROM batch_linked)")
    told: list[tuple[UUID, UUID, float]] = []
    for event in grouped({(str(one), str(other)): odds for (one, other), odds in links.items()}):
        members = [UUID(each) for each in event]
        first = min(members, key=lambda each: (dated_at[each], each))
        told += [(story_of[first], story_of[each], _score(each, members, links)) for each in members]
    if told:
        stage(con, "batch_told", _TOLD, told)
        # copies that no load has touched have a row, too
        con.execute("DELETE FROM events WHERE story_id IN (SELECT story_id FROM batch_told)")
        con.execute(statement("insert_events"))


def _crowd(con: duckdb.DuckDBPyConnection, seeds: Set[UUID]) -> Links:
    """Return the links among all articles that chains of likely links join to the seeds."""
    links: Links = {}
    seen: set[UUID] = set()
    waiting = set(seeds)
    while waiting:
        _stage_linked(con, waiting)
        since, until = con.execute(statement("event_dates")).fetchall()[0]
        seen |= waiting
        if since is None:
            break
        reached: set[UUID] = set()
        for one, other, _, odds in _links_of(con, waiting, since, until):
            links[one, other] = odds
            if odds >= LINK:
                reached |= {one, other}
        waiting = reached - seen
    return {pair: odds for pair, odds in links.items() if pair[0] in seen and pair[1] in seen}


def _score(one: UUID, members: Sequence[UUID], links: Mapping[tuple[UUID, UUID], float]) -> float:
    """Return how likely an article reports the same event as the others, on the average."""
    odds = [links.get((min(one, other), max(one, other)), UNLIKELY) for other in members if other != one]
    return round(sum(map(likelihood, odds)) / len(odds), 4)
