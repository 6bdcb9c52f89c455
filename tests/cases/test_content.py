"""What real outlets publish is stored with the right values: one collection of all cases, one test for each.

The cases are in `content/` and `second/`; `rows.py` says how they are written. One of them alone: `pytest tests/cases -k NAME`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.cases.outlets import Outlets
from tests.cases.rows import Case, load_cases
from tests.flows.command import ask, newslake

CASES = load_cases()
HEAD = """
[warehouse]
catalog = "data/news.duckdb"
[crawl]
delay = 0.0
per_domain = 4
timeout = 20
allow_private = true
user_agent = "test (+https://cases.example/contact)"
[[topic]]
name = "everything"
query = '''{words}'''
"""
# Words that every text of a language has, so that the topic selects all articles.
WORDS = """
the a of to in and on is de la el en que der die das und ist le les et il che o do da na w i se v på og är на в и не что і з
的 了 在 の は に を 이 가 는 은 을 의 에 この 그 في من على και το την trong của cu și ja on ve bir a az és
ที่ ใน และ از در به است של את के में và
"""
ENDS = "SELECT source, url, outcome, detail, article_id::VARCHAR FROM fetches WHERE kind = 'page'"
COLUMNS = ("url", "title", "authors", "published_at", "published_precision", "language", "free_to_read", "text", "word_count")
ARTICLES = f"SELECT article_id::VARCHAR, {', '.join(COLUMNS)} FROM articles"

Collected = dict[str, dict[str, Any]]  # by name of the case


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Collected:
    """What one collection of all cases stored; workers of one test run share it."""
    mine = tmp_path_factory.mktemp("cases")
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "cases.json"
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            shared.write_text(json.dumps(_collect(mine), ensure_ascii=False), "utf-8")
    found: Collected = json.loads(shared.read_text("utf-8"))
    return found


def _collect(folder: Path) -> Collected:
    config = folder / "watchlist.toml"
    with Outlets(CASES) as outlets:
        config.write_text(_watchlist(outlets.origins), "utf-8")
        done = newslake("run", "--plain", "--config", config)
        assert done.returncode in (0, 1), done.stderr
        asked = {name: list(paths) for name, paths in outlets.asked.items()}
    articles = {row[0]: dict(zip(COLUMNS, map(_plain, row[1:]), strict=True)) for row in ask(config, ARTICLES)}
    found: Collected = {
        case.name: {"origin": outlets.origins[case.name], "asked": asked.get(case.name, []), "pages": {}} for case in CASES
    }
    for source, url, outcome, detail, article_id in ask(config, ENDS):
        path = url.removeprefix(found[source]["origin"])
        found[source]["pages"][path] = {"outcome": outcome, "detail": detail, "article": articles.get(article_id)}
    return found


def _watchlist(origins: dict[str, str]) -> str:
    parts = [HEAD.format(words=" OR ".join(dict.fromkeys(WORDS.split())))]
    for case in CASES:
        origin = origins[case.name]
        listings = [f'{"sitemaps" if "sitemap" in path else "feeds"} = ["{origin}{path}"]' for path in case.listings()]
        parts += [f'[[source]]\nname = "{case.name}"', *listings[:1], case.source.replace("{origin}", origin)]
    return "\n".join(parts)


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


@pytest.mark.timeout(300)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_stored_values_are_right(case: Case, collected: Collected) -> None:
    found = collected[case.name]
    wrong = [f"never asked for {path}; asked for {found['asked']}" for path in case.asked if path not in found["asked"]]
    wrong += [f"asked for {path}" for path in case.not_asked if path in found["asked"]]
    for path, values in case.wanted.items():
        wrong += [f"{path}: {said}" for said in _shortfalls(values, found["pages"].get(path), found["origin"])]
    assert not wrong, "\n".join([f"{case.name}: {case.kind}", *wrong])


def _shortfalls(wanted: dict[str, Any], end: dict[str, Any] | None, origin: str) -> list[str]:
    """In which values a page falls short, in words."""
    if end is None:
        return ["it was never found"]
    outcome = wanted.get("outcome", "loaded")
    if end["outcome"] != outcome:
        return [f"outcome: expected {outcome}, got {end['outcome']} ({end['detail']})"]
    article = end["article"]
    if article is None:
        return [] if wanted.keys() <= {"outcome"} else ["it gave no article"]
    return [
        said
        for field, value in wanted.items()
        if field != "outcome" and (said := _CHECKS.get(field, _equal(field))(value, article, origin))
    ]


Check = Callable[[Any, dict[str, Any], str], str]


def _equal(field: str) -> Check:
    def check(value: Any, article: dict[str, Any], origin: str) -> str:
        got = article[field]
        return "" if got == value else f"{field}: expected {value!r}, got {got!r}"

    return check


def _authors(value: list[str], article: dict[str, Any], origin: str) -> str:
    got = article["authors"] or []
    return "" if got == value else f"authors: expected {value!r}, got {got!r}"


def _instant(value: str | None, article: dict[str, Any], origin: str) -> str:
    instant = value and datetime.fromisoformat(value).astimezone(UTC).isoformat()
    got = article["published_at"]
    return "" if got == instant else f"published_at: expected {instant}, got {got}"


def _url(value: str, article: dict[str, Any], origin: str) -> str:
    value = value.replace("{origin}", origin)
    return "" if article["url"] == value else f"url: expected {value}, got {article['url']}"


def _has(pieces: list[str], article: dict[str, Any], origin: str) -> str:
    missing = [piece for piece in pieces if piece not in article["text"]]
    return f"text lacks {missing!r}; got {article['text']!r}" if missing else ""


def _lacks(pieces: list[str], article: dict[str, Any], origin: str) -> str:
    there = [piece for piece in pieces if piece in article["text"]]
    return f"text holds {there!r}; got {article['text']!r}" if there else ""


def _max_words(most: int, article: dict[str, Any], origin: str) -> str:
    got = article["word_count"]
    return "" if got <= most else f"word_count: expected at most {most}, got {got}: {article['text']!r}"


_CHECKS: dict[str, Check] = {
    "authors": _authors,
    "published_at": _instant,
    "url": _url,
    "has": _has,
    "lacks": _lacks,
    "max_words": _max_words,
}
