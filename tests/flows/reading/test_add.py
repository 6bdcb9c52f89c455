"""`newslake add`: single addresses go the way of a collection, and each is told what became of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newslake.testing import Answer, Site
from tests.flows.command import CATALOGS, ask, newslake
from tests.flows.test_edits import LINES, page

WATCHLIST = """
[warehouse]
catalog = "{catalog}"
[crawl]
delay = 0
allow_private = true
[[topic]]
name = "oil"
query = "oil"
[[source]]
name = "herald"
feeds = ["{herald}/feed"]
"""
STORY, DULL, LIST, BARRED, GONE = (
    f"/news/{name}.html" for name in ("tanker-at-the-quay", "weather-of-today", "all", "barred", "gone")
)
OIL = page("A tanker at the quay", *LINES, "It brought oil to the harbour.")
EDITED = page("A tanker at the quay", *LINES, "It brought oil to the harbour, and left again.", "Nobody knows its owner.")


class Told:
    """What three calls said, on a site of the watchlist and on another one."""

    def __init__(self, folder: Path, catalog: str) -> None:
        self.config = folder / "watchlist.toml"
        with Site() as herald, Site(address="127.0.0.2") as other, Site(address="127.0.0.3") as third:
            self.herald, self.other = herald.url, other.url
            self.config.write_text(WATCHLIST.format(herald=herald.url, catalog=catalog))
            herald.routes |= {
                STORY: OIL,
                DULL: page("Weather of today", *LINES),
                "/robots.txt": Answer(b"User-agent: *\nDisallow: /news/barred"),
            }
            herald.routes[LIST] = Answer(b"<html><title>All</title><a href=/news/1>One</a></html>")
            other.routes[STORY] = page("Oil elsewhere", *LINES, "Others brought oil to another harbour, by night and in the fog.")
            listed = folder / "list.txt"
            listed.write_text(f"\ufeff# from a colleague\n{herald.url}{GONE}\n\n{herald.url}{BARRED}\n")
            asked = [
                herald.url + STORY,
                f"{herald.url}{STORY}?utm_source=mail",
                herald.url + DULL,
                herald.url + LIST,
                other.url + STORY,
            ]
            self.first = newslake("add", "-c", self.config, *asked, "no address", "ftp://x/y", "--file", listed, "--json")
            self.requests = herald.paths() + other.paths()
            self.again = newslake("add", "-c", self.config, herald.url + STORY)
            herald.routes[STORY] = EDITED
            self.edited = newslake("add", "-c", self.config, herald.url + STORY)
            other.routes["/short"] = Answer(status=301, headers={"Location": f"{herald.url}/news/moved.html"})
            other.routes["/far"] = Answer(status=302, headers={"Location": f"http://127.0.0.3:{third.port}/deep"})
            herald.routes["/news/moved.html"] = page("Moved oil", *LINES, "The oil was moved to the other side of the bay.")
            third.routes["/deep"] = page("Deep oil", *LINES, "Divers found oil deep below the ferry of the island.")
            self.led = newslake("add", "-c", self.config, f"{other.url}/short", f"{other.url}/far", "--json")
            ((article_id,),) = ask(self.config, f"SELECT article_id::VARCHAR FROM articles WHERE url = '{other.url}{STORY}'")
            assert newslake("forget", "-c", self.config, article_id, "--yes").returncode == 0
            other.asked.clear()
            self.forgotten = newslake("add", "-c", self.config, other.url + STORY)
            self.after = other.paths()

    def rows(self) -> dict[str, dict[str, Any]]:
        return {row["url"]: row for row in json.loads(self.first.stdout)["addresses"]}


@pytest.fixture(scope="module", params=CATALOGS)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(tmp_path_factory.mktemp("add"), request.param)


def test_each_address_is_told_what_became_of_it(told: Told) -> None:
    assert told.first.returncode == 1  # some gave nothing
    rows = told.rows()
    ends = {url.removeprefix(told.herald).removeprefix(told.other): (row["outcome"], row["reason"]) for url, row in rows.items()}
    assert rows[told.other + STORY]["outcome"] == rows[told.herald + STORY]["outcome"] == "loaded"
    assert ends[f"{STORY}?utm_source=mail"] == ("loaded", None)  # the same address, and fetched once
    assert ends[DULL][0] == "off-topic" and ends[LIST][0] == "not-article"
    assert ends[BARRED][0] == "robots" and ends[GONE] == ("http-error", "gone")
    assert ends["no address"] == ends["ftp://x/y"] == (None, None)
    assert "whole URL" in rows["no address"]["detail"] and "not an http or https URL" in rows["ftp://x/y"]["detail"]
    assert rows[told.herald + STORY]["title"] == "A tanker at the quay"


def test_nothing_but_the_addresses_is_fetched_and_robots_are_obeyed(told: Told) -> None:
    assert sorted(path for path in told.requests if path != "/robots.txt") == sorted([STORY, DULL, LIST, GONE, STORY])


def test_the_run_has_its_account_captures_and_source(told: Told) -> None:
    run_id = json.loads(told.first.stdout)["run_id"]
    rows = "SELECT sum(urls) FROM fetches AS f WHERE f.run_id = r.run_id"
    found = ask(told.config, f"SELECT flow, discovered, ({rows}) FROM runs AS r WHERE run_id = '{run_id}'")
    assert found == [("add", 6, 6)]
    found = ask(
        told.config, f"SELECT DISTINCT source, origin FROM fetches WHERE run_id = '{run_id}' AND url LIKE '{told.herald}%'"
    )
    assert found == [("herald", "added")]
    assert told.rows()[told.other + STORY]["source"] == told.other.removeprefix("http://").replace(":", "-")
    assert ask(told.config, "SELECT count(*) FROM source_runs") == [(0,)]  # the health of a source is judged by collections
    done = newslake("page", "-c", told.config, told.herald + STORY, "--revision", "1")
    assert done.returncode == 0 and "It brought oil to the harbour." in done.stdout


def test_a_known_article_is_fetched_again_for_edits(told: Told) -> None:
    assert told.again.returncode == told.edited.returncode == 0, told.again.stderr + told.edited.stderr
    assert told.again.stdout.startswith(f"unchanged     {told.herald}{STORY}\n")
    assert told.edited.stdout.startswith(f"updated       {told.herald}{STORY}\n") and "newslake show " in told.edited.stdout
    assert ask(told.config, f"SELECT revision FROM articles WHERE url = '{told.herald}{STORY}'") == [(2,)]


def test_what_was_forgotten_is_not_asked_for(told: Told) -> None:
    assert told.forgotten.returncode == 1 and told.after == []
    assert (
        told.forgotten.stdout.startswith(f"not fetched   {told.other}{STORY}\n")
        and "removed with newslake forget" in told.forgotten.stdout
    )


def test_a_call_without_an_address_is_explained(told: Told, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("# nothing\n")
    for given, says in (
        ([], "which addresses to fetch is missing"),
        (["--file", tmp_path / "none.txt"], "cannot read"),
        (["--file", empty], "the list has no address"),
    ):
        done = newslake("add", "-c", told.config, *given)
        assert done.returncode == 2 and says in done.stderr, done.stderr
    done = newslake("add", "-c", told.config, "nonsense")
    assert done.returncode == 1 and done.stdout.startswith("not fetched   nonsense\n")


def test_a_redirect_leads_to_the_source_on_whose_site_it_ends(told: Told) -> None:
    assert told.led.returncode == 0, told.led.stdout + told.led.stderr
    rows = {row["url"].removeprefix(told.other): row for row in json.loads(told.led.stdout)["addresses"]}
    assert (rows["/short"]["source"], rows["/short"]["outcome"]) == ("herald", "loaded")
    assert (rows["/far"]["source"].partition("-")[0], rows["/far"]["outcome"]) == ("127.0.0.3", "loaded")
    stored = ask(told.config, "SELECT source FROM articles WHERE title = 'Moved oil'")
    assert stored == [("herald",)]
    assert ask(told.config, "SELECT DISTINCT listed_by FROM fetches WHERE origin = 'added'") == [(None,)]
