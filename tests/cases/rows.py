"""Load the cases: small outlets whose pages show one kind of difficulty, and the values that must be stored of them.

Each file `content/*.toml` and `second/*.toml` holds one kind: `kind` says in a sentence what must hold, and each `[[case]]` is
an outlet that shows it.

- `name`: unique; the name of the source.
- `pages`: path -> body. `{origin}` stands for the outlet's address (http://host:port), `{host}` for the same without the scheme.
- `listing`: path -> body; the first one is named in the watchlist, as a sitemap if its path says so, else as a feed. An empty
  table names none. Without it, a feed names all pages, with `feed_title` for each.
- `moves`: path -> where it redirects to.
- `source`: further lines of its `[[source]]` table.
- `expect`: path -> the values of that page, see `FIELDS`; `asked` and `not_asked` list paths that are and are not requested.

`python -m tests.cases.rows` prints all cases as JSON Lines.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_FOLDERS = ("content", "second")

# What can be expected of a page. TOML has no null: the text "null" stands for it.
FIELDS = {
    "outcome": "how the page ended; `loaded` if it is not given",
    "title": "the headline",
    "authors": "the authors, in order",
    "published_at": "an instant with its zone, or null",
    "published_precision": "second, minute or day",
    "language": "an ISO 639 code",
    "url": "the article's address",
    "free_to_read": "true, false or null",
    "has": "pieces that the text holds",
    "lacks": "pieces that the text does not hold",
    "max_words": "the most words that the text may have",
}


@dataclass(frozen=True)
class Case:
    """An outlet and what must be stored of it."""

    name: str
    kind: str
    pages: dict[str, str]
    expect: dict[str, Any]
    listing: dict[str, str] | None = None
    moves: dict[str, str] = field(default_factory=dict)
    source: str = ""
    feed_title: str = "x"

    @property
    def asked(self) -> list[str]:
        asked: list[str] = self.expect.get("asked", [])
        return asked

    @property
    def not_asked(self) -> list[str]:
        not_asked: list[str] = self.expect.get("not_asked", [])
        return not_asked

    @property
    def wanted(self) -> dict[str, dict[str, Any]]:
        """The expected values by the path of the page."""
        return {path: values for path, values in self.expect.items() if path.startswith("/")}

    def listings(self) -> dict[str, str]:
        """The listings by path: those that are given, or a feed of all pages."""
        if self.listing is not None:
            return self.listing
        links = [f"{{origin}}{path.replace('&', '&amp;')}" for path in self.pages]
        items = "".join(f"<item><title>{self.feed_title}</title><link>{link}</link></item>" for link in links)
        head = "<title>News</title><link>{origin}/</link>"
        return {"/feed.xml": f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'}


def load_cases() -> list[Case]:
    """Return all cases, by folder and file, in the order in which they are written there."""
    here = Path(__file__).parent
    return [case for folder in _FOLDERS for file in sorted((here / folder).glob("*.toml")) for case in _read(file)]


def _read(file: Path) -> Iterator[Case]:
    data = tomllib.loads(file.read_text("utf-8"))
    for row in data["case"]:
        yield Case(kind=data["kind"], **_with_null(row))


def _with_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_null(inner) for key, inner in value.items()}
    return None if value == "null" else value


def as_json_line(case: Case) -> str:
    """Return a case as one line of JSON, without what it does not use."""
    return json.dumps({key: value for key, value in asdict(case).items() if value not in ({}, "", "x", None)}, ensure_ascii=False)


if __name__ == "__main__":
    for one in load_cases():
        print(as_json_line(one))
