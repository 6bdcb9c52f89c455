"""Show what a check of sources said: as a table with a next step, or as values for JSON."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from flows.cli.console import errors, output, plain, say, table
from newslake.outcomes import Origin, Outcome
from newslake.text import counted, some_of

if TYPE_CHECKING:
    from flows.trial import Saved, Trial


@dataclass(frozen=True, slots=True)
class Told:
    """What a check said.

    Attributes:
        tried: the number of sources that it tried.
        unsent: why test messages could not be sent; None if none was to be.
    """

    saved: Saved
    tried: int
    trial: Trial
    unsent: Sequence[str] | None

    def as_json(self) -> dict[str, object]:
        """Return everything as values."""
        return {
            "watchlist": self.saved.watchlist,
            "topics": self.saved.topics,
            "disabled": self.saved.disabled,
            "listings": self.trial.listings,
            "pages": self.trial.pages,
            "advice": self.saved.advice,
            "failed_sources": self.trial.failed,
            "notifications": {"addresses": self.saved.addresses, "failed": self.unsent},
        }


def show(told: Told, *, offline: bool) -> None:
    """Print what a check said, and what to do next."""
    saved, trial = told.saved, told.trial
    if told.unsent == []:
        say(f"Sent a test message to {saved.addresses} address{'es' if saved.addresses != 1 else ''} of \\[notify].")
    for why in told.unsent or ():
        say(f"[bold red]Not sent:[/] {escape(plain(why))}")
    topics = escape(plain(saved.topics))
    say(f"{escape(plain(saved.watchlist))} is valid: {counted(saved.count, 'source')}; topics {topics}.")
    if saved.disabled:
        say(f"Disabled, so not collected: {escape(plain(some_of(saved.disabled, 20)))}.")
    for hint in saved.advice:
        say(f"[yellow]Note:[/] {escape(plain(hint))}")
    if trial.listings:
        listings, guessed = _without_vain_guesses(trial.listings)
        _table(listings, ("source", "kind", "url", "found_by", "end", "reason", "detail"))
        for name, count in guessed.items():
            say(f"{escape(plain(name))}: {count} usual addresses of feeds and sitemaps were tried too, and none could be read.")
    if trial.pages:
        _table(trial.pages, ("source", "url", "end", "reason", "title", "authors", "published", "words", "text"))
    for name, why in sorted(trial.failed.items()):
        say(f"[bold red]{escape(plain(name))}[/] failed: {escape(plain(why))}")
    if trial.failed:
        how = "correct their addresses, or wait where a site is down; then newslake check"
        say(f"\n{len(trial.failed)} of {counted(told.tried, 'source')} failed. Next: {how}")
    else:
        say(f"\nNext: newslake {'check' if offline else 'run'}")


def say_of_folder(save: Path | None, replay: Path | None, trial: Trial) -> None:
    """Say on standard error what a folder holds or lacks, so that the output is the same when a check is repeated from it."""
    if save:
        folder, quoted = escape(plain(save)), escape(shlex.quote(str(save)))
        errors.print(f"Stored in {folder}. To repeat this check: newslake check --from {quoted}", soft_wrap=True, highlight=False)
    if replay and trial.missing:
        some, count = ", ".join(trial.missing[:5]), len(trial.missing)
        words = f"{replay} holds no answer for {count} of the addresses that this newslake asks for: {some}"
        errors.print(f"[yellow]{escape(plain(words))}[/]", soft_wrap=True, highlight=False)


def _table(rows: Sequence[dict[str, object]], columns: Sequence[str]) -> None:
    headers = [column.replace("_", " ") for column in columns]
    output.print(table(headers, [[row.get(column) for column in columns] for row in rows]))


def _without_vain_guesses(listings: list[dict[str, object]]) -> tuple[list[dict[str, object]], Counter[str]]:
    """Return the listings without guessed addresses that could not be read, and how many of these answered, by source."""
    vain = [row for row in listings if row["origin"] is Origin.GUESS and row["end"] not in ("read", "not-modified")]
    return [row for row in listings if row not in vain], Counter(
        str(row["source"]) for row in vain if row["end"] is not Outcome.NETWORK_ERROR
    )
