"""Alerts of the user's lists of names: each entry of an article is told once, and nothing is lost while a list cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.search.listed import compare_after_run
from flows.watchlist import load_watchlist
from newslake.errors import WatchlistError
from tests.flows.alerts.told import TOPICS, Desk, desk
from tests.flows.command import newslake
from tests.warehouse.makers import article, fetch, run, words
from warehouse.records import ArticleRecord

LISTS = '[[entity]]\nname = "sanctions"\nfile = "sanctions.csv"\n[[entity]]\nname = "clients"\nfile = "clients.csv"\n'
SANCTIONS = "name,aliases,kind\nAda Lund,Ада Лунд,person\nMV Grey Heron,,vessel\n"
WATCH = '[[alert]]\nname = "watch"\non = "listed"\nlist = "sanctions"\n'
ADA, HERON = "It was A. Lund who paid.", "The tanker Grey Heron left."


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose alert has looked once, in a corpus of one article that names an entry."""
    (tmp_path / "sanctions.csv").write_text(SANCTIONS)
    (tmp_path / "clients.csv").write_text("name,kind\nHanbit Shipping,company\n")
    with desk(tmp_path, LISTS + WATCH) as made_desk:
        bring(made_desk, made("old", ADA))
        made_desk.tell(now(), began=datetime.now(UTC))
        assert not made_desk.messages
        yield made_desk


def now() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


def made(name: str, text: str, **given: object) -> ArticleRecord:
    at = {"published_at": datetime.now(UTC), "seen_at": datetime.now(UTC)} | given
    return article(f"https://harbour.example/{name}", title=f"Oil {name}", text=f"{text} {words(name)}", **at)  # type: ignore[arg-type]


def bring(desk: Desk, *articles: ArticleRecord) -> list[str]:
    """Load articles as a run does, and compare them with the lists; return what the run notes."""
    began, notes = datetime.now(UTC), list[str]()
    desk.load(run(int(began.timestamp() * 1e6) % 2**60, *map(fetch, articles), at=began))
    compare_after_run(desk.watchlist, notes.append, began)
    return notes


def test_an_article_that_names_an_entry_is_told_once(watched: Desk) -> None:
    bring(watched, made("two", f"{ADA} {HERON}"), made("three", "Hanbit Shipping and nobody else."))
    assert watched.tell(now()).lines == ("Sent 1 message.",)
    [message] = watched.messages
    assert message["title"] == "newslake: watch: MV Grey Heron, Ada Lund: Oil two (harbour)"
    assert "names MV Grey Heron, Ada Lund (A. Lund: initials)" in message["message"] and "Oil old" not in message["message"]
    (watched.config.parent / "sanctions.csv").write_text(SANCTIONS + "Nobody Else,,person\n")  # all is compared again
    compare_after_run(watched.watchlist, print)
    bring(watched, made("two", f"{ADA} {HERON} And more."))  # an edit that changes nothing of it
    assert watched.tell(now()).lines == () and len(watched.messages) == 1


def test_an_edit_that_puts_a_name_in_is_told_and_not_when_it_comes_back(watched: Desk) -> None:
    for number, text in enumerate(("No one.", HERON, "No one.", HERON)):
        bring(watched, made("ship", text, seen_at=datetime.now(UTC) + timedelta(seconds=number)))
        watched.tell(now())
    [message] = watched.messages
    assert message["title"] == "newslake: watch: MV Grey Heron: Oil ship (harbour)"
    assert "put in by an edit that was seen" in message["message"]


def test_what_is_not_compared_yet_is_told_later(watched: Desk) -> None:
    file = watched.config.parent / "sanctions.csv"
    file.unlink()
    notes = bring(watched, made("two", HERON))
    assert "cannot be read" in notes[0]
    assert "the list sanctions cannot be read" in watched.tell(now()).warnings[0] and not watched.messages
    file.write_text(SANCTIONS)
    watched.tell(now())
    assert not watched.messages  # it can be read, but what came in is not compared yet
    bring(watched, made("three", ADA))
    watched.tell(now())
    assert watched.messages[0]["title"] == "newslake: watch: 2 articles that name MV Grey Heron, Ada Lund"


def test_only_on_a_topic_of_any_list_and_what_is_late_is_counted(watched: Desk) -> None:
    any_list = WATCH.replace('list = "sanctions"\n', "")
    watched.write(f'{LISTS}{any_list}[[alert]]\nname = "arms"\non = "listed"\ntopic = "arms"\n')
    watched.tell(now())
    late = made("archive", HERON, published_at=datetime.now(UTC) - timedelta(days=90))
    bring(watched, made("two", "Hanbit Shipping sails."), made("off", ADA, matches=()), late)
    watched.tell(now())
    [message] = watched.messages
    assert message["title"] == "newslake: watch: 3 articles that name Hanbit Shipping, Ada Lund"
    assert "1 new article was published days before" in message["message"] and "Oil archive" not in message["message"]


def test_try_tells_what_it_would_have_sent_or_why_nothing(watched: Desk) -> None:
    def tried(*options: str) -> str:
        return newslake("alerts", "try", "watch", "-c", watched.config, "--since", "7d", *options).stdout

    [one] = json.loads(tried("--json"))
    assert one["title"] == "watch: Ada Lund: Oil old (harbour)"
    watched.write(LISTS + WATCH.replace("sanctions", "clients"))
    assert "1 new article; none names an entry of the list clients." in " ".join(tried().split())
    (watched.config.parent / "clients.csv").write_text("name\nNobody\n")
    assert "1 article still to be compared with lists of names" in " ".join(tried().split())
    assert "listed" in newslake("alerts", "-c", watched.config).stdout


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ('on = "listed"\nlist = "sanction"', """→ list: there is no [[entity]] 'sanction'; did you mean 'sanctions'?"""),
        ('on = "new"\ntopic = "trade"\nlist = "sanctions"', 'with  on = "new"  leave it out'),
        ('on = "new"', "the key `topic` is missing"),
        ('on = "listed"\nlist = []', "→ list: expected at least 1 value"),
        ('on = "listed"\ntopic = []', "→ topic: expected at least 1 value"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, table: str, why: str) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(f'{TOPICS}{LISTS}[[alert]]\nname = "x"\n{table}\n')
    with pytest.raises(WatchlistError) as error:
        load_watchlist(config)
    assert why in str(error.value)


def test_without_lists_there_is_nothing_to_look_for(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(TOPICS + WATCH.replace('list = "sanctions"\n', ""))
    with pytest.raises(WatchlistError) as error:
        load_watchlist(config)
    assert '"watch" → on: there is no [[entity]]' in str(error.value)
