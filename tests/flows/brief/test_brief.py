"""The brief of a corpus: what is told of it, in each format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from flows.watchlist import load_watchlist
from newslake.outcomes import Outcome, Reason
from tests.flows.command import newslake
from tests.warehouse.makers import MATCH, article, fetch, hours, page, run, words
from warehouse.database.connect import open_writer
from warehouse.load.run import load

SITE = "https://harbour.example"
WIRE = words("wire", 80)
NASTY = '<script>alert("x")</script> | [a](javascript:b) \x1b[31m\u202e'
WATCHLIST = """
[schedule]
interval = "1h"
timezone = "Asia/Seoul"
[[topic]]
name = "trade"
query = "oil"
[[topic]]
name = "arms"
query = "missile"
[[source]]
name = "harbour"
url = "https://harbour.example/"
[[source]]
name = "strait"
url = "https://strait.example/"
"""
NEWS = ("--since", "2026-02-28")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A story of two outlets, a lone article, one out to harm readers, an edit that loses the topic, a take-down, an old one."""
    config = tmp_path_factory.mktemp("brief") / "watchlist.toml"
    config.write_text(WATCHLIST)
    wire = article(f"{SITE}/wire", text=WIRE, title="Oil at the pier")
    strait = {"source": "strait", "domain": "strait.example", "published_at": hours(2)}
    copied = article("https://strait.example/w", text=WIRE, title="Oil for all", **strait)
    named = f"{words('lone', 60)} It was Dr. Ada Park who paid."
    lone = article(f"{SITE}/lone", title="Oil alone", text=named, published_at=hours(1))
    nasty = article(f"{SITE}/nasty", title=NASTY, text=f"{NASTY} {words('n')}")
    old = article(f"{SITE}/old", title="Oil of old", published_at=hours(-500))
    gone = page(lone.page.url, Outcome.HTTP_ERROR, reason=Reason.GONE, status=410, requested_at=hours(9))
    edited = article(f"{SITE}/wire", text=words("other", 80), title="Nothing at the pier", seen_at=hours(8), matches=())
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(1, *map(fetch, (wire, copied, lone, nasty, old))))
        load(writer, run(8, fetch(edited)))
        load(writer, run(9, gone))
    return config


