"""Refuse to work by a clock that is certainly wrong: times of fetches are evidence, and captures are pruned by their age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newslake.errors import NewslakeError

# No version of newslake is older. Small computers without a battery start in 1970, or on the day their system was built.
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
# Between machines that share a warehouse.
CLOCKS_DIFFER = timedelta(minutes=5)


def check_clock(now: datetime | None = None) -> None:
    """Raise NewslakeError if the clock of this machine is before `EARLIEST`."""
    now = now or datetime.now(UTC)
    if now < EARLIEST:
        raise NewslakeError(
            f"the clock of this machine is wrong: it says {now:%Y-%m-%d %H:%M} UTC",
            left="nothing was done; with such a clock, times would be stored wrong and captures pruned too early",
            next="set the clock (timedatectl set-ntp true), then run the same command again",
        )
