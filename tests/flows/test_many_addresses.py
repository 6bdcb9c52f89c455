"""A source that names more addresses than a run keeps: they are counted, not pending, and found again when listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newslake.testing import Answer, Site
from tests.flows.command import newslake
from warehouse.database.connect import open_reader
from warehouse.load.write import COUNTED
from warehouse.location import Location

ADDRESSES, PLACES = 300, 100
WATCHLIST = """
[warehouse]
catalog = "news.duckdb"
[crawl]
delay = 0.0
allow_private = true
max_addresses = {places}
max_articles = 3
[[topic]]
name = "oil"
query = "oil"
[[source]]
name = "many"
sitemaps = ["{url}/sitemap.xml"]
"""


def serve(site: Site, first: int) -> None:
    urls = "".join(f"<url><loc>{site.url}/n/story-of-the-day-{number}</loc></url>" for number in range(first, first + ADDRESSES))
    site.routes["/sitemap.xml"] = Answer(f"<urlset>{urls}</urlset>".encode(), headers={"Content-Type": "application/xml"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of a source that names 300 addresses; 10 of the second run are new."""
    folder = tmp_path_factory.mktemp("many")
    with Site() as site:
        (folder / "watchlist.toml").write_text(WATCHLIST.format(places=PLACES, url=site.url), "utf-8")
        serve(site, 10)
        newslake("run", "--plain", "--config", folder / "watchlist.toml")
        serve(site, 0)
        newslake("run", "--plain", "--config", folder / "watchlist.toml")
    return folder


def ask(folder: Path, query: str) -> list[Any]:
    with open_reader(Location(catalog=str(folder / "news.duckdb"))) as con:
        return con.execute(query).fetchall()


RUNS = "FROM fetches JOIN runs USING (run_id)"


def test_every_address_is_counted_in_few_rows(folder: Path) -> None:
    first = ask(folder, f"SELECT discovered, sum(urls)::BIGINT, count(*), count(DISTINCT url), run_id {RUNS} GROUP BY ALL")
    for discovered, urls, rows, different, _ in first:
        assert discovered == urls
        assert rows == different <= PLACES + 20
    assert min(row[0] for row in first) == ADDRESSES + 1  # and the sitemap


def test_a_run_counts_what_it_discovered_in_its_outcomes(folder: Path) -> None:
    outcomes = "+".join(COUNTED.values())
    assert ask(folder, f"SELECT count(*) FROM runs WHERE discovered <> {outcomes}") == [(0,)]
    assert ask(folder, "SELECT min(found), max(found) FROM source_runs") == [(ADDRESSES, ADDRESSES)]


def test_addresses_that_are_only_counted_are_not_pending(folder: Path) -> None:
    ((rows, urls),) = ask(
        folder,
        f"SELECT count(*), max(urls) {RUNS} WHERE reason = 'address-budget' AND started_at = (SELECT min(started_at) FROM runs)",
    )
    assert (rows, urls) == (1, ADDRESSES - PLACES)
    known = "SELECT count(*) FROM urls WHERE url_id IN (SELECT url_id FROM fetches f WHERE reason = 'address-budget' "
    assert ask(folder, f"{known} AND url_id NOT IN (SELECT url_id FROM fetches WHERE reason <> 'address-budget'))") == [(0,)]


def test_they_are_found_again_when_listed(folder: Path) -> None:
    """The places of the second run go to addresses that the first did not keep."""
    new = f"SELECT url {RUNS} WHERE kind = 'page' AND urls = 1 AND started_at = (SELECT max(started_at) FROM runs)"
    before = f"SELECT url {RUNS} WHERE kind = 'page' AND urls = 1 AND started_at = (SELECT min(started_at) FROM runs)"
    ((count,),) = ask(folder, f"SELECT count(*) FROM ({new} EXCEPT {before})")
    assert count >= 20
