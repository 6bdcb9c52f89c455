"""Articles on several pages in archives: one article with the whole text, in whatever order and files its pages come."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.flows.command import ask, newslake
from tests.flows.test_backfill import record

WATCHLIST = """
[warehouse]
catalog = "data/news.duckdb"
[[topic]]
name = "grain"
query = "grain"
[[source]]
name = "tide"
url = "https://tide.example/"
"""
SITE = "https://tide.example"
ADDRESSES = [f"{SITE}/news/lorries-at-the-quay.html", *(f"{SITE}/news/lorries-at-the-quay-{n}.html" for n in (2, 3))]
FILLING = "The harbour office counted the lorries of this morning again, and wrote down their names and numbers. "


def page(number: int, told: str, addresses: list[str] = ADDRESSES) -> bytes:
    links = [f"<b>{n}</b>" if n == number else f'<a href="{url}">{n}</a>' for n, url in enumerate(addresses, start=1)]
    return (
        "<html><head><title>Lorries at the quay</title><meta property='article:published_time' content='2026-03-04T05:06:07Z'>"
        f"</head><body><article><h1>Lorries at the quay</h1><p>{told}</p><p>{number}. {FILLING * 4}</p>"
        f"<div class='pager'>{' '.join(links)}</div></article></body></html>"
    ).encode()


TOLD = ["The first lorry came with coal.", "The second lorry came with grain.", "The third lorry came with timber."]
TEXT = "\n".join(f"{told}\n{number}. {(FILLING * 4).strip()}" for number, told in enumerate(TOLD, start=1))
CORPUS = """
SELECT url, title, revision, text, first_seen_at, published_at,
    (SELECT list(topic) FROM matches m WHERE m.article_id = a.article_id),
    (SELECT list([seen_at::VARCHAR, content_hash] ORDER BY revision) FROM revisions r WHERE r.article_id = a.article_id)
FROM articles a ORDER BY url
"""


def backfilled(folder: Path, *files: list[int]) -> Path:
    """A project with these files, each with these pages; page N was captured on day N."""
    folder.mkdir()
    config = folder / "watchlist.toml"
    config.write_text(WATCHLIST)
    for place, numbers in enumerate(files):
        with (folder / f"{place}.warc.gz").open("wb") as out:
            for number in numbers:
                record(out, ADDRESSES[number - 1], page(number, TOLD[number - 1]), at=f"2026-03-{10 + number}T00:00:00Z")
        done = newslake("backfill", folder / f"{place}.warc.gz", "--config", config)
        assert done.returncode == 0, done
    return config


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))), ids=str)
def test_in_one_file_the_order_of_pages_does_not_matter(order: tuple[int, ...], tmp_path: Path) -> None:
    config = backfilled(tmp_path / "project", list(order))
    ((url, title, revision, text, *_),) = ask(config, CORPUS)
    assert (url, title, revision, text) == (ADDRESSES[0], "Lorries at the quay", 1, TEXT)
    rows = ask(config, "SELECT outcome, reason, article_id IS NULL, count(*) FROM fetches GROUP BY ALL ORDER BY ALL")
    assert sum(count for *_, count in rows) == 3 and not any(row[2] for row in rows), rows
    assert ask(config, "SELECT flow, sum(discovered) = sum(loaded + updated + copies + off_topic) FROM runs GROUP BY ALL") == [
        ("backfill", True)
    ]


def test_from_separate_files_the_corpus_is_the_same_once_a_page_on_topic_is_there(tmp_path: Path) -> None:
    files: list[list[list[int]]] = [[[1, 2, 3]], [[2], [1], [3]], [[2], [3], [1]], [[2, 3], [1]], [[1, 2], [3]]]
    found: list[Any] = []
    for place, each in enumerate(files):
        config = backfilled(tmp_path / str(place), *each)
        found.append(ask(config, CORPUS))
        assert newslake("reclean", "--config", config).returncode == 0
        assert [row[3] for row in ask(config, CORPUS)] == [TEXT]
    assert found[0][0][3] == TEXT
    assert all(one == found[0] for one in found), found
