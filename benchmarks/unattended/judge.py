"""Compares the books of the soak's site with what the warehouse holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

from benchmarks.sites.changing import FEED_LENGTH, SITEMAP_HOURS, Site
from benchmarks.sites.stories import DAY, HOUR, LATE_LOOKS, LOOKS, OUTLETS, Story, mark
from warehouse.database.connect import open_reader
from warehouse.location import Location

MINUTES = (30, 150)  # between two runs
MOST_RETRIES = 36 * 60  # minutes, within which a look that failed is tried again and again


def lost_of(site: Site, held: dict[str, str], texts: list[tuple[str, str]], now: float) -> Iterator[str]:
    """Yield each story or version that should be there and is not, beginning with its path.

    A story should, if a listing that was shown whole named it, or if it stood in one for half a day; a version, if it was shown
    whole, or if two looks fell into its time.
    """
    had: dict[str, str] = {}
    for url, text in texts:
        had[url] = had.get(url, "") + text
    for story in site.stories:
        url = site.url(story)
        if not story.on_topic:
            continue
        if url not in held:
            shown = site.books.shown[story.number]
            if shown and min(shown) >= (story.off_version or 99):
                continue  # an edit had taken the topic's word out before it was first read
            if story.number in site.books.listed or stood(site, story, now) > 12 * HOUR:
                yield f"{story.path} of {OUTLETS[story.outlet]}: the article"
            continue
        for version in range(1, len(story.edits) + 2):
            if _mark(story, version) in had[url]:
                continue
            if version in site.books.shown[story.number] or _looks(story, version, now) > 1:
                yield f"{story.path} of {OUTLETS[story.outlet]}: version {version}"
        last = max(site.books.shown[story.number], default=0)
        # a later one may have come whole in an answer of which the site could not see the end
        if last and not any(_mark(story, version) in held[url] for version in range(last, len(story.edits) + 2)):
            yield f"{story.path} of {OUTLETS[story.outlet]}: its last version, {last}"


def stood(site: Site, story: Story, now: float) -> float:
    """Return the least number of seconds for which the story was in a feed or a sitemap."""
    later = sorted(other.at for other in site.stories if other.outlet == story.outlet and other.at > story.at)
    pushed_out = later[FEED_LENGTH - 1] if len(later) >= FEED_LENGTH else now
    return min(pushed_out, story.gone_at, story.at + SITEMAP_HOURS * HOUR, now) - max(story.at, site.begin)


def _mark(story: Story, version: int) -> str:
    return mark(story.text_of, version)


def _looks(story: Story, version: int, now: float) -> int:
    """Return how many looks of newslake certainly fell into the time of a version."""
    times = [story.at, *story.edits, story.gone_at]
    late = 2 * MINUTES[1] * 60  # found up to two runs late, and looked at up to two runs late
    looks = ((story.at + 0.9 * look * HOUR, story.at + look * HOUR + 2 * late) for look in LOOKS)
    return sum(times[version - 1] < earliest and latest < min(times[version], now) for earliest, latest in looks)


def wrongly_gone(site: Site, gone: dict[str, datetime | None], first_seen: dict[str, datetime], now: float) -> Iterator[str]:
    """Yield each article that the warehouse says is gone and was not, or that was gone and was looked at, and it does not say so.

    Args:
        gone: `gone_at` by URL of the articles.
        first_seen: `first_seen_at` by URL, from which the ages of the looks count.
    """
    late = (2 * MINUTES[1] + MOST_RETRIES) * 60
    for story in site.stories:
        url = site.url(story)
        if url not in gone:
            continue
        at = gone[url]
        if at and at.timestamp() < story.gone_at:
            yield f"{story.path} of {OUTLETS[story.outlet]}: gone before its time"
        seen = first_seen[url].timestamp()
        looks = ((seen + 0.9 * age * DAY, seen + age * DAY + late) for age in LATE_LOOKS)
        if not at and any(story.gone_at < earliest and latest < now for earliest, latest in looks):
            yield f"{story.path} of {OUTLETS[story.outlet]}: taken down, and not noticed"


def narrow_bounds(location: Location) -> Iterator[tuple[str, str | None]]:
    """Yield each column whose bounds in the catalog exclude a stored value, and what goes wrong when it is read, if anything.

    DuckLake forgets the bounds of a column after a load that has only NULLs in it. Stock DuckDB trusts these bounds, which is why
    newslake and the settings in docs/operations.md do not. So a condition on such a column must find the same rows as a look at
    each of them.
    """
    with open_reader(location) as con, closing(sqlite3.connect(f"file:{location.file}?mode=ro", uri=True)) as catalog:
        for table, column, kind, *bounds in catalog.execute(BOUNDS).fetchall():
            least, most = (f"{bound}::{KINDS.get(kind, kind)}" for bound in ("$1", "$2"))
            beyond = f'("{column}" < {least} OR "{column}" > {most})'
            ((seen,),) = con.execute(f"SELECT count(*) FILTER (WHERE {beyond}) FROM {table}", bounds).fetchall()
            ((found,),) = con.execute(f"SELECT count(*) FROM {table} WHERE {beyond}", bounds).fetchall()
            if seen or found:
                wrong = f"{found} of {seen} rows of {table} found by values of {column} outside the bounds {bounds}"
                yield f"{table}.{column}", wrong if seen != found else None


KINDS = {"int64": "BIGINT", "int32": "INTEGER"}
BOUNDS = """
SELECT table_name, column_name, column_type, min_value, max_value
FROM ducklake_table_column_stats JOIN ducklake_table USING (table_id) JOIN ducklake_column USING (table_id, column_id)
WHERE ducklake_table.end_snapshot IS NULL AND ducklake_column.end_snapshot IS NULL AND parent_column IS NULL
  AND column_type IN ('int64', 'int32', 'timestamptz', 'date', 'varchar') AND min_value IS NOT NULL AND max_value IS NOT NULL
"""
