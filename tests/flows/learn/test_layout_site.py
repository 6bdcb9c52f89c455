"""An outlet of which some pages carry no data: its layout is learned, used from the next run on, shown, and given up.

The site is collected three times; what each test looks at was noted after the run that it is about.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newslake.testing import Answer, Site
from tests.flows.command import ask, newslake

WATCHLIST = """
[schedule]
interval = "1h"
[crawl]
delay = 0
per_domain = 8
revisit_hours = [0.0001]
allow_private = true
keep_captures = "all"
[[topic]]
name = "harbour"
query = "harbour"
[[source]]
name = "sparrow"
feeds = ["{site}/rss"]
language = "en"
timezone = "UTC"
"""
NAMES = ("Ada Brook", "Ben Carver", "Cora Dunn", "Evan Frost")
TODAY = datetime.now(UTC)
GOODS = (
    "coal",
    "barley",
    "timber",
    "salt",
    "cement",
    "copper",
    "wool",
    "paper",
    "sugar",
    "glass",
    "grain",
    "steel",
    "cotton",
    "rice",
)
BESIDE = tuple(
    f"In the {place} they have argued since the autumn about {thing}, which some call too dear and others far too small, and a "
    f"meeting in the old customs house ended late at night without a vote, as the keeper of the lists wrote to this paper."
    for place, thing in (
        ("upper town", "a new theatre"),
        ("valley", "the second tunnel"),
        ("hills", "a school for pilots"),
        ("suburbs", "the tram to the fair"),
        ("villages", "a shared fire brigade"),
        ("old quarter", "the price of bread"),
    )
)


@dataclass(frozen=True)
class Story:
    number: int
    has_data: bool

    @property
    def goods(self) -> str:
        return GOODS[self.number]

    @property
    def title(self) -> str:
        return f"Ship with {self.goods} leaves the harbour"

    @property
    def author(self) -> str:
        return NAMES[self.number % len(NAMES)]

    @property
    def day(self) -> datetime:
        return (TODAY - timedelta(days=20 + 3 * self.number)).replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def text(self) -> str:
        """The text: that of a page without data is shorter than the box beside it."""
        n, goods = self.number, self.goods
        lines = [
            f"A ship with {goods} left the harbour {n + 3} days late, because nobody had paid for the pilot.",
            f"The price of {goods} rose by {n + 2} per cent, said a trader who had waited since the spring.",
            f"Two more ships with {goods} are under way, and their owners asked the ministry {n + 4} times what to do now.",
            f"In the {n + 5} warehouses behind the quay there is {goods} for a month, the keeper of the keys told the council.",
            f"The pilots want {n + 6} coins more for each ship with {goods}, which the town says it cannot pay before winter.",
        ]
        return "\n".join(lines if self.has_data else lines[:2])

    @property
    def path(self) -> str:
        return f"/news/{self.goods}"

    def head(self) -> str:
        title = f"<title>{self.title}</title>"
        data = {
            "@type": "NewsArticle",
            "headline": self.title,
            "datePublished": f"{self.day:%Y-%m-%d}",
            "author": {"@type": "Person", "name": self.author},
        }
        return title + (f'<script type="application/ld+json">{json.dumps(data)}</script>' if self.has_data else "")

    def old(self) -> str:
        """A page with today's date at its headline, the true one below the text, and reports beside it that change."""
        lines = "".join(f"<p>{line}</p>" for line in self.text.splitlines())
        beside = "".join(f"<p>{BESIDE[(self.number + n) % len(BESIDE)]}</p>" for n in range(2))
        return (
            f"<html lang=en><head>{self.head()}</head><body><div class=m><h2>{self.title}</h2>"
            f"<i>{TODAY:%d %B %Y}</i><div class=x>{lines}</div><div class=f><b>{self.author}</b> "
            f"<s>{self.day:%d %B %Y}</s></div></div><div class=r>{beside}</div></body></html>"
        )

    def new(self) -> str:
        """A page of another layout."""
        lines = "".join(f"<p>{line}</p>" for line in self.text.splitlines())
        return (
            f"<html lang=en><head>{self.head()}</head><body><main id=page><h1>{self.title}</h1>{lines}"
            f"<p class=end>{self.author}, {self.day:%d %B %Y}</p></main></body></html>"
        )


