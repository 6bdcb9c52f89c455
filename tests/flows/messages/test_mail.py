"""A brief by mail: the parts that a mail reader gets from a server on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from flows.reports.notify import notify_set_aside
from tests.flows.alerts.told import desk
from tests.warehouse.makers import article, fetch, run

NOW: datetime


@pytest.fixture(autouse=True)
def clock() -> None:
    """Begin each test now, since loads are stamped with the clock of this machine."""
    global NOW
    NOW = datetime.now(UTC) + timedelta(minutes=1)


class Mailbox:
    """A server that takes one mail after the other, as SMTP has it (RFC 5321), and keeps them."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream) -> None:  # type: ignore[no-untyped-def]
        def say(line: str) -> None:
            stream.write(f"{line}\r\n".encode())
            stream.flush()

        say("220 ready")
        while line := stream.readline():
            word = line[:4].upper()
            if word == b"DATA":
                say("354 go on")
                lines = list[bytes]()
                while (one := stream.readline()) != b".\r\n":
                    lines.append(one.removeprefix(b"."))
                self.mails.append(b"".join(lines))
            say("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox()
    yield made
    made.close()


def test_a_mail_has_a_readable_body_and_the_whole_page(tmp_path: Path, mailbox: Mailbox) -> None:
    with desk(tmp_path, "") as made:
        address = f"mailto://127.0.0.1:{mailbox.port}?from=lake@example.org&to=desk@example.org&mode=insecure"
        made.write("[brief]\nsend = true\n", f'"{address}"')
        oil = article("https://harbour.example/one?a=b&c=d", title="Oil <b>& more</b>", published_at=NOW, seen_at=NOW)
        made.load(run(1, fetch(oil, url="https://harbour.example/one?a=b&c=d")))
        told = made.tell(NOW)
        assert not told.warnings, told
    mail = message_from_bytes(mailbox.mails[0], policy=default)
    assert mail["subject"].startswith("newslake: brief of ") and mail["to"] == "desk@example.org"
    html = next(part for part in mail.walk() if part.get_content_type() == "text/html" and not part.get_filename())
    text = html.get_content()
    assert 'href="https://harbour.example/one?a=b&amp;c=d"' in text and "Oil &lt;b&gt;&amp; more" in text
    assert "<script" not in text and "<svg" not in text and "<style" not in text and "Message " in text
    assert '<html lang="en">' in text and '<meta name="viewport"' in text and '"color-scheme" content="light dark"' in text
    assert "color:#" not in text  # a reader that shows it dark would leave it too dark
    plain = next((part.get_content() for part in mail.walk() if part.get_content_type() == "text/plain"), None)
    lines = plain.splitlines() if plain else []
    assert "- Oil <b>& more</b>" in lines and "  https://harbour.example/one?a=b&c=d" in lines  # it can be followed, too
    assert "(Europe/Berlin)" in lines[0] and "From newslake, which watches news sites for topics." in str(plain)
    assert "is attached: brief-" in str(plain) and "is attached: brief-" in text
    [attached] = list(mail.iter_attachments())
    assert attached.get_filename().endswith(".html") and "<!doctype html>" in attached.get_content()


def test_an_alert_by_mail_says_the_zone_of_its_times(tmp_path: Path, mailbox: Mailbox) -> None:
    with desk(tmp_path, "") as made:
        address = f"mailto://127.0.0.1:{mailbox.port}?from=lake@example.org&to=desk@example.org&mode=insecure"
        made.write('[[alert]]\nname = "oil"\non = "new"\ntopic = "trade"\n', f'"{address}"')
        made.load(run(1, fetch(article("https://harbour.example/one", title="Oil one", published_at=NOW, seen_at=NOW))))
        assert not made.tell(NOW, began=NOW - timedelta(days=1)).warnings
    mail = message_from_bytes(mailbox.mails[0], policy=default)
    plain = next(part.get_content() for part in mail.walk() if part.get_content_type() == "text/plain")
    assert "Times: Europe/Berlin" in plain and "attached" not in plain and "  https://harbour.example/one" in plain.splitlines()


def test_trouble_by_mail_keeps_its_lines(tmp_path: Path, mailbox: Mailbox) -> None:
    with desk(tmp_path, "") as made:
        made.write("", f'"mailto://127.0.0.1:{mailbox.port}?from=lake@example.org&to=desk@example.org&mode=insecure"')
        assert notify_set_aside(made.watchlist, "a run <b>was</b> set aside") == []
    mail = message_from_bytes(mailbox.mails[0], policy=default)
    html = next(part.get_content() for part in mail.walk() if part.get_content_type() == "text/html")
    assert "<p>a run &lt;b&gt;was&lt;/b&gt; set aside</p>" in html and "<br>More: newslake recover" in html
