"""Near copies: what is one story, what only looks like it, and that neither order nor batches matter."""

from __future__ import annotations

import random
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flows.clean.words import count_words
from newslake.errors import WarehouseOutdated
from tests.warehouse.makers import article, fetch, hours, run
from tests.warehouse.test_load import ask, load
from warehouse.database.connect import open_writer
from warehouse.location import Location
from warehouse.records import ArticleRecord
from warehouse.similarity.compare import Text
from warehouse.similarity.digests import holds_several
from warehouse.similarity.shingles import content_hash
from warehouse.upgrade import bring_up_to_date

WORDS = """
harbour tanker cargo quay inspectors diesel crew anchor route papers market officials shipment vessel report customs
night winter border rail bridge meeting ministry statement company owner flag registry insurance satellite image port
storage price barrel contract buyer seller bank payment channel embargo council member vote resolution panel expert
evidence
""".split()  # noqa: SIM905
STORIES = "SELECT list(source ORDER BY source) FROM articles GROUP BY story_id ORDER BY 1"


def prose(seed: int, paragraphs: int = 8, sentences: int = 3) -> list[str]:
    """Paragraphs of sentences that no other seed has."""
    rng = random.Random(seed)

    def sentence() -> str:
        drawn = [rng.choice(WORDS) + rng.choice(("", "", "s", "ed", "ing")) for _ in range(rng.randint(9, 16))]
        return " ".join(drawn).capitalize() + "."

    return [" ".join(sentence() for _ in range(sentences)) for _ in range(paragraphs)]


def written(source: str, text: str, at: float = 0, **given: Any) -> ArticleRecord:
    return article(
        f"https://{source}.example/{given.pop('path', source)}",
        source,
        text,
        content_hash=content_hash(text),
        published_at=hours(at),
        seen_at=hours(at),
        title=given.pop("title", f"Title of {source}"),
        word_count=count_words(text),
        **given,
    )


def stories(location: Location, *articles: ArticleRecord) -> list[list[str]]:
    load(location, run(1, *(fetch(each) for each in articles)))
    return [row[0] for row in ask(location, STORIES)]


WIRE = prose(1)
WHOLE = "\n".join(WIRE)


def replaced(text: str, share: float, seed: int = 3) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) if rng.random() < share else word for word in text.split(" "))


VERSIONS = {
    "wire": WHOLE,
    "abridged": "\n".join(WIRE[:4]),
    "local": "\n".join([*WIRE[:3], *prose(2, 2), *WIRE[3:]]),
    "reworded": replaced(WHOLE, 0.05),
    "shouted": WHOLE.upper().replace(".", " –"),
}


def test_abridged_reworded_and_extended_copies_are_one_story(file_location: Location) -> None:
    copies = [written(name, text, at) for at, (name, text) in enumerate(VERSIONS.items())]
    others = [written(f"other{seed}", "\n".join(prose(seed)), seed) for seed in range(10, 14)]
    assert stories(file_location, *copies, *others) == [sorted(VERSIONS), ["other10"], ["other11"], ["other12"], ["other13"]]
    found = ask(
        file_location,
        "SELECT a.source, o.source, kind, similarity FROM copies JOIN articles AS a USING (article_id) "
        "JOIN articles AS o ON o.article_id = of_article_id ORDER BY 1",
    )
    assert [row[:3] for row in found] == [
        ("abridged", "wire", "near"),
        ("local", "wire", "near"),
        ("reworded", "wire", "near"),
        ("shouted", "wire", "exact"),
    ]
    similarity = {row[0]: row[3] for row in found}
    assert similarity["shouted"] == similarity["abridged"] == 1.0
    assert 0.9 < similarity["local"] < 1.0 and 0.6 < similarity["reworded"] < 0.95
    assert ask(file_location, "SELECT outlets, in_common BETWEEN 0.85 AND 0.99 FROM stories WHERE copies > 0") == [
        (list(VERSIONS), True)
    ]


@pytest.mark.every_catalog
def test_copies_are_found_in_the_warehouse_too(location: Location) -> None:
    for number, (name, text) in enumerate(VERSIONS.items(), start=1):
        load(location, run(number, fetch(written(name, text, number))))
    assert ask(location, STORIES) == [(sorted(VERSIONS),)]


