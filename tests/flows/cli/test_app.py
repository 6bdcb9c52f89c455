"""The commands that set up and collect, as a user meets them."""

from __future__ import annotations

import json
import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.cli.app import COMMANDS as ALL
from flows.cli.app import LazyCommand
from flows.demo.site import SampleSite
from flows.reports.other_words import OTHER_WORDS
from flows.search.in_sql import prepare
from flows.watchlist import load_watchlist
from newslake import __version__
from tests.flows.command import Done, newslake
from tests.test_cookbook import NONE_ON_DEMO, RECIPES
from warehouse.database.closed import Limits
from warehouse.query import open_session

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = ("init", "check", "run", "serve", "sql", "schema", "sources", "export", "demo")


@pytest.fixture(scope="module")
def site() -> Iterator[SampleSite]:
    with SampleSite() as site:
        yield site


@pytest.fixture(scope="module")
def ran(site: SampleSite, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done, Done]:
    """A watchlist, its first collection as JSON, and its second as people read it."""
    config = site.watchlist(tmp_path_factory.mktemp("ran"))
    return config, newslake("run", "--plain", "--json", "-c", config), newslake("run", "-c", config)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str) -> None:
    done = newslake(command, "--help")
    assert done.returncode == 0
    assert re.search(rf"Example: newslake {command}\b", done.stdout)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("read", "show ARTICLE"),
        ("chart", "sql --chart line"),
        ("alrts", "alerts"),
        ("edits", "diff ARTICLE"),
        ("tag", "note ARTICLE"),
    ],
)
def test_a_word_that_is_no_command_is_told_with_the_one_that_is_meant(word: str, meant: str) -> None:
    done = newslake(word, "customs-figures-gap")
    assert done.returncode == 2 and f"there is no command '{word}'" in done.stderr and f"newslake {meant}" in done.stderr
    assert "Next:  newslake --help" in newslake("zzzzzz").stderr


def test_no_word_for_a_command_is_a_command_and_each_leads_to_one() -> None:
    assert not OTHER_WORDS.keys() & ALL.keys()
    assert {meant.split()[0] for meant in OTHER_WORDS.values()} <= {*ALL, "--version"}


def commands_below(command: Any) -> Iterator[Any]:
    yield command
    for inner in getattr(command, "commands", {}).values():
        yield from commands_below(inner)


@pytest.mark.parametrize("name", ALL)
def test_no_bracket_of_a_help_text_is_taken_for_markup(name: str) -> None:
    found = 0
    for command in commands_below(LazyCommand(name, *ALL[name]).load()):
        for text in [command.help, *(getattr(parameter, "help", None) for parameter in command.params)]:
            tags = re.findall(r"(?<!\\)\[(/?[a-z#@/][^\[\]]*|/)\]", text or "")
            assert set(tags) <= {"bold", "/"}, f"rich would eat what is in brackets: {text}"
            found += bool(text)
    assert found


def test_the_command_alone_lists_its_commands_and_says_its_version() -> None:
    assert all(re.search(rf"\b{command}\b", newslake("--help").stdout) for command in COMMANDS)
    assert newslake("--version").stdout == f"newslake {__version__}\n"


def test_init_writes_a_valid_watchlist_and_never_overwrites_unasked(tmp_path: Path) -> None:
    first = newslake("init", cwd=tmp_path)
    assert first.returncode == 0 and "newslake check" in first.stdout
    file = tmp_path / "watchlist.toml"
    assert load_watchlist(file).sources
    file.write_text("mine")
    again = newslake("init", cwd=tmp_path)
    assert again.returncode == 2 and "watchlist.toml exists" in again.stderr and "--force" in again.stderr
    assert file.read_text() == "mine"
    assert newslake("init", "--force", cwd=tmp_path).returncode == 0
    assert file.read_text() != "mine"
    nowhere = newslake("init", "no/such/folder/w.toml", cwd=tmp_path)
    assert nowhere.returncode == 2 and "cannot write no/such/folder/w.toml" in nowhere.stderr


def test_check_reads_the_listings_and_no_article(site: SampleSite, tmp_path: Path) -> None:
    config = site.watchlist(tmp_path)
    before = len(site.requests)
    done = newslake("check", "-c", config)
    asked = {site.address(request.source) + request.path for request in site.requests[before:]}
    assert done.returncode == 0, done.stderr
    assert all(source.name in done.stdout for source in load_watchlist(config).sources)
    assert "feed" in done.stdout and "sitemap" in done.stdout and f"newslake run --config {config}" in done.stdout
    assert asked and not asked & {article.url for article in site.all_articles()}
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("place", ["data/lake", "data/captures", "data/state", "data"])
def test_check_refuses_a_file_where_a_folder_is_needed(site: SampleSite, tmp_path: Path, place: str) -> None:
    config = site.watchlist(tmp_path)
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("in the way")
    done = newslake("check", "--offline", "-c", config)
    assert done.returncode == 2
    assert f"{tmp_path / place} is a file" in done.stderr and "Next:" in done.stderr


