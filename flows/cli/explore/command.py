"""The command `newslake explore`: opens the corpus as local web pages."""

from __future__ import annotations

import secrets
import sys
from typing import Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, Config, plain, say
from flows.watchlist import load_watchlist

SECONDS = 60.0


def explore(
    config: Config = DEFAULT_CONFIG,
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="Where it listens; 0 takes any free port.")] = 0,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser.")] = True,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="End a query of the SQL page that takes longer.")
    ] = SECONDS,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Another loopback address, such as 127.0.0.2 or ::1.")
    ] = "127.0.0.1",
    public: Annotated[
        str | None,
        typer.Option("--public", metavar="URL", help="The address of the proxy in front of it, by which users open it."),
    ] = None,
    token: Annotated[
        bool, typer.Option("--token/--no-token", help="Ask for the secret in the first address; only a proxy needs none.")
    ] = True,
) -> None:
    """Look at the corpus in the browser: search, articles, stories, sources, runs and SQL, as local pages. Stops with Ctrl-C.

    It listens on this machine only, and answers only to a browser that opened the address which is printed. Also while a run is
    loading. docs/explore.md says more.

    Example: [bold]newslake explore --port 8500 --no-open[/]
    """
    from flows.explore.security import Door
    from flows.explore.serve import listening, public_address, serve

    watchlist = load_watchlist(config)
    behind = public_address(public) if public else None
    with listening(host, port) as made:
        door = Door(host, made.getsockname()[1], behind, secrets.token_urlsafe(24) if token else None)

        def ready() -> None:
            say(f"The explorer is at [bold]{escape(plain(door.address))}[/]\nCtrl-C stops it.")
            if not token:
                say("Without a token, every user and program of this machine can read the corpus there.")
            sys.stdout.flush()  # who reads it from a file or a pipe waits for the address
            if browser:
                import threading
                import webbrowser

                threading.Thread(target=webbrowser.open, args=(door.address,), daemon=True).start()

        serve(watchlist.path, made, door, timeout, ready, is_awaited=browser)
    say("Stopped.")


def add_to(app: typer.Typer) -> None:
    app.command()(explore)
