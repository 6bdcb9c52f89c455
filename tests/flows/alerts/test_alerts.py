"""Alerts: what each kind tells, once, of what was loaded since it looked; and what it would have told before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newslake.outcomes import Outcome, Reason
from tests.flows.alerts.told import TOPICS, Desk, desk
from tests.flows.command import newslake
from tests.warehouse.makers import article, fetch, page, run, words
from warehouse.records import ArticleRecord, RunBatch

SITE = "https://harbour.example"
NOW: datetime
SEEN: datetime
DAY = timedelta(days=1)
ALERTS = """
[[alert]]
name = "news"
on = "new"
topic = "trade"
[[alert]]
name = "edits"
on = "edit"
topic = "trade"
[[alert]]
name = "left"
on = "left-topic"
topic = ["trade", "arms"]
[[alert]]
name = "gone"
on = "gone"
topic = "trade"
[[alert]]
name = "firsts"
on = "first"
topic = "trade"
"""


@pytest.fixture(autouse=True)
def clock() -> None:
    """Begin each test now, since loads are stamped with the clock of this machine."""
    global NOW, SEEN
    NOW = datetime.now(UTC) + timedelta(minutes=1)
    SEEN = NOW - timedelta(minutes=2)


def made(name: str, title: str | None = None, **given: object) -> ArticleRecord:
    at = {"published_at": SEEN, "seen_at": SEEN} | given
    return article(f"{SITE}/{name}", title=title or f"Oil {name}", text=words(name), **at)  # type: ignore[arg-type]


def loaded(number: int, *articles: ArticleRecord, at: datetime | None = None) -> RunBatch:
    return run(number, *map(fetch, articles), at=at or NOW)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose alerts have looked once, in a corpus of one article of each outlet but strait's."""
    with desk(tmp_path, ALERTS) as made_desk:
        made_desk.load(loaded(1, made("old")))
        made_desk.tell(NOW, began=datetime.now(UTC))
        assert not made_desk.messages
        yield made_desk


def body(desk: Desk) -> str:
    assert len(desk.messages) == 1, desk.messages
    return desk.messages[0]["message"]


def test_what_is_new_is_told_once_and_the_past_never(watched: Desk) -> None:
    watched.load(loaded(2, made("two", "Oil for all")))
    assert watched.tell(NOW).lines == ("Sent 1 message.",)
    assert watched.messages[0]["title"] == "newslake: news: Oil for all (harbour)"
    assert "Oil old" not in body(watched) and f"newslake show {made('two').article_id}" in body(watched)
    assert watched.tell(NOW).lines == () and len(watched.messages) == 1


def test_many_at_once_are_one_message_and_late_ones_are_counted(watched: Desk) -> None:
    old = [made(f"archive{n}", published_at=NOW - 40 * DAY) for n in range(60)]
    watched.load(loaded(2, *(made(f"n{n}") for n in range(50)), *old))
    watched.tell(NOW)
    assert watched.messages[0]["title"] == "newslake: news: 110 new articles on trade"
    text = body(watched)
    assert "60 new articles were published days before" in text and "And 10 more." in text and "Oil archive" not in text


def test_several_runs_since_the_last_look_count_all(watched: Desk) -> None:
    watched.load(loaded(2, made("two")), loaded(3, made("three")))
    watched.tell(NOW)
    assert "Oil two" in body(watched) and "Oil three" in body(watched)


def test_edits_and_what_left_the_topic_come_together(watched: Desk) -> None:
    edited = article(f"{SITE}/old", title="Nothing here", text=words("other"), seen_at=NOW, published_at=NOW, matches=())
    watched.load(run(2, fetch(edited), at=NOW))
    watched.tell(NOW)
    text = body(watched)
    assert watched.messages[0]["title"] == "newslake: 2 alerts (edits, left)"
    assert "before: Oil old" in text and f"newslake diff {edited.article_id}" in text
    assert text.count("No longer has the words of the topic.") == 2


