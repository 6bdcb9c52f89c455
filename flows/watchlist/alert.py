"""Define the `[[alert]]` tables of the watchlist: about what people are told, and when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from flows.watchlist.clock import ClockTime, Quiet

On = Literal["new", "spike", "edit", "left-topic", "gone", "first", "listed"]
Digest = Literal["at once", "day"]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = list[str]
Several = Annotated[Names, BeforeValidator(_as_list)]  # one, or a list


class Alert(BaseModel):
    """An `[[alert]]`: people are told of one kind of event on one or several topics, or of names on their lists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^\w[\w.-]*$", max_length=100)
    on: On = Field(
        description="new: an article came in; spike: more articles than the topic's past explains; edit: an article was edited; "
        "left-topic: an edit took the words of the topic out; gone: an article was taken down, or is back; "
        "first: an outlet that never wrote of the topic before; listed: an article names an entry of a list of names"
    )
    topic: Several = Field([], min_length=1, description="a topic or saved search, or a list; of listed, any if left out")
    sources: Names = Field([], description="only articles of these sources; of all if empty")
    digest: Digest = Field("at once", description="after each run, or all of a day in one message")
    at: ClockTime = Field("08:00", description='with  digest = "day":  not before this time, in the zone of [schedule]')
    min: int = Field(5, ge=2, le=1_000_000, description="of a spike: the fewest articles within 24 hours")
    quiet: Quiet | None = Field(None, description="hours in which it waits, such as 22:00-07:00; else those of [notify]")
    list: Several = Field([], min_length=1, description="of listed: the name of an [[entity]], or several; all if left out")

    @model_validator(mode="after")
    def _only_what_counts(self) -> Alert:
        given = self.model_fields_set
        if not self.topic and self.on != "listed":
            raise ValueError("the key `topic` is missing")
        if self.list and self.on != "listed":
            raise ValueError(f'`list` is a list of names to look for; with  on = "{self.on}"  leave it out')
        if "min" in given and self.on != "spike":
            raise ValueError(f'`min` is the size of a spike; with  on = "{self.on}"  leave it out')
        if self.on == "spike" and "digest" in given:
            raise ValueError('a spike is told once, at once; with  on = "spike"  leave `digest` out')
        if self.on == "spike" and self.sources:
            raise ValueError('a spike counts the articles of all sources; with  on = "spike"  leave `sources` out')
        if "at" in given and self.digest != "day":
            raise ValueError('`at` is the time of a digest; it needs  digest = "day"')
        return self
