"""What the commands import: only what they need, so that they answer at once."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli.app import COMMANDS, LazyCommand
from flows.watchlist import load_watchlist
from tests.flows.cli.conftest import WATCHLIST
from tests.flows.command import newslake
from tests.warehouse.makers import article, fetch, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load

ROOT = Path(__file__).resolve().parents[2]
FRAMEWORKS = {
    "numpy", "pandas", "duckdb", "pebble", "fastwarc", "warcio", "pyarrow", "pydantic", "trafilatura", "htmldate", "scrapy",
    "twisted", "prefect", "lxml", "luqum", "httpx", "requests", "boto3", "apprise", "multiprocessing", "asyncio",
}  # fmt: skip
# Runs a command and prints the top-level packages that it loaded, on standard error.
RUN = """
import sys
from flows.cli import main
sys.argv = ["newslake", *sys.argv[1:]]
try:
    main()
finally:
    print(*{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""


def loaded_by(*arguments: str, cwd: Path = ROOT) -> set[str]:
    """The top-level packages that a bare interpreter has loaded when the command ends."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "COLUMNS": "100", "NEWSLAKE_WORKERS": "0"},
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert "Error" not in done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]], ids=" ".join)
def test_the_list_of_commands_and_the_version_import_no_command(arguments: list[str]) -> None:
    loaded = loaded_by(*arguments)
    assert loaded & (FRAMEWORKS | {"spiders", "warehouse", "tomllib", "importlib_metadata"}) == set()
    assert ("rich" in loaded) == (arguments == ["--help"])


def test_the_help_of_no_command_imports_what_the_command_needs() -> None:
    code = "import sys; from flows.cli.app import COMMANDS, LazyCommand\n"
    code += "for name, (module, summary) in COMMANDS.items(): LazyCommand(name, module, summary).load()\n"
    code += "print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    assert "flows.cli.diff" in done.stdout.split()
    assert {name.partition(".")[0] for name in done.stdout.split()} & FRAMEWORKS == {"pydantic", "luqum"}


def test_checking_the_file_alone_imports_no_crawler_and_no_database(tmp_path: Path) -> None:
    loaded_by("init", cwd=tmp_path)
    assert loaded_by("check", "--offline", cwd=tmp_path) & FRAMEWORKS == {"pydantic", "luqum"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a watchlist and its corpus of one article, in a lake."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "watchlist.toml").write_text(WATCHLIST)
    with open_writer(load_watchlist(folder).warehouse, "test") as writer:
        load(writer, run(1, fetch(article("https://harbour.example/1"))))
    return folder


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (["sql", "SELECT count(*) FROM articles"], {"luqum"}),
        (["status"], {"luqum"}),
        (["show", "https://harbour.example/1"], {"luqum", "numpy"}),
        (["search", "tanker"], {"luqum", "numpy", "pyarrow"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_that_reads_imports_no_more_than_it_needs(corpus: Path, arguments: list[str], more: set[str]) -> None:
    assert loaded_by(*arguments, cwd=corpus) & FRAMEWORKS <= {"pydantic", "duckdb"} | more


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_shows_the_first_paragraph_of_the_help(name: str) -> None:
    module, summary = COMMANDS[name]
    real = LazyCommand(name, module, summary).load()
    assert real.name == name
    first = inspect.cleandoc(real.help).partition("\n\n")[0]
    assert " ".join(first.split()) == summary


def test_an_unknown_command_is_answered_with_a_near_one() -> None:
    said = newslake("sourcs").stderr
    assert "there is no command 'sourcs'" in said and "Next:  newslake sources;" in said