def test_a_take_down_is_told_and_the_return(watched: Desk) -> None:
    gone = page(f"{SITE}/old", Outcome.HTTP_ERROR, reason=Reason.GONE, status=410, requested_at=NOW)
    watched.load(run(2, gone, at=NOW))
    watched.tell(NOW)
    assert "Oil old" in body(watched) and "gone since" in body(watched)
    watched.load(loaded(3, made("old", seen_at=NOW + timedelta(hours=1))))
    watched.tell(NOW)
    assert "back since" in watched.messages[1]["message"]


def test_the_first_article_of_an_outlet_that_was_read_for_long(watched: Desk) -> None:
    strait = {"source": "strait", "domain": "strait.example"}
    quiet = page("https://strait.example/x", Outcome.OFF_TOPIC, source="strait", requested_at=NOW - 30 * DAY)
    watched.load(run(2, quiet, at=NOW - 30 * DAY))
    watched.load(loaded(3, made("s1", **strait), made("s2", **strait), made("h")))
    watched.tell(NOW)
    assert [one["title"] for one in watched.messages] == ["newslake: 2 alerts (news, firsts)"]
    _, firsts = watched.messages[0]["message"].split("firsts: First articles of 1 outlet")
    assert "Oil s1" in firsts and "Oil h" not in firsts
    watched.load(loaded(4, made("s3", **strait)))
    watched.tell(NOW)
    assert "firsts" not in watched.messages[1]["title"]


def test_a_new_alert_begins_with_the_run_that_sees_it_first(watched: Desk) -> None:
    watched.write(ALERTS.replace('"news"', '"later"'))
    began = datetime.now(UTC)
    watched.load(loaded(2, made("two")))
    watched.tell(NOW, began=began)
    assert "Oil two" in body(watched) and "Oil old" not in body(watched)


def test_a_digest_waits_for_its_time(tmp_path: Path) -> None:
    at = NOW + timedelta(hours=5)
    with desk(
        tmp_path, f'[[alert]]\nname = "daily"\non = "new"\ntopic = "trade"\ndigest = "day"\nat = "{at:%H:%M}"\n'
    ) as made_desk:
        made_desk.config.write_text(made_desk.config.read_text().replace("Europe/Berlin", "UTC"))
        began = datetime.now(UTC)
        for number in (1, 2):
            made_desk.load(loaded(number, made(f"n{number}")))
            made_desk.tell(NOW + timedelta(hours=number), began=began + timedelta(hours=number - 1))
        assert not made_desk.messages
        made_desk.tell(NOW + timedelta(hours=6), after_run=False)
        assert "Oil n1" in body(made_desk) and "Oil n2" in body(made_desk)


def test_hours_of_quiet_hold_back_and_are_followed_by_one_message(watched: Desk) -> None:
    begin, end = NOW + timedelta(hours=1), NOW + timedelta(hours=3)
    text = watched.config.read_text().replace("Europe/Berlin", "UTC")
    watched.config.write_text(text.replace("[notify]\n", f'[notify]\nquiet = "{begin:%H:%M}-{end:%H:%M}"\n'))
    for number in (2, 3):
        watched.load(loaded(number, made(f"n{number}")))
        told = watched.tell(NOW + timedelta(hours=number - 1, minutes=5))
        assert not told.warnings
    until = f"{end:%Y-%m-%d %H:%M} (UTC)"
    assert not watched.messages and f"2 messages wait to be sent, not before {until}: newslake alerts" in told.lines
    watched.tell(NOW + timedelta(hours=3, minutes=1), after_run=False)
    assert "Oil n2" in body(watched) and "Oil n3" in body(watched)


