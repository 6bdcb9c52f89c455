"""`newslake check --save` stores all that it was answered, without secrets; `--from` says the same again without any network."""

from __future__ import annotations

import base64
import gzip
import json
import random
import resource
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl

from newslake.testing import Answer, Site
from newslake.testing.golden import GoldenPage, main
from spiders.tape import Secrets
from tests.flows.command import COMMAND, ENVIRONMENT, Done, newslake
from tests.flows.sources.drawn import next_blocks
from tests.flows.sources.listed import cyrillic, redirected
from tests.flows.sources.model import Outlet, page
from tests.flows.sources.words import story

SECRET = "Sup3rSecretKey"
KEY, PATH = "Kq8vR2mTx0", "9f86d081884c7d659a2f"
COOKIE = "visitor-4711"
WATCHLIST = """
[warehouse]
catalog = "data/news.duckdb"
[crawl]
delay = 0.0
timeout = 5
allow_private = true
user_agent = "test (+https://tide.example/contact)"
[notify]
urls = ["json://user:Pa55word@127.0.0.1:9/hook"]
[[topic]]
name = "tankers"
query = "tanker OR Танкер*"
[[source]]
name = "odd"
feeds = ["{odd}/rss?api_key={secret}&x=1", "{odd}/rss/{path}/feed?key={key}", "{odd}/gone", "{odd}/broken"]
timezone = "Asia/Seoul"
[[source]]
name = "dead"
feeds = ["http://127.0.3.9:9/rss"]
"""


@dataclass
class Told:
    """A check that was saved while the sites were there, and repeated when they were gone."""

    saved: Done
    folder: Path
    home: Path
    values: dict[str, Any]  # the same, repeated with --json
    outlets: list[Outlet]
    odd: str


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    home = tmp_path_factory.mktemp("saved")
    with Site("127.0.3.1") as a, Site("127.0.3.2") as b, Site("127.0.3.3") as c, Site("127.0.3.4") as odd:
        outlets = [next_blocks(a, 1000), cyrillic(b, 1100), redirected(c, 1200)]
        odd.routes["/robots.txt"] = Answer(
            b"User-agent: *\nCrawl-delay: 1\nDisallow: /private/\n", headers={"Set-Cookie": f"id={COOKIE}"}
        )
        odd.feed("/rss", "/news/tanker-13001", "/private/13002", "/cut/13003", "/packed/13004")
        feed = odd.routes["/rss"]
        assert isinstance(feed, Answer)
        feed.body = gzip.compress(
            feed.body.replace(b"<channel>", f"<channel><link>{odd.url}/rss?api_key={SECRET}</link>".encode())
        )
        feed.headers["Content-Encoding"] = "gzip"
        first = story("en", 1300)
        pager = ("<article>", '</article><p class="pager"><a href="/news/tanker-13001?page=2">2</a></p>')
        odd.routes["/news/tanker-13001"] = page(first, around=pager)
        odd.routes["/news/tanker-13001?page=2"] = page(replace(story("en", 1301), title=first.title, published=first.published))
        odd.routes["/cut/13003"] = Answer(b"<p>half", cut=True)
        odd.routes["/packed/13004"] = Answer(gzip.compress(b"x" * 1000), headers={"Content-Type": "application/zip"})
        odd.feed(f"/rss/{PATH}/feed", "/news/tanker-13001")
        odd.routes["/broken"] = Answer(status=503)
        text = WATCHLIST.format(odd=odd.url, secret=SECRET, key=KEY, path=PATH) + "\n".join(outlet.toml() for outlet in outlets)
        (home / "watchlist.toml").write_text(text, "utf-8")
        saved = newslake("check", "--save", "saved", "--pages", "4", cwd=home)
    values = json.loads(newslake("check", "--from", home / "saved", "--json").stdout)
    yield Told(saved, home / "saved", home, values, outlets, odd.url)


def test_a_check_is_repeated_from_its_folder_alone_and_says_the_same(told: Told, tmp_path: Path) -> None:
    assert told.saved.returncode == 1 and "Stored in saved" in told.saved.stderr
    elsewhere = shutil.copytree(told.folder, tmp_path / "report")
    again = newslake("check", "--from", elsewhere, cwd=tmp_path)
    assert (again.returncode, again.stderr) == (1, "")
    assert again.stdout == told.saved.stdout


