"""Whatever captures a run brings, in whatever order: it loads, every fetch has one outcome, every article is there once."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newslake.outcomes import Outcome
from tests.warehouse.makers import article, fetch, hours, page, run, words
from tests.warehouse.test_load import ask, load
from warehouse.location import Location
from warehouse.records import FetchRecord

WIRE = words("wire", 60)
# a wire report, a print page of it, an edit, a report of its own, and a text that is too short to tell
TEXTS = {
    "wire": WIRE,
    "print": f"{WIRE} printed page",
    "edit": f"{WIRE} {words('later', 20)}",
    "other": words("other", 60),
    "brief": words("brief", 8),
}
SOURCES = ("harbour", "strait")
ADDRESSES = ("/news", "/print/news", "/edition/news", "/wire")


@dataclass(frozen=True)
class Capture:
    """A page as a test draws it: its address, the address that it names as its own, and what it says when."""

    source: str
    address: str
    canonical: str
    text: str
    seen: float
    published: float | None
    outcome: Outcome | None

    def fetch(self) -> FetchRecord:
        site = f"https://{self.source}.example"
        if self.outcome not in (None, Outcome.OFF_TOPIC):
            return page(site + self.address, self.outcome, self.source)
        published_at = None if self.published is None else hours(self.published)
        found = article(site + self.canonical, self.source, TEXTS[self.text], seen_at=hours(self.seen), published_at=published_at)
        return fetch(found, site + self.address, outcome=self.outcome)


CAPTURES = st.builds(
    Capture,
    source=st.sampled_from(SOURCES),
    address=st.sampled_from(ADDRESSES),
    canonical=st.sampled_from(ADDRESSES[:2]),
    text=st.sampled_from(sorted(TEXTS)),
    seen=st.integers(0, 400).map(lambda number: number / 2),
    published=st.none() | st.integers(-300, 300).map(float),
    outcome=st.sampled_from((None, None, None, None, Outcome.OFF_TOPIC, Outcome.FAILED)),
)
RUNS = st.lists(
    st.lists(CAPTURES, min_size=1, max_size=6, unique_by=lambda capture: (capture.source, capture.address)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(RUNS)
def test_any_captures_in_any_order_load(drawn: list[list[Capture]]) -> None:
    batches = [run(number, *(capture.fetch() for capture in captures)) for number, captures in enumerate(drawn, start=1)]
    with tempfile.TemporaryDirectory() as folder:
        location = Location(catalog=str(Path(folder) / "news.duckdb"))
        load(location, *batches)
        outcomes = ask(location, "SELECT run_id, count(*), count(DISTINCT url_id), count(outcome) FROM fetches GROUP BY run_id")
        assert sorted(outcomes) == sorted((batch.run.run_id, *[len(batch.fetches)] * 3) for batch in batches)
        assert ask(location, "SELECT article_id FROM articles GROUP BY ALL HAVING count(*) > 1") == []
        # an article is its last revision, and they are numbered without a gap
        assert (
            ask(
                location,
                "SELECT article_id FROM articles AS a JOIN revisions AS r USING (article_id) GROUP BY article_id "
                "HAVING count(*) <> any_value(a.revision) OR max(r.revision) <> any_value(a.revision) "
                "OR arg_max(r.content_hash, r.revision) <> any_value(a.content_hash)",
            )
            == []
        )
        assert ask(location, "SELECT article_id FROM articles ANTI JOIN revisions USING (article_id)") == []
        # every copy is of an article of its story, and every fetch speaks of an article that is there
        assert (
            ask(
                location,
                "SELECT c.article_id FROM copies AS c "
                "ANTI JOIN articles AS a ON a.article_id = of_article_id AND a.story_id = c.story_id",
            )
            == []
        )
        assert (
            ask(
                location,
                "SELECT url FROM fetches AS f WHERE outcome IN ('loaded', 'copy') "
                "AND f.article_id NOT IN (SELECT article_id FROM articles)",
            )
            == []
        )


def kept(texts: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The texts of each source without those that another one of the source says as well; a print page counts as its report."""
    plain = {(source, WIRE if text == TEXTS["print"] else text) for source, text in texts}
    return {(source, text) for source, text in plain if not (text == WIRE and (source, TEXTS["edit"]) in plain)}


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(RUNS, st.randoms())
def test_no_text_depends_on_order_or_split(drawn: list[list[Capture]], random: Random) -> None:
    """Every text that was captured is in the corpus, and no other, however the captures are loaded."""
    seen = [replace(capture, outcome=None) for captures in drawn for capture in captures]
    one_by_one = random.sample(seen, len(seen))
    for split in (drawn, [[capture] for capture in one_by_one]):
        batches = [
            run(number, *(replace(capture, outcome=None).fetch() for capture in captures))
            for number, captures in enumerate(split, start=1)
        ]
        with tempfile.TemporaryDirectory() as folder:
            location = Location(catalog=str(Path(folder) / "news.duckdb"))
            load(location, *batches)
            texts = ask(location, "SELECT DISTINCT a.source, r.text FROM revisions AS r JOIN articles AS a USING (article_id)")
        assert kept(set(texts)) == kept({(capture.source, TEXTS[capture.text]) for capture in seen})


def test_a_print_page_fetched_first_and_another_outlets_copy(location: Location) -> None:
    """Times of a capture that is not stored count for nothing: here, that of the print page."""
    news = article("https://harbour.example/news", "harbour", WIRE, seen_at=hours(2), published_at=hours(0))
    printed = article(news.page.url, "harbour", f"{WIRE} printed page", seen_at=hours(4), published_at=hours(-1))
    wire = article("https://strait.example/wire", "strait", WIRE, seen_at=hours(5), published_at=hours(1))
    load(location, run(1, fetch(news), fetch(printed, "https://harbour.example/print/news"), fetch(wire)))
    assert sorted(ask(location, "SELECT source, outcome, url FROM fetches")) == [
        ("harbour", "copy", "https://harbour.example/print/news"),
        ("harbour", "loaded", news.page.url),
        ("strait", "loaded", wire.page.url),
    ]
    assert ask(location, "SELECT articles, copies, outlets FROM stories") == [(2, 1, ["harbour", "strait"])]


def test_another_text_under_the_same_canonical_is_an_article_of_its_own(file_location: Location) -> None:
    news = article("https://harbour.example/news", "harbour", WIRE)
    near = article(news.page.url, "harbour", f"{WIRE} printed page")
    other = article(news.page.url, "harbour", words("other", 60))
    addresses = [f"{news.page.url}/{name}" for name in ("print", "second")]
    load(file_location, run(1, fetch(news), fetch(near, addresses[0]), fetch(other, addresses[1])))
    assert ask(file_location, "SELECT url, outcome, detail FROM fetches ORDER BY url") == [
        (news.page.url, "loaded", None),
        (addresses[0], "copy", f"the same article as {news.page.url}"),
        (addresses[1], "loaded", None),
    ]
    assert ask(file_location, "SELECT url, text FROM articles ORDER BY url") == [
        (news.page.url, WIRE),
        (addresses[1], words("other", 60)),
    ]
