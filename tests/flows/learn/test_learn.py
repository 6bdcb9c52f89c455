"""What is learned of a layout, and what is not, from pages made for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from flows.clean.outlet.layout import Layout
from flows.learn.memory import Learned, layouts_by_source, to_read_by
from flows.learn.source import Before, learn
from flows.refine.page import PageTask, Refined, refine_page
from flows.topics import compile_topics
from newslake.article import CleanArticle
from spiders.warc.model import Capture, Hints

NOW = datetime(2026, 6, 30, 9, 0, tzinfo=UTC)
AUTHORS = ("Ida Holm", "Jan Prell", "Kim Sorel", "Lou Tarn")
RUN = UUID(int=1)
MATCHER = compile_topics([])


@dataclass(frozen=True)
class Page:
    """A page of an outlet that writes the day and the author below the text."""

    number: int
    has_data: bool = True
    author: str = ""
    strip: str = ""  # below the headline
    insert: str = ""  # a box after the first paragraph
    background: str = ""  # the last paragraph
    changed: bool = False  # the day below the text is that of a change
    room: str = "text"
    days_ago: int = 20

    @property
    def signed(self) -> str:
        return self.author or AUTHORS[self.number % 4]

    @property
    def published(self) -> datetime:
        return (NOW - timedelta(days=self.days_ago + self.number)).replace(hour=0)

    @property
    def lines(self) -> list[str]:
        n = self.number
        said = [
            f"The council counted {n + 31} votes for the new bridge, and nobody in the hall had expected more than twelve.",
            f"Work begins on day {n + 3} of next month, when the river is low and the {n + 7} barges have left the lower basin.",
            f"A first plan had cost {n + 90} coins more, as the keeper of the rolls told the {n + 2} people who had stayed.",
        ]
        return [*said, *([self.background] if self.background else [])]

    def html(self) -> bytes:
        shown = self.published + timedelta(days=4 if self.changed else 0)
        data = {
            "@type": "NewsArticle",
            "headline": f"Vote {self.number} on the bridge",
            "datePublished": f"{self.published:%Y-%m-%d}",
            "author": {"@type": "Person", "name": self.signed},
        }
        script = f'<script type="application/ld+json">{json.dumps(data)}</script>' if self.has_data else ""
        lines = [f"<p>{line}</p>" for line in self.lines]
        lines.insert(1, f"<div class=box><p>{self.insert}</p></div>" if self.insert else "")
        return (
            f"<html lang=en><head><title>Vote {self.number} on the bridge</title>{script}</head><body>"
            f"<h2>Vote {self.number} on the bridge</h2><u>{self.strip}</u><div class={self.room}>{''.join(lines)}</div>"
            f"<div class=sign><b>{self.signed}</b> <s>{shown:%d %B %Y}</s></div></body></html>"
        ).encode()


def refined(page: Page, layouts: tuple[Layout, ...] = ()) -> Refined:
    url = f"https://bridge.example/{page.number}"
    task = PageTask(str(page.number), "bridge", url, Path("x"), 0, timezone="UTC", layouts=layouts, observe=True)
    return refine_page(task, Capture(url, NOW, 200, "text/html", page.html(), Hints(), "", 0), MATCHER)


def read(page: Page, layouts: tuple[Layout, ...] = ()) -> CleanArticle:
    article = refined(page, layouts).article
    assert article
    return article.page


def learned(pages: Sequence[Page], before: Before | None = None, layouts: tuple[Layout, ...] = ()) -> Learned:
    return learn([refined(page, layouts) for page in pages], before or Before(), RUN, NOW)


def versions(*runs: Learned) -> tuple[Layout, ...]:
    """The versions that these runs left, as the warehouse keeps them."""
    kept = {(place.version, place.part, place.place): place for run in runs for place in run.layouts}
    return layouts_by_source(kept.values()).get("bridge", ())


def latest(*runs: Learned) -> Layout | None:
    return next((layout for layout in reversed(versions(*runs)) if layout.until is None), None)


def after(*runs: Learned) -> Before:
    kept = {(place.version, place.part, place.place): place for run in runs for place in run.layouts}
    return Before(list(kept.values()), runs[-1].evidence)


USUAL = [Page(n) for n in range(6)]


def test_places_are_learned_whatever_the_order_of_pages() -> None:
    found = learned(USUAL)
    layout = latest(found)
    assert layout
    assert layout.containers == ("div.text",)
    assert layout.dates[0] == "div.sign/s"
    assert layout.bylines[0] == "div.sign/b"
    assert learned(USUAL[::-1]) == found


def test_four_pages_teach_nothing_and_later_runs_add_to_them() -> None:
    first = learned(USUAL[:4])
    assert latest(first) is None
    second = learned([Page(n) for n in range(10, 12)], after(first))
    layout = latest(first, second)
    assert layout and layout.dates[0] == "div.sign/s"


def test_a_page_without_data_is_read_by_the_places() -> None:
    page = Page(30, has_data=False, strip=f"{NOW:%d %B %Y}")
    alone = read(page)
    assert (alone.published_at, alone.authors, alone.layout) == (NOW.replace(hour=0), (), None)
    known = read(page, versions(learned(USUAL)))
    assert (known.published_at, known.published_from) == (page.published, "layout")
    assert (known.authors, known.authors_from, known.layout) == ((page.signed,), "layout", 1)


def test_the_date_of_today_is_not_taken_for_that_of_publication() -> None:
    """On the day of publication both are the same; a bare day tells nothing then."""
    fresh = [Page(n, strip=f"{NOW:%d %B %Y}", days_ago=-n) for n in range(8)]
    layout = latest(learned(fresh))
    assert layout and layout.dates == ()


def test_a_place_that_often_shows_another_date_is_not_used() -> None:
    layout = latest(learned([Page(n, changed=n % 3 == 0) for n in range(9)]))
    assert layout and layout.dates == ()


def test_a_name_that_stands_on_every_page_is_no_byline() -> None:
    layout = latest(learned([Page(n, author="Ida Holm") for n in range(8)]))
    assert layout and layout.bylines == ()


def test_boxes_that_tell_of_other_articles_are_left_out_though_each_is_new() -> None:
    tales = [
        f"In the {town} they have argued for {town} years about a tunnel, which some call too dear and others too small by far."
        for town in ("upper town", "old quarter", "valley", "harbour")
    ]
    pages = [Page(n, insert=tales[n % 3]) for n in range(9)]
    known = read(Page(40, insert=tales[3]), versions(learned(pages)))
    assert known.text.splitlines() == Page(40).lines


def test_background_that_several_reports_repeat_stays() -> None:
    said = "The old bridge was closed three years ago, after a barge had struck its middle pillar on a foggy morning in March."
    pages = [Page(n, background=said if n % 2 else "") for n in range(12)]
    layout = latest(learned(pages))
    assert layout and layout.asides == ()
    assert said in read(Page(50, background=said), versions(learned(pages))).text


def test_versions_of_one_report_are_no_witnesses() -> None:
    same = [Page(1) for _ in range(8)]
    found = [refined(page) for page in same]
    assert learn(found, Before(), RUN, NOW) == learn(found[:1], Before(), RUN, NOW)


def test_another_layout_ends_the_one_before() -> None:
    first = learned(USUAL)
    moved = [Page(n, room="story") for n in range(20, 26)]
    second = learned(moved, after(first), versions(first))
    assert [(layout.version, layout.until) for layout in versions(first, second)] == [(1, NOW), (2, None)]
    layout = latest(first, second)
    assert layout and layout.containers == ("div.story",)


def test_templates_that_come_in_batches_become_one_layout() -> None:
    runs = [learned(USUAL)]
    for number in range(1, 12):
        pages = [Page(n, room=("text", "story")[number % 2]) for n in range(20 * number, 20 * number + 6)]
        runs.append(learned(pages, after(*runs), tuple(filter(None, [latest(*runs)]))))
    layout = latest(*runs)
    assert layout and layout.containers == ("div.story", "div.text")
    assert layout.version <= 5


def test_one_odd_page_ends_nothing() -> None:
    first = learned(USUAL)
    second = learned([Page(20, room="gallery"), *(Page(n) for n in range(21, 24))], after(first), versions(first))
    assert [layout.until for layout in versions(first, second)] == [None]


def test_data_that_disagree_end_a_layout() -> None:
    first = learned(USUAL)
    second = learned([Page(n, changed=True) for n in range(20, 26)], after(first), versions(first))
    now = latest(first, second)
    assert versions(first, second)[0].until == NOW
    assert now and now.dates == ()


def test_a_known_article_is_read_as_before() -> None:
    (first,) = versions(learned(USUAL))
    later = Layout(2, NOW + timedelta(days=9))
    assert to_read_by((first, later), is_known=True) == ()
    assert to_read_by((first, later), is_known=True, version=1) == (first, later)
    assert to_read_by((first, Layout(2, first.since)), is_known=True, version=1) == (first,)
    assert to_read_by((first, later)) == (first, later)