def test_it_shows_how_the_pages_are_read(told: Told) -> None:
    by_url = {row["url"]: row for row in told.values["pages"]}
    for outlet in told.outlets[:2]:
        for path, one in outlet.stories.items():
            row = next(row for url, row in by_url.items() if url.startswith(outlet.site.absolute(path)))
            assert (row["end"], row["title"]) == ("article", one.title)
            assert row["text"].endswith("…") and len(row["text"]) <= 160, "where the text goes on, that shows"
    told_of_part = by_url[f"{told.odd}/news/tanker-13001?page=2"]
    assert (told_of_part["end"], told_of_part["reason"]) == ("article", "part"), "no article of its own"
    assert told_of_part["detail"] == f"page 2 of {told.odd}/news/tanker-13001"
    assert by_url[f"{told.odd}/cut/13003"]["reason"] == "broken-answer"
    assert by_url[f"{told.odd}/packed/13004"]["reason"] == "wrong-type"
    assert f"{told.odd}/private/13002" not in by_url


def test_one_source_can_be_repeated(told: Told) -> None:
    listings = json.loads(newslake("check", "--from", told.folder, "--source", "odd", "--json").stdout)["listings"]
    assert {row["source"] for row in listings} == {"odd"}
    wrong = newslake("check", "--from", told.folder, "--source", "ood")
    assert wrong.returncode == 2 and "--source odd" in wrong.stderr


def test_no_secret_and_no_cookie_is_stored(told: Told) -> None:
    assert SECRET not in told.saved.stdout.replace("\n", "").replace(" ", "")
    assert f"{told.odd}/rss?api_key=***&x=1" in {row["url"] for row in told.values["listings"]}
    for file in told.folder.iterdir():
        data = file.read_bytes()
        text = gzip.decompress(data) if file.suffix == ".gz" else data
        for hidden in (SECRET, KEY, PATH, COOKIE, "Pa55word", "tide.example/contact\r\nCookie"):
            assert hidden.encode() not in text, file


def test_what_the_folder_lacks_is_said(told: Told, tmp_path: Path) -> None:
    less = shutil.copytree(told.folder, tmp_path / "less")
    answers = less / "answers.jsonl"
    kept = [line for line in answers.read_text("utf-8").splitlines() if '/rss.asp"' not in line]
    answers.write_text("\n".join(kept) + "\n", "utf-8")
    again = newslake("check", "--from", less, "--source", "interfax", "--json")
    assert "holds no answer for 1 of the addresses" in again.stderr and "/rss.asp" in again.stderr
    (row,) = [row for row in json.loads(again.stdout)["listings"] if row["url"].endswith("/rss.asp")]
    assert row["reason"] == "not-saved"


def test_a_damaged_folder_is_refused_or_told(told: Told, tmp_path: Path) -> None:
    torn = shutil.copytree(told.folder, tmp_path / "torn")
    for file in torn.glob("*.warc.gz"):
        file.write_bytes(file.read_bytes()[:200])
    assert "holds no answer" in newslake("check", "--from", torn, "--source", "odd").stderr
    (torn / "answers.jsonl").unlink()
    lacking = newslake("check", "--from", torn)
    assert lacking.returncode == 2 and "it lacks answers.jsonl" in lacking.stderr
    assert "Traceback" not in lacking.stderr


DAMAGED = {
    "manifest.json": [
        ('"pages": 4', '"pages": "four"'),
        ('"topics": [', '"topics": 5, "x": ['),
        ('"advice": [', '"advice": [{}], "x": ['),
        ('"count": 5', '"count": "5 of 6"'),
        ('"left_alone": {}', '"left_alone": {"127.0.3.4": "soon"}'),
        ('"left_alone": {}', '"left_alone": {"127.0.3.4": NaN}'),
        ('"left_alone": {}', '"left_alone": {"127.0.3.4": 1e300}'),
        ('"watchlist": ', '"watchlist": 5, "x": '),
        ('"option": null', '"option": 7'),
        ("{", "[" * 100_000),
    ],
    "answers.jsonl": [
        ('"offset": ', '"offset": -'),
        ('"method": ', '"flags": [{}], "method": '),
        ('"file": "', '"file": "../'),
        ('"file": "', '"file": "/dev/'),
        ("{", "[]\n{"),
        ("{", "[" * 100_000),
    ],
}


