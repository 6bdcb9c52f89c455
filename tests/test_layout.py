"""The layout stays easy to navigate: no import cycles, small folders, files and functions."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("newslake", "spiders", "warehouse", "flows", "benchmarks")
# The façade above the other packages.
FACADE = ROOT / "newslake" / "testing"
MOST_MODULES, MOST_LINES, MOST_FUNCTION_LINES, MOST_PARAMETERS = 15, 400, 80, 8
MOST_VERBS = 8  # files at the top of flows: one per verb, and its __init__

FILES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(file): file for file in FILES}


def imports(file: Path) -> set[str]:
    """Return the project's modules that a file imports, also inside functions, but not only for type checkers."""
    tree = ast.parse(file.read_text("utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for part in node.body
        for inner in ast.walk(part)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & MODULES.keys()
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= below & MODULES.keys() or {node.module}
    return found - {module_name(file)}


def cycle_in(graph: Mapping[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def room(module: str) -> str:
    """Return the folder of a module below its package, or the module itself if it lies at the top of the package."""
    parts = MODULES[module].relative_to(ROOT).parts
    return "/".join(parts[:2]) if len(parts) > 2 else module


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert cycle_in({name: imports(file) for name, file in MODULES.items()}) == []


def test_no_folder_imports_upwards() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for name, file in MODULES.items():
        if not file.is_relative_to(FACADE):
            graph[room(name)] |= {room(other) for other in imports(file)} - {room(name)}
    assert cycle_in(graph) == []


def test_a_cycle_is_seen() -> None:
    assert set(cycle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}
    assert "spiders.warc.read" in imports(ROOT / "flows" / "refine" / "pool.py")


def test_folders_are_small() -> None:
    counts = Counter(file.parent.relative_to(ROOT).as_posix() for file in FILES)
    assert {folder: count for folder, count in counts.items() if count > MOST_MODULES} == {}
    assert counts["flows"] <= MOST_VERBS


def test_files_are_short() -> None:
    lengths = {file.relative_to(ROOT).as_posix(): file.read_text("utf-8").count("\n") for file in [*FILES, *TESTS]}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return len(named) + bool(given.vararg) + bool(given.kwarg) - (bool(named) and named[0].arg in ("self", "cls"))


def is_command(file: Path, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is a command of the command line: its parameters are the command's options."""
    return file.is_relative_to(ROOT / "flows" / "cli") and any(
        argument.arg == "config" and argument.annotation and ast.unparse(argument.annotation) == "Config"
        for argument in function.args.args
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_are_short_and_take_few_parameters(package: str) -> None:
    too_large = [
        f"{file.relative_to(ROOT)}: {function.name}"
        for file in FILES
        if file.is_relative_to(ROOT / package)
        for function in functions(file)
        if (function.end_lineno or 0) - function.lineno >= MOST_FUNCTION_LINES
        or (parameters(function) > MOST_PARAMETERS and not is_command(file, function))
    ]
    assert too_large == []


def test_every_module_says_in_one_line_what_it_is_for() -> None:
    silent = []
    for file in FILES:
        docstring = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
        if not docstring or "\n" in docstring.partition("\n\n")[0]:
            silent.append(file.relative_to(ROOT).as_posix())
    assert silent == []
