"""Choose Prefect's settings and server for this process, before `prefect` is first imported.

Prefect keeps its files in the watchlist's state folder, so two watchlists never share a server by accident, and telemetry is off.
Runs use the server named by `PREFECT_API_URL` if it is set, otherwise that of a `newslake serve` on the same watchlist, otherwise
one of their own (`flows.orchestration.server`).
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from pathlib import Path

from flows.watchlist import Watchlist
from newslake.disk import storage_errors

# Two slow cores take over 20 seconds to start the server, twice that with a new database.
SERVER_START_SECONDS = 180
# newslake reports a failure of Prefect in one line of its own instead of Prefect's pages of traceback.
LOG_LEVEL = "CRITICAL"
# "user:password", as the server asks for it and as its clients send it. Optional, for machines that people share.
SERVER_PASSWORD = "PREFECT_SERVER_API_AUTH_STRING"
PASSWORD = "PREFECT_API_AUTH_STRING"


def prefect_folder(watchlist: Watchlist) -> Path:
    """Return the folder of Prefect's files."""
    return watchlist.state / "prefect"


def prefect_settings(watchlist: Watchlist) -> dict[str, str]:
    """Return Prefect's settings as environment variables, and make Prefect's folder. Those a user has set take precedence."""
    folder = prefect_folder(watchlist)
    with storage_errors(watchlist.state):
        folder.mkdir(parents=True, exist_ok=True)  # the server does not make the folder of its database
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
    """Set the environment variables from which Prefect, and every process started from here, reads its settings."""
    for name, value in prefect_settings(watchlist).items():
        os.environ.setdefault(name, value)
    share_password()
    if "PREFECT_API_URL" not in os.environ and (url := running_server(watchlist)):
        os.environ["PREFECT_API_URL"] = url
        share_password(of_own_server=True)


def share_password(*, of_own_server: bool = False) -> None:
    """Let the clients in this process use the password that the environment gives to the server.

    Args:
        of_own_server: the server is that of `newslake serve`, so that another password for clients can only be wrong.
    """
    if SERVER_PASSWORD in os.environ and (of_own_server or PASSWORD not in os.environ):
        os.environ[PASSWORD] = os.environ[SERVER_PASSWORD]


def server_file(watchlist: Watchlist) -> Path:
    """Return the file in which `newslake serve` writes the address of its server."""
    return prefect_folder(watchlist) / "server.json"


def running_server(watchlist: Watchlist) -> str | None:
    """Return the API address of this watchlist's `newslake serve` if its server answers; None otherwise."""
    try:
        url: str = json.loads(server_file(watchlist).read_text("utf-8"))["api_url"]
    except (OSError, ValueError, KeyError):
        return None
    return url if answers(url) else None


def answers(api_url: str, seconds: float = 2.0) -> bool:
    """Return whether a Prefect server answers at this address within so many seconds."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=seconds) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False
