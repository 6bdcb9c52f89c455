"""Where Prefect lives: settings of this process, decided before `prefect` is first imported.

Prefect keeps its files in the watchlist's state folder, so that two watchlists do not share a server by accident, and its
telemetry is off. A server of the user's own (`PREFECT_API_URL` in the environment) is respected; else a `newslake serve`
that runs on the same watchlist is used; else a run starts a server for itself (`flows.orchestration.server`).
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from pathlib import Path

from flows.watchlist import Watchlist
from newslake.disk import storage_errors

# Two slow cores take over 20 seconds to start the server, twice that where its database is new.
SERVER_START_SECONDS = 180
# What goes wrong with Prefect is told in a line of our own, in place of pages of its traceback.
LOG_LEVEL = "CRITICAL"


def prefect_folder(watchlist: Watchlist) -> Path:
    return watchlist.state / "prefect"


def prefect_settings(watchlist: Watchlist) -> dict[str, str]:
    """What the environment tells Prefect; what a user set there goes before. Makes Prefect's folder."""
    folder = prefect_folder(watchlist)
    with storage_errors(watchlist.state):
        folder.mkdir(parents=True, exist_ok=True)  # its server makes no folder for its database
    return {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(SERVER_START_SECONDS),
        "PREFECT_LOGGING_LEVEL": LOG_LEVEL,
        "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
        "PREFECT_LOGGING_INTERNAL_LEVEL": LOG_LEVEL,
        "PREFECT_CLI_PROMPT": "false",
    }


def settle_prefect(watchlist: Watchlist) -> None:
    """Set the environment from which Prefect, and every process started from here, reads its settings."""
    for name, value in prefect_settings(watchlist).items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" not in os.environ and (url := running_server(watchlist)):
        os.environ["PREFECT_API_URL"] = url


def server_file(watchlist: Watchlist) -> Path:
    """Where `newslake serve` says at which address its server answers."""
    return prefect_folder(watchlist) / "server.json"


def running_server(watchlist: Watchlist) -> str | None:
    """The API address of a `newslake serve` on this watchlist that answers now; None if there is none."""
    try:
        url: str = json.loads(server_file(watchlist).read_text("utf-8"))["api_url"]
    except (OSError, ValueError, KeyError):
        return None
    return url if answers(url) else None


def answers(api_url: str, seconds: float = 2.0) -> bool:
    """Whether a Prefect server answers at this address."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=seconds) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False
