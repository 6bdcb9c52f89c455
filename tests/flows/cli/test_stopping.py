"""Ctrl-C and --timeout end every query, in a terminal, in a pipe and in the shell; memory and disk are limited."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.flows.cli.terminal import Terminal
from tests.flows.command import COMMAND, ENVIRONMENT, newslake, newslake_process

ENDLESS = "SELECT count(*) FROM range(1000000000000)"
# One call of a function that takes minutes, during which DuckDB looks for no interrupt.
DEAF = "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))"
SORT = "SELECT range, random() AS r FROM range(3000000000) ORDER BY r"
PRINTED = "SELECT range FROM range(1000000000)"
# Two seconds, and what a busy machine takes to tell.
AT_ONCE = 4.0


def children(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> list[int]:
    return list(map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()))


def until_at_work(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """Wait until the child of the command has computed for a second, after it has started."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for child in children(process):
            used = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            if (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK") > 2.5:
                return
        time.sleep(0.1)
    pytest.fail("the query does not start")


def heeds_ctrl_c() -> None:
    """Undo that a shell lets commands in its background ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "arguments",
    [[ENDLESS], pytest.param([DEAF], marks=pytest.mark.e2e), pytest.param([SORT], marks=pytest.mark.e2e),
     pytest.param(["EXPLAIN ANALYZE " + ENDLESS], marks=pytest.mark.e2e)],
    ids=["endless", "deaf", "sort", "explain"],
)  # fmt: skip
def test_ctrl_c_ends_a_query(config: Path, arguments: list[str]) -> None:
    with Terminal(config, *arguments) as terminal:
        until_at_work(terminal.process)
        (child,) = children(terminal.process)
        terminal.interrupt()
        assert terminal.process.wait(AT_ONCE) == 130
        said = terminal.until("Nothing was changed.")
        assert "Stopped" in said and "fetched" not in said and "Traceback" not in said
        assert not alive(child)


@pytest.mark.e2e
@pytest.mark.timeout(120)
@pytest.mark.parametrize("shape", ["csv", "json"])
def test_a_signal_ends_what_is_printed(config: Path, shape: str) -> None:
    """Printing takes as little memory as the query: rows are printed as they come."""
    command = [*COMMAND, "sql", "-c", str(config), "-f", shape, PRINTED]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, preexec_fn=heeds_ctrl_c
    ) as process:
        until_at_work(process)
        (child,) = children(process)
        peak = int(Path(f"/proc/{child}/status").read_text().partition("VmHWM:")[2].split()[0])
        assert peak < 400_000
        process.send_signal(signal.SIGINT)
        assert process.wait(AT_ONCE) == 130
        assert process.stderr is not None and "Stopped. Nothing was changed." in process.stderr.read()


@pytest.mark.e2e
@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_query_ends_with_its_command(config: Path, number: signal.Signals) -> None:
    process = subprocess.Popen([*COMMAND, "sql", "-c", str(config), DEAF], env=ENVIRONMENT)
    until_at_work(process)
    (child,) = children(process)
    process.send_signal(number)
    assert process.wait(AT_ONCE) == -number
    end = time.monotonic() + AT_ONCE
    while alive(child):
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.e2e
@pytest.mark.timeout(300)
def test_the_shell_goes_on_after_ctrl_c(config: Path) -> None:
    with Terminal(config) as shell:
        shell.until("sql> ")
        shell.type("CREATE TEMP TABLE kept AS SELECT 41 + 1 AS n;")
        shell.until("sql> ")
        for query in (ENDLESS, SORT):
            shell.type(query + ";")
            time.sleep(3)
            shell.interrupt()
            assert "The query was stopped." in shell.until("sql> ", AT_ONCE)
            if query is ENDLESS:
                shell.type("SELECT n + 1000 AS n FROM kept;")
                assert "1042" in shell.until("sql> ")
        # A sort that spills to disk may stop by itself or with its process: DuckDB clears up for seconds.
        shell.type("CREATE OR REPLACE TEMP TABLE kept AS SELECT 43 AS n;")
        shell.until("sql> ")
        shell.type("SELECT n + 1000 AS n FROM kept;")
        assert "1043" in shell.until("sql> ")
        shell.type("SELECT 1")
        shell.until("… ")
        time.sleep(0.5)  # two at once count as one
        shell.interrupt()  # at the prompt: the line is dropped
        shell.until("sql> ")
        other = config.with_name("other.toml")
        other.write_text(config.read_text())
        for line in (f".open {other}", ".mode csv", ".timer off"):
            shell.type(line)
            shell.until("sql> ")
        shell.type(DEAF + ";")
        time.sleep(3)
        shell.interrupt()
        shell.until("The query was stopped.", AT_ONCE)
        begun = shell.until("sql> ")
        assert "the shell begins again" in begun and f"read-only, on {other}" in " ".join(begun.split())
        shell.type("SELECT 7 * 191 AS n, 5 AS m;")
        assert "1337,5" in (told := shell.until("sql> ")) and "1 row" in told and "1 row," not in told
        shell.type("FROM kept;")
        assert "kept does not exist" in shell.until("sql> ")
        shell.type(".exit")
        assert shell.process.wait(20) == 0


@pytest.mark.timeout(120)
def test_a_timeout_is_told(config: Path, tmp_path: Path) -> None:
    done = newslake("sql", "-c", config, "--timeout", "1", ENDLESS)  # in this process
    assert done.returncode == 1
    assert "the query took longer than 1 s and was ended" in done.stderr and "--timeout SECONDS" in done.stderr
    assert "Nothing was changed" in done.stderr or "nothing was changed" in done.stderr
    in_time = newslake("sql", "-c", config, "--timeout", "60", "--json", "SELECT 1 AS n")
    assert in_time.returncode == 0 and in_time.stdout == '[{"n": 1}]\n'
    for size in ("0", "nan", "inf", "1e300"):
        assert newslake("sql", "-c", config, "--timeout", size, "SELECT 1").returncode == 2
    assert newslake("sql", "-c", config, "--timeout", "31536000", "SELECT 1").returncode == 0


@pytest.mark.e2e
@pytest.mark.timeout(120)
def test_a_timeout_ends_what_hears_no_interrupt(config: Path) -> None:
    begin = time.monotonic()
    done = newslake_process("sql", "-c", config, "--timeout", "2", DEAF, NEWSLAKE_WORKERS="1")
    assert done.returncode == 1 and "the query took longer than 2 s" in done.stderr
    assert time.monotonic() - begin < 40


@pytest.mark.e2e
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT list_sort(range(400000000)) IS NULL",  # what DuckDB's own limit does not count
        "SELECT list(range) FROM range(4000000000)",
        "SELECT a.range, list(b.range) FROM range(100000) a, range(100000) b GROUP BY 1",
    ],
)
def test_memory_and_disk_are_limited(config: Path, query: str) -> None:
    done = newslake_process("sql", "-c", config, "--memory", "200MB", "--timeout", "60", query, seconds=200)
    assert done.returncode == 1
    assert "more memory than it may take" in done.stderr or "longer than 60 s" in done.stderr, done.stderr
    assert "--memory" in done.stderr or "--timeout" in done.stderr


def test_each_query_has_a_limit_of_memory_that_it_may_ask_for(config: Path) -> None:
    """Without one, DuckDB takes four fifths of the machine."""

    def limit(*options: str) -> str:
        done = newslake("sql", "-c", config, "--json", *options, "SELECT current_setting('memory_limit') AS most")
        (row,) = json.loads(done.stdout)
        return str(row["most"])

    assert limit("--memory", "200MB") == "190.7 MiB"
    amount, unit = limit().split()
    assert unit == "MiB" or (unit == "GiB" and float(amount) <= 4)


def test_a_wrong_size_of_memory_is_told(config: Path) -> None:
    for size in ("much", "5", "1MB", "99999999999999TB", f"{'9' * 400}GB"):
        done = newslake("sql", "-c", config, "--memory", size, "SELECT 1")
        assert done.returncode == 2 and repr(size) in done.stderr and "--memory 2GB" in done.stderr
    assert newslake("sql", "-c", config, "--memory", "1.5 GiB", "SELECT 1").returncode == 0


def test_nothing_is_left_in_the_working_folder(config: Path, tmp_path: Path) -> None:
    """A sort that does not fit into memory is spilled into the folder of state, and removed from there."""
    query = "SELECT sum(r) > 0 AS n FROM (SELECT range, hash(range) AS r FROM range(12000000) ORDER BY r, range DESC)"
    state = config.parent / "data" / "state"
    state.mkdir(parents=True, exist_ok=True)
    before = {*tmp_path.iterdir()}, {*state.iterdir()}
    done = newslake("sql", "-c", config, "--memory", "128MB", "--json", query, cwd=tmp_path)
    assert done.returncode == 0 and done.stdout == '[{"n": true}]\n', done.stderr
    assert ({*tmp_path.iterdir()}, {*state.iterdir()}) == before


def test_what_a_query_writes_to_the_disk_is_limited(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.database.closed.MOST_SPILL", 1 << 20)
    query = "SELECT sum(r) > 0 AS n FROM (SELECT range, hash(range) AS r FROM range(12000000) ORDER BY r, range DESC)"
    done = newslake("sql", "-c", config, "--memory", "128MB", query)
    assert done.returncode == 1 and "more disk for the rest than half of what is free" in done.stderr, done.stderr


CUT_OFF = """
import builtins, os, signal, sys

real = builtins.__import__

def interrupted(name, *args, **kwargs):
    frame = sys._getframe()
    while frame:
        loading = str([frame.f_locals.get("spec"), frame.f_locals.get("module")])
        if frame.f_code.co_name in ("create_module", "exec_module") and "_duckdb" in loading:
            os.kill(os.getpid(), signal.SIGINT)
        frame = frame.f_back
    return real(name, *args, **kwargs)

builtins.__import__ = interrupted
from flows.cli.app import main
main()
"""


def test_ctrl_c_while_duckdb_is_loading_is_no_crash(config: Path) -> None:
    """DuckDB turns the interrupt into an ImportError, and its half-loaded module crashes the interpreter at its end."""
    command = [sys.executable, "-c", CUT_OFF, "sources", "-c", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=heeds_ctrl_c)
    assert (done.returncode, done.stderr.strip()) == (130, "Stopped. Nothing was changed.")


IMPORTING = """
import builtins
real = builtins.__import__
def importing(name, *more, **options):
    if name == "typer":
        raise KeyboardInterrupt
    return real(name, *more, **options)
builtins.__import__ = importing
"""
PARSING = """
import typer.core
def parsing(*_given, **_options):
    raise KeyboardInterrupt
typer.core.TyperGroup.make_context = parsing
"""


@pytest.mark.parametrize("moment", [IMPORTING, PARSING], ids=["importing", "parsing"])
def test_ctrl_c_ends_a_command_in_words_before_it_has_begun(moment: str) -> None:
    start = f"{moment}\nimport sys\nsys.argv = ['newslake', 'export', 'corpus.csv']\nfrom flows.cli import main\nmain()"
    done = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, env=ENVIRONMENT, timeout=60, check=False)
    assert done.returncode == 130, done.stderr
    assert done.stderr.strip() == "Stopped. Nothing was changed."
