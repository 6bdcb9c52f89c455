"""Whatever captures a run brings, in whatever order and split into whatever runs: it loads, every fetch has one outcome, and the
corpus is the same.

Each property is checked with a few examples in `make test`, and with many in `make test-all`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newslake.outcomes import Outcome
from tests.warehouse.captures import TEXTS, WIRE, Capture, Shelf, captures, open_shelf, split
from tests.warehouse.makers import article, fetch, hours, run, words
from tests.warehouse.test_load import ask, load
from warehouse.location import Location
from warehouse.records import RunBatch


def _few_and_many(check: Callable[..., None], few: int, many: int, *drawn: st.SearchStrategy[Any]) -> tuple[Any, Any]:
    """Return the test of a property with few examples, and one with many, which is marked e2e."""
    few_of, many_of = (
        settings(max_examples=count, suppress_health_check=list(HealthCheck), deadline=None)(given(*drawn)(check))
        for count in (few, many)
    )
    return few_of, pytest.mark.e2e(many_of)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with open_shelf(tmp_path_factory.mktemp("shelf")) as made:
        yield made


# Two outlets with an article, its print page and its edition, which name one address as their own, and a page elsewhere.
TWINS = st.lists(
    st.one_of(
        captures(
            source,
            ("/news", "/print/news", "/edition/news", "/wire"),
            ("wire", "print", "edit", "other", "brief"),
            ("/news", "/print/news"),
        )
        for source in ("harbour", "strait")
    ),
    min_size=1,
    max_size=12,
)
OUTCOMES = st.lists(
    st.sampled_from((None, None, None, Outcome.OFF_TOPIC, Outcome.FAILED, Outcome.HTTP_ERROR)), min_size=12, max_size=12
)
# Outlets of which each address has texts of its own, and one address that another page claims. So no two are one article.
DISTINCT = st.lists(
    st.one_of(
        captures("harbour", ["/a"], ("wire", "print", "edit", "abridged", "off wire", "off")),
        captures("harbour", ["/b"], ("other", "other edit", "off")),
        captures("harbour", ["/claims"], ("third",), ("/a",)),
        captures("strait", ["/a"], ("wire", "edit", "brief", "abridged")),
        captures("strait", ["/b"], ("third", "other")),
        captures("cape", ["/a"], ("wire", "edit", "abridged", "other", "other edit", "third", "digest", "two in one", "brief")),
        captures("reef", ["/a"], ("digest", "two in one", "brief", "other")),
        captures("reef", ["/b"], ("take", "report")),
        captures("cape", ["/b"], ("second take", "report", "papers")),
        captures("strait", ["/c"], ("take", "papers")),
    ),
    min_size=2,
    max_size=9,
    unique_by=lambda capture: (capture.at, capture.seen),
)
# Digests and what they print, seen again and again within and beyond the days in which a take counts.
DIGESTS = st.lists(
    st.one_of(
        captures("reef", ["/a"], ("papers",)),
        captures("ness", ["/a"], ("papers",)),
        captures("cape", ["/a"], ("second take",)),
        captures("strait", ["/a"], ("take",)),
        captures("harbour", ["/a"], ("digest",)),
        captures("harbour", ["/b"], ("wire",)),
        captures("strait", ["/b"], ("other",)),
    ),
    min_size=4,
    max_size=9,
    unique_by=lambda capture: (capture.at, capture.seen),
)
SEEDS = st.integers(0, 999).map(Random)

# Queries that find something only if the warehouse contradicts itself.
CONTRADICTIONS = {
    "an article is there twice": "SELECT article_id FROM articles GROUP BY ALL HAVING count(*) > 1",
    "an article is not its last revision, or they are not numbered without a gap": """
        SELECT article_id FROM articles AS a JOIN revisions AS r USING (article_id) GROUP BY article_id
        HAVING count(*) <> any_value(a.revision) OR max(r.revision) <> any_value(a.revision)
            OR arg_max(r.content_hash, r.revision) <> any_value(a.content_hash)
            OR arg_max(r.capture_offset, r.revision) <> any_value(a.capture_offset)
            OR min(r.seen_at) <> any_value(a.first_seen_at) OR max(r.seen_at) > any_value(a.last_seen_at)""",
    "revisions are not in order, or neighbours are the same": """
        SELECT article_id FROM (
            SELECT *, lag(seen_at) OVER w AS before, lag((title, content_hash)) OVER w AS same FROM revisions
            WINDOW w AS (PARTITION BY article_id ORDER BY revision)
        ) WHERE seen_at < before OR same = (title, content_hash)""",
    "an article has no revision": "SELECT article_id FROM articles ANTI JOIN revisions USING (article_id)",
    "a copy is not of the head of its story": """
        SELECT c.article_id FROM copies AS c LEFT JOIN stories AS s USING (story_id)
        WHERE s.article_id IS DISTINCT FROM of_article_id""",
    "an article of a story is neither its head nor a copy": """
        SELECT article_id FROM articles ANTI JOIN stories USING (article_id) ANTI JOIN copies USING (article_id)""",
    "a story is named after an article of another one": """
        SELECT a.article_id FROM articles AS a JOIN articles AS named ON named.article_id = a.story_id
        WHERE named.story_id <> a.story_id""",
    "a match is of no revision, or is not what its revision says": """
        SELECT m.article_id FROM matches AS m JOIN articles AS a USING (article_id)
        LEFT JOIN revisions AS r ON r.article_id = m.article_id AND r.revision = m.revision
        WHERE r.revision IS NULL OR m.current <> (m.revision = a.revision)""",
    "a fetch speaks of an article that is not there": """
        SELECT url FROM fetches WHERE outcome IN ('loaded', 'updated', 'unchanged', 'copy')
            AND (article_id IS NULL OR article_id NOT IN (SELECT article_id FROM articles))""",
    "an address carries an article that is not there": """
        SELECT url_id FROM urls WHERE is_carrier AND article_id NOT IN (SELECT article_id FROM articles)""",
}


def _check_account(shelf: Shelf, batches: Sequence[RunBatch]) -> None:
    outcomes = shelf.ask("SELECT run_id, count(*), count(DISTINCT url_id), count(outcome) FROM fetches GROUP BY run_id")
    assert sorted(outcomes) == sorted((batch.run.run_id, *[len(batch.fetches)] * 3) for batch in batches)
    counted = shelf.ask("SELECT run_id, loaded + updated + unchanged + copies + off_topic + http_errors + failed FROM runs")
    assert sorted(counted) == sorted((batch.run.run_id, len(batch.fetches)) for batch in batches)
    told = {name: shelf.ask(query) for name, query in CONTRADICTIONS.items()}
    assert {name: rows for name, rows in told.items() if rows} == {}


def _loads(shelf: Shelf, drawn: list[Capture], outcomes: list[Outcome | None], random: Random) -> None:
    ended = [
        replace(capture, text="off") if outcome is Outcome.OFF_TOPIC else replace(capture, outcome=outcome)
        for capture, outcome in zip(drawn, outcomes, strict=False)
    ]
    batches = split(ended, random, flow="collect")
    shelf.load(batches)
    _check_account(shelf, batches)


test_any_captures_in_any_order_load, test_any_captures_in_any_order_load_at_length = _few_and_many(
    _loads, 5, 40, TWINS, OUTCOMES, SEEDS
)


# What does not depend on the order, where no two addresses of an outlet are one article: all but the ids of stories.
CORPUS = {
    "articles": """
        SELECT article_id, url, source, title, text, content_hash, revision, published_at, published_precision,
            published_seen_at, first_seen_at, last_seen_at, capture_offset
        FROM articles""",
    "revisions": "SELECT article_id, revision, title, text, seen_at, capture_offset FROM revisions",
    "matches": "SELECT article_id, topic, terms, revision, current FROM matches",
    "copies": "SELECT article_id, of_article_id, kind, similarity FROM copies",
    "stories": "SELECT article_id, title, url, first_published, last_published, articles, outlets FROM stories",
    "together": "SELECT list(article_id ORDER BY article_id) FROM articles GROUP BY story_id",
    "fingerprints": "SELECT article_id, content_hash, dated_at, seen_at, is_digest FROM fingerprints",
    "urls": "SELECT url_id, article_id, is_carrier, last_fetched_at FROM urls",
}


def _corpus(shelf: Shelf) -> dict[str, list[str]]:
    return {name: sorted(map(repr, shelf.ask(query))) for name, query in CORPUS.items()}


def _shuffled(captured: Sequence[Capture], random: Random) -> list[Capture]:
    """Return captures in another order. A page that no topic selects is kept only if its article is known, so it comes after."""
    order = random.sample(captured, len(captured))
    for capture in [capture for capture in order if capture.is_off_topic]:
        on_topic = [each for each in captured if each.at == capture.at and not each.is_off_topic]
        first = min(on_topic, key=lambda each: each.seen, default=capture)
        if order.index(first) > order.index(capture):
            order.remove(capture)
            order.insert(order.index(first) + 1, capture)
    return order


def _the_corpus_is_the_same(shelf: Shelf, drawn: list[Capture], random: Random) -> None:
    corpora = []
    for order in (sorted(drawn, key=lambda capture: (capture.seen, capture.at)), _shuffled(drawn, random)):
        batches = split(order, random)
        shelf.load(batches)
        _check_account(shelf, batches)
        corpora.append(_corpus(shelf))
    assert corpora[0] == corpora[1]


test_the_corpus_depends_on_neither_order_nor_split, test_the_corpus_depends_on_neither_order_nor_split_at_length = _few_and_many(
    _the_corpus_is_the_same, 4, 50, DISTINCT, SEEDS
)


test_digests_depend_on_neither_order_nor_split, test_digests_depend_on_neither_order_nor_split_at_length = _few_and_many(
    _the_corpus_is_the_same, 2, 50, DIGESTS, SEEDS
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 0, 2, 1), (3, 1, 0, 2), (0, 3, 1, 2), (1, 3, 2, 0), (3, 2, 1, 0)])
def test_a_headline_that_came_back_is_a_revision_each_time_in_any_order(order: tuple[int, ...], shelf: Shelf) -> None:
    """Each capture was between two of the other headline, whether these were loaded before or after it."""
    drawn = [Capture("ness", "/a", "papers", seen, title=title) for seen, title in ((0, "A"), (70, "B"), (70.5, "A"), (71, "B"))]
    shelf.load([_run_of(drawn[place], number) for number, place in enumerate(order, start=1)])
    revisions = shelf.ask("SELECT revision, title, seen_at, capture_offset FROM revisions ORDER BY revision")
    assert revisions == [(number, one.title, hours(one.seen), one.seen * 10) for number, one in enumerate(drawn, start=1)]
    assert shelf.ask("SELECT revision, title, capture_offset FROM articles") == [(4, "B", 710)]


def test_a_text_that_was_cleaned_again_is_known_by_the_captures_that_showed_it(shelf: Shelf) -> None:
    """What they saw was named before newslake read the page otherwise."""
    seen = [Capture("ness", "/a", "papers", at, title=title) for at, title in ((0, "A"), (2, "A"), (3, "B"))]
    shelf.load([_run_of(capture, number) for number, capture in enumerate(seen, start=1)])
    first = article("https://ness.example/a", "ness", TEXTS["papers"], title="A, read anew", seen_at=hours(0), capture_offset=0)
    again = run(4)
    shelf.load_more(replace(again, run=replace(again.run, flow="reclean"), recleaned=(first,)))
    assert shelf.ask("SELECT title FROM revisions ORDER BY revision") == [("A, read anew",), ("B",)]
    shelf.load_more(_run_of(Capture("ness", "/a", "papers", 1, title="B"), 5))
    assert shelf.ask("SELECT title, seen_at FROM revisions ORDER BY revision") == [
        ("A, read anew", hours(0)),
        ("B", hours(1)),
        ("A, read anew", hours(2)),
        ("B", hours(3)),
    ]


_PAPERS, _SECOND = Capture("reef", "/a", "papers", 100.0), Capture("cape", "/b", "second take", 95.0)


@pytest.mark.parametrize(
    ("last", "is_digest"),
    [
        (Capture("reef", "/a", "papers", 0.0), False),  # the digest is older than its takes by more than the days of a take
        (Capture("strait", "/c", "take", 0.0), False),  # one of the takes is older
        (Capture("strait", "/c", "take", 60.0), True),
    ],
    ids=("an older digest", "an older take", "a take that is older by hours"),
)
def test_an_earlier_page_that_is_loaded_late_decides_what_is_a_digest(last: Capture, is_digest: bool, shelf: Shelf) -> None:
    drawn = [_PAPERS, _SECOND, Capture("strait", "/c", "take", 90.0), last]
    stories = set()
    for order in ((0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)):
        shelf.load([_run_of(drawn[place], number) for number, place in enumerate(order, start=1)])
        marked = shelf.ask("SELECT DISTINCT source FROM fingerprints JOIN articles USING (article_id) WHERE is_digest")
        assert marked == ([("reef",)] if is_digest else [])
        together = shelf.ask("SELECT list(source ORDER BY source) AS sources FROM articles GROUP BY story_id ORDER BY sources")
        stories.add(str(together))
    assert len(stories) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_take_whose_first_page_is_loaded_late_is_linked_as_in_order(order: tuple[int, ...], shelf: Shelf) -> None:
    """The times of texts decide whether a take and a report are one story, so links follow when a time changes."""
    for report_seen, copies in ((0.0, 1), (200.0, 0)):
        drawn = [
            Capture("reef", "/b", "take", 0.0),
            Capture("reef", "/b", "take", 200.0),
            Capture("cape", "/b", "papers", report_seen),
        ]
        shelf.load([_run_of(drawn[place], number) for number, place in enumerate(order, start=1)])
        assert shelf.ask("SELECT count(*) FROM copies") == [(copies,)]


def _run_of(capture: Capture, number: int) -> RunBatch:
    batch = run(number, capture.fetch())
    return replace(batch, run=replace(batch.run, flow="backfill"))


def _kept(texts: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The texts of each source without those that another one of the source says as well; a print page counts as its report."""
    plain = {(source, WIRE if text == TEXTS["print"] else text) for source, text in texts}
    return {(source, text) for source, text in plain if not (text == WIRE and (source, TEXTS["edit"]) in plain)}


