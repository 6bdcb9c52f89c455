"""An article on several pages is one article with the whole text, whichever of its pages are listed, fail or are edited."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from flows.collect import collect
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from tests.flows.command import CATALOGS, ask, newslake
from tests.flows.later import later

WATCHLIST = """
[warehouse]
catalog = "{catalog}"
[crawl]
delay = 0
allow_private = true
[[topic]]
name = "grain"
query = "grain"
[[source]]
name = "herald"
feeds = ["{url}/feed"]
"""
HEADLINE = "Grain leaves the silos of the old harbour"
SAID = {
    1: "The first lorries reached the quay before the sun had risen over the eastern breakwater.",
    2: "By noon the second crane had been repaired, and its driver was asked to work until dark.",
    3: "Nobody of the office could say who had paid for the third load or where it would be milled.",
}


def prose(number: int, said: str, topic: str = "grain") -> str:
    lines = [
        said,
        *(f"Clerk {number}{line} counted {number * line} sacks of {topic} and wrote that down at once." for line in range(2, 8)),
    ]
    return "".join(f"<p>{line}</p>" for line in lines)


LEAD = "What the harbour board wanted nobody to see this spring"


def page(text: str, links: str = "", lead: str = LEAD, title: str = HEADLINE) -> Answer:
    dated = '<meta property="article:published_time" content="2026-02-03T08:00:00Z">'
    return Answer(
        f'<html lang="en"><head><title>{title}</title>{dated}</head>'
        f"<body><article><h1>{title}</h1><p>{lead}, as report has it.</p>{text}{links}</article></body></html>".encode()
    )


def pager(addresses: list[str], here: int) -> str:
    links = [f"<b>{n}</b>" if n == here else f'<a href="{url}">{n}</a>' for n, url in enumerate(addresses, start=1)]
    return f'<div class="pagination">{" ".join(links)}</div>'


def serve(site: Site, addresses: list[str], said: dict[int, str] | None = None, topics: dict[int, str] | None = None) -> None:
    """Serve an article on as many pages as addresses."""
    for number, address in enumerate(addresses, start=1):
        text = prose(number, (said or SAID)[number], (topics or {}).get(number, "grain"))
        site.routes[address] = page(text, pager(addresses, number), f"{LEAD} {len(addresses[0])}")


def run(config: Path, days: float = 0) -> None:
    if days:
        later(config, days)
    collect(load_watchlist(config))


ARTICLES = "SELECT url, revision, text FROM articles ORDER BY url"
ENDS = """
SELECT outcome, reason, count(*), count(article_id), count(capture_file) FROM fetches WHERE kind = 'page'
GROUP BY ALL ORDER BY ALL
"""
LATEST = """
SELECT url, outcome, reason FROM fetches JOIN runs USING (run_id) WHERE kind = 'page'
QUALIFY rank() OVER (ORDER BY started_at DESC) = 1 ORDER BY url
"""


def is_whole(text: str, said: dict[int, str] = SAID) -> bool:
    """Whether a text has what all pages say, in order, and the lead once."""
    places = [text.find(line) for line in said.values()]
    return places == sorted(places) and -1 not in places and text.count(LEAD) == 1


def from_zero(number: int) -> tuple[str, str]:
    """The address and the pager of a page at a site that counts from zero in addresses; readers see 1, 2, 3."""
    address = "/node/grain-from-zero"
    links = " ".join(f'<a href="{address}?page={at}"><span>Page </span>{at + 1}</a>' for at in range(3) if at != number)
    return f"{address}?page={number}" if number else address, f'<nav class="pager">{links}</nav>'


SHAPES = {
    "query": ["/news/grain-and-silos-1600", "/news/grain-and-silos-1600?page=2", "/news/grain-and-silos-1600?page=3"],
    "leaf": ["/news/grain-at-the-harbour.html", "/news/grain-at-the-harbour-2.html", "/news/grain-at-the-harbour-3.html"],
    "folder": ["/2026/02/grain-for-nobody/", "/2026/02/grain-for-nobody/2/", "/2026/02/grain-for-nobody/3/"],
    "word": ["/politik/getreide-ohne-namen", "/politik/getreide-ohne-namen,seite-2", "/politik/getreide-ohne-namen,seite-3"],
}


@pytest.fixture(scope="module", params=CATALOGS)
def listed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four articles on three pages each: one is listed by its first page, one by its last, one by all, one by its last two."""
    config = tmp_path_factory.mktemp("pages") / "watchlist.toml"
    with Site() as site:
        config.write_text(WATCHLIST.format(url=site.url, catalog=request.param))
        for number, addresses in enumerate(SHAPES.values()):
            said = {page: f"Report {number}: {line}" for page, line in SAID.items()}
            serve(site, addresses, said, {1: "coal", 3: "coal"} if number == 1 else None)
        for number in range(3):
            address, links = from_zero(number)
            site.routes[address] = page(prose(number + 1, f"Report 9: {SAID[number + 1]}"), links, f"{LEAD} 9")
        site.routes["/node/grain-from-zero?page=0"] = site.routes["/node/grain-from-zero"]
        # the first page is also listed with its number
        twice = ("/news/grain-and-silos-1600?page=1", "/node/grain-from-zero", "/node/grain-from-zero?page=0")
        site.feed("/feed", *SHAPES["query"][:1], *SHAPES["leaf"][2:], *SHAPES["folder"], *SHAPES["word"][1:], *twice)
        run(config)
    return config