TEMPLATES = {
    "results": "Net profit of {0} rose to {1} million in the quarter, up {2} percent from {3} million a year earlier. Sales "
    "were {4} million, the company {0} said, and shares gained {5} percent. The dividend is {6} cents. Costs fell "
    "to {7} million. Analysts had expected {8} million. The company {0} employs {9} people and expects sales of "
    "{1}{3} million in the full year.",
    "weather": "It will be cloudy in {0} with a high near {1} and a low of {2} overnight. Winds reach {3} kilometres an "
    "hour, with gusts of {4} on the coast. There is a {5} percent chance of rain after {6} o'clock, and up to {7} "
    "millimetres may fall in the hills. The water has {8} degrees. Pollen levels stay moderate, and the moon is "
    "{9} percent full.",
    "designations": "The office added {1} persons to the list. They are {0} Petrosyan, born in {2}; {0} Whitlock, born in {3}; "
    "and {0} Shipping, with the number {4}{5}. All property of the designated parties is blocked. Persons who "
    "deal with them may be exposed to designation. The vessels {0} {6} and {0} {7} are identified as property of "
    "{0} Shipping. The list has {8}{9} entries.",
}
NAMES = "Ashford Brackley Colmar Drava Elstow Fenwick Garda Holm Ivrea Jarrow Lorca Narva".split()  # noqa: SIM905


@pytest.mark.parametrize("kind", TEMPLATES)
def test_reports_of_different_events_in_one_template_are_stories_of_their_own(kind: str, file_location: Location) -> None:
    rng = random.Random(kind)
    reports = []
    for number in range(12):
        figures = [rng.randint(2, 98) for _ in range(9)]
        reports.append(written(f"outlet{number:02}", TEMPLATES[kind].format(NAMES[number], *figures), number))
    again = written("zz-copy", reports[3].page.text.replace(". ", ".\n"), 30)
    assert stories(file_location, *reports, again) == [
        [report.source, "zz-copy"] if report is reports[3] else [report.source] for report in reports
    ]


def test_a_digest_does_not_join_what_it_sums_up(file_location: Location) -> None:
    articles = [written(f"outlet{seed}", "\n".join(prose(seed, 4)), seed) for seed in range(20, 28)]
    digest = "\n".join(each.page.text.splitlines()[0] for each in articles)
    assert len(stories(file_location, *articles, written("digest", digest, 40))) == 9


UNSPACED = {
    "ja": "税関当局は火曜日、港に入った二隻のタンカーの書類を調べたと発表した。積み荷の軽油は申告より多く、船主"
    "は説明を求められている。専門家は航路の記録が三日間途切れていた点を重く見ており、来週の委員会で衛星写"
    "真を示す予定だ。",
    "th": "เจ้าหน้าที่ศุลกากรแถลงเมื่อวันอังคารว่าได้ตรวจสอบเอกสารของเรือบรรทุกน้ำมันสองลำท"
    "ี่เข้าเทียบท่าเมื่อคืนก่อนน้ำมันดีเซลในระวางมีมากกว่าที่แจ้งไว้และเจ้าของเรือถูก"
    "เรียกให้มาชี้แจงต่อคณะกรรมการในสัปดาห์หน้า",
}


