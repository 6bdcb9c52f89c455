"""A Prefect server of newslake's own, in a process of its own on loopback, its output in a file."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.prefect_home import SERVER_START_SECONDS, answers, prefect_folder, server_file
from flows.runs import storage_errors
from flows.watchlist import Watchlist
from newslake.errors import NewslakeError

KEEP_FLOW_RUNS = 30 * 86_400  # seconds: a month of runs in the UI; `runs` in the warehouse has them all
_APP = ("--factory", "prefect.server.api.server:create_app", "--lifespan", "on")


@contextmanager
def prefect_server(watchlist: Watchlist, port: int | None = None) -> Iterator[str]:
    """A Prefect server on loopback while the block runs; gives its API address, and puts it into the environment.

    Args:
        port: of a server that others may find and whose UI is shown; None for one that serves a single run.

    Raises:
        NewslakeError: the port is taken, or the server does not start.
    """
    folder = prefect_folder(watchlist)
    lasting = port is not None
    port = _free_port(port or 0)
    api_url = f"http://127.0.0.1:{port}/api"
    log = folder / ("server.log" if lasting else "run-server.log")
    with storage_errors(watchlist.state):
        folder.mkdir(parents=True, exist_ok=True)
        output = log.open("ab")
    with output:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", *_APP, "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | _settings(api_url, lasting),
            # Its own group: Ctrl-C in the terminal reaches this process first, which then ends the runs before the server.
            start_new_session=True,
        )
    before = os.environ.get("PREFECT_API_URL")
    try:
        _wait_for_server(process, api_url, log)
        os.environ["PREFECT_API_URL"] = api_url
        if lasting:
            server_file(watchlist).write_text(json.dumps({"api_url": api_url, "pid": process.pid}), "utf-8")
        yield api_url
    finally:
        if before is None:
            os.environ.pop("PREFECT_API_URL", None)
        if lasting:
            server_file(watchlist).unlink(missing_ok=True)
        _stop(process)


def _settings(api_url: str, lasting: bool) -> dict[str, str]:
    """What the server alone is told."""
    if lasting:
        # Its database would keep every run and its log for ever.
        vacuum = "PREFECT_SERVER_SERVICES_DB_VACUUM"
        chosen = {f"{vacuum}_ENABLED": "events,flow_runs", f"{vacuum}_RETENTION_PERIOD": str(KEEP_FLOW_RUNS)}
        chosen |= {"PREFECT_UI_API_URL": api_url, "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false"}
    else:  # nobody looks at it, and nothing is scheduled on it: what it need not do is a quarter of its start
        idle = ("SCHEDULER", "LATE_RUNS", "CANCELLATION_CLEANUP", "PAUSE_EXPIRATIONS", "FOREMAN", "REPOSSESSOR", "TRIGGERS")
        chosen = {f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false" for service in idle}
        chosen |= {"PREFECT__SERVER_EPHEMERAL": "1", "PREFECT_UI_ENABLED": "0", "PREFECT_API_BLOCKS_REGISTER_ON_START": "false"}
    return {"PREFECT__SERVER_FINAL": "1", **chosen}


def _free_port(port: int) -> int:
    """`port` if it can be listened on, any free one for 0."""
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


def _wait_for_server(process: subprocess.Popen[bytes], api_url: str, log: Path) -> None:
    end = time.monotonic() + SERVER_START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise NewslakeError(
                f"the Prefect server ended with code {process.returncode} before it answered",
                left=f"its output is in {log}",
                next=f"read {log}, then `newslake serve`",
            )
        if answers(api_url, seconds=1.0):
            return
        time.sleep(0.3)
    raise NewslakeError(
        f"the Prefect server did not answer within {SERVER_START_SECONDS} seconds",
        left=f"it was stopped; its output is in {log}",
        next="newslake serve",
    )


def _stop(process: subprocess.Popen[bytes], seconds: float = 15.0) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