def test_whichever_page_is_listed_the_article_is_one_with_the_whole_text(listed: Path) -> None:
    found = {url.rpartition(":")[2].partition("/")[2]: text for url, _, text in ask(listed, ARTICLES)}
    assert sorted(found) == sorted(["node/grain-from-zero", *(addresses[0].lstrip("/") for addresses in SHAPES.values())])
    assert is_whole(found["node/grain-from-zero"], {page: f"Report 9: {line}" for page, line in SAID.items()})
    for number, addresses in enumerate(SHAPES.values()):
        text = found[addresses[0].lstrip("/")]
        assert is_whole(text, {page: f"Report {number}: {line}" for page, line in SAID.items()}), text


def test_each_page_is_accounted_for_and_says_to_which_article_it_belongs(listed: Path) -> None:
    rows = ask(listed, ENDS)
    assert rows == [("copy", "part", 12, 12, 12), ("loaded", None, 5, 5, 5)]
    assert ask(listed, "SELECT discovered = (SELECT sum(urls) FROM fetches) FROM runs") == [(True,)]
    assert ask(listed, "SELECT count(*), count(DISTINCT article_id), count(capture_file) FROM parts") == [(15, 5, 15)]


@pytest.fixture(scope="module")
def unlike(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Addresses with numbers that are no pages of an article; and all that the site was asked for."""
    config = tmp_path_factory.mktemp("unlike") / "watchlist.toml"
    with Site() as site:
        config.write_text(WATCHLIST.format(url=site.url, catalog="data/news.duckdb"))
        # a daily column with one headline, in which each links to the next; only a reader sees that these are different days
        for day, name in ((3, "/grain-of-the-day/"), (4, "/grain-of-the-day-2/")):
            text = prose(day, f"On day {day} the market was closed, and the merchants went home early.")
            answer = page(text, '<a rel="next" href="/grain-of-the-day-2/">Next</a>', f"{LEAD} {day}", "Grain of the day")
            site.routes[name] = Answer(answer.body.replace(b"2026-02-03", f"2026-02-0{day}".encode()))
        comments = '<div id="comments"><p>Well said!</p><a href="?page=2">2</a></div>'
        site.routes["/news/grain-with-comments-77"] = page(prose(5, "Five barges wait at the lock."), comments, f"{LEAD} 5")
        # a single page has it all, also under an address with a number
        whole = "".join(prose(n + 5, f"Of {n} things the mayor said nothing to anybody.") for n in (1, 2))
        for address in ("/news/grain-in-one-piece-78", "/news/grain-in-one-piece-78?page=2"):
            site.routes[address] = page(whole, '<a href="/news/grain-in-one-piece-78?page=2">2</a>', f"{LEAD} 6")
        # an outlet leads what it took out to another story: the second page of one article, the first page of another
        for number, name in ((1, "/news/grain-and-rust-79"), (2, "/news/grain-and-fire-80")):
            addresses = [name, f"{name}?page=2"]
            serve(site, addresses, {page: f"Torn {number}: {line}" for page, line in SAID.items()})
            site.redirect(addresses[2 - number], to=f"/news/other-grain-{number}")
            text = prose(number + 20, f"Another thing, number {number}, was told in the town hall.")
            site.routes[f"/news/other-grain-{number}"] = page(text, "", f"{LEAD} {number + 20}", f"Other news of grain {number}")
        endless = ["/news/grain-without-end-81", "/news/grain-without-end-81?page=2"]
        serve(site, endless, {number: f"Endless {line} " * 7_000 for number, line in SAID.items()})
        torn = (endless[0], "/news/grain-and-rust-79", "/news/grain-and-fire-80?page=2")
        site.feed("/feed", "/grain-of-the-day/", "/news/grain-with-comments-77", "/news/grain-in-one-piece-78", *torn)
        run(config)
        return config, [asked.path for asked in site.asked]


def test_the_next_story_and_pages_of_comments_are_no_pages_of_an_article(unlike: tuple[Path, list[str]]) -> None:
    config, asked = unlike
    found = {url.rpartition("/")[2] or url.split("/")[-2]: text for url, _, text in ask(config, ARTICLES)}
    assert 990_000 < len(found.pop("grain-without-end-81")) <= 1_000_000
    other = {"grain-and-fire-80", "grain-and-rust-79", "other-grain-1", "other-grain-2"}
    usual = {"grain-in-one-piece-78", "grain-of-the-day", "grain-of-the-day-2", "grain-with-comments-77"}
    assert found.keys() == other | usual
    assert {name for name, text in found.items() if "Another thing" in text} == {"other-grain-1", "other-grain-2"}
    assert SAID[1] in found["grain-and-rust-79"] and SAID[2] in found["grain-and-fire-80"]
    assert "On day 4" not in found["grain-of-the-day"] and "On day 3" not in found["grain-of-the-day-2"]
    assert not any("grain-with-comments-77?page" in path for path in asked)
    assert found["grain-in-one-piece-78"].count("Of 1 things the mayor said nothing") == 1


# What becomes of an article on three pages from run to run: what its second page answers.
EDITED = "By noon the second crane stood idle, and its driver had been sent home without his wages."
SECOND_PAGES = ["fails", "is there", "is edited", "fails", "is edited"]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[tuple[Any, ...]]], list[list[tuple[Any, ...]]]]:
    """The project, the articles after each run, and the fetches of each run."""
    config = tmp_path_factory.mktemp("followed") / "watchlist.toml"
    articles, fetches = [], []
    addresses = SHAPES["query"]
    with Site() as site:
        config.write_text(WATCHLIST.format(url=site.url, catalog="data/news.duckdb"))
        site.feed("/feed", *addresses)  # pages that are not due are fetched all the same when their article is
        for number, second in enumerate(SECOND_PAGES):
            serve(site, addresses, SAID | ({2: EDITED} if second == "is edited" else {}))
            if second == "fails":
                site.routes[addresses[1]] = Answer(b"", status=500)
            run(config, number * 3)
            articles.append(ask(config, ARTICLES))
            fetches.append(ask(config, LATEST))
    return config, articles, fetches


def test_a_page_that_fails_neither_shortens_the_article_nor_makes_a_revision(followed: Any) -> None:
    _, articles, _ = followed
    texts = [text for ((_, _, text),) in articles]
    assert [revision for ((_, revision, _),) in articles] == [1, 1, 2, 2, 2]
    assert [SAID[2] in text for text in texts] == [False, True, False, False, False]
    assert [EDITED in text for text in texts] == [False, False, True, True, True]
    assert is_whole(texts[1]) and is_whole(texts[2], SAID | {2: EDITED}) and texts[2] == texts[3] == texts[4]


def test_each_look_at_an_article_looks_at_all_its_pages(followed: Any) -> None:
    _, _, fetches = followed
    assert [[row[1:] for row in rows] for rows in fetches] == [
        [("loaded", None), ("http-error", "http-status"), ("copy", "part")],
        [("updated", "part"), ("copy", "part"), ("copy", "part")],
        [("updated", None), ("copy", "part"), ("copy", "part")],
        [("unchanged", "same-text"), ("http-error", "http-status"), ("copy", "part")],
        [("unchanged", "same-text"), ("copy", "part"), ("copy", "part")],
    ]


def test_a_reclean_reads_all_pages_again(followed: Any) -> None:
    config, articles, _ = followed
    assert newslake("reclean", "--config", config).returncode == 0
    assert ask(config, ARTICLES) == articles[-1]
    assert ask(config, "SELECT outcome, reason, count(*) FROM fetches WHERE origin = 'reclean' GROUP BY ALL ORDER BY ALL") == [
        ("unchanged", "part", 2),
        ("unchanged", "same-text", 1),
    ]
    assert newslake("verify", "--config", config).returncode == 0


def test_forgetting_an_article_removes_all_its_pages(followed: Any) -> None:
    config, articles, _ = followed
    url = articles[-1][0][0]
    done = newslake("forget", url, "--yes", "--config", config)
    assert done.returncode == 0, done
    assert ask(config, "SELECT count(*) FROM parts") == [(0,)]
    assert ask(
        config, "SELECT count(*) FROM fetches WHERE url LIKE '%grain%' OR detail LIKE '%grain%' OR found_by LIKE '%grain%'"
    ) == [(0,)]
    kept = list(config.parent.rglob("*.warc.gz"))
    assert kept and not any(b"crane" in gzip.decompress(file.read_bytes()) for file in kept)
    assert newslake("verify", "--config", config).returncode == 0
