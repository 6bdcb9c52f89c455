"""The command `newslake` as a user starts it, with a wide terminal and no colours.

`newslake` calls the program in this process, which saves a second of imports each time. `newslake_process` starts a process of
its own, for what only one has: Prefect, signals, a terminal, closed streams. `test_command.py` holds the two against each other.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from unittest import mock

import pytest

COMMAND = [sys.executable, "-m", "flows.cli"]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "NEWSLAKE_"))} | {
    "COLUMNS": "220",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
}
Done = subprocess.CompletedProcess[str]
# For tests of whole commands: a plain file, which is quickest, and the usual catalog with `make test-all`.
CATALOGS = ["data/news.duckdb", pytest.param("ducklake:sqlite:data/catalog.sqlite", marks=pytest.mark.e2e)]


def newslake(*arguments: str | Path, stdin: str | None = None, cwd: Path | None = None, workers: bool = False) -> Done:
    """Run a command in this process to its end, as `newslake_process` would.

    Args:
        workers: clean pages in worker processes that can be killed, as the program does unless it is asked not to.
    """
    from flows.cli import main

    given = list(map(str, arguments))
    had_prefect = "prefect" in sys.modules
    environment = ENVIRONMENT | ({} if workers else {"NEWSLAKE_WORKERS": "0"})
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, environment, clear=True))
        _usual_warnings(stack)
        stack.enter_context(mock.patch.object(sys, "argv", ["newslake", *given]))
        stack.enter_context(_folder(cwd))
        said = stack.enter_context(_streams(stdin or ""))
        code: Any = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    assert had_prefect or "prefect" not in sys.modules, f"{given} needs Prefect, which keeps its settings: newslake_process"
    assert isinstance(code, int), code
    return _checked(subprocess.CompletedProcess([*COMMAND, *given], code, said.out, said.err))


def newslake_process(
    *arguments: str | Path, stdin: str | None = None, cwd: Path | None = None, seconds: float = 120, **environment: str
) -> Done:
    """Run a command in a process of its own to its end; `environment` has variables to add."""
    given: dict[str, Any] = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=ENVIRONMENT | environment,
        timeout=seconds,
        check=False,
        **given,
    )
    return _checked(done)


def started(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """Start a command in a process and a session of its own; nobody hears what it says."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def killed_after(seconds: float, *arguments: str | Path) -> None:
    """Start a command in a process of its own, and kill it with its children unless it ends within so many seconds."""
    process = started(*arguments)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(config: Path, query: str) -> list[tuple[Any, ...]]:
    """The rows that a query gives in the warehouse of a watchlist; none where there is no warehouse."""
    from flows.watchlist import load_watchlist
    from newslake.errors import WarehouseMissing
    from warehouse.database.connect import open_reader

    try:
        with open_reader(load_watchlist(config).warehouse) as con:
            return con.execute(query).fetchall()
    except WarehouseMissing:
        return []


def _checked(done: Done) -> Done:
    """No input of a user's may ever show them a traceback."""
    assert "Traceback" not in done.stderr + done.stdout, done.stderr + done.stdout
    return done


@contextmanager
def _folder(folder: Path | None) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder or before)
    try:
        yield
    finally:
        os.chdir(before)


def _usual_warnings(stack: ExitStack) -> None:
    """Show what Python shows, where pytest makes errors of all warnings."""
    stack.enter_context(warnings.catch_warnings())
    warnings.resetwarnings()
    for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", category)


@dataclass
class _Said:
    """What was written, when it is over."""

    out: str = ""
    err: str = ""


@contextmanager
def _streams(stdin: str) -> Iterator[_Said]:
    """Standard streams that are files for a while, those of the processes that are started meanwhile included."""
    said = _Said()
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write(stdin.encode())
        files[0].seek(0)
        for number, (name, file) in enumerate(zip(("stdin", "stdout", "stderr"), files, strict=True)):
            stream = getattr(sys, name)
            if name != "stdin":
                stream.flush()
            kept = os.dup(number)
            stack.callback(os.close, kept)
            stack.callback(os.dup2, kept, number)
            os.dup2(file.fileno(), number)
            errors = "backslashreplace" if name == "stderr" else "strict"
            stack.enter_context(mock.patch.object(sys, name, stack.enter_context(_opened(number, errors))))
        yield said
        sys.stdout.flush()
        sys.stderr.flush()
        for file in files:
            file.seek(0)
        said.out, said.err = (file.read().decode("utf-8", "surrogateescape") for file in files[1:])


def _opened(number: int, errors: str) -> TextIO:
    """A standard stream as Python opens it where it is no terminal."""
    return open(
        number, "w" if number else "r", encoding="utf-8", errors=errors, closefd=False, buffering=1 if number == 2 else -1
    )
