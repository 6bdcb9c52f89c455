"""Everything in docs/cookbook.md runs, gives rows, and gives the columns that the page shows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from flows.search.in_sql import prepare
from flows.search.listed import compare_after_run
from flows.watchlist import load_watchlist
from newslake.outcomes import Outcome, Reason
from tests.flows.command import newslake
from tests.warehouse.makers import article, fetch, page, words
from tests.warehouse.test_events import one as told
from warehouse.database.closed import Limits
from warehouse.database.connect import open_writer
from warehouse.load.run import load
from warehouse.query import Session, open_session
from warehouse.records import ArticleRecord, FetchRecord, MatchRecord, RunBatch, RunRecord

FILE = Path(__file__).resolve().parents[1] / "docs" / "cookbook.md"
SOURCES = ("harbor-ledger", "eastgate-herald", "northwind-wire", "nurihang-ilbo")
TOPICS = {"trade-and-oil": "tanker*", "sanctions-and-un": "sanction*"}


def corpus_now() -> datetime:
    """Return the latest time at which all that was published 26 to 33 hours before is of one day: a spike is one of a day."""
    now = datetime.now(UTC)
    return now if now.hour >= 9 else now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(minutes=1)


NOW = corpus_now()


@dataclass(frozen=True)
class Recipe:
    question: str
    commands: tuple[str, ...]
    sql: str | None
    columns: tuple[str, ...]


def recipes() -> Iterator[Recipe]:
    for part in FILE.read_text("utf-8").split("\n### ")[1:]:
        question, _, body = part.partition("\n")
        commands = [line for block in re.findall(r"```sh\n(.*?)```", body, re.S) for line in block.splitlines()]
        sql = re.findall(r"```sql\n(.*?)```", body, re.S)
        assert len(sql) <= 1, question
        header = re.search(r"^\| (.*) \|\n\| ---", body, re.M)
        yield Recipe(question, tuple(commands), sql[0] if sql else None, tuple(header[1].split(" | ")) if header else ())


RECIPES = list(recipes())
# The demo has no such edit, take-down, list or event, and the page says so. All others have an answer there: see test_app.py.
NONE_ON_DEMO = {"24", "25", "48", "49"}


def matches(*topics: str) -> tuple[MatchRecord, ...]:
    return tuple(MatchRecord(topic, ("tanker",), True, 1.0, "… a tanker …") for topic in topics)


def written(source: str, name: str, title: str, text: str, hours: float, *topics: str) -> ArticleRecord:
    """An article that was published so many hours ago, and fetched ten minutes later."""
    at = NOW - timedelta(hours=hours)
    url = f"https://{source}.example/{name}"
    seen = at + timedelta(minutes=10)
    return article(url, source, text, title=title, published_at=at, seen_at=seen, authors=("Ada Park",), matches=matches(*topics))


def collected(number: int, hours: float, *fetches: FetchRecord) -> RunBatch:
    started = NOW - timedelta(hours=hours)
    done = started + timedelta(minutes=1)
    record = RunRecord(UUID(int=number), "collect", started, done, "completed", "0.1.0", discovered=len(fetches))
    return RunBatch(record, fetches)


def found(one: ArticleRecord) -> FetchRecord:
    return fetch(one, listed_by=one.source, listed_at=one.page.published_at)


def corpus() -> list[RunBatch]:
    """A week of four outlets: a story that three carry, one that is edited, one edited off its topic, one taken down."""
    said = "“No ship will leave before Monday,” said Ada Park."
    wire = f"The second tanker was seized off the port for Harbor Shipping Ltd. {said} {words('wire', 120)}"
    both = ("trade-and-oil", "sanctions-and-un")
    second = written("harbor-ledger", "business/tanker-insurance-copy", "Second tanker seized", wire, 30, *both)
    copies = [
        written(source, "tanker", "Second tanker seized", wire, hours, *both)
        for source, hours in (("eastgate-herald", 27), ("northwind-wire", 26))
    ]
    ports = written("eastgate-herald", "ports", "Sanctions on three ports", words("ports"), 29, "sanctions-and-un")
    ship = written("northwind-wire", "ship", "Fertiliser ship waits", words("ship"), 28, "trade-and-oil")
    korean = written("nurihang-ilbo", "yujoseon", "유조선 두 척 출항", words("yujoseon"), 100, "trade-and-oil")
    old = [written("harbor-ledger", f"old{n}", f"Tanker {n}", words(f"old{n}"), 120 + n, "trade-and-oil") for n in (1, 2)]
    gap = f"The second tanker. “We wait,” said one of the workers. {words('gap', 80)}"
    customs = written("harbor-ledger", "business/customs-figures-gap", "Second tanker seized", gap, 33, *both)
    edited = written("harbor-ledger", "business/customs-figures-gap", "Second tanker turns back", f"{gap} Later.", 2.9, *both)
    milder = written("eastgate-herald", "ports", "Three ports inspected", words("ports inspected"), 2.9)
    gone = page(
        ship.page.url, Outcome.HTTP_ERROR, "northwind-wire", reason=Reason.GONE, status=404, requested_at=NOW - timedelta(hours=3)
    )
    off = [
        page(f"https://{source}.example/off{n}", Outcome.OFF_TOPIC, source, listed_by=source, listed_at=NOW - timedelta(hours=n))
        for source in SOURCES
        for n in (26, 100)
    ]
    feeds = [
        page(f"https://{source}.example/rss", Outcome.NOT_ARTICLE, source, kind="feed", requested_at=NOW, status=200)
        for source in SOURCES
    ]
    return [
        collected(1, 140, *map(found, [*old, korean]), *map(told, (0, 1, 3))),
        collected(2, 31, *map(found, [second, customs, *copies, ports, ship]), *off),
        collected(3, 3, fetch(edited), fetch(milder), gone, *feeds),
    ]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = tmp_path_factory.mktemp("cookbook") / "watchlist.toml"
    topics = "".join(f'[[topic]]\nname = "{name}"\nquery = "{query}"\n' for name, query in TOPICS.items())
    sources = "".join(f'[[source]]\nname = "{name}"\nurl = "https://{name}.example/"\n' for name in SOURCES)
    config.write_text(f'{topics}{sources}[[entity]]\nname = "sanctions"\nfile = "sanctions.csv"\n')
    config.with_name("sanctions.csv").write_text('name,kind\n"Harbor Shipping Co., Ltd.",company\nPark Ada,person\n')
    config.with_name("names.csv").write_text("name\nAda Park\nsecond tanker\n")
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        for batch in corpus():
            load(writer, batch)
    compare_after_run(load_watchlist(config), print)
    saved = newslake("search", "tanker", "--save", "tankers-in-port", "--config", config, cwd=config.parent)
    assert saved.returncode == 0, saved.stderr
    return config


@pytest.fixture(scope="module")
def session(config: Path) -> Iterator[Session]:
    """As `newslake sql` runs it, with the guard."""
    limits = Limits(spill=config.parent)
    with open_session(load_watchlist(config).warehouse, limits, prepare=prepare) as session:
        yield session


def test_the_page_says_which_questions_have_no_answer_on_the_demo() -> None:
    parts = FILE.read_text("utf-8").split("\n### ")[1:]
    assert {part.partition(".")[0] for part in parts if "None in the sample corpus." in part} == NONE_ON_DEMO


def test_there_are_thirty_questions_and_more() -> None:
    assert len(RECIPES) >= 30
    assert [int(recipe.question.partition(".")[0]) for recipe in RECIPES] == list(range(1, len(RECIPES) + 1))
    assert all(recipe.sql or recipe.commands for recipe in RECIPES)


@pytest.mark.parametrize("recipe", [one for one in RECIPES if one.sql], ids=lambda one: one.question)
def test_the_query_of_a_recipe_gives_the_rows_that_the_page_shows(recipe: Recipe, session: Session) -> None:
    [answer] = list(session.answers(recipe.sql or ""))
    assert tuple(answer.headers) == recipe.columns
    assert list(answer.rows(3))


@pytest.mark.parametrize("recipe", [one for one in RECIPES if one.commands], ids=lambda one: one.question)
def test_the_commands_of_a_recipe_run_one_after_another(recipe: Recipe, config: Path) -> None:
    for command in recipe.commands:
        name, *given = shlex.split(command)
        done = newslake(*given, "--config", config, cwd=config.parent)
        assert name == "newslake" and done.returncode == 0, (command, done.stderr)
        if files := [file for option, file in pairwise(given) if option in ("export", "--out", "--output")]:
            assert (config.parent / files[0]).stat().st_size and f"{files[0]}." in done.stdout + done.stderr, command
        else:
            assert len(done.stdout.splitlines()) >= 3, (command, done.stdout)
