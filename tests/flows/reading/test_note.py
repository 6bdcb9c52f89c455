"""`newslake note`: what users note on articles is shown, found and exported, and is theirs to edit and to delete."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shutil
import subprocess
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest

import newslake as library
from flows.cli.reading.editor import kept_on_failure, typed
from flows.reading.notes import author_of, tags_of, text_of
from flows.topics import Topic
from newslake.errors import NewslakeError, UsageError
from newslake.words.tags import fold_tag
from tests.flows.command import COMMAND, ENVIRONMENT, ask, newslake
from tests.flows.search.corpus import KOREAN, OLD, STORM, TANKER, made
from tests.flows.search.test_command import found

HARM = "A \x1b[31mred\x1b[0m [bold]line[/] <script>alert(1)</script>\x00 \u202eback"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("noted"), catalog="data/news.duckdb").parent


@pytest.fixture
def config(corpus: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(corpus, tmp_path / "home")) / "watchlist.toml"


def told(config: Path, *given: str, code: int = 0, stdin: str | None = None) -> str:
    done = newslake("note", *given, "-c", config, stdin=stdin)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stderr if code else done.stdout


def noted(config: Path, *given: str, stdin: str | None = None) -> dict[str, Any]:
    """The only note that a command wrote."""
    (one,) = json.loads(told(config, *given, "--json", "--author", "jun", stdin=stdin))
    assert isinstance(one, dict)
    return one


def listed(config: Path, *given: str) -> list[str | None]:
    return [one["text"] for one in json.loads(told(config, "--list", *given, "--json"))]


def test_a_note_is_shown_wherever_its_article_is(config: Path, tmp_path: Path) -> None:
    said = told(
        config,
        "tanker",
        "Ask the port\r\n\r\nabout  the berth. ",
        "--tag",
        " Check\n me ",
        "--tag",
        "CHECK ME",
        "--author",
        "박 민",
    )
    assert said.startswith("Noted on Oil for Rason (harbour)\n") and f"Next: newslake show --config {config} " in said
    assert ask(config, "SELECT author, text, tags, edited_at, deleted_at FROM notes") == [
        ("박 민", "Ask the port\n\nabout  the berth.", ["Check me"], None, None)
    ]
    ((at, local),) = ask(config, "SELECT created_at, strftime(timezone('Asia/Seoul', created_at), '%Y-%m-%d %H:%M') FROM notes")
    assert at.utcoffset().total_seconds() == 0
    shown = newslake("show", TANKER, "-c", config).stdout.splitlines()
    head = next(n for n, line in enumerate(shown) if line.startswith(f"▎박 민, {local} · note "))
    assert shown[head].endswith(" · Check me") and shown[head + 1 : head + 4] == ["▎Ask the port", "▎about the berth.", ""]
    data = json.loads(newslake("show", TANKER, "--json", "-c", config).stdout)
    assert [(one["author"], one["tags"]) for one in data["notes"]] == [("박 민", ["Check me"])]
    assert newslake("show", TANKER, "--html", tmp_path / "a.html", "-c", config).returncode == 0
    assert '<p dir="auto">Ask the port</p>' in (tmp_path / "a.html").read_text("utf-8")
    assert "     1 note: Check me\n" in newslake("search", "crude", "-c", config).stdout
    assert "  1 note: Check me\n" in newslake("new", "--peek", "-c", config).stdout
    assert {one["notes"] for one in json.loads(newslake("new", "--peek", "--json", "-c", config).stdout)["new"]} == {0, 1}
    row = json.loads(newslake("search", "crude", "--json", "-c", config).stdout)["hits"][0]
    assert (row["notes"], row["note_tags"]) == (1, ["Check me"])
    assert ask(config, "SELECT author, note, tags, url FROM noted") == [
        ("박 민", "Ask the port\n\nabout  the berth.", ["Check me"], TANKER)
    ]


def test_a_note_is_data_whatever_it_says(config: Path, tmp_path: Path) -> None:
    one = noted(config, "tanker", "-", stdin=HARM)
    assert one["text"] == "A [31mred[0m [bold]line[/] <script>alert(1)</script> \u202eback"
    tag = noted(config, "tanker", "--tag", "[red]<b>\x1b[1m")["tags"]
    for said in (
        told(config, "--list"),
        newslake("show", TANKER, "-c", config).stdout,
        newslake("search", "crude", "-c", config).stdout,
    ):
        assert not any(char in said for char in "\x1b\x00\u202e") and "[red]<b>[1m" in said
    assert tag == ["[red]<b>[1m"]
    newslake("show", TANKER, "--html", tmp_path / "a.html", "-c", config)
    page = (tmp_path / "a.html").read_text("utf-8")
    assert "<script>" not in page and "&lt;script&gt;alert(1)" in page and "&lt;b&gt;" in page
    long = "港口" * 5_000
    noted(config, "tanker", long)
    said = newslake("show", TANKER, "-c", config).stdout
    assert "港口" * 5_000 not in said and "newslake note" in said and long in told(config, "tanker", "--list")
    assert "too long: at most 100,000" in told(config, "tanker", "x" * 100_001, code=2)


def test_it_takes_a_text_or_a_tag(config: Path) -> None:
    assert "what to note is missing" in told(config, "tanker", code=2)
    assert "a note needs a text or a tag" in told(config, "tanker", " \n ", code=2)
    assert "a note needs a text or a tag" in told(config, "tanker", "-", code=2, stdin="")
    assert "is no tag" in told(config, "tanker", "--tag", " \x1b ", code=2)
    assert "no article is 'https://nowhere.example/x'" in told(config, "https://nowhere.example/x", "Text", code=2)
    for given in (["--edit", "1234", "--delete", "1234"], ["tanker", "--list", "--untag", "x"], ["--delete", "12345", "a"]):
        told(config, *given, code=2)
    assert ask(config, "FROM notes") == []


def test_only_its_author_edits_and_deletes_a_note(config: Path) -> None:
    note_id = noted(config, "tanker", "First", "--tag", "one")["note_id"]
    other = told(config, "--edit", note_id[:8], "Second", "--author", "mina", code=2)
    assert "the note is of jun, and you are mina" in other and "--author jun" in other
    edited = noted(config, "--edit", note_id[:6], "Second", "--tag", "two", "--untag", "ONE")
    assert (edited["text"], edited["tags"], edited["author"]) == ("Second", ["two"], "jun") and edited["edited_at"]
    assert noted(config, "--edit", note_id, "--tag", "three")["text"] == "Second"
    third = noted(config, "--edit", note_id, "-", stdin="Third")
    assert third["text"] == "Third"
    for same in (["Third"], ["--tag", "TWO"], ["--untag", "never"]):
        assert told(config, "--edit", note_id, *same, "--author", "jun").startswith("Nothing to change in the note on")
    assert noted(config, "--edit", note_id, "Third")["edited_at"] == third["edited_at"]
    assert "nothing is left of the note" in told(config, "--edit", note_id, "", "--author", "JUN", code=2)
    said = told(config, "--delete", note_id[:4], "--author", "Jun")
    assert f"newslake note --config {config} --restore {note_id[:8]}" in said
    assert listed(config) == [] and "was deleted" in told(config, "--edit", note_id, "x", code=2)
    assert noted(config, "--restore", note_id)["deleted_at"] is None
    assert listed(config) == ["Third"] and "is not deleted" in told(config, "--restore", note_id, code=2)
    assert "no note has an id that begins with 'ffffffffffff'" in told(config, "--delete", "ffffffffffff", code=2)
    assert "is no id of a note" in told(config, "--delete", "xyz", code=2)


def test_tags_are_taken_back_from_an_article(config: Path) -> None:
    noted(config, "tanker", "--tag", "Straße")
    noted(config, "tanker", "Text", "--tag", "STRASSE", "--tag", "b")
    told(config, "tanker", "--tag", "strasse", "--author", "mina")
    told(config, "tanker", "--untag", "strasse", "--author", "jun")
    assert ask(config, "SELECT author, text, tags, deleted_at IS NULL FROM notes ORDER BY created_at") == [
        ("jun", None, ["Straße"], False),  # nothing would be left of it
        ("jun", "Text", ["b"], True),
        ("mina", None, ["strasse"], True),
    ]
    assert "one of mina has" in told(config, "tanker", "--untag", "strasse", "--author", "jun", code=2)
    assert "has the tag nothing" in told(config, "tanker", "--untag", "nothing", code=2)


def test_notes_are_listed_by_author_tag_and_time(config: Path) -> None:
    assert told(config).startswith("No notes.")
    noted(config, "tanker", "One", "--tag", "Kérdés")
    noted(config, STORM, "Two")
    told(config, STORM, "Three", "--tag", "x", "--author", "mina")
    assert listed(config) == ["One", "Two", "Three"]
    assert listed(config, STORM) == ["Two", "Three"]
    assert listed(config, "--author", "JUN") == ["One", "Two"]
    assert listed(config, "--tag", unicodedata.normalize("NFD", "kérdés")) == ["One"]
    assert listed(config, "--since", "1h") == ["One", "Two", "Three"] and listed(config, "--since", "2099-01-01") == []
    assert "3 notes on 2 articles. Times: Asia/Seoul." in told(config)
    (first, *_) = json.loads(told(config, "--json"))
    assert (first["url"], first["source"], first["title"]) == (TANKER, "harbour", "Oil for Rason")
    with mock.patch.dict(os.environ, {"NEWSLAKE_AUTHOR": "mina"}):
        assert author_of(None, os.environ) == "mina"
    assert author_of("  Ada\n Park ", {}) == "Ada Park" and author_of(None, {}) != ""
    with pytest.raises(UsageError, match="is no name of an author"):
        author_of("", {"NEWSLAKE_AUTHOR": "mina"})


def test_searches_find_tags_of_outlets_and_of_notes(config: Path) -> None:
    noted(config, KOREAN, "--tag", "Weather")
    note_id = noted(config, OLD, "--tag", "확인 필요")["note_id"]
    assert sorted(found(config, "tag:weather")) == sorted([STORM, KOREAN]) == sorted(found(config, "--tag", "WEATHER"))
    assert found(config, 'tag:"확인  필요"') == found(config, "--tag", "확인 필요") == [OLD]
    assert sorted(found(config, "tanker AND NOT tag:weather")) == sorted([OLD, TANKER])
    assert found(config, '"no tanker" AND tag:("확인 필요" OR weather)') == [OLD]  # a phrase, for which texts are read
    assert found(config, "tag:strasse oil") == [STORM] == found(config, "tag:STRASSE", "--sort", "date")
    assert ask_sql(config, "SELECT url FROM search('tag:weather AND oil') JOIN articles USING (article_id)") == [{"url": STORM}]
    snippets = ask_sql(config, 'SELECT snippet FROM search(\'"no tanker" AND tag:"확인 필요"\')')
    assert "no tanker" in snippets[0]["snippet"]
    done = newslake("search", "oil OR tag:wether", "-c", config)
    assert "no article has the tag 'wether': did you mean Weather?" in done.stderr
    told(config, "--delete", note_id, "--author", "jun")
    assert found(config, 'tag:"확인 필요"') == []
    for query, why in (
        ("tag:wea*", "without wildcards"),
        ("title:tag:x", "inside title:"),
        ('tag:"a b"~2', "no ~"),
        ("NOT tag:weather", "only excludes"),
        ("tags:x", "did you mean tag:?"),
    ):
        done = newslake("search", query, "-c", config)
        assert done.returncode == 2 and why in done.stderr, done.stderr


def ask_sql(config: Path, query: str) -> list[dict[str, Any]]:
    done = newslake("sql", "--json", query, "-c", config)
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def test_python_finds_them_as_well(config: Path) -> None:
    noted(config, TANKER, "Look", "--tag", "hot")
    with library.connect(config) as con:
        assert con.search("tag:HOT").fetchall()[0][-2:] == (1, ["hot"])
        assert con.search("oil", tag="Hot").fetchall()[0][9] == TANKER
        con.execute("BEGIN")
        assert con.sql("SELECT count(*) FROM search('tag:hot')").fetchall() == [(1,)]
        con.execute("ROLLBACK")
        with pytest.warns(UserWarning, match="no article has the tag 'nope'"):
            assert con.search("tag:nope").fetchall() == []
        with pytest.raises((duckdb.Error, UsageError)):
            con.execute("INSERT INTO notes (text) VALUES ('by SQL')")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert con.sql("SELECT note FROM noted").fetchall() == [("Look",)]


def test_a_topic_does_not_ask_for_tags_and_a_saved_search_does(config: Path) -> None:
    with pytest.raises(ValueError, match="tag: is for newslake search: a topic is decided when an article is loaded"):
        Topic(name="x", query="oil AND tag:hot")  # type: ignore[arg-type]
    config.write_text(config.read_text("utf-8") + '[[topic]]\nname = "hot"\nquery = "tag:hot"\n', "utf-8")
    done = newslake("topics", "-c", config)
    assert done.returncode == 2 and "before anybody can note a tag on it" in done.stderr
    config.write_text(config.read_text("utf-8").partition('[[topic]]\nname = "hot"')[0], "utf-8")
    assert newslake("topics", "try", "tag:hot", "-c", config).returncode == 2
    noted(config, STORM, "--tag", "hot")
    done = newslake("search", "tag:hot", "--save", "picked", "-c", config)
    assert (
        done.returncode == 0 and "no topic of the watchlist can have this query" in done.stdout and "[[topic]]" not in done.stdout
    )
    assert found(config, "oil", "--topic", "picked") == [STORM]
    assert [row["articles"] for row in json.loads(newslake("topics", "--json", "-c", config).stdout) if row["saved_search"]] == [
        1
    ]
    done = newslake("export", "-", "--topic", "picked", "--columns", "url", "-c", config)
    assert json.loads(done.stdout) == {"url": STORM}


def test_every_export_has_notes_and_none_has_deleted_ones(config: Path, tmp_path: Path) -> None:
    noted(config, TANKER, "=Kept", "--tag", "b", "--tag", "a")
    note_id = noted(config, TANKER, "Deleted")["note_id"]
    told(config, "--delete", note_id, "--author", "jun")
    for end in ("jsonl", "csv", "parquet", "duckdb"):
        assert newslake("export", tmp_path / f"c.{end}", "-c", config).returncode == 0
    rows = [json.loads(line) for line in (tmp_path / "c.jsonl").read_text("utf-8").splitlines()]
    (one,) = next(row for row in rows if row["url"] == TANKER)["notes"]
    assert (one["text"], one["author"], one["tags"], one["edited_at"]) == ("=Kept", "jun", ["b", "a"], None)
    assert {tuple(row["note_tags"]) for row in rows} == {(), ("a", "b")}
    table = csv.DictReader(io.StringIO((tmp_path / "c.csv").read_text("utf-8-sig")))
    cell = next(row for row in table if row["url"] == TANKER)["notes"]
    assert json.loads(cell) == [one]
    parquet = duckdb.sql(f"SELECT notes[1].text, note_tags FROM '{tmp_path}/c.parquet' WHERE notes <> []").fetchall()
    assert parquet == [("=Kept", ["a", "b"])]
    with duckdb.connect(str(tmp_path / "c.duckdb")) as con:
        assert con.execute("SELECT text FROM notes").fetchall() == [("=Kept",)]
        assert con.execute("SELECT note FROM noted").fetchall() == [("=Kept",)]


def in_terminal(config: Path, *given: str, editor: str) -> str:
    """What `newslake note` prints on a terminal, where it can open an editor."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "note", *given, "-c", str(config)],
        stdin=slave, stdout=slave, stderr=slave, env=ENVIRONMENT | {"VISUAL": "", "EDITOR": editor, "NEWSLAKE_AUTHOR": "jun"},
    )  # fmt: skip
    os.close(slave)
    said = b""
    while True:
        try:
            said += os.read(master, 65536)
        except OSError:
            break
    process.wait(30)
    os.close(master)
    return said.decode()


