"""`newslake init --opml LIST` and `newslake export --opml`: lists of feeds as readers export them, and back."""

from __future__ import annotations

import gzip
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from tests.flows.command import Done, newslake
from tests.flows.ferries import story

FEEDLY = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>feedly</title></head><body>
<outline text="Korea" title="Korea">
<outline type="rss" text="Korea Courier" title="Korea Courier" xmlUrl="https://courier.example/rss" htmlUrl="https://courier.example"/>
<outline type="rss" text="조선일보" xmlUrl="https://chosun.example/rss?a=1&amp;amp;b=2" htmlUrl="https://chosun.example"/>
</outline>
<outline text="State media, official"><outline text="North Korea">
<outline type="rss" title="AT&amp;amp;T &lt;News&gt;" xmlUrl="feed://att.example/rss"/></outline>
<outline type="rss" text="Courier again" xmlUrl="https://courier.example/rss"/></outline>
</body></opml>"""
# Attributes as NetNewsWire, Inoreader and FreshRSS write them, in any case and order.
OTHERS = """\ufeff<opml version="2.0" xmlns:frss="https://freshrss.org/opml"><body>
<outline text="Gazette" title="Gazette" description="" type="rss" version="RSS" htmlUrl="" xmlUrl="http://gazette.example/feed"/>
<outline type="RSS" XMLURL="https://strait.example/atom" HTMLURL="https://strait.example/" TEXT="gazette"/>
<outline text="Scraped" type="HTML+XPath" xmlUrl="https://page.example/news" frss:xPathItem="//a"/>
<outline text="Numbers" type="JSON+DotNotation" xmlUrl="https://api.example/items"/>
<outline text="A site" type="link" url="https://site.example/"/>
<outline xmlUrl="https://www.nameless.example/feed"/>
<outline text="..." xmlUrl="https://dots.example/feed"/>
<outline text="Wire" xmlUrl="https://wire.example/world.xml" htmlUrl="https://wire.example/"/>
<outline text="Wire" xmlUrl="https://wire.example/business.xml" htmlUrl="https://wire.example/"/>
<outline text="Wire" xmlUrl="https://other.example/feed"/>
<outline text="Local" xmlUrl="file:///etc/passwd"/>
<outline text="Torrent" xmlUrl="magnet:?xt=urn:x"/>
<outline text="Secret" xmlUrl="https://user:hunter2@s.example/feed"/>
<outline text="Off" xmlUrl="https://off.example/feed" isComment="true" category="/Asia/Korea,blogs,Blogs"/>
<outline text="An empty folder"/>
</body></opml>"""


def init(folder: Path, text: str | bytes, *words: str) -> tuple[Done, list[dict[str, Any]]]:
    """Make a watchlist of a list; return what was said, and its sources as they are written."""
    (folder / "feeds.opml").write_bytes(text if isinstance(text, bytes) else text.encode())
    done = newslake("init", "--opml", "feeds.opml", *words, cwd=folder)
    file = folder / "watchlist.toml"
    if done.returncode:
        return done, []
    load_watchlist(file)
    return done, tomllib.loads(file.read_text("utf-8"))["source"]


def test_feeds_become_sources_and_folders_tags(tmp_path: Path) -> None:
    done, sources = init(tmp_path, FEEDLY)
    assert "with 3 sources of feeds.opml" in done.stdout and "entries that repeat an address of another: 1" in done.stdout
    assert sources == [
        {
            "name": "korea-courier",
            "url": "https://courier.example",
            "feeds": ["https://courier.example/rss"],
            "tags": ["Korea", "State media official"],
        },
        {"name": "조선일보", "url": "https://chosun.example", "feeds": ["https://chosun.example/rss?a=1&b=2"], "tags": ["Korea"]},
        {"name": "at-t-news", "feeds": ["http://att.example/rss"], "tags": ["State media official", "North Korea"]},
    ]
    assert "# AT&T <News>\n" in (tmp_path / "watchlist.toml").read_text("utf-8")
    assert newslake("check", "--offline", cwd=tmp_path).returncode == 0


def test_lists_of_other_readers_are_read_and_what_is_no_source_is_told(tmp_path: Path) -> None:
    done, sources = init(tmp_path, OTHERS)
    by_name = {source["name"]: source for source in sources}
    assert list(by_name) == [
        *("Gazette", "gazette-strait.example", "Scraped", "a-site", "nameless.example", "dots.example", "Wire"),
        *("Wire-other.example", "Off"),
    ]
    assert by_name["Scraped"]["sections"] == ["https://page.example/news"]
    assert by_name["a-site"] == {"name": "a-site", "url": "https://site.example/"}
    assert by_name["Wire"]["feeds"] == ["https://wire.example/world.xml", "https://wire.example/business.xml"]
    assert (by_name["Off"]["enabled"], by_name["Off"]["tags"]) == (False, ["Asia", "Korea", "blogs"])
    skipped = [line for line in done.stderr.splitlines() if line.startswith("Skipped: ")]
    assert [line.split(":")[1].strip() for line in skipped] == ["Numbers", "Local", "Torrent", "Secret"]
    assert "hunter2" not in done.stdout + done.stderr


def test_what_can_be_read_of_a_broken_list_is_read(tmp_path: Path) -> None:
    done, sources = init(
        tmp_path,
        '<opml><body><outline text="Caf&eacute;&nbsp;& bar" xmlUrl="https://a.example/?x=1&y=2&copy=3"/>'
        '<outline text="B" xmlUrl="https://b.example/"/><outline text="C" xmlUrl="htt',
    )
    assert "Note: the file is damaged at line 1" in done.stderr
    assert [(source["name"], source["feeds"]) for source in sources][:2] == [
        ("café-bar", ["https://a.example/?x=1&y=2&copy=3"]),
        ("B", ["https://b.example/"]),
    ]


def test_references_to_characters_that_xml_does_not_have_cost_only_themselves(tmp_path: Path) -> None:
    _, sources = init(
        tmp_path,
        '<opml><body><outline text="A&#0;&#x1b;&#xD800;&#x110000;&#9999999;b" xmlUrl="https://a.example/&#12;"/>'
        '<outline text="B&#233;&#xE9;" xmlUrl="https://b.example/"/></body></opml>',
    )
    assert [source["name"] for source in sources] == ["a-b", "Béé"]


@pytest.mark.parametrize(
    "folder", ["می\u200cخواهم", "👨\u200d👩\u200d👧 home", "हिन्दी", "a\u00adb\ue000c", "x\u202ey", "　日本　語　"]
)
def test_any_folder_becomes_a_tag_that_the_watchlist_takes(tmp_path: Path, folder: str) -> None:
    _, sources = init(
        tmp_path, f'<opml><body><outline text="{folder}"><outline xmlUrl="https://a.example/"/></outline></body></opml>'
    )
    (tag,) = sources[0]["tags"]
    assert tag == {"a\u00adb\ue000c": "abc", "x\u202ey": "xy", "　日本　語　": "日本 語"}.get(folder, folder)
    listed = newslake("export", "--opml", "-", cwd=tmp_path).stdout
    (tmp_path / "again").mkdir()
    assert init(tmp_path / "again", listed)[1] == sources


@pytest.mark.parametrize("title", ["हिन्दी समाचार", "ไทยรัฐ ข่าว", "தமிழ் செய்தி"])
def test_a_name_is_never_cut_into_pieces_of_words(tmp_path: Path, title: str) -> None:
    _, sources = init(tmp_path, f'<opml><body><outline text="{title}" xmlUrl="https://www.daily.example/rss"/></body></opml>')
    assert [source["name"] for source in sources] == ["daily.example"]
    assert f"# {title}\n" in (tmp_path / "watchlist.toml").read_text("utf-8")


@pytest.mark.parametrize("encoding", ["utf-16", "euc-kr"])
def test_the_encoding_is_that_of_the_file(tmp_path: Path, encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><opml><body><outline text="조선" xmlUrl="https://a.example/"/></body></opml>'
    )
    _, sources = init(tmp_path, text.encode(encoding))
    assert [source["name"] for source in sources] == ["조선"]


LAUGHS = '<!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><opml><outline text="&b;" xmlUrl="https://a.example/"/></opml>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it has no <outline>"),
        ("name,url\nA,https://a.example/", "it has no <outline>"),
        ("<html><body><p>Sign in", "it has no <outline>"),
        (LAUGHS, "it defines entities"),
        (f"<?xml version='1.0' encoding='utf-16'?>{LAUGHS}".encode("utf-16"), "it defines entities"),
        ("<opml>" + "<outline text='x'>" * 600_000, "tags, more than"),
        (gzip.compress(FEEDLY.encode()), "it is compressed"),
        (b"PK\x03\x04" + b"x" * 40, "it is compressed"),
        (
            "<opml>" + "<outline text='x'>" * 400 + "<outline xmlUrl='https://a.example/'/>" + "</outline>" * 400 + "</opml>",
            "the file is damaged at line 1",
        ),
        (b" " * 20_000_001, "larger than 20,000,000 bytes"),
        ("<opml><outline text='A' xmlUrl='file:///x'/></opml>", "the file has no feed that newslake reads: A: 'file:///x'"),
    ],
    ids=["empty", "CSV", "HTML", "entities", "entities in UTF-16", "tags", "gzip", "zip", "depth", "size", "no feed"],
)
def test_what_is_no_list_is_refused_and_nothing_is_written(tmp_path: Path, text: str | bytes, said: str) -> None:
    done, _ = init(tmp_path, text)
    assert done.returncode == 2 and said in done.stderr and "nothing was written" in done.stderr
    assert not (tmp_path / "watchlist.toml").exists()


def test_a_watchlist_is_never_overwritten_unasked(tmp_path: Path) -> None:
    file = tmp_path / "watchlist.toml"
    file.write_text("mine")
    done, _ = init(tmp_path, FEEDLY)
    assert done.returncode == 2 and "newslake init --force --opml feeds.opml watchlist.toml" in done.stderr
    assert file.read_text() == "mine"
    assert len(init(tmp_path, FEEDLY, "--force")[1]) == 3
    missing = newslake("init", "w.toml", "--opml", "nowhere.opml", cwd=tmp_path)
    assert missing.returncode == 2 and "cannot read nowhere.opml" in missing.stderr


@pytest.mark.parametrize("text", [FEEDLY, OTHERS])
def test_a_list_that_is_written_and_read_again_is_the_same(tmp_path: Path, text: str) -> None:
    def exported(folder: Path) -> str:
        done = newslake("export", "--opml", cwd=folder)
        assert done.returncode == 0
        return re.sub("<dateCreated>.*?</dateCreated>", "", done.stdout)

    init(tmp_path, text)
    first = exported(tmp_path)
    again = tmp_path / "again"
    again.mkdir()
    done, sources = init(again, first)
    assert (done.returncode, done.stderr) == (0, "")
    assert exported(again) == first
    before = tomllib.loads((tmp_path / "watchlist.toml").read_text("utf-8"))["source"]
    # OPML has no place for the page of which a reader made a feed of its own.
    assert sources == [one if "sections" not in one else {"name": one["name"], "url": "https://page.example/"} for one in before]


def test_the_list_has_the_feeds_that_were_found_on_the_site(tmp_path: Path) -> None:
    with Site() as site:
        site.routes["/the-ferry-story-1"] = story(1)
        site.feed("/found.xml", "/the-ferry-story-1")
        home = '<html><head><link rel="alternate" type="application/rss+xml" href="/found.xml"></head><body>Home</body></html>'
        site.routes["/"] = Answer(home.encode())
        (tmp_path / "watchlist.toml").write_text(
            '[warehouse]\ncatalog = "data/news.duckdb"\n[crawl]\ndelay = 0.0\nallow_private = true\n'
            '[[topic]]\nname = "ferries"\nquery = "ferry"\n'
            f'[[source]]\nname = "tide"\nurl = "{site.url}/"\ntags = ["sea"]\n'
        )
        before = newslake("export", "--opml", cwd=tmp_path)
        assert f'type="link" url="{site.url}/"' in before.stdout
        assert "no feed is known of tide" in before.stderr
        assert newslake("run", "--plain", cwd=tmp_path).returncode == 0
        after = newslake("export", "feeds.opml", "--opml", cwd=tmp_path)
    assert (after.returncode, after.stderr) == (0, "") and "Wrote 1 source to feeds.opml." in after.stdout
    (outline,) = (one for one in etree.parse(tmp_path / "feeds.opml").getroot().iter("outline") if one.get("xmlUrl"))
    assert (outline.get("xmlUrl"), outline.get("htmlUrl")) == (f"{site.url}/found.xml", f"{site.url}/")


def test_the_watchlist_itself_is_not_written_and_other_options_mean_nothing(tmp_path: Path) -> None:
    init(tmp_path, FEEDLY)
    own = newslake("export", "watchlist.toml", "--opml", cwd=tmp_path)
    assert own.returncode == 2 and "is the watchlist" in own.stderr
    both = newslake("export", "--opml", "--topic", "shadow-fleet", cwd=tmp_path)
    assert both.returncode == 2 and "no other option goes with it" in both.stderr
    nothing = newslake("export", cwd=tmp_path)
    assert nothing.returncode == 2 and "the file to write is missing" in nothing.stderr


@pytest.mark.parametrize("tag", ["", " a", "a,b", "/a", "a\\nb", "x" * 101])
def test_a_tag_that_could_not_be_written_elsewhere_is_refused(tmp_path: Path, tag: str) -> None:
    init(tmp_path, FEEDLY)
    file = tmp_path / "watchlist.toml"
    file.write_text(file.read_text("utf-8").replace('"Korea"', f'"{tag}"', 1), "utf-8")
    done = newslake("check", "--offline", cwd=tmp_path)
    assert done.returncode == 2 and '[[source]] "korea-courier" → tags[0]: a tag' in done.stderr
