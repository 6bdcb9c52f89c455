"""The format of a tape: `answers.jsonl`, a line for each request in its order, and the WARC file that holds the responses.

Secrets stay out (spiders.tape.secrets). A tape may come from anywhere, so whatever is read from one is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from newslake.errors import CaptureError

ANSWERS = "answers.jsonl"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ended: with a response in the WARC file, or with an error.

    Attributes:
        file: the WARC file, without its folder, with `offset`; None if there was no response.
        flags: those of Scrapy's response; a download that was stopped has one.
        is_refused: the download was stopped because the response cannot be a page.
        error: the name of the error, with its `words`.
    """

    method: str
    url: str
    file: Annotated[str | None, Field(pattern=r"^\w[\w.-]*$")] = None
    offset: Annotated[int, Field(ge=0, lt=2**60)] = 0
    flags: tuple[str, ...] = ()
    is_refused: bool = False
    error: Annotated[str | None, Field(pattern=r"^\w+$")] = None
    words: str = ""

    def as_json(self) -> str:
        """Return the answer as a line of JSON."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({name: value for name, value in values.items() if value}, ensure_ascii=False)


_ANSWER = TypeAdapter(Answer)


def read_answers(folder: Path) -> Iterator[Answer]:
    """Yield the answers on a tape in their order. Raises CaptureError if they cannot be read."""
    number = 0
    try:
        with (folder / ANSWERS).open(encoding="utf-8") as lines:
            for line in lines:
                number += 1
                yield _ANSWER.validate_json(line)
    except (OSError, ValueError) as error:
        why = what_is_wrong(error) if isinstance(error, ValidationError) else str(error)
        place = f"line {number} of {ANSWERS}" if number else ANSWERS
        raise CaptureError(f"{place} in {folder} cannot be read: {why}", left="nothing was changed") from error


def what_is_wrong(error: ValidationError) -> str:
    """Return in a few words what the first mistake of a record is, and where."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else str(first["msg"])