def test_an_editor_opens_where_there_is_a_terminal(config: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        f'#!/bin/sh\ncp "$1" {tmp_path}/was\n{{ echo "# Typed"; echo; cat "$1"; }} > "$1.new" && mv "$1.new" "$1"\n'
    )
    editor.chmod(0o700)
    assert "Noted on Oil for Rason" in in_terminal(config, "tanker", editor=str(editor))
    assert "Oil for Rason" in (tmp_path / "was").read_text("utf-8")  # so that one knows what it is about
    assert listed(config) == ["# Typed"]


def test_an_editor_begins_with_the_text_and_its_failure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i "s/was/is/" "$1"\n')
    editor.chmod(0o700)
    monkeypatch.delenv("VISUAL", raising=False)
    for command, said in (
        ("", "no editor is set"),
        ("false", "exit code 1"),
        ("nonsuch-editor", "No such file"),
        ("'", "editor ' failed"),
    ):
        monkeypatch.setenv("EDITOR", command)
        with pytest.raises(UsageError, match=said):
            typed("It was so.", "A headline")
    monkeypatch.setenv("EDITOR", str(editor))
    assert text_of(typed("It was so.\n港口 was", "It was a headline")) == "It is so.\n港口 is"


def test_what_was_typed_is_kept_if_it_cannot_be_written() -> None:
    with pytest.raises(NewslakeError, match="it is locked") as failed, kept_on_failure(_refused(), "Typed for an hour"):
        pytest.fail("opened")
    file = Path(str(failed.value.left).partition("what you typed is in ")[2])
    assert file.read_text("utf-8") == "Typed for an hour\n" and file.stat().st_mode & 0o077 == 0
    file.unlink()
    with pytest.raises(NewslakeError, match="it is locked") as failed, kept_on_failure(_refused(), None):
        pytest.fail("opened")
    assert failed.value.left == "nothing was written"


@contextmanager
def _refused() -> Iterator[None]:
    raise NewslakeError("it is locked", left="nothing was written")
    yield


def test_texts_and_tags_are_tidied() -> None:
    assert text_of("\r\n a \r\n\tb\x07 \n\n") == " a\n\tb" and text_of(" \n\t") is None
    assert tags_of(["é", "e\u0301", "Ａ", "a"]) == ["é", "Ａ"]
    assert fold_tag("ΠΌΛΕΜΟΣ") == fold_tag("πόλεμος") and fold_tag("ﬁn") == fold_tag("FIN")
    with pytest.raises(UsageError, match="is not UTF-8"):
        text_of("\udcff")
