"""`newslake serve`: a Prefect server on loopback and the watchlist's schedule, until stopped.

Three processes: this one (the runner, which starts each scheduled collection in a process of its own), and the server.
When this one ends, however it is asked to, the server ends too.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flows.prefect_home import running_server, settle_prefect
from flows.prefect_server import prefect_server
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
        with prefect_server(watchlist, port) as api_url:
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
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.orchestrate import collect_flow, maintain_flow

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
    runner.add_flow(
        maintain_flow,
        name=DEPLOYMENT,
        schedule=Cron(watchlist.maintain.cron, timezone=watchlist.schedule.timezone),
        parameters={"config": str(watchlist.path)},
        description=f"upkeep of the watchlist {watchlist.path}",
        tags=["newslake"],
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
