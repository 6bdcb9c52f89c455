"""An article is found by what a user has of it: any of its addresses, its id, or a piece of either."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from flows.reading.find import find_article
from flows.watchlist import load_watchlist
from newslake.errors import UsageError
from newslake.outcomes import Outcome, Reason
from spiders.urls.canonical import url_id
from tests.flows.cli.conftest import WATCHLIST
from tests.flows.command import CATALOGS, newslake
from tests.warehouse.makers import article, fetch, hours, page, run, words
from warehouse.database.connect import open_reader, open_writer
from warehouse.load.run import load

SITE = "https://harbour.example"
TANKER, OIL_TANKER, KOREAN = f"{SITE}/2026/tanker", f"{SITE}/2026/oil-tanker", f"{SITE}/%EB%B6%81%ED%95%9C"
OLD, OFF_TOPIC = f"{SITE}/old/place", f"{SITE}/weather"
# Two ids with the same first digits.
TWINS = [UUID("abcd1234-0000-4000-8000-000000000001"), UUID("abcd1234-0000-4000-8000-000000000002")]


@pytest.fixture(scope="module", params=CATALOGS)
def config(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    config = tmp_path_factory.mktemp("find") / "watchlist.toml"
    config.write_text(f'[warehouse]\ncatalog = "{request.param}"\n{WATCHLIST}')
    articles = [
        article(url, article_id=url_id(url), title=title, text=words(title))
        for url, title in ((TANKER, "Tanker leaves"), (OIL_TANKER, "Oil tanker sinks"), (KOREAN, "유조선 출항"))
    ]
    twins = [article(f"{SITE}/twin/{n}", article_id=key, title=f"Twin {n}", text=words(f"w{n}")) for n, key in enumerate(TWINS)]
    fetches = [fetch(one, url_id=url_id(one.page.url)) for one in (*articles, *twins)]
    led = fetch(articles[0], OLD, url_id=url_id(OLD))
    off = page(OFF_TOPIC, Outcome.OFF_TOPIC, url_id=url_id(OFF_TOPIC), reason=Reason.NO_MATCH, requested_at=hours(1))
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(1, *fetches, off))
        load(writer, run(2, led))
    return config


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (TANKER, TANKER),
        ("http://harbour.example/2026/tanker/?utm_source=mail#top", TANKER),
        ("harbour.example/2026/tanker", TANKER),
        (f" <{TANKER}> ", TANKER),
        (OLD, TANKER),
        (f"{SITE}/북한", KOREAN),
        ("/북한", KOREAN),
        (str(url_id(TANKER)), TANKER),
        (url_id(TANKER).hex.upper(), TANKER),
        (url_id(TANKER).hex[:5], TANKER),
        (str(url_id(TANKER))[:10], TANKER),
        ("oil-tanker", OIL_TANKER),
        ("2026/oil-tanker/", OIL_TANKER),
        ("tanker", TANKER),  # a whole part of its address, and only the end of a part of the other's
        (str(TWINS[1]), f"{SITE}/twin/1"),
    ],
)
def test_an_article_is_found_by_what_a_user_has_of_it(config: Path, given: str, url: str) -> None:
    with open_reader(load_watchlist(config).warehouse) as con:
        assert find_article(con, given, "newslake diff").url == url


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("abcd", ["can be 2 articles", "Twin 0", "Twin 1", f"Next: newslake diff {TWINS[0]}"]),
        ("anker", ["can be 2 articles", "Tanker leaves", "Oil tanker sinks"]),
        ("abc", ["no article is 'abc': the beginning of an id has at least 4 digits"]),
        (f"{SITE}/2026/tankr", ["The nearest:", f"{url_id(TANKER)}  {TANKER}  Tanker leaves", f"newslake diff {url_id(TANKER)}"]),
        (OFF_TOPIC, ["the address is known, but gave none", "2026-03-01 10:00 UTC, ended in off-topic (no-match)"]),
        ("ships of the night", ["no article is", "newslake search 'ships of the night'"]),
        ("", ["no article is ''", "FROM articles"]),
        ("' OR 1=1 --", ["no article is"]),
        ("zz\x1b[31m", ["no article is"]),
        ("oil-\udcff", ["is not UTF-8"]),
        ("https://harbour.example/\udcff", ["is not UTF-8"]),
    ],
)
def test_what_is_not_found_is_said_with_what_is_near(config: Path, given: str, says: list[str]) -> None:
    with open_reader(load_watchlist(config).warehouse) as con, pytest.raises(UsageError) as error:
        find_article(con, given, "newslake diff")
    assert [said for said in says if said not in str(error.value)] == []


def test_commands_take_the_same_and_say_which_article_it_is(config: Path) -> None:
    assert newslake("diff", "-c", config, "oil-tanker").stdout.splitlines()[0] == OIL_TANKER
    done = newslake("diff", "-c", config, "anker\x1b[31m")
    assert done.returncode == 2 and "no article is" in done.stderr and "\x1b" not in done.stderr
    done = newslake("forget", "-c", config, "oil-tanker", "--dry-run")
    assert done.returncode == 0 and f"The article is at {OIL_TANKER}" in done.stderr, done.stderr
    assert "Would remove 1 article" in done.stdout
    done = newslake("forget", "-c", config, "harbuor", "--dry-run")
    assert done.returncode == 2 and "no article and no source is 'harbuor'" in done.stderr and "newslake sources" in done.stderr
