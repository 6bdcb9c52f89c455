"""Define the `[notify]` table of the watchlist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from flows.watchlist.clock import Quiet

if TYPE_CHECKING:
    from warehouse.records import StateChange

Event = Literal["trouble", "recovery", "takedown"]


class Notify(BaseModel):
    """The `[notify]` table: where to send notifications, and about which events."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    urls: list[SecretStr] = Field(
        default_factory=list, description="apprise addresses, such as mailto://…, slack://… or json://…"
    )
    events: list[Event] = Field(
        ["trouble", "recovery", "takedown"],
        min_length=1,
        description="trouble: a source falls into a state other than ok, or a run is set aside; recovery: a source is ok again; "
        "takedown: articles were taken down by their outlet, or put back",
    )

    quiet: Quiet | None = Field(
        None, description="hours in which all but briefs wait, such as 22:00-07:00, in the zone of [schedule]"
    )

    def wanted(self, changes: Sequence[StateChange]) -> list[StateChange]:
        """Return the changes to notify about."""
        return [change for change in changes if ("recovery" if change.state == "ok" else "trouble") in self.events]
