"""The outbox with several processes, and with a process that is killed at the worst moment."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from flows.messages import channel
from newslake.testing import Answer, Raw
from tests.flows.alerts.told import Desk, desk
from tests.flows.command import ENVIRONMENT, newslake
from tests.warehouse.makers import article, fetch, run

TABLES = '[[alert]]\nname = "news"\non = "new"\ntopic = "trade"\n'
TELL = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from flows.alerts.tell import tell
from flows.watchlist import load_watchlist
print(tell(load_watchlist(Path(sys.argv[1])), datetime.now(UTC)))
"""
NOW: datetime


@pytest.fixture(autouse=True)
def clock() -> None:
    """Begin each test now, since loads are stamped with the clock of this machine."""
    global NOW
    NOW = datetime.now(UTC)


def with_news(made: Desk) -> None:
    """Let the alert look once, then load an article."""
    made.load(run(1, fetch(article("https://harbour.example/old", published_at=NOW, seen_at=NOW))))
    made.tell(datetime.now(UTC), began=datetime.now(UTC))
    made.load(run(2, fetch(article("https://harbour.example/new", title="Oil anew", published_at=NOW, seen_at=NOW))))


def teller(made: Desk) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", TELL, str(made.config)], env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.e2e
def test_a_message_whose_sender_is_killed_before_it_notes_it_comes_once_more_with_the_same_id(tmp_path: Path) -> None:
    with desk(tmp_path, TABLES) as made:
        with_news(made)
        came, go_on = threading.Event(), threading.Event()

        def wait(_headers: object) -> Answer:
            came.set()
            go_on.wait(60)
            return Answer()

        made.site.routes["/hook"] = wait
        process = teller(made)
        assert came.wait(60)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        go_on.set()
        made.accept()
        for _ in range(3):
            made.tell(datetime.now(UTC))
        first, second = (message["message"] for message in made.messages)
        assert first == second and "Oil anew" in first and "Message " in first.splitlines()[-1]


@pytest.mark.e2e
def test_several_processes_send_a_message_once(tmp_path: Path) -> None:
    with desk(tmp_path, TABLES) as made:
        with_news(made)
        made.site.routes["/hook"] = Answer(seconds=0.5)
        processes = [teller(made) for _ in range(3)]
        said = [process.communicate(timeout=120) for process in processes]
        assert len(made.messages) == 1, said
        assert all("warnings=()" in out for out, _ in said), said


def test_a_failure_waits_longer_each_time_and_is_never_given_up(tmp_path: Path) -> None:
    with desk(tmp_path, TABLES) as made:
        with_news(made)
        made.refuse()
        now = datetime.now(UTC)
        tries = []
        for minute in range(0, 60 * 48, 5):
            before = len(made.messages)
            made.tell(now + timedelta(minutes=minute), after_run=False)
            tries += [minute] if len(made.messages) > before else []
        waits = [later - earlier for earlier, later in pairwise(tries)]
        assert waits[:4] == [5, 10, 20, 40] and max(waits) == 360
        made.accept()
        assert made.tell(now + timedelta(days=3)).lines == ("Sent 1 message.",)


def test_a_service_that_never_ends_its_answer_holds_up_neither_the_run_nor_other_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not end.wait(0.05):
            connection.sendall(b"a")

    with desk(tmp_path, TABLES) as made:
        with_news(made)
        made.site.routes["/drip"] = Raw(drip)
        address = f"json://127.0.0.1:{made.site.port}"
        made.write(TABLES, f'"{address}/drip"')
        try:
            with monkeypatch.context() as patched:
                patched.setattr(channel, "SECONDS", 0.2)
                told = made.tell(datetime.now(UTC))
            assert "nothing could be sent to [notify] urls[0] (json://…)" in told.warnings[0]
            made.write(TABLES, f'"{address}/drip", "{address}/hook"')
            made.tell(datetime.now(UTC))
            [hook] = [asked for asked in made.site.asked if asked.path == "/hook"]
            assert b"Oil anew" in hook.body
        finally:
            end.set()


