"""Start and stop a Prefect server in a process of its own, on loopback, with its output in a file."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from flows.orchestration.access import own_origins
from flows.orchestration.settings import (
    SERVER_START_SECONDS,
    answers,
    prefect_folder,
    prefect_settings,
)
from flows.orchestration.variables import PASSWORD, SERVER_PASSWORD
from flows.watchlist import Watchlist
from newslake.children import environment
from newslake.disk import storage_errors
from newslake.errors import NewslakeError

STOP_SECONDS = 15.0
# The server logs only warnings, so a log of this size repeats itself.
LOG_BYTES = 5_000_000
# Prefect's own database grows by about 100 KB a run; it drops runs older than this.
KEEP_DAYS = 30


class PrefectServer:
    """One server process, from start to end."""

    def __init__(self, watchlist: Watchlist, port: int | None = None) -> None:
        """Start the server; it answers some time later.

        Args:
            port: of a server with a UI that other commands may use; None for one that serves a single run.
        Raises:
            NewslakeError: the port is taken, or the folder cannot be written to.
        """
        self.lasting = port is not None
        port = free_port(port or 0)
        self.api_url = f"http://127.0.0.1:{port}/api"
        folder = prefect_folder(watchlist)
        self.log = folder / ("server.log" if self.lasting else "run-server.log")
        settings = prefect_settings(watchlist)
        # A server for one run has no page for people, so that a password of its own disturbs nobody.
        self.password = None if self.lasting else os.environ.get(SERVER_PASSWORD, f"newslake:{secrets.token_urlsafe(24)}")
        with storage_errors(watchlist.state):
            if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
                self.log.replace(self.log.with_suffix(".log.1"))
            output = self.log.open("ab")
        self._said_before = output.tell()
        with output:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "flows.orchestration.process", str(port)],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment(settings | os.environ | _settings(port, self.lasting, self.password)),
                # Ctrl-C in the terminal must not reach the server: this process first ends the run, then the server.
                start_new_session=True,
            )

    def check_alive(self) -> None:
        """Raise NewslakeError if the process has ended."""
        if self.process.poll() is not None:
            raise NewslakeError(
                f"the Prefect server ended with code {self.process.returncode}{self._last_words()}",
                left=f"its output is in {self.log}",
                next=f"read {self.log}, then `newslake serve`",
            )

    def wait(self) -> None:
        """Wait until the server answers. NewslakeError if it ends, or does not answer in time."""
        end = time.monotonic() + SERVER_START_SECONDS
        while time.monotonic() < end:
            self.check_alive()
            if answers(self.api_url, seconds=1.0):
                return
            time.sleep(0.3)
        raise NewslakeError(
            f"the Prefect server did not answer within {SERVER_START_SECONDS} seconds",
            left=f"it was stopped; its output is in {self.log}",
            next="newslake run --plain",
        )

    def _last_words(self) -> str:
        """Return the last line of its output, after a colon; empty if there is none."""
        with suppress(OSError), self.log.open("rb") as log:
            log.seek(self._said_before)
            lines = log.read().decode("utf-8", "replace").splitlines()
            return next((f": {line.strip()[:300]}" for line in reversed(lines) if line.strip()), "")
        return ""

    def stop(self, seconds: float = STOP_SECONDS, at_once: Callable[[], bool] = lambda: False) -> None:
        """Stop the server in order; kill it after `seconds`, or as soon as `at_once` says so."""
        if self.process.stdin:
            with suppress(OSError):
                self.process.stdin.close()  # the server takes this for SIGTERM
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end and not at_once():
            time.sleep(0.05)
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def prefect_server(watchlist: Watchlist) -> Iterator[str]:
    """Run a Prefect server for a single run while the block runs, set Prefect's variables to it, and give its API address.

    Raises:
        NewslakeError: the server does not start.
    """
    server = PrefectServer(watchlist)
    assert server.password is not None
    chosen = {"PREFECT_API_URL": server.api_url, PASSWORD: server.password}
    before = {name: os.environ.get(name) for name in chosen}
    try:
        server.wait()
        os.environ.update(chosen)
        yield server.api_url
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        server.stop()


def _settings(port: int, lasting: bool, password: str | None) -> dict[str, str]:
    """Return the settings of the server alone. It schedules nothing: `flows.serve` decides when a source is due."""
    origins = own_origins(port)
    idle = ["SCHEDULER", "LATE_RUNS", "CANCELLATION_CLEANUP", "PAUSE_EXPIRATIONS", "FOREMAN", "REPOSSESSOR"]
    if lasting:
        chosen = {
            "PREFECT_UI_API_URL": "/api",  # of the page's own origin, whether it is opened as localhost or as 127.0.0.1
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(KEEP_DAYS * 86400),
        }
    else:  # nobody opens its UI: leaving these out saves a quarter of its start
        idle.append("TRIGGERS")
        chosen = {"PREFECT__SERVER_EPHEMERAL": "1", "PREFECT_UI_ENABLED": "0", "PREFECT_API_BLOCKS_REGISTER_ON_START": "false"}
    chosen |= {f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false" for service in idle}
    if password is not None:
        chosen[SERVER_PASSWORD] = password
    protection = {"PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true", "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ",".join(origins)}
    return {"PREFECT__SERVER_FINAL": "1", **protection, **chosen}


def free_port(port: int) -> int:
    """Return `port` if it is free, or any free port for 0. NewslakeError if it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
        except OSError as error:
            raise NewslakeError(
                f"cannot listen on 127.0.0.1:{port}: {error.strerror}",
                left="nothing was started",
                next=f"newslake serve --port {port + 1 if port < 65535 else 4200}",
            ) from None


def set_damaged_database_aside(watchlist: Watchlist) -> Path | None:
    """Move Prefect's database, with all its files, aside if it is damaged; return the folder, or None if nothing is wrong.

    It holds only Prefect's own records. Call while no server runs.
    """
    folder = prefect_folder(watchlist)
    database = folder / "prefect.db"
    if not database.exists() or not _is_damaged(database):
        return None
    target = folder / f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    target.mkdir()
    for file in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm", "-journal"))):
        if file.exists():
            shutil.move(file, target / file.name)
    return target


def _is_damaged(database: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as con:
            return bool(con.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
    except sqlite3.OperationalError:  # locked, or no permission: that does not mean damaged
        return False
    except sqlite3.DatabaseError:  # malformed, or not a database
        return True
