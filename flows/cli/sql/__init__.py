"""The command `newslake sql`: one query, or an interactive shell."""

from flows.answers.formats import Format
from flows.cli.sql.command import add_to
from flows.cli.sql.results import show

__all__ = ["Format", "add_to", "show"]
