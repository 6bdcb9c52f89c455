"""The documents and the program say the same: commands, options, tables, keys, links."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer
import typer.main

from flows.cli.app import app
from flows.watchlist import load_watchlist
from spiders.settings import CrawlSettings

ROOT = Path(__file__).resolve().parents[1]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TEMPLATE = ROOT / "flows" / "watchlist" / "template.toml"


def commands() -> dict[str, click.Command]:
    group = typer.main.get_command(app)
    return dict(group.commands)  # type: ignore[attr-defined]


def code_blocks(text: str, *languages: str) -> list[str]:
    return [body for language, body in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S) if language in languages]


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Each `newslake …` in a shell block or in backquotes, as the words after the name."""
    for file in DOCS:
        text = file.read_text("utf-8")
        shell = "\n".join(code_blocks(text, "sh", "bash", "console", "ini"))
        found = re.findall(r"(?:^|[\s/=])newslake ((?:\"[^\"]*\"|[^\n\"#])*)", shell)
        found += re.findall(r"`(?:\S*/)?newslake ([^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
        for line in found:
            yield f"{file.name}: newslake {line.strip()}", shlex.split(line)


def test_every_command_is_described() -> None:
    text = "\n".join(file.read_text("utf-8") for file in DOCS)
    assert [name for name in commands() if f"newslake {name}" not in text] == []


def test_every_command_line_in_the_documents_parses() -> None:
    lines = list(command_lines())
    assert len(lines) > 15
    for where, (name, *words) in lines:
        if name.startswith("-") or name == "…":
            continue
        assert name in commands(), f"{where}: there is no such command"
        # Upper-case words stand for a value, `[QUERY]` for one that may be left out, `…` for more.
        words = [word for word in words if word != "…" and not word.startswith("[")]
        try:
            commands()[name].make_context(name, words)
        except typer.BadParameter as error:  # typer brings a click of its own, of which it exports little
            if type(error).__name__ != "MissingParameter":  # a command may be named in passing, without its arguments
                pytest.fail(f"{where}: {error.format_message()}")


def test_the_schema_document_is_up_to_date() -> None:
    generated = runpy.run_path(str(ROOT / "docs" / "generate_schema.py"))["schema_markdown"]()
    assert (ROOT / "docs" / "schema.md").read_text("utf-8") == generated, "run: python docs/generate_schema.py"


def test_the_schema_document_has_the_tables_of_the_contract() -> None:
    text = (ROOT / "docs" / "schema.md").read_text("utf-8")
    for name in (
        "articles",
        "revisions",
        "matches",
        "copies",
        "repeated_lines",
        "fetches",
        "runs",
        "stories",
        "timeline",
        "source_health",
    ):
        assert f"## `{name}`" in text


@pytest.mark.parametrize("key", CrawlSettings.model_fields)
def test_every_key_of_crawl_is_in_the_template(key: str) -> None:
    assert re.search(rf"^{key} = ", TEMPLATE.read_text("utf-8"), re.M)


def test_the_template_states_the_defaults_that_hold() -> None:
    assert load_watchlist(TEMPLATE).crawl == CrawlSettings()


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_links_lead_somewhere(file: Path) -> None:
    text = re.sub(r"^```.*?^```", "", file.read_text("utf-8"), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link or link.startswith("#"):
            continue
        assert (file.parent / link.partition("#")[0]).exists(), f"{file.name}: {link}"


def test_the_readme_asks_questions_that_the_schema_answers(tmp_path: Path) -> None:
    import duckdb

    from warehouse.database import migrate

    blocks = code_blocks((ROOT / "README.md").read_text("utf-8"), "sql")
    assert blocks
    with duckdb.connect() as con:
        migrate.migrate(con)
        for block in blocks:
            for statement in con.extract_statements(block):
                con.execute(statement)


def test_every_variable_of_the_environment_is_described() -> None:
    """A user finds NEWSLAKE_CONFIG and the others without reading the help of each command."""
    text = "\n".join(file.read_text("utf-8") for file in DOCS)
    code = [file for folder in ("flows", "newslake", "spiders", "warehouse") for file in sorted((ROOT / folder).rglob("*.py"))]
    names = {name for file in code for name in re.findall(r"[\"'](NEWSLAKE_[A-Z_]+)[\"']", file.read_text("utf-8"))}
    assert "NEWSLAKE_CONFIG" in names
    assert sorted(name for name in names if name not in text) == []


def test_ages_say_from_when_they_count() -> None:
    """They count from the first fetch, not from the publication."""
    for key in ("revisit_hours", "revisit_days"):
        assert CrawlSettings.model_fields[key].description
    assert "from its first fetch" in str(CrawlSettings.model_fields["revisit_hours"].description)
    (line,) = [line for line in TEMPLATE.read_text("utf-8").splitlines() if line.startswith("revisit_hours = ")]
    assert "after its first fetch" in line
    assert "All ages count from the first fetch" in " ".join((ROOT / "docs" / "schedule.md").read_text("utf-8").split())


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"(?m)^#+ (.*)$", text)}


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name
)
def test_links_to_pages_and_to_places_in_them_lead_somewhere(page: Path) -> None:
    for target, anchor in re.findall(r"\]\((?!\w+:)([^)#\s]*)#?([^)\s]*)\)", page.read_text("utf-8")):
        other = (page.parent / target) if target else page
        assert other.exists(), f"{page.name}: {target}"
        if anchor and other.suffix == ".md":
            assert anchor in _anchors(other), f"{page.name}: {target}#{anchor}"


def test_messages_name_pages_that_are_there() -> None:
    for folder in ("flows", "spiders", "warehouse", "newslake"):
        for file in (ROOT / folder).rglob("*.py"):
            for name in re.findall(r"docs/[\w-]+\.md", file.read_text("utf-8")):
                assert (ROOT / name).exists(), f"{file}: {name}"
