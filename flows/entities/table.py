"""Define the `[[entity]]` tables of the watchlist: lists of names that every article is compared with."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Entity(BaseModel):
    """An `[[entity]]`: a file of names, such as a sanctions list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^\w[\w.-]*$", max_length=100)
    file: str = Field(min_length=1, description="a CSV with columns name, aliases and kind, or a name on each line")
    kind: Literal["person", "company", "vessel", "any"] = Field("any", description="of names for which the file has none")
    match: Literal["exact", "spelling", "sound"] = Field("sound", description="how far a text may differ from the list")
