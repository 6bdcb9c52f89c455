"""Define the `[brief]` table of the watchlist: when briefs are made, of what, and where they go."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from flows.watchlist.clock import ClockTime, Weekday

Every = Literal["run", "day", "week"]
Format = Literal["html", "atom", "md", "txt", "json"]


def _named(folder: str) -> str:
    if not folder.strip() or "\0" in folder:
        raise ValueError(f"a folder has a name, found {folder!r}")
    return folder


class BriefTable(BaseModel):
    """The `[brief]` table: briefs that are written, and perhaps sent, after runs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: Every = Field("day", description="after each run with news, or once a day or week")
    at: ClockTime = Field("07:00", description="daily and weekly: not before this time, in the zone of [schedule]")
    on: Weekday = Field("monday", description="weekly: on this day")
    topics: list[str] = Field(default_factory=list, description="topics and saved searches, in this order; all topics if empty")
    folder: Annotated[str, AfterValidator(_named)] = Field("briefs", description="where the files are written")
    formats: list[Format] = Field(["html", "atom"], description="the files that are written; atom: feeds of the last week")
    send: bool = Field(False, description="send each brief to the addresses of [notify]")
    send_empty: bool = Field(False, description="send a line also if nothing is new")

    @model_validator(mode="after")
    def _only_what_counts(self) -> BriefTable:
        given = self.model_fields_set
        if "at" in given and self.every == "run":
            raise ValueError('`at` says when a daily or weekly brief is made; with  every = "run"  leave it out')
        if "on" in given and self.every != "week":
            raise ValueError(f'`on` is the day of a weekly brief; with  every = "{self.every}"  leave it out')
        if self.send_empty and not self.send:
            raise ValueError("`send_empty` needs  send = true")
        if not self.send and not self.formats:
            raise ValueError("with no `formats` and without  send = true  a brief would go nowhere")
        return self

    @property
    def weekday(self) -> str | None:
        """The day of a weekly brief; None for any day."""
        return self.on if self.every == "week" else None