def test_hours_of_quiet_are_those_of_the_watchlist_now(watched: Desk) -> None:
    text = watched.config.read_text()
    watched.config.write_text(text.replace("[notify]\n", '[notify]\nquiet = "00:00-23:59"\n'))
    watched.load(loaded(2, made("two")))
    watched.tell(NOW)
    assert not watched.messages
    watched.config.write_text(text)
    watched.tell(NOW + timedelta(minutes=1))
    assert "Oil two" in body(watched)


def test_without_an_address_the_run_and_a_command_show_what_was_found(watched: Desk) -> None:
    watched.write(ALERTS, urls="")
    done = newslake("check", "--offline", "-c", watched.config)
    assert done.returncode == 0 and "nobody is told of news, edits, left, gone, firsts" in " ".join(done.stdout.split())
    watched.load(loaded(2, made("two", "Oil [b]for all[/b]")))
    told = watched.tell(NOW)
    assert told.lines == ("Alert news: Oil [b]for all[/b] (harbour): newslake alerts show news",) and not told.warnings
    assert not watched.tell(NOW).lines
    shown = newslake("alerts", "-c", watched.config).stdout
    assert "Nobody is told" in shown and shown.rstrip().endswith("show news") and "to be sent" not in shown
    done = newslake("alerts", "show", "news", "-c", watched.config)
    assert done.returncode == 0 and "Oil [b]for all[/b]" in done.stdout and f"{SITE}/two" in done.stdout
    [message] = json.loads(newslake("alerts", "show", "news", "--json", "-c", watched.config).stdout)
    assert message["title"] == "news: Oil [b]for all[/b] (harbour)"
    assert "found nothing yet" in newslake("alerts", "show", "gone", "-c", watched.config).stdout
    watched.write(ALERTS)  # what was shown is not sent when an address comes later
    watched.load(loaded(3, made("three")))
    watched.tell(NOW)
    assert "Oil three" in body(watched) and "for all" not in body(watched)


def test_what_waits_when_the_addresses_are_taken_out_is_kept_for_a_month(watched: Desk) -> None:
    watched.refuse()
    watched.load(loaded(2, made("two")))
    watched.tell(NOW)
    watched.write(ALERTS, urls="")
    [warning] = watched.tell(NOW + DAY).warnings
    assert "1 message waits, and [notify]" in warning and "put an address back" in warning
    watched.tell(NOW + 31 * DAY)
    assert not watched.tell(NOW + 32 * DAY).warnings


def test_only_the_sources_that_are_asked_for(watched: Desk) -> None:
    watched.write('[[alert]]\nname = "news"\non = "new"\ntopic = "trade"\nsources = ["strait"]\n')
    watched.load(loaded(2, made("h"), made("s", source="strait", domain="strait.example")))
    watched.tell(NOW)
    assert "Oil s" in body(watched) and "Oil h" not in body(watched)


def test_a_saved_search_is_followed_through_edits(watched: Desk) -> None:
    text = f"The rason pier {words('p')}"
    saved = article(f"{SITE}/pier", title="Pier", text=text, seen_at=NOW, published_at=NOW)
    watched.load(run(2, fetch(saved), at=NOW))
    assert newslake("search", "rason", "--save", "piers", "-c", watched.config).returncode == 0
    watched.write('[[alert]]\nname = "left"\non = "left-topic"\ntopic = "piers"\n')
    watched.tell(NOW, began=datetime.now(UTC))
    edited = article(f"{SITE}/pier", title="Pier", text=words("other"), seen_at=NOW + timedelta(hours=1), published_at=NOW)
    watched.load(run(3, fetch(edited), at=NOW + timedelta(hours=1)))
    watched.tell(NOW)
    assert "on piers" in body(watched) and f"newslake diff {saved.article_id}" in body(watched)