def _no_text_is_lost(shelf: Shelf, drawn: list[Capture], random: Random) -> None:
    """Every text that was captured is in the corpus, and no other; and all copies of one report are in one story.

    Which of several addresses stands for an article may depend on the order, and whether a text that is wholly in another one
    of the outlet has an article of its own. So may the articles, but not their texts.
    """
    for order in (drawn, random.sample(drawn, len(drawn))):
        batches = split(order, random)
        shelf.load(batches)
        _check_account(shelf, batches)
        texts = shelf.ask(
            "SELECT DISTINCT a.source, r.text, a.story_id FROM revisions AS r JOIN articles AS a USING (article_id)"
        )
        assert _kept({row[:2] for row in texts}) == _kept({(capture.source, TEXTS[capture.text]) for capture in drawn})
        for report in ({TEXTS[name] for name in ("wire", "print", "edit")}, {TEXTS["other"]}):
            assert len({story_id for _, text, story_id in texts if text in report}) <= 1


test_no_text_depends_on_order_or_split, test_no_text_depends_on_order_or_split_at_length = _few_and_many(
    _no_text_is_lost, 3, 30, TWINS, SEEDS
)


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


@pytest.mark.parametrize("order", ([0, 1], [1, 0]))
def test_an_address_that_another_page_claims_is_its_own_in_any_order(order: list[int], file_location: Location) -> None:
    """The article that was taken for the one at that address moves to its own, with all that refers to it."""
    real, claiming = "https://harbour.example/a", "https://harbour.example/claims"
    claimed = article(real, "harbour", words("third", 60), seen_at=hours(1), published_at=hours(0))
    fetches = [fetch(claimed, claiming), fetch(article(real, "harbour", WIRE, seen_at=hours(2), published_at=hours(2)))]
    copy = fetch(article("https://strait.example/a", "strait", words("third", 60), seen_at=hours(3), published_at=hours(3)))
    load(file_location, *(run(number, fetches[place]) for number, place in enumerate(order, start=1)), run(3, copy))
    assert ask(file_location, "SELECT url, text FROM articles WHERE source = 'harbour' ORDER BY url") == [
        (real, WIRE),
        (claiming, words("third", 60)),
    ]
    assert ask(file_location, "SELECT url, outlets FROM stories ORDER BY url") == [
        (real, ["harbour"]),
        (claiming, ["harbour", "strait"]),
    ]
