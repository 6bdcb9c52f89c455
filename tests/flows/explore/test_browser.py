"""The explorer in a real Chromium: nothing of a page runs, loads or leaves; it fits a phone; the keyboard is enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.flows.command import ask
from tests.flows.explore.browser import Browser, browser, needs_browser
from tests.flows.explore.corpus import NASTY, ODD, SITE, make
from tests.flows.explore.serving import Explorer, explorer
from tests.warehouse.makers import article

pytestmark = needs_browser

AT = "document.activeElement"
FIRST = article(f"{SITE}/1").article_id
PLACES = (
    "/?q=oil", "/", f"/article/{FIRST}?q=oil&at=1", f"/article/{FIRST}/diff", "/sources", f"/source/{quote(ODD, safe='')}",
    "/runs", "/topics", "/topic/trade", "/brief?since=2026-01-01", "/sql", "/sql?query=FROM+articles&n=200", "/?q=(oil",
    "/nothing",
    "/sql?query=SELECT+source,+count(*)+AS+n+FROM+articles+GROUP+BY+ALL&chart=bar", f"/?q={quote(NASTY[:90])}",
)  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("shown"))


@pytest.fixture(scope="module")
def site(corpus: Path) -> Iterator[Explorer]:
    with explorer(corpus) as made:
        yield made


@pytest.fixture(scope="module")
def tab(site: Explorer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A tab of a browser that the explorer knows."""
    with browser(tmp_path_factory.mktemp("chromium")) as made:
        made.open(site.door.address)
        assert (
            made.run("location.search") == "" and made.run("document.cookie") == ""
        )  # the token is gone, no script sees the cookie
        yield made


def base(site: Explorer) -> str:
    return f"http://127.0.0.1:{site.door.port}"


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (360, "dark"),
        (1440, "light"),
        pytest.param(360, "light", marks=pytest.mark.e2e),
        pytest.param(1440, "dark", marks=pytest.mark.e2e),
    ],
)
def test_pages_fit_and_nothing_of_an_article_runs(
    site: Explorer, corpus: Path, tab: Browser, width: int, scheme: str, tmp_path: Path
) -> None:
    tab.look(width=width, scheme=scheme)
    ids = [row[0] for row in ask(corpus, "SELECT article_id FROM articles")]
    ((run,), *_) = ask(corpus, "SELECT run_id FROM runs ORDER BY started_at")
    [(story, copy)] = ask(corpus, "SELECT story_id, article_id FROM copies")
    more = [*(f"/article/{each}" for each in ids), f"/run/{run}", f"/story/{story}?copy={copy}"] if width == 360 else []
    ground = set()
    for place in (*PLACES, *more):
        tab.open(base(site) + place)
        assert tab.run("document.title") not in (None, "", "ran"), place
        assert tab.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (place, width)
        asked = {url.split("/")[2] for url in tab.asked() if url.startswith("http")}
        assert tab.refused() == [] and asked == {f"127.0.0.1:{site.door.port}"}
        assert tab.run("document.scripts.length") == 1 and tab.run("document.images.length") == 0
        assert tab.run("[...document.querySelectorAll('h1')].length") == 1, place
        if width == 360:  # words of a chart can be read, and its latest day is in sight
            charts = "[...document.querySelectorAll('.latest svg')].map((one) => one.getBoundingClientRect())"
            assert tab.run(f"{charts}.every((one) => one.width > 500 && one.right <= innerWidth)"), place
        ground.add(tab.run("getComputedStyle(document.body).backgroundColor"))
        assert len(tab.picture()) > 5_000
    assert ground == {"rgb(25, 24, 23)" if scheme == "dark" else "rgb(255, 253, 249)"}


def test_the_copy_of_a_page_neither_runs_nor_loads_nor_leaves(site: Explorer, tab: Browser) -> None:
    tab.look(width=1440, scheme="light")
    address = f"{base(site)}/article/{FIRST}/page"
    tab.open(address)
    assert tab.run("document.querySelector('iframe').srcdoc.includes('As it was fetched')")
    for _ in range(20):  # what it would do at once, it would have done
        tab.run("1")
    asked = [url for url in tab.asked() if not url.startswith(("about:", "data:"))]
    assert set(asked) == {address} and tab.run("location.href") == address and tab.run("document.title") != "ran"
    assert not [one for one in tab.said if one.get("method") == "Page.frameNavigated" and "elsewhere" in str(one)]


def test_the_keyboard_is_enough(site: Explorer, tab: Browser) -> None:
    tab.look(width=1440, scheme="light")
    tab.open(f"{base(site)}/?q=oil")
    tab.press("Tab")
    assert tab.run("document.activeElement.className") == "skip" and tab.run("document.activeElement.offsetLeft >= 0")
    tab.press("Enter")
    assert tab.run("location.hash") == "#main"
    tab.press("/")
    assert tab.run("document.activeElement.id") == "q"
    reached = set()
    for _ in range(60):
        tab.press("Tab")
        reached.add(tab.run(f"({AT}).getAttribute('href') || ({AT}).name || ({AT}).tagName"))
        assert tab.run(f"{AT} === document.body || getComputedStyle({AT}).outlineStyle !== 'none'")
    assert {"since", "until", "sort", "n", "/?q=oil&source=harbour", "/?q=oil&download=csv"} <= reached
    tab.open(f"{base(site)}/article/{FIRST}?q=oil")
    tab.press("n")
    assert tab.run("document.activeElement.id") == "hit-1"
    tab.press("n")
    assert tab.run("document.activeElement.id") == "hit-2"
    tab.press("p")
    tab.press("Enter")
    assert tab.run("location.hash") == "#hit-2"


def test_without_scripts_everything_works(site: Explorer, tab: Browser) -> None:
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open(f"{base(site)}/?q=oil&source=harbour")
        assert tab.run("document.querySelector('[role=status]').textContent") == "1 to 2 of 2 articles"
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)