def test_a_saved_search_for_tags_of_outlets_and_notes_is_followed_through_edits(watched: Desk) -> None:
    names = ("noted", "tagged", "other")
    of = {name: ("Ports",) if name == "tagged" else () for name in names}
    first = {
        name: article(f"{SITE}/{name}", title=name, text=f"rason {words(name)}", seen_at=NOW, tags=of[name]) for name in names
    }
    watched.load(run(2, *map(fetch, first.values()), at=NOW))
    assert newslake("note", first["noted"].article_id, "look here", "--tag", "Desk", "-c", watched.config).returncode == 0
    assert newslake("search", "tag:(desk OR ports) AND rason", "--save", "mine", "-c", watched.config).returncode == 0
    watched.write('[[alert]]\nname = "left"\non = "left-topic"\ntopic = "mine"\n')
    watched.tell(NOW, began=datetime.now(UTC))
    later = NOW + timedelta(hours=1)
    edited = [article(f"{SITE}/{name}", title=name, text=words(f"x{name}"), seen_at=later, tags=of[name]) for name in names]
    watched.load(run(3, *map(fetch, edited), at=later))
    watched.tell(NOW)
    told = body(watched)
    assert all(f"newslake diff {first[name].article_id}" in told for name in ("noted", "tagged"))
    assert str(first["other"].article_id) not in told


def test_a_topic_that_left_the_watchlist_is_told_and_loses_nothing(watched: Desk) -> None:
    watched.load(loaded(2, made("two")))
    before = watched.config.read_text()
    watched.config.write_text(before.replace('name = "trade"\nquery', 'name = "commerce"\nquery'))
    warnings = watched.tell(NOW).warnings
    assert any("[[alert]] \"news\": the topic 'trade' is no longer in the watchlist" in one for one in warnings), warnings
    assert not watched.messages
    watched.config.write_text(before)
    watched.tell(NOW)
    assert "Oil two" in body(watched)


def test_the_list_says_how_far_each_looked(watched: Desk) -> None:
    watched.refuse()
    watched.load(loaded(2, made("two")))
    watched.tell(NOW)
    told = json.loads(newslake("alerts", "--json", "-c", watched.config).stdout)
    news = told["alerts"][0]
    assert (news["name"], news["waiting"], news["last_sent"]) == ("news", 1, None) and news["looked_at"]
    assert told["failing"][0]["failures"] == 1
    shown = newslake("alerts", "-c", watched.config).stdout
    assert "[notify] urls[0] (json://…) failed 1 time in a row" in shown and "1 message waits" in shown
    watched.accept()
    watched.tell(NOW + DAY)
    assert json.loads(newslake("alerts", "--json", "-c", watched.config).stdout)["alerts"][0]["last_sent"]


def test_what_would_have_been_sent(watched: Desk) -> None:
    asked = ("alerts", "try", "news", "--since", "2d", "-c", watched.config)
    done = newslake(*asked)
    assert done.returncode == 0, done.stderr
    assert "Oil old" in done.stdout and "1 message would have been sent" in done.stdout
    [message] = json.loads(newslake(*asked, "--json").stdout)
    assert message["title"] == "news: Oil old (harbour)"
    assert not watched.messages
    done = newslake("alerts", "try", "newz", "-c", watched.config)
    assert done.returncode == 2 and "did you mean news?" in done.stderr


@pytest.mark.parametrize(
    ("table", "since", "said"),
    [
        ('on = "new"\ntopic = "arms"', "2d", "What came in since then: 1 new article; none on arms."),
        (
            'on = "edit"\ntopic = "trade"',
            "2d",
            "What came in since then: 1 new article; none of that is what this alert tells of.",
        ),
        (
            'on = "new"\ntopic = "trade"\nsources = ["strait"]',
            "2d",
            "Nothing of strait came in since then: the latest load was at",
        ),
        (
            'on = "spike"\ntopic = "trade"',
            "30d",
            "A spike stands out against 3 weeks of the topic's own past; of trade 0 days are known",
        ),
        ('on = "first"\ntopic = "trade"', "2d", "An outlet counts once newslake has read it for 7 days: harbour from"),
    ],
)
def test_why_nothing_would_have_been_sent(watched: Desk, table: str, since: str, said: str) -> None:
    watched.write(f'[[alert]]\nname = "x"\n{table}\n')
    done = newslake("alerts", "try", "x", "--since", since, "-c", watched.config)
    assert "0 messages would have been sent" in done.stdout and said in " ".join(done.stdout.split()), done.stdout