@pytest.mark.parametrize("language", UNSPACED)
def test_copies_in_scripts_without_spaces(language: str, file_location: Location) -> None:
    text = UNSPACED[language]
    half = text[: len(text) * 2 // 3]
    other = text[::-1]
    found = stories(
        file_location, *(written(name, words, at) for at, (name, words) in enumerate({"a": text, "b": half, "c": other}.items()))
    )
    assert found == [["a", "b"], ["c"]]


def test_copies_are_looked_for_within_the_window_alone(tmp_path: Any) -> None:
    for days, joined in ((5, True), (15, False)):
        location = Location(catalog=str(tmp_path / f"{days}.duckdb"), copy_window=10)
        found = stories(location, written("early", WHOLE, 0), written("late", WHOLE, days * 24))
        assert (found == [["early", "late"]]) is joined


def test_a_late_bridge_joins_two_stories_and_the_id_of_the_earlier_stays(location: Location) -> None:
    """Two parts of one report that have a paragraph in common; the whole report comes last."""
    whole = prose(5, 12)
    load(location, run(1, fetch(written("first", "\n".join(whole[:7]), 1)), fetch(written("second", "\n".join(whole[5:]), 2))))
    ids = dict(ask(location, "SELECT source, story_id FROM articles"))
    assert ids["first"] != ids["second"]
    (report,) = load(location, run(2, fetch(written("bridge", "\n".join(whole), 3))))
    assert report.new_copies == 2
    assert ask(location, "SELECT story_id, outlets FROM stories") == [(ids["first"], ["first", "second", "bridge"])]


BRIEFS = [written(name, "\n".join(prose(seed, 5)), seed) for seed, name in enumerate(("one", "two", "three"), start=30)]
IN_BRIEF = written("in-brief", "\n".join(["In brief", *(each.page.text for each in BRIEFS)]), 40)
AGAIN = written("again", "\n".join(["What else", *(each.page.text for each in BRIEFS)]), 41)


@pytest.mark.parametrize("order", ([0, 1, 2, 3, 4], [3, 0, 1, 4, 2], [4, 0, 3, 1, 2], [0, 3, 4, 2, 1], [2, 1, 3, 0, 4]))
@pytest.mark.parametrize("size", (1, 2, 5))
def test_a_page_of_whole_articles_does_not_make_one_story_of_them(order: list[int], size: int, file_location: Location) -> None:
    """Nor do two such pages, which are copies of each other."""
    articles = [(*BRIEFS, IN_BRIEF, AGAIN)[place] for place in order]
    for number, start in enumerate(range(0, 5, size), start=1):
        load(file_location, run(number, *map(fetch, articles[start : start + size])))
    assert ask(file_location, STORIES) == [(["again", "in-brief"],), (["one"],), (["three"],), (["two"],)]
    assert ask(file_location, "SELECT count(*) FROM copies") == [(1,)]
    assert ask(
        file_location,
        "SELECT count(DISTINCT story_id), count(*) FROM articles WHERE story_id IN (FROM articles SELECT article_id)",
    ) == [(4, 5)]


def test_a_story_from_which_a_digest_leaves_keeps_its_id_and_its_copies(location: Location) -> None:
    """The digest had joined the story of its first article; it leaves when the second one turns up."""
    load(location, run(1, fetch(IN_BRIEF)), run(2, fetch(BRIEFS[0]), fetch(written("copy", BRIEFS[0].page.text, 50))))
    before = dict(ask(location, "SELECT source, story_id FROM articles"))
    assert len(set(before.values())) == 1
    load(location, run(3, fetch(BRIEFS[1])))
    assert ask(location, STORIES) == [(["copy", "one"],), (["in-brief"],), (["two"],)]
    after = dict(ask(location, "SELECT source, story_id FROM articles"))
    assert after["in-brief"] == before["in-brief"]  # it was named after the digest, which was alone
    assert ask(location, "SELECT a.source, o.source FROM copies JOIN articles AS a USING (article_id) "
               "JOIN articles AS o ON o.article_id = of_article_id") == [("copy", "one")]  # fmt: skip
    load(location, run(4, fetch(BRIEFS[2])))
    assert ask(location, STORIES) == [(["copy", "one"],), (["in-brief"],), (["three"],), (["two"],)]


FULL_REPORT = prose(60, 40)
FIRST_TAKE = written("take", "\n".join(FULL_REPORT[3:7]), 1)


@pytest.mark.parametrize("order", ([0, 1], [1, 0]))
def test_a_first_take_is_a_copy_of_the_report_that_holds_it_however_small_a_part_it_is(
    order: list[int], file_location: Location
) -> None:
    pair = FIRST_TAKE, written("report", "\n".join(FULL_REPORT), 6)
    for number, place in enumerate(order, start=1):
        load(file_location, run(number, fetch(pair[place])))
    assert ask(file_location, STORIES) == [(["report", "take"],)]
    assert ask(file_location, "SELECT similarity FROM copies") == [(1.0,)]


def test_what_is_scattered_ends_a_report_or_is_weeks_old_is_no_first_take_of_it(file_location: Location) -> None:
    scattered = written("scattered", "\n".join(line for place, line in enumerate(FULL_REPORT) if place % 10 == 0), 1)
    about_the_agency = written("agency", "\n".join(FULL_REPORT[-4:]), 2)
    long_ago = written("background", "\n".join(FULL_REPORT[10:14]), -24 * 12)
    found = stories(file_location, scattered, about_the_agency, long_ago, written("report", "\n".join(FULL_REPORT), 6))
    assert len(found) == 4, found


TAKES = [written(f"take{seed}", "\n".join(prose(seed, 4)), seed % 20) for seed in range(70, 80)]
DIGEST = written("papers", "\n".join(f"Number {number}\n{each.page.text}" for number, each in enumerate(TAKES)), 15)


@pytest.mark.parametrize("first", (0, 1, 5, 10))
def test_a_digest_of_ten_takes_is_a_copy_of_none_whenever_it_comes(first: int, file_location: Location) -> None:
    order = [*TAKES[:first], DIGEST, *TAKES[first:]]
    for number, each in enumerate(order, start=1):
        load(file_location, run(number, fetch(each)))
    assert sorted(ask(file_location, STORIES)) == sorted(([each.source],) for each in order)


def test_a_copy_of_a_text_is_found_after_an_earlier_page_of_it(file_location: Location) -> None:
    """The earlier page is loaded late, and then is the first that showed the text."""
    late, early = (replace(written("wire", WHOLE, 5), seen_at=hours(at)) for at in (5, 1))
    load(file_location, *(run(number, fetch(each)) for number, each in enumerate((late, early), start=1)))
    load(file_location, run(3, fetch(written("abridged", "\n".join(WIRE[:4]), 9))))
    assert ask(file_location, STORIES) == [(["abridged", "wire"],)]


def test_a_digest_is_a_copy_of_the_article_that_is_most_of_it(file_location: Location) -> None:
    long, short = prose(40, 7), prose(41, 4)
    both = written("both", "\n".join([*short, *long]), 3)
    articles = (written("long", "\n".join(long), 1), written("short", "\n".join(short), 2), both)
    assert stories(file_location, *articles) == [["both", "long"], ["short"]]


@pytest.mark.e2e
def test_fifty_orders_of_arrival_and_any_batches_give_the_same_stories(tmp_path: Any) -> None:
    articles = [written(name, text, at) for at, (name, text) in enumerate(VERSIONS.items())]
    second = prose(7)
    articles += [
        written("b-wire", "\n".join(second), 5),
        written("b-short", "\n".join(second[2:6]), 6),
        # a part of each, which never joins them; the second one is more than half of it
        written("bridge", "\n".join([*WIRE[:5], *second[:5]]), 7),
        # each is a copy of the next one, and the whole report joins them all whenever it comes
        *(written(f"part-{start}", "\n".join(prose(8, 14)[start : start + 7]), 8 + start) for start in (0, 3, 6)),
        written("whole", "\n".join(prose(8, 14)), 10),
        written("alone", "\n".join(prose(11)), 11),
    ]
    wanted: list[Any] = []
    for seed in range(50):
        rng = random.Random(seed)
        location = Location(catalog=str(tmp_path / f"{seed}.duckdb"))
        order = rng.sample(articles, len(articles))
        cuts = sorted(rng.sample(range(1, len(order)), rng.randint(0, 3)))
        batches = [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]
        load(location, *(run(number, *map(fetch, batch)) for number, batch in enumerate(batches, start=1)))
        copies = "SELECT article_id, of_article_id, similarity, kind FROM copies ORDER BY ALL"
        found = [ask(location, STORIES), ask(location, copies)]
        wanted = wanted or found
        assert found == wanted, f"seed {seed}"
    assert sorted(row[0] for row in wanted[0]) == [
        sorted(VERSIONS),
        ["alone"],
        ["b-short", "b-wire", "bridge"],
        ["part-0", "part-3", "part-6", "whole"],
    ]


def test_print_and_mobile_twins_of_one_outlet_are_one_article(location: Location) -> None:
    text = "\n".join([*WIRE, "Photo: harbour of the night"])
    page, mobile = (
        written("strait", text, path="news/1", title="A tanker"),
        written("strait", WHOLE, path="m/1", title="A Tanker"),
    )
    rewritten = written("strait", "\n".join([*WIRE[:5], *prose(12, 4)]), 3, path="news/2", title="A tanker, a day later")
    load(location, run(1, fetch(page)))
    load(location, run(2, fetch(mobile), fetch(rewritten)))
    second = "run_id = (SELECT max(run_id) FROM runs)"
    assert ask(location, f"SELECT url, outcome, detail FROM fetches WHERE {second} ORDER BY url") == [
        (mobile.page.url, "copy", f"the same article as {page.page.url}"),
        (rewritten.page.url, "loaded", None),
    ]
    assert ask(location, "SELECT count(*), count(DISTINCT story_id) FROM articles") == [(2, 1)]


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        ("Updated 5 minutes ago", "Updated 2 hours ago", "unchanged"),
        ("1,204 views", "98,311 views", "unchanged"),
        ("KOSPI 2,612.30 +0.4%", "KOSPI 2,598.11 -0.5%", "unchanged"),
        ("수정 2026.03.01 09:12", "수정 2026.03.01 11:40", "unchanged"),
        ("Twelve people were hurt, police said.", "Fifteen people were hurt, police said.", "updated"),
        ("12 people were hurt.", "15 people were hurt.", "updated"),
        ("Correction: an earlier version named the wrong port", "Correction: the port was named wrongly", "updated"),
    ],
)
def test_tickers_counters_and_times_make_no_revision(before: str, after: str, outcome: str, file_location: Location) -> None:
    for number, line in enumerate((before, after), start=1):
        text = "\n".join([line, WHOLE])
        load(file_location, run(number, fetch(_at(text, number))))
    assert ask(file_location, "SELECT outcome FROM fetches ORDER BY run_id DESC LIMIT 1") == [(outcome,)]
    assert ask(file_location, "SELECT count(*) FROM revisions") == [(2 if outcome == "updated" else 1,)]


