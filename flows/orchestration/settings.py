"""Choose Prefect's settings and server for this process, before `prefect` is first imported.

Prefect keeps its files in the watchlist's state folder, so two watchlists never share a server by accident, and telemetry is off.
Runs use the server that the user configured (`PREFECT_API_URL`, or the active profile in a `PREFECT_HOME` of the user), otherwise
that of a `newslake serve` on the same watchlist. Where neither answers they do without Prefect, unless asked to start a server of
their own (`flows.orchestration.server`).
"""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

from flows.orchestration.variables import KEY, PASSWORD, SERVER_PASSWORD
from flows.watchlist import Watchlist
from newslake.disk import storage_errors

# Two slow cores take over 20 seconds to start the server, twice that with a new database.
SERVER_START_SECONDS = 180
# newslake reports a failure of Prefect in one line of its own instead of Prefect's pages of traceback.
LOG_LEVEL = "CRITICAL"


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
    if url := configured_server():
        use_configured(url)
    elif url := running_server(watchlist):
        os.environ["PREFECT_API_URL"] = url
        share_password(of_own_server=True)


def share_password(*, of_own_server: bool = False) -> None:
    """Let the clients in this process use the password that the environment gives to the server.

    Args:
        of_own_server: the server is that of `newslake serve`, so that another password for clients can only be wrong.
    """
    if SERVER_PASSWORD in os.environ and (of_own_server or not {PASSWORD, KEY} & os.environ.keys()):
        os.environ[PASSWORD] = os.environ[SERVER_PASSWORD]


def configured_server() -> str | None:
    """Return the API address that the user configured, or None. Nobody asks whether a server answers there.

    Profiles in the home folder do not count: they are for other programs, and may lead to the server of another watchlist.
    """
    url = os.environ.get("PREFECT_API_URL") or _profile().get("PREFECT_API_URL")
    return url.rstrip("/") if url else None  # below which the paths of the API are


def use_configured(url: str) -> None:
    """Let this process, and those that it starts, use the server that the user configured, with the password or key for it."""
    os.environ["PREFECT_API_URL"] = url
    profile = _profile()
    for name in {PASSWORD, KEY} & profile.keys():
        os.environ.setdefault(name, profile[name])
    share_password()


def _profile() -> dict[str, str]:
    """Return the settings of the active profile in a `PREFECT_HOME` of the user; none if there is no such profile."""
    home = os.environ.get("PREFECT_HOME")
    if home is None:
        return {}
    try:
        said = tomllib.loads((Path(home).expanduser() / "profiles.toml").read_text("utf-8"))
        profile = said["profiles"][os.environ.get("PREFECT_PROFILE", said["active"])]
        return {str(name): str(value) for name, value in profile.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def has_server(watchlist: Watchlist) -> bool:
    """Return whether a Prefect server runs that a run of this watchlist is to use."""
    if url := configured_server():
        return answers(url, also_refusing=True)
    return running_server(watchlist) is not None


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


def answers(api_url: str, seconds: float = 2.0, *, also_refusing: bool = False) -> bool:
    """Return whether a Prefect server answers at this address within so many seconds.

    Args:
        also_refusing: count the answer of a server that wants to know first who asks.
    """
    import urllib.error  # here, because most runs ask no server
    import urllib.request

    from flows.orchestration.api import opened

    try:
        with opened(urllib.request.Request(f"{api_url}/health"), seconds) as response:
            return bool(response.status == 200)
    except urllib.error.HTTPError as error:
        return also_refusing and error.code in (401, 403)
    except (OSError, ValueError):
        return False
