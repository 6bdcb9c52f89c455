"""Show something longer than the screen in the user's pager, at a width that can be read."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from flows.cli.console import output
from flows.cli.sql.pager import Screen


def paged(made: Sequence[RenderableType], width: int) -> None:
    """Print on the terminal, lines at most `width` columns wide; in a pager if it is longer than the screen."""
    with output.capture() as captured:
        for one in made:
            # rich joins texts before it prints them, and forgets how they were justified
            output.print(one, width=width, highlight=False, justify=one.justify if isinstance(one, Text) else None)
    screen = Screen()
    screen.add_text(captured.get())
    screen.show()
