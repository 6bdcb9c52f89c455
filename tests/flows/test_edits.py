"""What an outlet edits stays known: every revision with its page, and the topics that it had before an edit."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.collect import collect
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from spiders.warc.read import read_capture
from tests.flows.command import CATALOGS, ask, newslake
from tests.flows.later import later

WATCHLIST = """
[warehouse]
catalog = "{catalog}"
[crawl]
delay = 0
allow_private = true
[[topic]]
name = "oil"
query = "oil"
[[topic]]
name = "ports"
query = "harbour"
[[source]]
name = "herald"
feeds = ["{url}/feed"]
"""
STORY = "/news/tanker-at-the-quay.html"
OTHER = "/news/oil-price-rises.html"
LINES = tuple(
    f"Clerk number {line} of the office wrote down what the {line} sailors said about their journey." for line in range(1, 7)
)


def page(title: str, *lines: str) -> Answer:
    text = "".join(f"<p>{line}</p>" for line in lines)
    dated = '<meta property="article:published_time" content="2026-02-03T08:00:00Z">'
    head = f'<html lang="en"><head><title>{title}</title>{dated}</head>'
    return Answer(f"{head}<body><article><h1>{title}</h1>{text}</article></body></html>".encode())


# What the story says from run to run. The last page is no article any more.
EDITIONS = (
    page("A tanker at the quay", *LINES, "It brought oil to the harbour."),
    page("A tanker at the quay", *LINES, "It brought nothing to the harbour, the owner says, and will leave."),
    page("A ship at the quay", *LINES, "It brought nothing at all, and nobody knows its owner or its captain."),
    page("A ship at the quay", *LINES, "It brought oil after all, the ministry admitted on the day after."),
    page("A ship at the quay", "Read on with a subscription."),
)
MATCHES = f"""
SELECT topic, m.revision, current, a.revision AS latest
FROM matches AS m JOIN articles AS a USING (article_id) WHERE url LIKE '%{STORY}' ORDER BY ALL
"""


@dataclass
class Told:
    """The project, and what it said after each run."""

    config: Path
    matches: list[list[tuple[Any, ...]]] = field(default_factory=list)
    outcomes: list[tuple[Any, ...]] = field(default_factory=list)
    timelines: list[list[tuple[Any, ...]]] = field(default_factory=list)


@pytest.fixture(scope="module", params=CATALOGS)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    told = Told(tmp_path_factory.mktemp("edits") / "watchlist.toml")
    with Site() as site:
        told.config.write_text(WATCHLIST.format(url=site.url, catalog=request.param))
        site.routes[OTHER] = page(
            "Oil price rises", *(f"Barrel {line} of oil costs {line * 7} coins today." for line in range(9))
        )
        site.feed("/feed", STORY, OTHER)
        for place, edition in enumerate(EDITIONS):
            if place:
                later(told.config, (0, 2, 3, 8, 12)[place])
            site.routes[STORY] = edition
            collect(load_watchlist(told.config))
            told.matches.append(ask(told.config, MATCHES))
            told.timelines.append(
                ask(told.config, "SELECT topic, sum(articles), sum(edited_away) FROM timeline GROUP BY ALL ORDER BY ALL")
            )
    told.outcomes = ask(
        told.config,
        "SELECT outcome, reason, capture_file, capture_offset FROM fetches "
        f"WHERE url LIKE '%{STORY}' AND requested_at IS NOT NULL ORDER BY requested_at",
    )
    return told


def test_a_topic_stays_with_the_article_whose_words_an_edit_took_out(told: Told) -> None:
    assert told.matches == [
        [("oil", 1, True, 1), ("ports", 1, True, 1)],
        [("oil", 1, False, 2), ("ports", 2, True, 2)],
        [("oil", 1, False, 3), ("ports", 2, False, 3)],
        [("oil", 4, True, 4), ("ports", 2, False, 4)],
        [("oil", 4, True, 4), ("ports", 2, False, 4)],
    ]
    assert told.timelines[2] == [("oil", 2, 1), ("ports", 1, 1)]
    assert told.timelines[3] == [("oil", 2, 0), ("ports", 1, 1)]


def test_an_edit_that_leaves_the_topics_is_a_revision_with_its_page(told: Told) -> None:
    assert [row[:2] for row in told.outcomes] == [
        ("loaded", None),
        ("updated", None),
        ("updated", None),
        ("updated", None),
        ("not-article", "too-short"),
    ]
    captures = ask(
        told.config,
        "SELECT r.capture_file, r.capture_offset, r.text FROM revisions AS r JOIN articles AS a USING (article_id) "
        f"WHERE url LIKE '%{STORY}' ORDER BY r.revision",
    )
    watchlist = load_watchlist(told.config)
    assert len(captures) == 4
    for name, offset, text in captures:
        body = read_capture(watchlist.capture_path(name), offset).body.decode()
        assert text.splitlines()[-1] in body
    # the page on which the article was not found any more
    _, _, name, offset = told.outcomes[-1]
    assert b"Read on with a subscription" in read_capture(watchlist.capture_path(name), offset).body


def test_topics_and_export_tell_what_an_edit_took_off_a_topic(told: Told, tmp_path: Path) -> None:
    rows = {row["topic"]: row for row in json.loads(newslake("topics", "--json", "-c", told.config).stdout)}
    assert {name: (row["articles"], row["edited_away"]) for name, row in rows.items()} == {"oil": (2, 0), "ports": (1, 1)}
    newslake("export", tmp_path / "corpus.jsonl", "-c", told.config)
    exported = {row["title"]: row for row in map(json.loads, (tmp_path / "corpus.jsonl").read_text().splitlines())}
    assert (exported["A ship at the quay"]["topics"], exported["A ship at the quay"]["earlier_topics"]) == (["oil"], ["ports"])


def test_a_changed_topic_is_no_edit_and_reclean_matches_all_revisions_again(told: Told) -> None:
    before = ask(told.config, MATCHES)
    assert newslake("reclean", "-c", told.config).returncode == 0
    assert ask(told.config, MATCHES) == before
    text = told.config.read_text()
    told.config.write_text(
        text.replace('query = "harbour"', 'query = "owner AND captain"').replace('query = "oil"', 'query = "tanker"')
    )
    assert newslake("reclean", "-c", told.config).returncode == 0
    assert ask(told.config, MATCHES) == [("oil", 2, False, 4), ("ports", 3, False, 4)]
    told.config.write_text(re.sub('query = "owner AND captain"', 'query = "zeppelin"', told.config.read_text()))
    assert newslake("reclean", "-c", told.config).returncode == 0
    assert ask(told.config, MATCHES) == [("oil", 2, False, 4)]
    told.config.write_text(text)
    assert newslake("reclean", "-c", told.config).returncode == 0
    assert ask(told.config, MATCHES) == before