def test_a_spike_is_told_once_with_words_and_outlets(tmp_path: Path) -> None:
    with desk(tmp_path, '[[alert]]\nname = "spikes"\non = "spike"\ntopic = "trade"\n') as made_desk:
        begin = NOW - 60 * DAY
        made_desk.load(run(1, fetch(made("first", published_at=begin, seen_at=begin)), at=begin))
        days = [
            made(f"d{n}", f"Oil as usual {n}", published_at=NOW - n * DAY / 2, seen_at=NOW - n * DAY / 2) for n in range(2, 110)
        ]
        made_desk.load(loaded(2, *days))
        made_desk.tell(NOW)
        assert not made_desk.messages
        strait = {"source": "strait", "domain": "strait.example"}
        burst = [
            made(f"b{n}", f"Tanker burns at Rason {n}", published_at=SEEN - timedelta(hours=n % 9), **strait) for n in range(20)
        ]
        made_desk.load(loaded(3, *burst))
        made_desk.tell(NOW + timedelta(minutes=5))
        made_desk.tell(NOW + timedelta(hours=2))
        text = body(made_desk)
        assert "spike on trade: 20 articles in 24 hours, usual is 1." in made_desk.messages[0]["title"]
        assert "tanker: 20 of 20 headlines, usual 0.0 a day" in text and "strait 20 (usual 0.0)" in text
        assert "usual" not in [line.split(":")[0].strip("- ") for line in text.splitlines()]
        [message] = json.loads(newslake("alerts", "try", "spikes", "--since", "3d", "--json", "-c", made_desk.config).stdout)
        assert "spike on trade" in message["title"]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('on = "new"\ntopic = "tade"', ['watchlist.toml:4: [[alert]] "x" → topic: there is no topic', "did you mean trade?"]),
        ('on = "news"\ntopic = "trade"', ["watchlist.toml:3: ", "expected 'new', 'spike'"]),
        ('on = "new"\ntopic = "trade"\nquiet = "22-7"', ["watchlist.toml:5: ", "hours of quiet are written like"]),
        ('on = "new"\ntopic = "trade"\nmin = 7', ["`min` is the size of a spike"]),
        ('on = "new"\ntopic = "trade"\nsources = ["strat"]', ["watchlist.toml:5: ", "did you mean 'strait'?"]),
        ('on = "new"', ["the key `topic` is missing"]),
        ('on = "new"\ntopic = ["trade", "trade"]', ["watchlist.toml:4: ", '"x" → topic[1]: the same as topic[0]; leave one']),
        ('on = "new"\ntopic = []', ['[[alert]] "x" → topic: expected at least 1 value, found []']),
        ('on = "spike"\ntopic = "trade"\nmin = 99999999', ["expected at most 1000000, found 99999999"]),
        (
            'on = "new"\ntopic = "trade"\n[[alert]]\nname = "a\\nb"\non = "new"\ntopic = "trade"',
            ['[[alert]] "a b" → name: a name is'],
        ),
    ],
)
def test_mistakes_have_lines(tmp_path: Path, table: str, words: list[str]) -> None:
    config = tmp_path / "watchlist.toml"
    notify = '[notify]\nurls = ["json://127.0.0.1:9/s3cret"]\n'
    config.write_text(f'[[alert]]\nname = "x"\n{table}\n{notify}{TOPICS}')
    done = newslake("check", "--offline", "-c", config)
    assert done.returncode == 2, done.stdout
    assert all(word in done.stderr for word in words), done.stderr
