"""A source that names more addresses than a run keeps: they are counted, not pending, and found again when listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
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


def test_addresses_that_are_new_in_every_run_do_not_pile_up(tmp_path: Path) -> None:
    """Where a thousand addresses of a source wait, a run keeps only the newest that it can fetch, and counts the others."""
    config = tmp_path / "watchlist.toml"
    with Site() as site:
        config.write_text(WATCHLIST.format(places=PLACES, url=site.url), "utf-8")
        serve(site, 0)
        newslake("run", "--plain", "--config", config)
        with duckdb.connect(tmp_path / "news.duckdb") as con:  # as many runs of other addresses would leave it
            con.execute(
                "INSERT INTO urls SELECT u.* REPLACE (uuid() AS url_id, u.url || n AS url) FROM urls u, range(20) r(n) "
                "WHERE kind = 'page' AND last_fetched_at IS NULL"
            )
        serve(site, 10_000)
        index = "".join(f"<sitemap><loc>{site.url}/part/{number}.xml</loc></sitemap>" for number in range(400))
        site.routes["/index.xml"] = Answer(f"<sitemapindex>{index}</sitemapindex>".encode())
        text = config.read_text("utf-8").replace('/sitemap.xml"]', f'/sitemap.xml", "{site.url}/index.xml"]')
        config.write_text(text.replace("max_addresses = 100", "max_addresses = 1000"), "utf-8")
        with duckdb.connect(tmp_path / "news.duckdb") as con:
            con.execute("INSERT INTO urls SELECT u.* REPLACE (uuid() AS url_id) FROM urls u, range(9) r(n) WHERE kind = 'page'")
        newslake("run", "--plain", "--config", config)
    last = f"{RUNS} WHERE started_at = (SELECT max(started_at) FROM runs)"
    ((rows, urls, counted),) = ask(
        tmp_path, f"SELECT count(*), sum(urls)::BIGINT, count(*) FILTER (reason = 'address-budget') {last} AND kind = 'page'"
    )
    assert rows <= 4 * 3 + 5 + counted  # beside the places, what waits and is due
    assert urls >= ADDRESSES
    assert ask(tmp_path, "SELECT count(*) FROM fetches JOIN runs USING (run_id) WHERE reason = 'listing-budget'")[0][0] <= 100
    assert (
        ask(tmp_path, f"SELECT count(*) {last} AND kind = 'page' AND url LIKE '%day-10%' AND requested_at IS NOT NULL")[0][0] > 0
    )
