"""The command `newslake init`: writes a watchlist."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, say
from newslake.errors import UsageError


def init(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = DEFAULT_CONFIG,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
) -> None:
    """Write a commented watchlist to start from.

    Example: [bold]newslake init watchlist.toml[/]
    """
    template = files("flows.watchlist").joinpath("template.toml").read_text("utf-8")
    try:
        with file.open("w" if force else "x", encoding="utf-8") as out:
            out.write(template)
    except FileExistsError:
        raise UsageError(
            f"{file} exists", left="it was not touched", next=f"newslake init --force {file}, or another name"
        ) from None
    except OSError as error:
        raise UsageError(
            f"cannot write {file}: {error.strerror}", next="newslake init in a folder that you may write to"
        ) from None
    option = "" if file == DEFAULT_CONFIG else f" --config {file}"
    say(
        f"Wrote {escape(str(file))}. Put in your topics, sources and contact address.\n\nNext: newslake check{option}",
    )


def add_to(app: typer.Typer) -> None:
    app.command()(init)