def _at(text: str, number: int) -> ArticleRecord:
    made = article("https://strait.example/1", "strait", text, content_hash=content_hash(text), title="A tanker")
    return article(
        made.page.url,
        "strait",
        text,
        content_hash=made.content_hash,
        title="A tanker",
        seen_at=made.seen_at + timedelta(hours=number),
    )


@pytest.mark.every_catalog
def test_a_warehouse_of_an_older_version_is_fingerprinted_and_its_near_copies_are_found(location: Location) -> None:
    found = stories(location, *(written(name, text, at) for at, (name, text) in enumerate(VERSIONS.items())))
    copies = ask(location, "FROM copies ORDER BY ALL")
    fingerprints = ask(location, "SELECT article_id, content_hash, shingles, sketch FROM fingerprints ORDER BY ALL")
    with open_writer(location, "test") as writer:  # as it was before there were near copies
        for statement in (
            "DROP TABLE fingerprints",
            "DELETE FROM schema_migrations WHERE name IN ('0006_fingerprints', '0008_word_hashes')",
            "DELETE FROM copies",
            "UPDATE articles SET story_id = article_id",
        ):
            writer.con.execute(statement)
    with pytest.raises(WarehouseOutdated), open_writer(location, "test"):
        pytest.fail("opened texts that no fingerprint finds")
    bring_up_to_date(location)
    assert [row[0] for row in ask(location, STORIES)] == found
    assert ask(location, "FROM copies ORDER BY ALL") == copies
    assert ask(location, "SELECT article_id, content_hash, shingles, sketch FROM fingerprints ORDER BY ALL") == fingerprints


def test_a_page_that_prints_thousands_of_notes_takes_little_memory() -> None:
    told = [f"word{n}" for n in range(40_000)]
    longer, parts = Text(" ".join(told)), [Text(" ".join([*told[:90], f"end{n}"])) for n in range(1_000)]
    assert len(longer.shingles) > 39_000 and all(len(part.shingles) > 80 for part in parts)
    tracemalloc.start()
    try:
        assert not holds_several(longer, parts)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000
    assert holds_several(longer, [*parts, Text(" ".join(told[500:600]))])