@pytest.mark.parametrize(("file", "old", "new"), [(file, *change) for file, changes in DAMAGED.items() for change in changes])
def test_a_folder_from_anywhere_is_checked_before_it_is_used(told: Told, tmp_path: Path, file: str, old: str, new: str) -> None:
    odd = shutil.copytree(told.folder, tmp_path / "odd")
    text = (odd / file).read_text("utf-8")
    assert old in text
    (odd / file).write_text(text.replace(old, new, 1), "utf-8")
    done = newslake("check", "--from", odd)
    assert done.returncode == 2 and f"{odd} is no folder of newslake check --save, or not all of it" in done.stderr
    assert file in done.stderr


def test_a_terminal_obeys_nothing_of_a_folder_and_no_file_of_it_is_endless(told: Told, tmp_path: Path) -> None:
    odd = shutil.copytree(told.folder, tmp_path / "odd")
    manifest = json.loads((odd / "manifest.json").read_text("utf-8"))
    manifest |= {"topics": ["\x1b[31mred"], "watchlist": "\x1b]0;x\x07", "option": "\x1b[2J.toml"}
    (odd / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (warc,) = odd.glob("*.warc.gz")
    warc.unlink()
    warc.symlink_to("/dev/zero")
    done = newslake("check", "--from", odd, "--source", "odd")
    assert done.returncode == 1 and "holds no answer" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_a_full_disk_is_no_failure_of_the_pages(tmp_path: Path) -> None:
    with Site("127.0.3.5") as site:
        site.feed("/rss", "/news/tanker-1")
        large = base64.b64encode(random.Random(1).randbytes(400_000))
        site.routes["/news/tanker-1"] = Answer(page(story("en", 1300)).body + b"<!--" + large + b"-->")
        text = WATCHLIST.partition("[[source]]")[0] + f'[[source]]\nname = "large"\nfeeds = ["{site.url}/rss"]\n'
        (tmp_path / "watchlist.toml").write_text(text, "utf-8")
        done = subprocess.run(
            [*COMMAND, "check", "--save", "saved"],
            cwd=tmp_path,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
        )
    assert done.returncode == 1
    assert "cannot be written" in done.stdout and "df -h" in done.stdout


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("https://post.example/rss?key=Kq8vR2mTx0", "Kq8vR2mTx0"),
        ("https://post.example/rss?auth=QwErTyUiOp&x=1", "QwErTyUiOp"),
        ("https://post.example/?format=feed&user_email=jane%40post.example", "jane%40post.example"),
        ("https://post.example/private/9f86d081-884c-4d65-9a2f-eaa0c55ad015/feed.rss", "9f86d081-884c-4d65-9a2f-eaa0c55ad015"),
        ("https://post.example/feeds/tPkqKuZsCn1sR1Jb9x2.xml", "tPkqKuZsCn1sR1Jb9x2"),
        ("https://post.example/alerts/feeds/12345678901234567890/1", "12345678901234567890"),
        ("https://post.example/rss?key=sport&lang=en", None),
        ("https://post.example/politik-2024/wirtschaft-und-g20-2024-q3/sitemap_article_2024_11.xml", None),
    ],
)
def test_what_admits_a_reader_is_secret_whatever_it_is_called(address: str, secret: str | None) -> None:
    hidden = Secrets([address]).hide(address)
    assert hidden == (address.replace(secret, "***") if secret else address)
    assert HttpUrl(hidden)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--save", "saved"), "holds something already"),
        (("--from", "nowhere"), "is no folder of newslake check --save"),
        (("--from", "saved", "--offline"), "--offline cannot be given"),
        (("--from", "saved", "--pages", "2"), "newslake check --from saved"),
        (("--from", "saved", "--save", "other"), "--save cannot be given"),
    ],
)
def test_a_wrong_use_is_refused_in_words(told: Told, words: tuple[str, ...], said: str) -> None:
    done = newslake("check", *words, cwd=told.home)
    assert done.returncode == 2 and said in done.stderr and "Next: " in done.stderr


def test_a_saved_page_becomes_a_golden_page(told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"{told.odd}/news/tanker-13001"
    assert main(tmp_path, ["tanker", str(told.folder)]) == 2
    assert "--url" in capsys.readouterr().err
    assert main(tmp_path, ["tanker", str(told.folder), "--url", url]) == 0
    golden = GoldenPage(tmp_path / "tanker")
    assert golden.given["url"] == url and golden.given["timezone"] == "Asia/Seoul" and golden.given["hints"]["title"]
    assert golden.expected["title"] == story("en", 1300).title and golden.difference() == ""
