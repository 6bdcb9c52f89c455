"""`FROM search('…')` in the SQL of users."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.search.in_sql import searches_in
from tests.flows.command import newslake
from tests.flows.search.corpus import KOREAN, STORM, TANKER, made


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("sql"))


def rows(config: Path, query: str, *options: str) -> list[dict[str, Any]]:
    done = newslake("sql", query, "--json", *options, "-c", config)
    assert done.returncode == 0, done.stderr
    said: list[dict[str, Any]] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize("options", [[], ["--allow-files"]])
def test_a_search_is_a_table_with_id_score_and_snippet(config: Path, options: list[str]) -> None:
    first, second = rows(config, "FROM search('crude OR \"oil waited\"') ORDER BY score DESC", *options)
    assert list(first) == ["article_id", "score", "snippet"]
    assert first["score"] > second["score"] > 0
    assert "crude oil" in first["snippet"] or "oil waited" in first["snippet"]


def test_a_search_is_joined_and_counted(config: Path) -> None:
    query = "SELECT source, count(*) AS n FROM search('tanker AND oil') JOIN articles USING (article_id) GROUP BY ALL ORDER BY 1"
    assert rows(config, query) == [{"source": "harbour", "n": 1}, {"source": "strait", "n": 1}]
    two = "FROM search('북한') SELECT article_id UNION FROM search('storm') SELECT article_id"
    both = f"SELECT url FROM articles WHERE article_id IN ({two}) ORDER BY url"
    assert [row["url"] for row in rows(config, both)] == [KOREAN, STORM]
    having = "SELECT source FROM search('crude') JOIN articles USING (article_id)"
    missing = f"SELECT DISTINCT source FROM articles WHERE source NOT IN ({having})"
    assert rows(config, missing) == [{"source": "strait"}]


def test_a_search_can_be_part_of_what_a_session_makes(config: Path) -> None:
    query = "CREATE TEMP TABLE hits AS FROM search('crude'); SELECT url FROM hits JOIN articles USING (article_id)"
    assert rows(config, query) == [{"url": TANKER}]
    assert rows(config, "PREPARE q AS SELECT count(*) AS n FROM search('tanker'); EXECUTE q") == [{"n": 3}]
    assert rows(config, "SET VARIABLE q = 'tanker'; SELECT count(*) AS n FROM search(getvariable('q'))") == [{"n": 3}]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("FROM search('oil AND (')", "search('oil AND ('): The parenthesis opened at character 9 is never closed."),
        (
            "SET VARIABLE q = 'oil AND ('; FROM search(getvariable('q'))",
            "search('oil AND ('): The parenthesis opened at character 9",
        ),
        ("FROM search(NULL)", "search() needs a query: its query is NULL"),
    ],
)
def test_what_cannot_be_searched_for_is_told(config: Path, query: str, said: str) -> None:
    done = newslake("sql", query, "-c", config)
    assert done.returncode == 2
    assert said in done.stderr


def test_only_calls_are_searches() -> None:
    sql = """
        -- search('remark')
        SELECT 'search(''text'')', "search('name')" /* search('block') */, $a$ search('dollars') $a$
        FROM search('it''s') JOIN SEARCH ( 'two' ) USING (article_id)
    """
    assert searches_in(sql) == ["it's", "two"]
