"""The `[notify]` table: where to send messages, and about what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from warehouse.records import StateChange

Event = Literal["trouble", "recovery"]


class Notify(BaseModel):
    """The `[notify]` table: where to send what changed in the health of sources."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    urls: list[SecretStr] = Field(
        default_factory=list, description="apprise addresses, such as mailto://…, slack://… or json://…"
    )
    events: list[Event] = Field(
        ["trouble", "recovery"],
        min_length=1,
        description="trouble: a source is not ok, or in other trouble, or a run was set aside; recovery: it is again",
    )

    def wanted(self, changes: Sequence[StateChange]) -> list[StateChange]:
        """The changes that are told."""
        return [change for change in changes if ("recovery" if change.state == "ok" else "trouble") in self.events]
