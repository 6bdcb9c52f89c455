"""The command `newslake sql`: one query, or an interactive shell."""

from flows.cli.sql.command import add_to
from flows.cli.sql.results import Format, show

__all__ = ["Format", "add_to", "show"]
