"""`newslake serve` under test: a process of its own, its clock, its log, and how it is ended.

As a program, `python -m tests.e2e.serving FILE serve …` is `newslake serve …` with its clock put forward by the seconds in FILE.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from flows.orchestration.api import Api
from tests.flows.command import ENVIRONMENT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def flow_runs(port: int) -> list[str]:
    """States of the scheduled and manual runs, as Prefect's own UI asks for them."""
    return [run["state_name"] for run in Api(f"http://127.0.0.1:{port}/api").ask("/flow_runs/filter", {})]


class Serving:
    """`newslake serve` while the block runs; whatever is left of it is ended behind it.

    `forward` moves its clock, which those that serve the same watchlist later share.
    """

    def __init__(self, config: Path, *options: str) -> None:
        self.config = config
        self.clock = config.with_name("clock")
        self.forward(seconds=0)
        self.log_file = config.with_name(f"serve-{time.monotonic_ns()}.log")
        with self.log_file.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.serving", str(self.clock), "serve", "-c", str(config), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=ENVIRONMENT | {"PYTHONUNBUFFERED": "1"},
                text=True,
            )
        self._family: dict[int, psutil.Process] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in [*self.family(), psutil.Process(self.process.pid)] if self.process.poll() is None else self.family():
            if process.is_running():
                process.kill()
        self.process.wait(30)

    def forward(self, **span: float) -> None:
        """Move the clock that decides what is due, by what timedelta() takes."""
        seconds = float(self.clock.read_text()) if self.clock.exists() else 0.0
        new = self.clock.with_name("clock.new")
        new.write_text(str(seconds + timedelta(**span).total_seconds()))
        new.replace(self.clock)

    def looks_around(self) -> None:
        """Wait until it has written its status twice: before the second time it looked for what is due."""
        status, seen = self.config.with_name("data") / "state/serve.json", set[str]()

        def has_beaten() -> bool:
            seen.add(json.loads(status.read_text())["at"])
            return len(seen) > 2

        self.wait_for("two beats", has_beaten)

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def family(self) -> list[psutil.Process]:
        """Every process that it started, as far as it was looked at while it lived."""
        if self.process.poll() is None:
            self._family |= {child.pid: child for child in psutil.Process(self.process.pid).children(recursive=True)}
        return list(self._family.values())

    def wait_for(self, what: str, known: Callable[[], Any], seconds: float = 150) -> None:
        end = time.monotonic() + seconds
        while not known():
            assert self.process.poll() is None, f"serve ended with {self.process.returncode} before {what}: {self.log}"
            assert time.monotonic() < end, f"no {what} within {seconds:.0f} s: {self.log}"
            time.sleep(0.3)

    def stop(self, number: int = signal.SIGTERM, seconds: float = 90) -> int:
        """Signal it; its exit code. Nothing that it started may be left."""
        family = self.family()
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        _, alive = psutil.wait_procs(family, timeout=40)
        assert not alive, f"left behind: {alive}"
        return code


def _later(clock: Path) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(clock.read_text()))


def main() -> None:
    """Run the command with its other clock."""
    import flows.serve
    from flows.cli import main as command

    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored where nohup runs the tests
    flows.serve.serve = partial(flows.serve.serve, now=partial(_later, Path(sys.argv.pop(1))))
    command()


if __name__ == "__main__":
    main()
