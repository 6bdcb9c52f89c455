"""A site whose footer no rule of cleaning knows, over three runs: learnt, cut, and never taken for an edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.collect import Steps, collect
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from tests.flows.command import ask, newslake

FOOTER = "Reporting from the harbour is made possible by readers of the Lantern and by the Brightwater Foundation."
WATCHLIST = """
[schedule]
interval = "1h"
[crawl]
delay = 0
per_domain = 8
revisit_hours = [0.0001]
allow_private = true
[[topic]]
name = "harbour"
query = "harbour"
[[source]]
name = "lantern"
feeds = ["{site}/rss"]
timezone = "UTC"
language = "en"
"""
SUBJECTS = ("coal", "barley", "timber", "salt", "cement")


def paragraphs(subject: str, place: str = "harbour") -> list[str]:
    return [
        f"A ship that carried {subject} was turned away from the {place} on Monday, because nobody had paid for its pilot.",
        f"The price of {subject} rose by a tenth within the day, said a trader who had waited for it since the spring.",
        f"Two more ships with {subject} are under way, and their owners have asked the ministry what they should do now.",
    ]


def publish(site: Site, subjects: tuple[str, ...], footer: str | None = FOOTER, off_topic: str = "") -> None:
    for subject in subjects:
        lines = paragraphs(subject, "river mouth" if subject == off_topic else "harbour")
        body = "".join(f"<p>{line}</p>" for line in [*lines, *([footer] if footer else [])])
        title = f"Ship with {subject} is turned away"
        head = f'<title>{title}</title><meta property="article:published_time" content="2026-03-0{len(subject)}T08:00:00Z">'
        page = f"<html lang='en'><head>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
        site.routes[f"/news/{subject}"] = Answer(page.encode())
    site.feed("/rss", *(f"/news/{subject}" for subject in subjects))


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
def config(site: Site, tmp_path: Path) -> Path:
    path = tmp_path / "watchlist.toml"
    path.write_text(WATCHLIST.format(site=site.url), "utf-8")
    return path


def run(config: Path) -> None:
    done = newslake("run", "--plain", "--config", config)
    assert done.returncode == 0, done.stderr


def last_outcomes(config: Path) -> dict[str, str]:
    latest = "(SELECT arg_max(run_id, started_at) FROM runs)"
    query = f"SELECT split_part(url, '/', -1), outcome FROM fetches WHERE kind = 'page' AND run_id = {latest}"
    return {str(subject): str(outcome) for subject, outcome in ask(config, query)}


def test_a_footer_is_learnt_cut_and_no_edit(site: Site, config: Path) -> None:
    publish(site, SUBJECTS[:3])
    run(config)
    first = dict(ask(config, "SELECT split_part(url, '/', -1), text FROM articles"))
    assert first == {subject: "\n".join([*paragraphs(subject), FOOTER]) for subject in SUBJECTS[:3]}, "three prove nothing"
    assert ask(config, "FROM repeated_lines") == []

    publish(site, SUBJECTS[:5], off_topic=SUBJECTS[4])
    run(config)
    outcomes = dict.fromkeys(SUBJECTS[:3], "unchanged") | {SUBJECTS[3]: "loaded", SUBJECTS[4]: "off-topic"}
    assert last_outcomes(config) == outcomes
    texts = first | {SUBJECTS[3]: "\n".join(paragraphs(SUBJECTS[3]))}
    assert dict(ask(config, "SELECT split_part(url, '/', -1), text FROM articles")) == texts
    assert ask(config, "SELECT source, line, place, articles FROM repeated_lines") == [("lantern", FOOTER, "edge", 5)]

    publish(site, SUBJECTS[:4], footer=None)  # a new layout
    run(config)
    assert set(last_outcomes(config).values()) == {"unchanged"}
    assert ask(config, "SELECT max(revision) FROM articles") == [(1,)]


def test_a_run_that_is_killed_before_its_load_is_finished_with_the_same_texts(site: Site, config: Path) -> None:
    def killed(*_: Any) -> Any:
        raise KeyboardInterrupt

    publish(site, SUBJECTS[:5])
    watchlist = load_watchlist(config)
    with pytest.raises(KeyboardInterrupt):
        collect(watchlist, steps=replace(Steps(), load=killed))
    site.routes.clear()  # what the next run loads is what this one fetched
    site.feed("/rss")
    collected = collect(watchlist)
    assert [report.new_articles for report in collected.recovered] == [5]
    texts = {"\n".join(paragraphs(subject)) for subject in SUBJECTS[:5]}
    assert {text for (text,) in ask(config, "SELECT text FROM articles")} == texts
    ((articles, first, last, started),) = ask(
        config,
        "SELECT l.articles, first_seen_at, last_seen_at, started_at FROM repeated_lines AS l, runs WHERE state = 'recovered'",
    )
    assert (articles, first, last) == (5, started, started)


def test_a_known_footer_is_cut_from_a_single_article(site: Site, config: Path) -> None:
    publish(site, SUBJECTS[:4])
    run(config)
    assert ask(config, "SELECT count(*) FROM articles WHERE contains(text, 'Brightwater')") == [(0,)]
    publish(site, SUBJECTS[4:5])
    run(config)
    assert last_outcomes(config)[SUBJECTS[4]] == "loaded"
    assert ask(config, "SELECT count(*) FROM articles WHERE contains(text, 'Brightwater')") == [(0,)]
