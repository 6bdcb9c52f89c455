"""What the pages of the explorer show, and what nothing of an article can do there."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow.parquet as pq
import pytest

from flows.explore.pages.sql import EXAMPLES
from tests.flows.command import CATALOGS, ask, newslake
from tests.flows.explore.corpus import NASTY, ODD, SCRIPTED, SITE, make
from tests.flows.explore.serving import Explorer, explorer, links, shown
from tests.warehouse.makers import article

FIRST = article(f"{SITE}/1").article_id
ENDLESS = "SELECT count(*) FROM range(100000) a, range(100000) b, range(1000) c WHERE a.range + b.range = c.range"


@pytest.fixture(scope="module", params=CATALOGS)
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("explore"), request.param)


@pytest.fixture(scope="module")
def site(corpus: Path) -> Iterator[Explorer]:
    with explorer(corpus) as made:
        yield made


def test_a_search_shows_its_hits_with_marks_facets_and_charts(site: Explorer) -> None:
    page = shown(site, "/?q=oil")
    assert "4 articles" in page and "<mark>Oil</mark> leaves the pier" in page
    assert (
        "/?q=oil&source=harbour" in links(page) and "/?q=oil&language=en" in links(page) and "/?q=oil&topic=trade" in links(page)
    )
    assert page.count("<svg") == 2 and "<style" not in page
    assert page.count("Asia/Seoul") == 1 and "Times: Asia/Seoul." in page  # charts are of days in UTC, and say so
    narrowed = shown(site, f"/?q=oil&source={quote(ODD, safe='')}")
    assert "1 article" in narrowed and "✓" in narrowed and "/?q=oil" in links(narrowed)
    pages = shown(site, "/?q=oil&n=1&page=2")
    assert "2 to 2 of 4" in pages and {"/?q=oil&n=1", "/?q=oil&n=1&page=3"} <= set(links(pages))
    assert "Newest articles" in shown(site, "/") and "4 articles" in shown(site, "/")
    assert "No article matches." in shown(site, "/?q=nowhere")
    assert "Without the filters, the search finds" in shown(site, "/?q=oil&since=2030-01-01")
    assert "OIL in capitals finds capitals only" in shown(site, "/?q=OIL&since=2030-01-01")
    assert "(*유), the search may find more" in shown(site, "/?q=%EC%9C%A0")


def test_a_mistake_in_a_query_is_shown_where_it_is(site: Explorer) -> None:
    page = shown(site, "/?q=oil+AND+(gas", 400)
    assert "at character" in page and 'value="oil AND (gas"' in page and "</span>^" not in page and "^</bdo>" in page
    assert "did you mean harbour?" in shown(site, "/?q=oil&source=harbor", 400)
    assert "is no moment" in shown(site, "/?since=soon", 400)
    for wrong in ("/?n=0", "/?page=x", "/?sort=best", "/?page=99999", "/?q=oil&download=exe"):
        assert site.get(wrong).status == 400


def test_one_goes_from_hit_to_hit(site: Explorer) -> None:
    page = shown(site, "/?q=oil&sort=date")
    hits = [link for link in links(page) if link.startswith("/article/")]
    assert len(hits) == 4
    second = shown(site, hits[1])
    assert {hits[0], hits[2], "/?q=oil&sort=date"} <= set(links(second))
    marks = re.findall(r'id="hit-(\d+)" href="#hit-(\d+)"', second)
    assert marks and marks[-1][1] == "1" and f'href="#hit-{len(marks)}"' in second


def test_an_article_shows_its_revisions_notes_and_page(site: Explorer) -> None:
    page = shown(site, f"/article/{FIRST}")
    assert "Edited after publication" in page and "&lt;b&gt;tag&lt;/b&gt;" in page and "accessed March 2, 2026" in page
    assert f"/article/{FIRST}/diff?from=1&to=2" in links(page) and f"/article/{FIRST}/page" in links(page)
    assert "at the pier" in shown(site, f"/article/{FIRST}?revision=1")
    changes = shown(site, f"/article/{FIRST}/diff?from=1&to=2")
    assert "<del>wire3</del>" in changes and "<ins>gone3</ins>" in changes
    answer = site.get(f"/article/{str(FIRST)[:8]}")
    assert (answer.status, answer.headers["location"]) == (303, f"/article/{FIRST}")
    assert site.get(f"/article/{FIRST}?revision=7").status == 400 and site.get(f"/article/{FIRST}/diff?from=9").status == 400
    assert "The nearest" in shown(site, f"/article/{quote(SITE + '/11', safe='')}", 404)


def test_a_story_is_shown_in_order_with_what_a_copy_changed(site: Explorer, corpus: Path) -> None:
    [(story, copy)] = ask(corpus, "SELECT story_id, article_id FROM copies")
    page = shown(site, f"/story/{story}?copy={copy}")
    assert "2 articles of 2 outlets" in page and "+2 h" in page and "<ins> more</ins>" in page
    rows = list(csv.DictReader(io.StringIO(site.get(f"/story/{story}?download=csv").body.decode("utf-8-sig"))))
    assert [row["source"] for row in rows] == ["harbour", "strait"]
    assert site.get(f"/story/{FIRST}x").status == 404


def test_runs_say_why_each_address_ended_so(site: Explorer, corpus: Path) -> None:
    [(run_id,)] = ask(corpus, "SELECT run_id FROM runs ORDER BY started_at LIMIT 1")
    assert f"/run/{run_id}" in links(shown(site, "/runs"))
    page = shown(site, f"/run/{run_id}?outcome=off-topic")
    assert "1 address" in page and "no-match" in page and SCRIPTED not in links(page)
    rows = json.loads(site.get(f"/run/{run_id}?outcome=off-topic&download=json").text)
    assert [row["url"] for row in rows] == [SCRIPTED + "2"]
    assert site.get("/run/1").status == 404


def test_sources_and_topics_have_pages_whatever_their_names_are(site: Explorer) -> None:
    (link,) = [link for link in links(shown(site, "/sources")) if "west" in link]
    assert "not watched" in shown(site, link)
    page = shown(site, "/topic/trade")
    assert "Newest stories" in page and "<svg" in page and "Oil leaves the pier" in page
    assert "It has selected no article yet" in shown(site, "/topic/arms")
    assert "did you mean trade?" in unescape(shown(site, "/topic/trad", 404))
    assert "did you mean harbour?" in unescape(shown(site, "/source/harbor", 404))
    assert {"/topic/trade", "/topic/arms"} <= set(links(shown(site, "/topics")))
    assert "Oil leaves the pier" in shown(site, "/brief?since=2026-02-28&topic=trade")
    assert site.get("/brief?topic=nobody").status == 400


def test_sql_answers_as_the_command_does(site: Explorer) -> None:
    page = shown(site, f"/sql?query={quote('SELECT source, count(*) AS n FROM articles GROUP BY ALL ORDER BY 2 DESC')}&chart=bar")
    assert "3 rows" in page and "<svg" in page and "<bdi>harbour</bdi>" in page
    assert '<th scope="col">source</th><th scope="col" class="n">n</th>' in page  # numbers and their heads are on one side
    assert "The first 200 rows" in shown(site, "/sql?query=FROM+range(300)")
    assert "300 rows" in shown(site, "/sql?query=FROM+range(300)&n=1000")
    refused = ("COPY articles TO '/tmp/x.csv'", "FROM read_csv('/etc/passwd')", "ATTACH 'x.db'", "SELEC", "DROP TABLE articles")
    for query in refused:
        assert 'role="alert"' in shown(site, f"/sql?query={quote(query)}", 400)
    assert (
        "articles" in shown(site, "/sql")
        and "was not run"
        in site.get("/sql?query=SELECT+1", sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="document").text
    )
    assert "4 rows" in shown(site, "/sql?query=FROM+search('oil')")


def test_every_example_of_the_page_of_sql_answers(site: Explorer) -> None:
    examples = [link for link in links(shown(site, "/sql")) if link.startswith("/sql?query=")]
    assert len(examples) == len(EXAMPLES)
    for link in examples:
        shown(site, link)


PAGES = (
    "/", "/?q=oil", "/?q=n3", "/sources", "/runs", "/topics", "/topic/trade", "/brief?since=2026-01-01",
    "/sql?query=FROM+articles", "/sql?query=FROM+fetches", "/sql?query=FROM+notes",
)  # fmt: skip


class Tags(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def harmful(page: str) -> list[object]:
    """What of a page runs, loads or leads to a script."""
    found: list[object] = []
    for tag, given in Tags(page).found:
        is_ours = (tag, given.get("src")) == ("script", "/static/explore.js")
        own = given.get("href", "/") or ""
        found += [tag] if tag in ("img", "iframe", "object", "base", "style", "i") or (tag == "script" and not is_ours) else []
        found += [name for name in given if name.startswith("on") or name == "style"]
        found += [] if own.startswith(("/", "#", "https://", "data:,")) else [own]
    return found + re.findall("[\x00-\x08\x0e-\x1f\x7f\u202e]", page)


def test_nothing_of_an_article_is_markup_or_an_address_of_a_script(site: Explorer, corpus: Path) -> None:
    ids = [row[0] for row in ask(corpus, "SELECT article_id FROM articles")]
    runs = [row[0] for row in ask(corpus, "SELECT run_id FROM runs")]
    places = [f"/{kind}/{each}" for kind, every in (("article", ids), ("story", ids), ("run", runs)) for each in every]
    odd = [f"/source/{quote(ODD, safe='')}", f"/?q={quote(NASTY[:90])}", f"/nowhere/{quote(NASTY[:60])}", f"/?tag={quote(NASTY)}"]
    seen = 0
    for place in [*PAGES, *places, *odd]:
        page = site.get(place).text
        assert harmful(page) == [], place
        assert "{{ 7*7 }}" in page or "evil" not in page
        seen += "&lt;script&gt;" in page
    assert seen > 8
    assert harmful(NASTY) and harmful(f'<a href="{SCRIPTED}">')


def test_the_page_as_it_was_fetched_can_do_nothing(site: Explorer) -> None:
    answer = site.get(f"/article/{FIRST}/page")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "allow" not in policy and "frame-ancestors 'self'" in policy
    assert '<iframe sandbox="" ' in answer.text and "<script" not in answer.text


def test_a_page_that_was_not_kept_is_not_found(site: Explorer) -> None:
    lost = article("https://strait.example/w", "strait").article_id
    assert f"newslake show {lost}" in shown(site, f"/article/{lost}/page", 404)


@pytest.mark.parametrize(
    "path",
    ["/?q=oil&sort=date&n=20", "/sql?query=SELECT+title,url,tags,published_at+FROM+articles+ORDER+BY+1", "/sources", "/runs"],
)
def test_a_download_has_the_rows_of_the_page(site: Explorer, path: str, tmp_path: Path) -> None:
    join = "&" if "?" in path else "?"
    data = {form: site.get(f"{path}{join}download={form}") for form in ("csv", "json", "parquet", "xlsx")}
    assert all(answer.status == 200 and "attachment" in answer.headers["content-disposition"] for answer in data.values())
    rows = json.loads(data["json"].text)
    lines = list(csv.reader(io.StringIO(data["csv"].body.decode("utf-8-sig"))))
    table = pq.read_table(io.BytesIO(data["parquet"].body))
    assert len(rows) == len(lines) - 1 == table.num_rows > 1 and lines[0] == list(rows[0]) == table.column_names
    first = "title" if "title" in rows[0] else lines[0][0]
    assert [row[first] for row in rows] == [str(value) for value in table.column(first).to_pylist()]
    (tmp_path / "x.xlsx").write_bytes(data["xlsx"].body)
    assert data["xlsx"].body[:2] == b"PK"
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "@", "+"))]


def test_a_large_download_is_never_whole_in_the_process_that_sends_it(corpus: Path) -> None:
    size = 30_000_000
    path = f"/sql?query=SELECT+repeat(%27x%27,{size})+AS+text&download=csv"
    with explorer(corpus) as site:
        tracemalloc.start()
        try:
            readers = [ExitStack() for _ in range(5)]  # more than there are processes that answer
            slow = [one.enter_context(site.reading(path)) for one in readers]
            assert all(answer.read(1000).strip() for answer in slow) and site.get("/topics").status == 200
            for one in readers[1:]:
                one.close()
            length = int(slow[0].headers["content-length"])
            assert length > size and length == 1000 + sum(map(len, iter(lambda: slow[0].read(100_000), b"")))
            assert tracemalloc.get_traced_memory()[1] < size / 2
        finally:
            tracemalloc.stop()
            readers[0].close()
        assert site.get(path, method="HEAD").headers["content-length"] == str(length)


def test_without_a_warehouse_the_pages_say_what_to_do(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text('[[topic]]\nname = "a"\nquery = "a"\n[[source]]\nname = "a"\nurl = "https://a.example/"\n')
    with explorer(config) as site:
        for path in ("/", "/sources", "/sql", "/sql?query=SELECT+1", "/article/abcd"):
            assert "newslake run" in shown(site, path, 503)
        config.write_text("[[source")
        assert "watchlist.toml" in site.get("/").text and site.get("/").status == 400


def test_a_query_that_takes_too_long_is_ended_and_hinders_nobody(corpus: Path) -> None:
    with explorer(corpus, sql_seconds=5.0) as site:
        page = site.get(f"/sql?query={quote(ENDLESS)}")
        assert "took longer than 5 s" in page.text and page.status == 503
        assert "3 rows" in shown(site, "/sql?query=SELECT+DISTINCT+source+FROM+articles")


def test_who_asks_while_all_are_at_work_is_told_to_come_back(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.explore.workers.PATIENCE", 0.1)
    with explorer(corpus, sql_seconds=5.0) as site, ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda _: site.get(f"/sql?query={quote(ENDLESS)}"), range(4)))
    busy = [page for page in pages if "busy with other questions" in page.text]
    assert len(busy) == 2 and {page.status for page in pages} == {503}


def test_who_leaves_the_page_ends_the_query(corpus: Path) -> None:
    """Two of them would take all places that there are for SQL."""
    with explorer(corpus, sql_seconds=300.0) as site:
        for _ in range(2):
            leaving = HTTPConnection("127.0.0.1", site.door.port)
            headers = {"Cookie": f"{site.door.cookie}={site.door.session}"}
            leaving.request("GET", f"/sql?query={quote(ENDLESS)}", headers=headers)
            leaving.close()
        assert "3 rows" in shown(site, "/sql?query=SELECT+DISTINCT+source+FROM+articles")
        assert "4 articles" in shown(site, "/?q=oil")


def test_the_command_says_what_is_wrong(corpus: Path) -> None:
    done = newslake("explore", "-c", corpus, "--host", "0.0.0.0", "--no-open")
    assert done.returncode == 2 and "is no loopback address" in done.stderr
    done = newslake("explore", "-c", corpus, "--public", "news.example.org/x", "--no-open")
    assert done.returncode == 2 and "is no address of a proxy" in done.stderr
    with explorer(corpus) as site:
        done = newslake("explore", "-c", corpus, "--port", str(site.door.port), "--no-open")
    assert done.returncode == 1 and "in use" in done.stderr and "--port 0" in done.stderr
    assert newslake("explore", "-c", corpus.parent / "nix.toml", "--no-open").returncode == 2


def test_duckdb_reads_the_sheet(site: Explorer, tmp_path: Path) -> None:
    from warehouse.opening.extensions import extension_file

    file = tmp_path / "hits.xlsx"
    file.write_bytes(site.get("/?q=oil&download=xlsx").body)
    with duckdb.connect(config={"allow_unsigned_extensions": "true"}) as con:
        con.execute(f"LOAD '{extension_file('excel')}'")
        titles = con.execute(f"SELECT title FROM read_xlsx('{file}', header = true) ORDER BY rank").fetchall()
    assert len(titles) == 4


def test_a_brief_has_an_address_that_stays_and_can_be_downloaded(site: Explorer) -> None:
    page = shown(site, "/brief?since=2026-01-01&topic=trade")
    [fixed] = [link for link in links(page) if link.startswith("/brief?") and "until=" in link]
    assert "since=2026-01-01T00%3A00%3A00%2B09%3A00" in fixed and "topic=trade" in fixed
    assert links(shown(site, fixed)).count(fixed) == 1
    for form, beginning in (
        ("html", "<!doctype html>"),
        ("md", "# What is new"),
        ("txt", "What is new"),
        ("json", "{"),
        ("atom", "<?xml"),
    ):
        got = site.get(f"/brief?since=2026-01-01&topic=trade&download={form}")
        assert (
            got.status == 200
            and got.text.startswith(beginning)
            and f"newslake-brief.{form}" in got.headers["content-disposition"]
        )
    assert site.get("/brief?download=exe").status == 400


def test_hits_say_that_there_are_notes_on_them(site: Explorer) -> None:
    for asked in ("q=pier", "topic=trade", "topic=trade&sort=score", ""):  # found by words, or listed
        page = shown(site, f"/?{asked}")
        assert 'class="noted"' in page and "1 note: &lt;b&gt;tag&lt;/b&gt;" in page, asked


def test_a_keyboard_gets_to_the_results_and_the_answer_at_once(site: Explorer) -> None:
    for place, name in (("/?q=oil", "results"), ("/sql?query=FROM+runs", "answer")):
        page = shown(site, place)
        assert f"#{name}" in links(page) and f'id="{name}" tabindex="-1"' in page
    assert "#results" not in links(site.get("/?q=(oil").text)
