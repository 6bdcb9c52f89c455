"""The stories of a changing site: when each appears, how it is edited, whether it is taken down, and its pages."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime

HOUR, DAY = 3600.0, 86400.0
# Ages, in hours and in days, at which newslake looks again; edits come where two looks, or one, follow.
LOOKS, LATE_LOOKS = (2.0, 12.0, 36.0), (4.0, 8.0, 12.0)
FIRST_EDIT, SECOND_EDIT = (3.0, 10.0), (14.0, 30.0)
ON_TOPIC, COPIED, EDITED, EDITED_TWICE, VANISHES, LEAVES_TOPIC, PRINTED = 0.85, 0.12, 0.4, 0.3, 0.3, 0.25, 0.1
STORM_HOURS = (1.5, 5.0)  # in which an outlet answers nothing but one kind of fault
STORM_EVERY = 2.5 * DAY
STORMS = ("500", "502", "503", "reset", "503 with a long Retry-After", "DNS")
OUTLETS = ("alpha", "beta", "gamma", "delta", "epsilon")
BOMBS = "zeta"  # the outlet without news
WORD = "harbour"  # the topic


@dataclass(frozen=True, slots=True)
class Story:
    """An article: when (epoch seconds) it appears, is edited and goes.

    `text_of` is its number, or that of the one it copies. `off_version` is the version from which the topic's word is gone, 0 if
    none. A story with a print page is listed with it, and the print page names the story as its canonical address.
    """

    number: int
    outlet: int
    at: float
    edits: tuple[float, ...]
    gone_at: float
    gone_as: int  # HTTP status
    on_topic: bool
    text_of: int
    off_version: int = 0
    has_print: bool = False

    def says_word(self, version: int) -> bool:
        return self.on_topic and not (self.off_version and version >= self.off_version)

    def version(self, now: float) -> int:
        return 1 + sum(edit <= now for edit in self.edits)

    @property
    def path(self) -> str:
        return f"/{datetime.fromtimestamp(self.at, UTC):%Y/%m/%d}/story-{self.number}.html"

    @property
    def print_path(self) -> str:
        return f"/print{self.path}"


def plan(begin: float, end: float, per_hour: float, seed: int) -> tuple[list[Story], list[tuple[int, float, float, str]]]:
    """Draw all stories in the order of their numbers, and the storms: outlet, from, until, kind of fault."""
    chance = random.Random(seed)
    stories: list[Story] = []
    for outlet in range(len(OUTLETS)):
        at = begin - DAY
        while (at := at + chance.expovariate(per_hour) * HOUR) < end:
            if 1 <= datetime.fromtimestamp(at, UTC).hour < 6 and chance.random() < 0.7:
                continue  # the night
            stories.append(_story(chance, len(stories), outlet, at))
    for first in [story for story in stories if not story.edits and story.on_topic and chance.random() < COPIED]:
        other = (first.outlet + chance.randrange(1, len(OUTLETS))) % len(OUTLETS)
        at = first.at + chance.uniform(0.2, 8) * HOUR
        if at < end:
            stories.append(Story(len(stories), other, at, (), first.gone_at, 404, True, first.number))
    storms = []
    for outlet in range(len(OUTLETS)):
        at = begin
        while (at := at + chance.expovariate(1 / STORM_EVERY)) < end:
            storms.append((outlet, at, at + chance.uniform(*STORM_HOURS) * HOUR, chance.choice(STORMS)))
    return stories, storms


def _story(chance: random.Random, number: int, outlet: int, at: float) -> Story:
    edits: tuple[float, ...] = ()
    if chance.random() < EDITED:
        edits = (at + chance.uniform(*FIRST_EDIT) * HOUR,)
        if chance.random() < EDITED_TWICE:
            edits += (at + chance.uniform(*SECOND_EDIT) * HOUR,)
    gone_at = at + chance.uniform(4, 14) * DAY if chance.random() < VANISHES else float("inf")
    gone_as, on_topic = chance.choice((404, 410)), chance.random() < ON_TOPIC
    off_version = 1 + len(edits) if edits and chance.random() < LEAVES_TOPIC else 0
    return Story(number, outlet, at, edits, gone_at, gone_as, on_topic, number, off_version, chance.random() < PRINTED)


def page(story: Story, version: int, canonical: str = "") -> bytes:
    """Return a page whose text shares no line with that of another story; `canonical` is the link of a print page."""
    title, paragraphs = text(story.text_of, version, story.says_word(version))
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    published = datetime.fromtimestamp(story.at, UTC).isoformat()
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>"
        f'<meta property="og:type" content="article"><meta property="article:published_time" content="{published}">'
        f'<meta name="author" content="Reporter {story.number % 7}">{link}</head>'
        f"<body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


_SYLLABLES = [first + second for first in "bdfgklmnprstv" for second in ("a", "e", "i", "o", "u", "ar", "en")]


def text(number: int, version: int, on_topic: bool) -> tuple[str, list[str]]:
    chance = random.Random(number)

    def sentence(words: int) -> str:
        made = ("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(words))
        return " ".join(made).capitalize()

    title = sentence(6)
    paragraphs = [". ".join(sentence(12) for _ in range(3)) + "." for _ in range(5)]
    if on_topic:
        paragraphs[0] = f"The {WORD} was closed. {paragraphs[0]}"
    paragraphs[2] += f" This is {mark(number, version)} of the report."
    if version > 1:
        paragraphs.insert(3, f"Version {version}: {sentence(12)}.")
    return title, paragraphs


def mark(number: int, version: int) -> str:
    """Return the word that identifies a version in a text."""
    return f"mark{number}v{version}x"
