"""`source:` and `sourcetag:` mean the same in topics, when articles are loaded, in searches, in SQL and in `topics try`."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from flows.topics import Matcher, QueryError, parse_query
from newslake.testing import Site
from tests.flows.command import ask, newslake
from tests.flows.ferries import story

# Each with the articles that it selects: tide has the stories 1 and 2, 조선일보 the story 3, post.en the story 4.
QUERIES = {
    "ferry": {1, 2, 3, 4},
    "ferry -source:tide": {3, 4},
    "ferry NOT source:TIDE": {3, 4},
    "ferry source:tide": {1, 2},
    "source:조선일보": {3},
    'source:"post.en"': {4},
    "ferry source:(tide OR post.en)": {1, 2, 4},
    "ferry -source:(tide OR post.en)": {3},
    "ferry source:po*": {4},
    "ferry source:t?de": {1, 2},
    "ferry source:*": {1, 2, 3, 4},
    "ferry source:ti": set[int](),
    "ferry source:nobody": set[int](),
    "ferry -source:nobody": {1, 2, 3, 4},
    'sourcetag:"State Media"': {1, 2, 3},
    'ferry -sourcetag:"state media"': {4},
    "ferry sourcetag:한국": {3},
    "ferry sourcetag:state*": {1, 2, 3},
    'ferry sourcetag:("state media" AND 한국)': {3},
    "sourcetag:state": set[int](),
    '"ferry 1" OR source:post.en': {1, 4},
    "(ferry AND source:tide) OR (pier AND sourcetag:한국)": {1, 2, 3},
    "title:ferry AND NOT (source:tide OR sourcetag:한국)": {4},
    '"leaves harbour"~2 source:tide': {1, 2},
}
WATCHLIST = """
[warehouse]
catalog = "data/news.duckdb"
[crawl]
delay = 0.0
allow_private = true
revisit_hours = []
keep_captures = "all"
{topics}
[[source]]
name = "tide"
feeds = ["{url}/tide"]
tags = {tide}
[[source]]
name = "조선일보"
feeds = ["{url}/chosun"]
tags = ["state media", "한국"]
[[source]]
name = "post.en"
feeds = ["{url}/post"]
"""
STATE = '["state media"]'


class Made(NamedTuple):
    config: Path
    url: str

    def write(self, tide: str = STATE) -> None:
        queries = {f"t{number}": query for number, query in enumerate(QUERIES)}
        topics = "".join(f"[[topic]]\nname = '{name}'\nquery = '''{query}'''\n" for name, query in queries.items())
        self.config.write_text(WATCHLIST.format(url=self.url, topics=topics, tide=tide), "utf-8")

    def selected(self, of: str) -> dict[str, set[int]]:
        """The stories that each topic selects currently."""
        rows = ask(self.config, f"SELECT {of} FROM matches AS m JOIN articles AS a USING (article_id) WHERE m.current")
        found: dict[str, set[int]] = {}
        for topic, url in rows:
            found.setdefault(topic, set()).add(int(url[-1]))
        return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with Site() as site:
        for number, folder in enumerate(("tide", "tide", "chosun", "post"), start=1):
            site.routes[f"/{folder}/ferry-story-{number}"] = story(number)
        site.feed("/tide", "/tide/ferry-story-1", "/tide/ferry-story-2")
        site.feed("/chosun", "/chosun/ferry-story-3")
        site.feed("/post", "/post/ferry-story-4")
        made = Made(tmp_path_factory.mktemp("sources") / "watchlist.toml", site.url)
        made.write()
        assert newslake("run", "--plain", "-c", made.config).returncode == 0
        yield made


def numbers(hits: list[dict[str, Any]]) -> set[int]:
    return {int(hit["url"][-1]) for hit in hits}


def test_topics_select_by_source_when_articles_are_loaded(made: Made) -> None:
    selected = made.selected("m.topic, a.url")
    assert {query: selected.get(f"t{number}", set()) for number, query in enumerate(QUERIES)} == QUERIES


@pytest.mark.parametrize("query", QUERIES)
def test_a_search_sql_and_a_tried_topic_find_the_same(made: Made, query: str) -> None:
    searched = json.loads(newslake("search", query, "-c", made.config, "--json").stdout)
    assert numbers(searched["hits"]) == QUERIES[query]
    tried = json.loads(newslake("topics", "try", query, "-c", made.config, "--json").stdout)
    assert numbers(tried["hits"]) == QUERIES[query]
    quoted = query.replace("'", "''")
    asked = f"SELECT url, snippet FROM search('{quoted}') JOIN articles USING (article_id)"
    rows = json.loads(newslake("sql", asked, "-c", made.config, "-f", "json").stdout)
    assert numbers(rows) == QUERIES[query]
    assert all("ferry" in row["snippet"].lower() for row in rows)


def test_a_source_says_nothing_about_how_well_words_match(made: Made) -> None:
    rows = ask(made.config, "SELECT topic, score FROM matches JOIN articles USING (article_id) WHERE url LIKE '%story-1'")
    scores = {int(topic[1:]): score for topic, score in rows if topic.startswith("t")}
    plain, with_source = list(QUERIES).index("ferry"), list(QUERIES).index("ferry source:tide")
    assert scores[plain] == scores[with_source] > 0


def test_what_no_source_is_called_is_told_with_what_is_near(made: Made) -> None:
    said = newslake("search", "ferry -source:tyde", "-c", made.config)
    assert "no source is called 'tyde': did you mean source:tide?" in said.stderr and "4 articles match" in said.stdout
    assert 'did you mean sourcetag:"state media"?' in newslake("search", "ferry sourcetag:state", "-c", made.config).stderr
    assert "there are post.en, tide, 조선일보" in newslake("sql", "FROM search('ferry source:zzz')", "-c", made.config).stderr
    assert "did you mean source:tide?" in newslake("topics", "try", "ferry source:tied", "-c", made.config).stderr
    assert newslake("search", "ferry -source:tide", "-c", made.config).stderr == ""
    checked = newslake("check", "--offline", "-c", made.config)
    number = list(QUERIES).index("ferry source:nobody")
    assert f"\"t{number}\": no source is called 'nobody': there are tide, 조선일보, post.en" in checked.stdout


def test_a_query_that_begins_with_a_minus_is_not_taken_for_an_option_in_silence(made: Made) -> None:
    done = newslake("search", "-source:tide ferry", "-c", made.config)
    assert done.returncode == 2 and "-source:tide ferry is taken for the option -s" in done.stderr
    step = re.search(r"newslake search -- ('.*?')  and", done.stderr)
    again = newslake("search", "-c", made.config, "--", *shlex.split(step[1] if step else ""))
    assert step and again.stdout == newslake("search", "ferry -source:tide", "-c", made.config).stdout


def test_a_saved_search_keeps_the_source(made: Made) -> None:
    assert newslake("search", "ferry -source:tide", "--save", "quiet", "-c", made.config).returncode == 0
    found = json.loads(newslake("search", "--topic", "quiet", "-c", made.config, "--json").stdout)
    assert numbers(found["hits"]) == {3, 4}


def test_tags_that_change_count_from_the_next_run_in_searches_and_after_a_reclean_in_topics(made: Made) -> None:
    made.write(tide="[]")
    try:
        query = '"ferry" sourcetag:"state media"'
        assert newslake("reclean", "-c", made.config).returncode == 0
        assert numbers(json.loads(newslake("search", query, "-c", made.config, "--json").stdout)["hits"]) == {3}
        number = list(QUERIES).index("ferry sourcetag:state*")
        assert made.selected("m.topic, a.url")[f"t{number}"] == {3}
        made.write(tide='["new"]')
        noted = newslake("search", "ferry sourcetag:new", "-c", made.config)
        assert "searches know the tag new of the watchlist from the next run" in noted.stderr
    finally:
        made.write()
        newslake("reclean", "-c", made.config)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('source:""', "source: needs a name (character 8)."),
        ("source:(a b)", "An article has one source, so none is of several; write source:(one OR another) (character 1)."),
        ("title:(oil source:a)", "source: stands inside title:"),
        ("source:(title:a)", "title: stands inside source:"),
        ('source:"a b"~3', "source: takes whole names, and no ~ (character 8)."),
        ("source:a~", "Fuzzy words"),
        ("-source:a", "The query only excludes articles"),
        ("-sourcetag:a -source:b", "The query only excludes articles"),
        ("oil OR -source:a", "OR NOT would select every article"),
        ("outlet:a oil", "Unknown field outlet: — did you mean source:? (character 1)"),
        ("sourcetags:a oil", "did you mean sourcetag:?"),
    ],
)
def test_a_query_that_asks_for_no_source_is_refused(query: str, said: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_query(query)
    assert said in refused.value.happened


@pytest.mark.parametrize(
    ("query", "source", "tags", "found"),
    [
        ("source:ＴＩＤＥ oil", "tide", [], True),  # full-width
        ("source:cafe\u0301 oil", "café", [], True),
        ("source：tide oil", "tide", [], True),
        (r'sourcetag:"a\*b" oil', "x", ["a*b"], True),
        (r'sourcetag:"a\*b" oil', "x", ["axb"], False),
        ('sourcetag:"a * c" oil', "x", ["a b  c"], True),
        ("source:************************************b oil", "a" * 90, [], False),
        ("source:24-7 oil", "24-7", [], True),
        ("source:a.b_c oil", "a.b_c", [], True),
        ("oil", "", [], True),
    ],
)
def test_names_are_compared_whole_in_any_spelling(query: str, source: str, tags: list[str], found: bool) -> None:
    matcher = Matcher([("t", parse_query(query))], {source: tags})
    assert bool(matcher.match("", "oil", "en", source)) is found
