"""`newslake serve`: a Prefect server on loopback and the watchlist's schedule, until stopped.

Three processes: this one (the runner, which starts each scheduled collection in a process of its own), and the server.
When this one ends, however it is asked to, the server ends too.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from flows.prefect_home import SERVER_START_SECONDS, answers, prefect_folder, running_server, server_file, settle_prefect
from flows.runs import storage_errors
from flows.watchlist import Watchlist
from newslake.errors import NewslakeError

DEPLOYMENT = "scheduled"
POLL_SECONDS = 5.0


def serve(watchlist: Watchlist, *, port: int = 4200, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve a watchlist's schedule until SIGINT or SIGTERM; `on_ready` hears the address of Prefect's UI.

    Uses the server of `PREFECT_API_URL` where the environment names one, else starts its own.

    Raises:
        NewslakeError: the port is taken, the server does not start, or this watchlist is served already.
    """
    own_server = "PREFECT_API_URL" not in os.environ
    if own_server and (url := running_server(watchlist)):
        raise NewslakeError(
            f"this watchlist is served already, at {url.removesuffix('/api')}",
            left="that one goes on",
            next="stop it first (Ctrl-C where it runs), or use it: `newslake run` does so by itself",
        )
    settle_prefect(watchlist)
    # A supervisor's SIGTERM and Ctrl-C end it the same way, also where a shell started it with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)
    if own_server:
        with _server(watchlist, port) as api_url:
            os.environ["PREFECT_API_URL"] = api_url
            _run_schedule(watchlist, api_url, on_ready)
    else:
        _run_schedule(watchlist, os.environ["PREFECT_API_URL"], on_ready)


def _interrupt(_signal: int, _frame: object) -> None:
    signal.raise_signal(signal.SIGINT)


def _run_schedule(watchlist: Watchlist, api_url: str, on_ready: Callable[[str], None] | None) -> None:
    """Register the schedule and start its runs as they come due."""
    # Prefect reads its settings when it is first imported, so not before the server's address is known.
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.runner import Runner
    from prefect.types.entrypoint import EntrypointType

    from flows.orchestrate import collect_flow

    runner = Runner(name="newslake", query_seconds=POLL_SECONDS, limit=1, pause_on_shutdown=False)
    runner.add_flow(
        collect_flow,
        name=DEPLOYMENT,
        schedule=_schedule(watchlist),
        parameters={"config": str(watchlist.path)},
        description=f"collects the watchlist {watchlist.path}",
        tags=["newslake"],
        # A run that would overlap the one under way is skipped: it would only wait for the same lock.
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    # Prefect's own handler forgets to await its stop; the interrupt unwinds the runner as Ctrl-C does.
    runner.handle_sigterm = _interrupt  # type: ignore[method-assign]
    if on_ready:
        on_ready(api_url.removesuffix("/api"))
    asyncio.run(runner.start())


def _schedule(watchlist: Watchlist) -> Any:
    from prefect.schedules import Cron, Interval

    schedule = watchlist.schedule
    if schedule.cron is not None:
        return Cron(schedule.cron, timezone=schedule.timezone)
    return Interval(schedule.every or timedelta(minutes=30), timezone=schedule.timezone)


@contextmanager
def _server(watchlist: Watchlist, port: int) -> Iterator[str]:
    """A Prefect server in a process of its own, on loopback; gives its API address and ends it in the end."""
    folder = prefect_folder(watchlist)
    api_url = f"http://127.0.0.1:{port}/api"
    _check_port(port)
    log = folder / "server.log"
    with storage_errors(watchlist.state):
        folder.mkdir(parents=True, exist_ok=True)
        output = log.open("ab")
    with output:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PREFECT_UI_API_URL": api_url, "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false"},
            # Its own group: Ctrl-C in the terminal reaches this process first, which then ends the runs before the server.
            start_new_session=True,
        )
    try:
        _wait_for_server(process, api_url, log)
        server_file(watchlist).write_text(json.dumps({"api_url": api_url, "pid": process.pid}), "utf-8")
        yield api_url
    finally:
        server_file(watchlist).unlink(missing_ok=True)
        _stop(process)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
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
