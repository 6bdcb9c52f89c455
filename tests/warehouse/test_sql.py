"""The SQL files: each names the temporary tables that it needs, and no name means two tables."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import warehouse

ROOM = Path(next(iter(warehouse.__path__)))
FILES = sorted((ROOM / "sql").glob("*.sql"))
CREATED = re.compile(r"CREATE (?:OR REPLACE )?TEMP TABLE (?:IF NOT EXISTS )?(\w+)")
SQL = re.compile(r"\b(SELECT|INSERT INTO|MERGE INTO|UPDATE) ")
INLINE_LINES = 3  # of SQL in code; more belong into a file


def python_files() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(ROOM.rglob("*.py")):
        yield file, ast.parse(file.read_text("utf-8"))


@cache
def staged() -> Counter[str]:
    """How many places in the code create each temporary table."""
    names = Counter(name for file in FILES for name in CREATED.findall(file.read_text("utf-8")))
    for _, tree in python_files():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("stage", "stage_rows"):
                name = node.args[1]
                if isinstance(name, ast.Constant):
                    names[str(name.value)] += 1
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "register":
                names[ast.literal_eval(node.args[0])] += 1  # a table of Arrow
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.update(CREATED.findall(node.value))
    return names


def test_every_temporary_table_is_made_in_one_place() -> None:
    names = staged()
    assert {"batch_fetches", "near_hashes", "window_texts", "known_urls_of_batch"} <= names.keys()
    assert {name: count for name, count in names.items() if count > 1} == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_statement_names_the_temporary_tables_that_it_needs(file: Path) -> None:
    text = file.read_text("utf-8")
    first = text.partition("\n")[0]
    words = set(re.findall(r"\w+", re.sub(r"--.*", "", text)))
    needed = sorted(words & staged().keys() - set(CREATED.findall(text)))
    assert first.startswith("-- ")
    assert (first == f"-- needs: {', '.join(needed)}") if needed else not first.startswith("-- needs:")


def test_long_sql_is_in_files() -> None:
    for file, tree in python_files():
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # may speak of SQL
        for node in ast.walk(tree):
            if id(node) in docstrings or not isinstance(node, (ast.Constant, ast.JoinedStr)):
                continue
            if (node.end_lineno or 0) - node.lineno >= INLINE_LINES:
                assert not re.search(r"\b(SELECT|INSERT INTO|MERGE INTO|UPDATE) ", ast.unparse(node)), (
                    f"{file.name}:{node.lineno}"
                )


def test_every_statement_is_used() -> None:
    code = "\n".join(file.read_text("utf-8") for file in ROOM.rglob("*.py"))
    assert [file.stem for file in FILES if f'"{file.stem}"' not in code and f"'{file.stem}'" not in code] == []