@dataclass
class Seen:
    """What the warehouse had after each step."""

    config: Path
    texts: dict[str, dict[str, tuple[Any, ...]]] = field(default_factory=dict)
    layouts: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    outcomes: dict[str, dict[str, str]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def note(self, step: str) -> None:
        what = "split_part(url, '/', -1), text, published_at, published_from, authors, authors_from, layout, revision"
        rows = ask(self.config, f"SELECT {what} FROM articles")
        self.texts[step] = {str(goods): tuple(rest) for goods, *rest in rows}
        self.layouts[step] = ask(self.config, "SELECT version, part, place, valid_until FROM layouts ORDER BY ALL")
        latest = "(SELECT arg_max(run_id, started_at) FROM runs)"
        pages = f"SELECT split_part(url, '/', -1), outcome FROM fetches WHERE kind = 'page' AND run_id = {latest}"
        self.outcomes[step] = {str(goods): str(outcome) for goods, outcome in ask(self.config, pages)}


def right(story: Story) -> tuple[Any, ...]:
    return (story.text, story.day, [story.author])


def read(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (row[0], row[1], row[3])


FIRST = [Story(n, has_data=n != 7) for n in range(8)]
LATER = Story(8, has_data=False)
REDESIGNED = [Story(n, has_data=True) for n in range(9, 14)]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    config = tmp_path_factory.mktemp("layout") / "watchlist.toml"
    noted = Seen(config)

    def done(*command: str) -> str:
        ended = newslake(*command, "--config", config)
        assert ended.returncode == 0, ended.stderr + ended.stdout
        return ended.stdout

    def publish(*stories: Story, redesigned: bool = False) -> None:
        for story in stories:
            site.routes[story.path] = Answer((story.new() if redesigned else story.old()).encode())
        items = "".join(f"<item><title>{story.title}</title><link>{site.url}{story.path}</link></item>" for story in stories)
        site.routes["/rss"] = Answer(f"<rss version='2.0'><channel>{items}</channel></rss>".encode())

    with Site() as site:
        config.write_text(WATCHLIST.format(site=site.url), "utf-8")
        publish(*FIRST)
        done("run", "--plain")
        noted.note("first")
        noted.shown["first"] = done("sources", "--layout", "sparrow")
        noted.shown["json"] = done("sources", "--layout", "sparrow", "--json")
        publish(*FIRST, LATER)
        done("run", "--plain")
        noted.note("second")
        done("reclean")
        noted.note("recleaned")
        publish(*REDESIGNED, redesigned=True)
        done("run", "--plain")
        noted.note("redesigned")
        yield noted


def test_a_page_without_data_is_read_by_the_layout_from_the_next_run_on(seen: Seen) -> None:
    alone = seen.texts["first"][FIRST[7].goods]
    assert read(alone) != right(FIRST[7]), "or there is nothing to learn"
    later = seen.texts["second"][LATER.goods]
    assert read(later) == right(LATER)
    assert (later[2], later[4], later[5]) == ("layout", "layout", 1)


def test_what_a_page_declares_goes_first(seen: Seen) -> None:
    for story in FIRST[:7]:
        assert seen.texts["recleaned"][story.goods][2:5:2] == ("json-ld", "json-ld")


def test_a_better_reading_is_no_edit(seen: Seen) -> None:
    known = {story.goods for story in FIRST}
    assert {outcome for goods, outcome in seen.outcomes["second"].items() if goods in known} == {"unchanged"}
    assert {row[6] for row in seen.texts["recleaned"].values()} == {1}


def test_recleaning_reads_stored_pages_as_a_run_would(seen: Seen) -> None:
    for story in [*FIRST, LATER]:
        assert read(seen.texts["recleaned"][story.goods]) == right(story)


def test_the_layout_is_shown(seen: Seen) -> None:
    for words in ("div.m/div.x", "div.m/div.f/s", "div.m/div.f/b", "Version 1 of the layout of sparrow"):
        assert words in seen.shown["first"]
    (version,) = json.loads(seen.shown["json"])
    assert {place["part"] for place in version["places"]} == {"container", "date", "byline", "aside"}
    assert version["version"] == 1 and version["valid_until"] is None
    unknown = newslake("sources", "--layout", "swallow", "--config", seen.config)
    assert unknown.returncode == 2 and "unknown source 'swallow'" in unknown.stderr


def test_a_layout_that_its_pages_do_not_have_any_more_ends(seen: Seen) -> None:
    assert all(until is None for *_, until in seen.layouts["second"])
    assert seen.layouts["redesigned"], "versions stay"
    assert all(until is not None for version, *_, until in seen.layouts["redesigned"] if version == 1)


def test_a_forgotten_source_keeps_no_layout(seen: Seen) -> None:
    assert newslake("forget", "sparrow", "--yes", "--config", seen.config).returncode == 0
    assert ask(seen.config, "SELECT (SELECT count(*) FROM layouts), (SELECT count(*) FROM layout_evidence)") == [(0, 0)]
