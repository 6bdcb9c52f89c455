"""Facts travel as values: no code and no SQL reads a sentence back that was made for people."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Names of what holds words for people.
SENTENCES = {"detail", "found_by", "happened", "why"}
METHODS = {"startswith", "endswith", "find", "index", "count", "removeprefix", "removesuffix", "partition", "rpartition", "split"}
PATTERNS = {"search", "match", "fullmatch", "finditer", "findall", "split"}
SQL_READ = re.compile(
    r"\b(?:detail|found_by)\b\s*(?:(?:NOT\s+)?(?:I?LIKE|IN|GLOB|SIMILAR\s+TO)\b|<?[=~!]|<>)"
    r"|\b(?:regexp_\w+|starts_with|ends_with|contains|prefix|suffix|strpos|position|instr|split_part|substr\w*|left)\s*"
    r"\(\s*(?:\w+\.)?(?:detail|found_by)\b",
    re.I,
)


def sentence(node: ast.AST) -> bool:
    """Whether an expression is a sentence, also as `x.detail or ""`."""
    if isinstance(node, ast.BoolOp):
        return any(map(sentence, node.values))
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in ("lower", "strip") and sentence(node.func.value)
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None
    return name in SENTENCES


def reads(node: ast.AST) -> bool:
    """Whether an expression looks into a sentence: compares it with another text, or searches in it, in Python or in SQL."""
    match node:
        case ast.Compare(left=left, comparators=others):
            sides = [left, *others]
            return any(map(sentence, sides)) and not any(isinstance(side, ast.Constant) and side.value is None for side in sides)
        case ast.Call(func=ast.Attribute(attr=name, value=of), args=given):
            return (name in METHODS and sentence(of)) or (name in PATTERNS and any(map(sentence, given)))
        case ast.Match(subject=of):
            return sentence(of)
        case ast.Constant(value=str(text)):
            return bool(SQL_READ.search(text))
    return False


def read_back(tree: ast.AST) -> list[ast.AST]:
    return [node for node in ast.walk(tree) if reads(node)]


def python_files() -> list[Path]:
    return sorted(file for room in ("newslake", "spiders", "flows", "warehouse") for file in (ROOT / room).rglob("*.py"))


def test_no_python_reads_a_sentence() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}: {ast.unparse(node)[:120]}"
        for file in python_files()
        for node in read_back(ast.parse(file.read_text("utf-8")))
    ]
    assert found == []


def test_no_sql_reads_a_sentence() -> None:
    """Migrations are exempt: they read the words of earlier versions once, to fill the columns that replaced them."""
    files = [file for file in (ROOT / "warehouse").rglob("*.sql") if file.parent.name != "migrations"]
    assert len(files) > 30
    assert [str(file.relative_to(ROOT)) for file in files if SQL_READ.search(file.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "code",
    [
        'fetch.found_by.startswith("common places of ")',
        'bool(WALL.search(self.detail or ""))',
        'TO_MEND in (one.detail or "")',
        're.match("[0-9]{3}", one.detail or "")',
        'found.found_by != "watchlist"',
        "self.fetch.found_by not in AGAIN",
        '"bot wall: " in detail',
        '(entry.ended.detail or "").startswith("0 entries")',
        """con.execute("SELECT 1 FROM fetches WHERE detail LIKE 'bot wall: %'")""",
        """con.execute("SELECT 1 FROM fetches AS f WHERE f.found_by NOT IN ('revisit', 'retry')")""",
        """con.execute("SELECT regexp_matches(f.detail, 'wall') FROM fetches AS f")""",
    ],
)
def test_what_was_read_back_before_is_noticed(code: str) -> None:
    assert read_back(ast.parse(code))