def test_check_as_json_and_of_one_source(site: SampleSite, tmp_path: Path) -> None:
    done = newslake("check", "-c", site.watchlist(tmp_path), "--json", "--source", "harbor-ledger")
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["failed_sources"] == {}
    assert {listing["source"] for listing in told["listings"]} == {"harbor-ledger"}
    assert all(listing["url"].startswith("http") for listing in told["listings"])


def test_check_names_the_source_that_fails(site: SampleSite, tmp_path: Path) -> None:
    config = site.watchlist(tmp_path)
    with config.open("a") as file:
        file.write('\n[[source]]\nname = "gone"\nfeeds = ["http://127.0.0.1:9/feed.xml"]\n')
    done = newslake("check", "-c", config)
    assert done.returncode == 1
    assert re.search(r"^gone failed: .*http://127\.0\.0\.1:9/feed\.xml", done.stdout, re.M)
    assert "1 of 6 sources failed" in done.stdout
    before = len(site.requests)
    assert newslake("check", "--offline", "-c", config).returncode == 0
    assert len(site.requests) == before


def test_run_tells_programs_what_became_of_each_url(site: SampleSite, ran: tuple[Path, Done, Done]) -> None:
    _, first, _ = ran
    told = json.loads(first.stdout)
    assert first.returncode == 0 and told["state"] == "completed" and told["failed_sources"] == {}
    assert set(told["outcomes"]) == {article.source for article in site.all_articles()}
    assert told["new_articles"] == sum(counts.get("loaded", 0) for counts in told["outcomes"].values()) > 0


def test_run_tells_people_a_table_and_the_next_command(ran: tuple[Path, Done, Done]) -> None:
    config, _, second = ran
    assert second.returncode == 0
    assert "unchanged" in second.stdout and "0 new articles" in second.stdout
    assert all(re.search(rf"^\W*{source.name}\b.*\d", second.stdout, re.M) for source in load_watchlist(config).sources)
    following = re.search(r"^Next: newslake (sql .*)$", second.stdout, re.M)
    assert following
    assert newslake(*shlex.split(following[1])).returncode == 0


def test_run_of_one_source_collects_that_one(site: SampleSite, tmp_path: Path) -> None:
    config = site.watchlist(tmp_path)
    before = len(site.requests)
    done = newslake("run", "--plain", "--json", "-c", config, "--source", "eastgate-herald")
    assert done.returncode == 0 and set(json.loads(done.stdout)["outcomes"]) == {"eastgate-herald"}
    assert {request.source for request in site.requests[before:]} == {"eastgate-herald"}


@pytest.mark.parametrize("command", ["run", "check"])
def test_an_unknown_source_is_told_the_known_ones(site: SampleSite, tmp_path: Path, command: str) -> None:
    done = newslake(command, "-c", site.watchlist(tmp_path), "--source", "nobody")
    assert done.returncode == 2
    assert "'nobody'" in done.stderr and "harbor-ledger" in done.stderr and "Next:" in done.stderr