def told(config: Path, *options: str) -> dict[str, Any]:
    done = newslake("brief", "-c", config, "--format", "json", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def text(config: Path, form: str, *options: str) -> str:
    done = newslake("brief", "-c", config, "--format", form, *NEWS, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_stories_are_ranked_with_their_outlets_in_order(corpus: Path) -> None:
    brief = told(corpus, *NEWS)
    trade, arms = brief["topics"]
    assert (trade["name"], trade["counts"]["article"], trade["counts"]["copy"], trade["late"]) == ("trade", 4, 1, 1)
    assert not any(arms["counts"].values()) and arms["stories"] == []
    story, *others = trade["stories"]
    assert [(report["source"], report["lag_seconds"]) for report in story["outlets"]] == [("harbour", 0), ("strait", 7200)]
    assert len(others) == 2 and all(len(other["reports"]) == 1 for other in others)
    assert "Oil of old" not in str(trade["stories"])  # it is counted, and not told as news


def test_edits_and_takedowns_are_told(corpus: Path) -> None:
    trade = told(corpus, *NEWS)["topics"][0]
    (edit,) = trade["edits"]
    assert (edit["title_before"], edit["title"], edit["lost_topics"]) == ("Oil at the pier", "Nothing at the pier", ["trade"])
    (gone,) = trade["absences"]
    assert (gone["url"], gone["is_back"], gone["reason"]) == (f"{SITE}/lone", False, "gone")
    assert "(HTTP status 404 or 410)" in text(corpus, "txt") and "gone: gone" not in text(corpus, "html")


def test_a_brief_of_a_later_time_has_nothing_and_says_so_in_one_line(corpus: Path) -> None:
    done = newslake("brief", "-c", corpus, "--since", "9999-01-01", "--until", "9999-02-01")
    period = "9999-01-01 00:00 to 9999-02-01 00:00 (Asia/Seoul)"
    assert done.stdout.startswith(f"Nothing new on 2 topics. {period}.\n"), done.stderr
    assert text(corpus, "txt", "--topic", "arms").startswith("Nothing new on arms. ")
    done = newslake("brief", "-c", corpus, "--since", "2026-01-01", "--until", "2026-02-01", "--format", "json")
    assert json.loads(done.stdout)["topics"][0]["stories"] == []


def test_nothing_of_an_article_is_markup(corpus: Path) -> None:
    page_of = text(corpus, "html")
    assert "<script" not in page_of and "&lt;script&gt;" in page_of and "javascript:b" in page_of
    assert 'href="javascript' not in page_of and "\x1b" not in page_of and "\u202e" not in page_of
    marked = text(corpus, "md")
    assert "<script" not in marked.replace("\\<", "") and "[a](javascript" not in marked
    assert "\x1b" not in text(corpus, "txt")


def test_the_page_loads_nothing_and_has_what_a_reader_needs(corpus: Path) -> None:
    shown = text(corpus, "html")
    assert "default-src &#39;none&#39;" in shown and "src=" not in shown and "url(" not in shown and "@import" not in shown
    assert '<html lang="en">' in shown and '<meta name="viewport"' in shown and shown.count("<main>") == 1
    assert "2026-03-01 18:00" in shown  # in the zone of the watchlist
    assert "2 h later" in shown and "(taken down)" in shown and '<del dir="auto">Oil at the pier</del>' in shown
    assert "<svg" in shown and "No longer has the words of the topic." in shown
    assert 'Nothing new</h2><p dir="auto">arms</p>' in shown


def test_the_feed_has_each_thing_once_with_an_id_that_stays(corpus: Path) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    feed, again = (ET.fromstring(text(corpus, "atom", *options)) for options in ((), ("--topic", "trade")))
    titles = [entry.findtext(f"{atom}title") for entry in feed.iter(f"{atom}entry")]
    assert len(titles) == 5
    assert {"Nothing at the pier", "Oil alone", "Edited: Nothing at the pier", "Taken down: Oil alone"} < set(titles)
    ids = [[entry.findtext(f"{atom}id") for entry in one.iter(f"{atom}entry")] for one in (feed, again)]
    assert ids[0] == ids[1] and len(set(ids[0])) == 5
    assert feed.findtext(f"{atom}id") != again.findtext(f"{atom}id")
    entry = next(entry for entry in feed.iter(f"{atom}entry") if entry.findtext(f"{atom}title") == "Nothing at the pier")
    assert "strait" in (entry.findtext(f"{atom}content") or "") and entry.find(f"{atom}category").get("term") == "trade"  # type: ignore[union-attr]


def test_a_saved_search_is_a_topic_of_the_brief(corpus: Path) -> None:
    assert newslake("search", "-c", corpus, "title:alone", "--save", "alone").returncode == 0
    (part,) = told(corpus, *NEWS, "--topic", "alone")["topics"]
    assert [story["reports"][0]["title"] for story in part["stories"]] == ["Oil alone"]
    assert part["counts"]["takedown"] == 1
    later = told(corpus, "--topic", "alone", *NEWS, "--until", "2999-03-02")["topics"][0]
    assert sum(day["articles"] for day in later["days"]) == 0


def test_it_is_written_as_the_name_of_the_file_says(corpus: Path, tmp_path: Path) -> None:
    begins = {"a.html": "<!doctype html>", "a.md": "# What is new", "a.atom": "<?xml", "a.json": "{", "a": "<!doctype"}
    for name, beginning in begins.items():
        done = newslake("brief", "-c", corpus, *NEWS, "--out", tmp_path / name)
        assert done.returncode == 0 and "Wrote" in done.stdout, done.stderr
        assert (tmp_path / name).read_text("utf-8").startswith(beginning)
    piped = newslake("brief", "-c", corpus, *NEWS, "--out", "-", cwd=tmp_path)
    assert piped.stdout.startswith("What is new\n=") and not (tmp_path / "-").exists()
    wrong = newslake("brief", "-c", corpus, "--out", tmp_path / "a.pdf")
    assert wrong.returncode == 2 and "--format html" in wrong.stderr and not (tmp_path / "a.pdf").exists()
    own = newslake("brief", "-c", corpus, "--format", "txt", "--out", corpus)
    assert own.returncode == 2 and "the watchlist" in own.stderr and "[[topic]]" in corpus.read_text()


def test_bad_options_are_told(corpus: Path) -> None:
    unknown = newslake("brief", "-c", corpus, "--topic", "trad")
    assert unknown.returncode == 2 and "did you mean trade?" in unknown.stderr
    turned = newslake("brief", "-c", corpus, "--since", "2026-03-02", "--until", "2026-03-01")
    assert turned.returncode == 2 and "is not before" in turned.stderr


def test_what_was_loaded_while_the_clock_was_ahead_is_in_the_brief_of_today(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(WATCHLIST)
    warehouse = load_watchlist(config).warehouse
    with open_writer(warehouse, "test") as writer:
        load(writer, run(1, fetch(article(f"{SITE}/ahead", title="Oil ahead"))))
        writer.con.execute("UPDATE runs SET loaded_at = loaded_at + INTERVAL 300 DAYS")
        load(writer, run(2, fetch(article(f"{SITE}/after", title="Oil after", text=words("after")))))
    assert told(config, "--since", "24h")["counts"]["article"] == 2
    assert not told(config, "--since", "24h", "--until", "1h")["counts"]["article"]


def test_topics_share_what_both_select(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(WATCHLIST)
    arms = MATCH.__class__("arms", ("missile",), True, 1.0, "missile")
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(1, fetch(article(f"{SITE}/both", matches=(MATCH, arms)))))
    brief = told(config, *NEWS)
    assert brief["counts"]["article"] == 1 and [part["counts"]["article"] for part in brief["topics"]] == [1, 1]
    feed = ET.fromstring(text(config, "atom"))
    (entry,) = feed.iter("{http://www.w3.org/2005/Atom}entry")
    assert [one.get("term") for one in entry.iter("{http://www.w3.org/2005/Atom}category")] == ["trade", "arms"]


def test_a_disabled_source_is_not_watched(corpus: Path, tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(WATCHLIST + "enabled = false\n")
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(1, fetch(article(f"{SITE}/a"))))
    assert told(config, *NEWS)["sources"]["watched"] == 1 and told(corpus, *NEWS)["sources"]["watched"] == 2


def test_the_addresses_of_a_feed_are_valid_whatever_an_outlet_writes(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(WATCHLIST)
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(1, fetch(article(SITE + '/a?b="{c}|<d>\\^`%20é&e'))))
    (link,) = ET.fromstring(text(config, "atom")).iter("{http://www.w3.org/2005/Atom}link")
    assert link.get("href") == f"{SITE}/a?b=%22%7Bc%7D%7C%3Cd%3E%5C%5E%60%20é&e"


def test_what_is_old_is_counted_apart_from_the_stories(corpus: Path) -> None:
    shown = " ".join(text(corpus, "txt").split())
    assert (
        "4 new articles, 1 new copy; 1 edit, 1 take-down. 1 of them was published days before (an archive, or the first look at a"
        " source) and only counted. The others are 3 stories of 2 outlets." in shown
    )
    assert shown.count("published days before") == 1 and "A copy repeats the text of another report." in shown


def test_each_form_shows_where_notes_are(corpus: Path) -> None:
    assert newslake("note", "-c", corpus, f"{SITE}/wire", "Call <b>them</b>", "--tag", "hot").returncode == 0
    assert newslake("note", "-c", corpus, f"{SITE}/lone", "Once").returncode == 0
    for form in ("txt", "md", "html"):
        shown = text(corpus, form)
        assert shown.count("1 note: hot") == 2 and shown.count("1 note") == 4  # a story and an edit; a story and a take-down
        assert "Call" not in shown
    assert "1 note" not in text(corpus, "atom")  # feeds may be served to others
    trade = told(corpus, *NEWS)["topics"][0]
    assert (trade["edits"][0]["notes"], trade["edits"][0]["note_tags"]) == (1, ["hot"])
    assert [report["notes"] for report in trade["stories"][0]["reports"]] == [1, 0]


def test_whom_the_new_articles_of_a_topic_name_is_told_in_every_format(corpus: Path) -> None:
    assert told(corpus, *NEWS)["topics"][0]["names"] == [{"kind": "person", "name": "Ada Park", "articles": 1}]
    for form in ("txt", "md", "html"):
        said = text(corpus, form)
        assert "Named most:" in said and "Ada Park" in said, form
