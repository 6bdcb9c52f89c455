"""`newslake search --batch`: the names of a file, those that were not found, and files that are hard to read."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.flows.command import newslake
from tests.flows.search.corpus import KOREAN, STORM, TANKER, made


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("batch"))


def test_every_name_of_a_file_is_searched_for(config: Path, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("id;name\n1;crude oil\n2;북한\n3;Nobody Here\n4;***\n5;crude oil\n6;\n", "utf-8-sig")
    done = newslake("search", "--batch", names, "-f", "csv", "-c", config)
    assert done.returncode == 1
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["line"], row["name"], row["url"]) for row in rows] == [
        ("2", "crude oil", TANKER),
        ("3", "북한", KOREAN),
        ("4", "Nobody Here", ""),
    ]
    assert "2 of 3 names found, in 2 hits." in done.stderr
    assert "Line 5: ***" in done.stderr
    assert "Not found: Nobody Here." in done.stderr
    lines = tmp_path / "names.txt"
    lines.write_text("crude oil\nTanker, with oil\n")
    table = newslake("search", "--batch", lines, "--source", "strait", "-c", config)
    assert table.returncode == 0
    assert "Tanker, with oil" in table.stdout and STORM in table.stdout and "crude oil" not in table.stdout
    assert "Not found: crude oil." in table.stderr
    assert "1 of 2 names found, in 1 hit." in table.stderr


def searched(config: Path, file: Path, text: str, *words: str) -> tuple[list[tuple[int, str, str | None]], str]:
    """The line, name and address of each row, and what is said beside them."""
    file.write_text(text, "utf-8", newline="")
    done = newslake("search", "--batch", file, "-f", "json", *words, "-c", config)
    assert done.returncode in (0, 1), done.stderr
    return [(row["line"], row["name"], row["url"]) for row in json.loads(done.stdout)], done.stderr


def test_the_column_of_the_names_is_told_and_can_be_chosen(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    table = "Registered owner,Flag\ncrude oil,storm\n"
    rows, said = searched(config, file, table)
    assert [row[:2] for row in rows] == [(1, "Registered owner"), (2, "crude oil")]
    assert "no column is called name or query, so the first column is searched for, from its first cell on" in said
    assert searched(config, file, table, "--column", "registered OWNER")[0] == [(2, "crude oil", TANKER)]
    assert searched(config, file, table, "--column", "flag")[0] == [(2, "storm", STORM)]
    done = newslake("search", "--batch", file, "--column", "Flags", "-c", config)
    assert done.returncode == 2
    assert "the table has no column 'Flags': its first line is Registered owner, Flag" in done.stderr
    rows, said = searched(config, file, "Flag,Vessel\nKP,crude oil\n")
    assert rows == [(2, "crude oil", TANKER)]
    assert "the names are those of the column Vessel" in said
    rows, said = searched(config, file, "flag,query\nKP,oil AND Rason\n")
    assert rows == [(2, "oil AND Rason", TANKER)]
    assert "column" not in said


def test_a_name_on_several_lines_has_the_aliases_of_all(config: Path, tmp_path: Path) -> None:
    table = "name,aliases,kind\nNobody Here,Nobody There,\nNobody Here,Rason Nobody;crude oil,\nNobody Here,,\n"
    assert searched(config, tmp_path / "names.csv", table)[0] == [(2, "Nobody Here", TANKER)]


def test_a_broken_cell_costs_its_line_only(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    rows, said = searched(config, file, 'name,flag\n"crude oil,KP\nstorm,\n"two\nlines",\n')
    assert rows == [(3, "storm", STORM), (4, "two\nlines", None)]
    assert 'Line 2: "crude oil,KP: a quotation mark at the beginning of a cell is not closed' in said
    rows, said = searched(config, file, f"name\n{'x' * 140_000}\nstorm\n")
    assert rows == [(3, "storm", STORM)]
    assert "a cell of more than 131,072 characters is no name" in said
    rows, said = searched(config, file, f"name,aliases\n{'crude oil ' * 60},\nNobody,{'storm ' * 100}\nstorm,\n")
    assert rows == [(4, "storm", STORM)]
    assert said.count("more than 500 characters are no name") == 2


def test_names_come_from_standard_input_and_not_from_spreadsheets(config: Path, tmp_path: Path) -> None:
    for text in ("crude oil\nstorm, closes\n", "name,flag\ncrude oil,KP\n"):
        done = newslake("search", "--batch", "-", "-f", "jsonl", "-c", config, stdin=text)
        first, *others = map(json.loads, done.stdout.splitlines())
        assert (first["name"], first["url"]) == ("crude oil", TANKER)
        assert len(others) == (0 if "flag" in text else 1)
    file = tmp_path / "names.xlsx"
    file.write_bytes(b"PK\x03\x04 and so on")
    for name in ("names.xlsx", "names.csv"):
        file = file.rename(tmp_path / name)
        done = newslake("search", "--batch", file, "-c", config)
        assert done.returncode == 2
        assert "spreadsheet" in done.stderr and "CSV" in done.stderr
    file.write_text("name\ncrude oil\n", "utf-16")  # as spreadsheets save "Unicode text"
    assert "1 of 1 name found" in newslake("search", "--batch", file, "-c", config).stderr


def test_many_names_that_were_not_found_are_cut(config: Path, tmp_path: Path) -> None:
    _, said = searched(config, tmp_path / "names.txt", "\n".join(f"nobody {number}" for number in range(30)))
    assert "Not found: nobody 0; nobody 1;" in said and "nobody 19, and 10 more." in said


def test_more_articles_than_are_shown_are_told(config: Path, tmp_path: Path) -> None:
    _, said = searched(config, tmp_path / "names.txt", "tanker", "--limit", "1")
    assert "Of 1 name only the best article is shown" in said
    _, said = searched(config, tmp_path / "names.txt", "tanker", "--limit", "2")
    assert "Of 1 name only the best 2 articles are shown: --limit shows more." in said
