"""The user's lists of names in the explorer: on the page of an article, and as a facet of what a search found."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.flows.explore.serving import Explorer, explorer, shown
from tests.flows.reading.listed import HANBIT, A, B, D, E, make


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explorer]:
    with explorer(make(tmp_path_factory.mktemp("listed"))) as made:
        yield made


def article_page(site: Explorer, url: str) -> str:
    return shown(site, site.get(f"/article/{quote(url, safe='')}").headers["location"])


def facet(page: str) -> dict[str, tuple[str, str]]:
    """The entries of the facet, each with its address and its count."""
    found = re.search(r"<summary>On your lists</summary>(.*?)</details>", page, re.S)
    links = re.findall(r'<a href="([^"]*)"[^>]*>.*?<bdi>(.*?)</bdi>.*?<span class="dim">(\d+)</span>', found[1]) if found else []
    return {unescape(name): (unescape(to), count) for to, name, count in links}


def test_a_facet_counts_the_entries_and_its_address_finds_their_articles(site: Explorer) -> None:
    choices = facet(shown(site, "/?q=oil"))
    assert {name: count for name, (_, count) in choices.items()} == {"Ada Lund": "2", HANBIT: "1", "MV Grey Heron": "1"}
    assert facet(shown(site, "/"))["Ri Jong Ho"][1] == "1"
    for name, (to, count) in choices.items():
        page = shown(site, to)
        assert f"of {count} article" in page and "✓" in page, name
        assert facet(page)[name][0] == "/?q=oil", "the same link drops it"
    rows = list(csv.DictReader(io.StringIO(site.get(f"{choices['Ada Lund'][0]}&download=csv").body.decode("utf-8-sig"))))
    assert {row["url"] for row in rows} == {A, B}
    both = shown(site, "/?entity=MV+Grey+Heron&entity=Ri+Jong+Ho")
    assert "of 2 articles" in both and 'name="entity" value="Ri Jong Ho"' in both
    assert "is no entry of a list" in shown(site, "/?entity=Ada+Lunt") and "did you mean Ada Lund" in shown(
        site, "/?entity=Ada+Lunt"
    )


def test_an_article_has_its_entries_with_the_reason_and_a_way_to_the_others(site: Explorer) -> None:
    page = article_page(site, B)
    [link] = {unescape(to) for to in re.findall(r'href="(/\?entity=[^"]*)"', page)}
    assert "of 2 articles" in shown(site, link)
    assert "<td><bdi>A. Lund</bdi></td><td><bdi>initials</bdi></td>" in page and page.count('id="listed"') == 1
    harmful = article_page(site, A)
    assert escape(HANBIT) in harmful and HANBIT not in harmful
    for nobody in (D, E):
        assert "On your lists" not in article_page(site, nobody)


def test_nothing_is_shown_without_lists(tmp_path: Path) -> None:
    with explorer(make(tmp_path, lists="")) as site:
        for page in (shown(site, "/?q=oil"), article_page(site, A), shown(site, "/brief?since=2026-01-01")):
            assert "your lists" not in page
