"""Repeat the option --config in the commands that messages name, so that they can be copied as they are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path

import typer

_COMMAND = re.compile(r"\bnewslake ([a-z]+)\b(?! --config)(?! -c)")
# Where `newslake demo` puts its watchlist.
DEMO = Path("demo-data/watchlist.toml")
# These have no such option.
_WITHOUT = {"init", "demo"}

_names: frozenset[str] = frozenset()
_given: Path | None = None


def begin(names: Iterable[str]) -> None:
    """Forget what an earlier command of this process was given. `names` are those of all commands."""
    global _names, _given
    _names, _given = frozenset(names) - _WITHOUT, None


def remember(context: typer.Context, config: Path) -> Path:
    """Note a watchlist that was named on the command line; one from the environment is there for the next command too."""
    global _given
    source = context.get_parameter_source("config")
    if source is not None and source.name == "COMMANDLINE":  # compared by name, because typer bundles its own click
        _given = config
    return config


def given() -> Path | None:
    """Return the watchlist that was named on the command line; None if none was."""
    return _given


def repeat(config: Path | None) -> None:
    """Name commands as if this watchlist had been given, as when a command is repeated from what was stored."""
    global _given
    _given = config


def names() -> frozenset[str]:
    """Return the names of the commands that take the option."""
    return _names


def config_option() -> str:
    """Return the option as text to append to a command; empty if none was given."""
    return f" --config {shlex.quote(str(_given))}" if _given else ""


def or_demo(text: str) -> str:
    """Return the next step where there is no warehouse; where a demo was run here, name its watchlist too."""
    if _given is None and DEMO.is_file():
        return f"{text}, which collects from the sources of the watchlist; or the same with --config {DEMO}, for the demo"
    return text


def with_config(text: str) -> str:
    """Return a text with the option added to each command of newslake in it that lacks it."""
    option = config_option()
    return _COMMAND.sub(lambda found: found[0] + option if found[1] in _names else found[0], text) if option else text