@pytest.mark.parametrize("command", ["check", "run", "serve", "sql", "schema", "sources"])
def test_a_bad_watchlist_is_told_with_its_line(tmp_path: Path, command: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('[crawl]\nconcurency = 3\n[[topic]]\nname = "t"\nquery = "oil"\n[[source]]\nname = "s"\nurl = "nowhere"\n')
    done = newslake(command, "-c", file)
    assert done.returncode == 2
    assert "bad.toml:2:" in done.stderr and "did you mean `concurrency`?" in done.stderr and "bad.toml:8:" in done.stderr


def test_a_missing_watchlist_is_told_what_to_do(tmp_path: Path) -> None:
    done = newslake("run", cwd=tmp_path)
    assert done.returncode == 2 and "there is no watchlist" in done.stderr and "newslake init" in done.stderr


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A folder in which the demo was run, and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, newslake("demo", cwd=folder)


def test_the_demo_ends_with_answers_and_leaves_foreign_folders_alone(demonstrated: tuple[Path, Done], tmp_path: Path) -> None:
    folder, done = demonstrated
    assert done.returncode == 0, done.stderr
    assert "SELECT title, sources, copies FROM stories" in done.stdout
    assert "Next: newslake explore --config demo-data/watchlist.toml" in done.stdout
    assert "What is new, as a page for the browser: demo-data/brief.html" in done.stdout
    assert "<article>" in (folder / "demo-data" / "brief.html").read_text("utf-8")
    answers = newslake(
        "sql", "--json", "-c", "demo-data/watchlist.toml", "SELECT max(revision) AS most FROM articles", cwd=folder
    )
    assert json.loads(answers.stdout) == [{"most": 2}]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    refused = newslake("demo", "--plain", "--folder", "mine", cwd=tmp_path)
    assert refused.returncode == 2 and "not a demo's" in refused.stderr
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_each_question_of_the_cookbook_has_an_answer_on_the_demo(demonstrated: tuple[Path, Done]) -> None:
    """The page says so, and which have none: its names are those of this corpus."""
    config = demonstrated[0] / "demo-data" / "watchlist.toml"
    asked = {recipe.question.partition(".")[0]: recipe.sql for recipe in RECIPES if recipe.sql}
    with open_session(load_watchlist(config).warehouse, Limits(spill=config.parent), prepare=prepare) as session:
        empty = {number for number, sql in asked.items() for answer in session.answers(sql) if not list(answer.rows(1))}
        shares = [share for answer in session.answers(asked["3"] or "") for *_, share in list(answer.rows(99))]
    assert empty == NONE_ON_DEMO
    assert shares and all(0 <= share <= 1 for share in shares)


def test_the_first_queries_of_the_readme_answer_on_the_demo(demonstrated: tuple[Path, Done]) -> None:
    """Those before "Try it", and the ones on the corpus of the demo: with rows that say something."""
    first, _, rest = (ROOT / "README.md").read_text("utf-8").partition("## Try it")
    commands = [shlex.split(line.split("     #")[0]) for line in re.findall(r"^newslake (?:sql|search) .*", first, re.M)]
    commands += [shlex.split(line) for line in re.findall(r"^\.venv/bin/newslake (?:sql|search) .*demo-data.*", rest, re.M)]
    assert len(commands) >= 3
    for command in commands:
        given = [word for word in command[1:] if word not in ("--config", "demo-data/watchlist.toml")]
        done = newslake(*given, "--json", "-c", "demo-data/watchlist.toml", cwd=demonstrated[0])
        assert done.returncode == 0, done.stderr
        rows = json.loads(done.stdout)
        rows = rows if isinstance(rows, list) else rows["hits"]
        assert rows, command
        assert len(rows) <= 50 and any(row.get("articles", 1) for row in rows[:5]), command


def test_the_notebook_runs_on_the_demo(demonstrated: tuple[Path, Done], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell gives an answer, as it does in the notebook; Jupyter is not needed."""
    made = runpy.run_path(str(ROOT / "docs" / "generate_notebook.py"))
    notebook = json.loads((ROOT / "docs" / "notebook.ipynb").read_text("utf-8"))
    # Jupyter runs it in its own folder
    (demonstrated[0] / "docs").mkdir()
    monkeypatch.chdir(demonstrated[0] / "docs")
    outputs = dict(made["outputs_of"](notebook))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) >= 12
    for cell in cells:
        assert bool(cell["outputs"]) == bool(outputs["".join(cell["source"])]), cell["source"]
    said = "\n".join(outputs.values())
    assert not any(Path().iterdir()), "the notebook left a file"
    assert "[en, ja, ko, ru]" in said  # what it holds
    monkeypatch.chdir(demonstrated[0])
    assert next(made["outputs_of"]({"cells": cells[:1]}))[1], "from the root of a clone"
    assert "████" in said  # a topic over time
    assert "05:05:00" in said  # who was first, and how much later others were
    assert "안보리, 대북제재 감시 기구 부활 또 무산" in said  # why an article matches, and edits
    assert "Second tanker turns back from Rajin" in said  # a search
    assert "trade-and-oil" in said.partition("topic  ")[2]  # pandas
    assert "shape: (4, 3)" in said  # Polars
    assert "[eastgate-herald, harbor-ledger, meridian-dispatch]" in said  # joined with a frame


def test_the_python_of_the_documents_runs(demonstrated: tuple[Path, Done], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demonstrated[0] / "demo-data")
    for name in ("README.md", "docs/python.md"):
        blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / name).read_text("utf-8"), re.M | re.S)
        assert blocks, name
        names: dict[str, Any] = {}
        for block in blocks:
            exec(block, names)
        assert type(names["con"]).__name__ == "Connection"
        names["con"].close()