def test_a_damaged_outbox_costs_a_warning_with_the_next_command(tmp_path: Path) -> None:
    with desk(tmp_path, TABLES) as made:
        with_news(made)
        file = tmp_path / "data" / "state" / "messages.sqlite"
        file.write_bytes(b"no database" * 400)
        [warning] = made.tell(datetime.now(UTC)).warnings
        assert "nothing was told of this run" in warning and "messages.sqlite cannot be used" in warning
        done = newslake("alerts", "-c", made.config)
        assert done.returncode == 1 and f"mv {file} {file}.damaged" in done.stderr


def test_a_backup_has_what_waits_and_how_far_each_alert_has_looked(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with desk(tmp_path / "home", TABLES) as made:
        with_news(made)
        made.refuse()
        made.tell(datetime.now(UTC))
        tried = len(made.messages)
        outbox = tmp_path / "home/data/state/messages.sqlite"
        with closing(sqlite3.connect(outbox)) as busy:
            busy.execute("PRAGMA cache_spill = 1")
            busy.execute("DELETE FROM marks")  # of a process that is in the middle of writing
            assert newslake("backup", tmp_path / "copy", "-c", made.config).returncode == 0
        shutil.rmtree(tmp_path / "home")
        made.config = tmp_path / "copy/watchlist.toml"
        made.accept()
        began = datetime.now(UTC)
        assert made.tell(began + timedelta(hours=1), began=began).lines == ("Sent 1 message.",)
        made.load(run(3, fetch(article("https://harbour.example/newer", title="Oil newer", published_at=NOW, seen_at=NOW))))
        made.tell(datetime.now(UTC) + timedelta(hours=2), began=datetime.now(UTC))  # an alert that began anew would not see it
        first, second = (message["message"] for message in made.messages[tried:])
        assert "Oil anew" in first and "Oil newer" in second and "Oil anew" not in second


def test_a_process_that_was_killed_in_the_middle_of_writing_hinders_neither_list_nor_backup(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with desk(tmp_path / "home", TABLES) as made:
        with_news(made)
        outbox = tmp_path / "home/data/state/messages.sqlite"
        kill = """
import os, sqlite3, sys
con = sqlite3.connect(sys.argv[1])
con.execute("PRAGMA cache_size = 1")
con.execute("BEGIN")
con.execute("DELETE FROM marks")
for number in range(200):
    con.execute("INSERT INTO files VALUES (?, ?)", (str(number), bytes(9000)))
os._exit(9)
"""
        subprocess.run([sys.executable, "-c", kill, str(outbox)], check=False)
        assert outbox.with_name("messages.sqlite-journal").stat().st_size
        assert newslake("backup", tmp_path / "copy", "-c", made.config).returncode == 0
        subprocess.run([sys.executable, "-c", kill, str(outbox)], check=False)
        listed = newslake("alerts", "--json", "-c", made.config)
        assert listed.returncode == 0 and json.loads(listed.stdout)["alerts"][0]["looked_at"], listed.stderr
        listed = newslake("alerts", "--json", "-c", tmp_path / "copy/watchlist.toml")
        assert json.loads(listed.stdout)["alerts"][0]["looked_at"]


def test_no_address_is_stored(tmp_path: Path) -> None:
    with desk(tmp_path, TABLES) as made:
        made.write(TABLES, f'"json://user:s3cret@127.0.0.1:{made.site.port}/hook"')
        with_news(made)
        made.tell(datetime.now(UTC))
        assert len(made.messages) == 1
        stored = b"".join(one.read_bytes() for one in (tmp_path / "data" / "state").rglob("*") if one.is_file())
        assert b"s3cret" not in stored and b"/hook" not in stored
        assert "s3cret" not in json.dumps(newslake("alerts", "--json", "-c", made.config).stdout)
