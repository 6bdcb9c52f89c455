"""`newslake forget`: what is forgotten is nowhere on the disk, does not come back, and costs nothing else."""

from __future__ import annotations

import json
import shlex
import shutil
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.collect import collect
from flows.demo.site import SampleSite
from flows.messages.letter import plain_letter
from flows.messages.outbox import Entry, Message, Page, open_outbox, read_outbox
from flows.watchlist import load_watchlist
from spiders.warc.blank import removed
from spiders.warc.model import Capture
from spiders.warc.read import iter_captures
from tests.flows.command import ask, newslake
from tests.flows.custody.collected import two_editions

Article = tuple[str, str, str]  # id, URL, a passage of its text
NOTED = "What the harbourmaster told us"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two editions, so that articles have revisions, and every page is kept."""
    return two_editions(tmp_path_factory.mktemp("collected") / "home")


@pytest.fixture
def home(collected: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(collected, tmp_path / "home"))


def told(home: Path, *given: str | Path, code: int = 0) -> dict[str, Any]:
    done = newslake("forget", "--json", *given, "-c", home / "watchlist.toml")
    assert done.returncode == code, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
    return said


def edited(home: Path) -> Article:
    """An article with two revisions that is alone in its story, and a passage that only it has."""
    query = (
        "SELECT article_id::VARCHAR, url, text FROM articles "
        "WHERE revision > 1 AND story_id NOT IN (SELECT story_id FROM copies) ORDER BY url LIMIT 1"
    )
    ((article_id, url, text),) = ask(home / "watchlist.toml", query)
    passage = max(text.split("\n"), key=len)[:60]
    assert ask(home / "watchlist.toml", f"SELECT count(*) FROM articles WHERE contains(text, $${passage}$$)") == [(1,)]
    return article_id, url, passage


def about(key: str, text: str, page: Page | None = None) -> Message:
    return Message(key, "alert", "hot", datetime.now(UTC), plain_letter(key, text), page=page)


def holding(home: Path, passage: str) -> list[str]:
    """The files below `data` that hold a passage: as they are, unpacked, or in any column of a data file."""
    found = []
    for file in (path for path in (home / "data").rglob("*") if path.is_file()):
        data = file.read_bytes()
        if file.suffix == ".gz":
            rest, data = data, b""
            while rest:
                unpacker = zlib.decompressobj(wbits=31)
                data += unpacker.decompress(rest)
                rest = unpacker.unused_data
        elif file.suffix == ".parquet":
            data = repr(duckdb.sql(f"FROM '{file}'").fetchall()).encode()
        if passage.encode() in data:
            found.append(file.relative_to(home).as_posix())
    return found


def test_a_forgotten_article_is_nowhere_and_does_not_come_back(home: Path, tmp_path: Path) -> None:
    config = home / "watchlist.toml"
    article_id, url, passage = edited(home)
    assert holding(home, passage)
    captures = list((home / "data/captures").glob("*/*.warc.gz"))
    archive = Path(shutil.copytree(home / "data/captures", tmp_path / "archive"))
    columns = "article_id, text, capture_file, capture_offset"
    others = ask(config, f"SELECT {columns} FROM articles WHERE url <> '{url}' ORDER BY ALL")
    other = next(row[0] for row in others)
    for on, text in ((url, f"{NOTED}, once"), (url, f"{NOTED}, deleted"), (other, "Stays, whatever is rebuilt")):
        (written,) = json.loads(newslake("note", str(on), text, "--tag", "hot", "--json", "-c", config).stdout)
        if "deleted" in text:
            assert newslake("note", "--delete", written["note_id"], "-c", config).returncode == 0
    state = home / "data/state"
    with open_outbox(state) as outbox:
        page = Page("brief.html", f"<a href={url!r}>{NOTED}</a>".encode())
        outbox.write(
            Entry(
                "hot",
                {},
                (about("told", f"{NOTED} {url}"), about("page", "a page", page), about("stays", "Of another article")),
                {"a.html": page.data},
            )
        )
        outbox.done(["told"], datetime.now(UTC))
    kept = ask(config, f"FROM notes WHERE article_id = '{other}'")
    assert len(kept) == 1 and holding(home, NOTED)
    sizes = [file.stat().st_size for file in captures]
    newslake("backup", tmp_path / "backup", "-c", config)

    would = told(home, url, "--dry-run")
    assert (would["articles"], would["notes"]) == (1, 1) and holding(home, passage) and holding(home, NOTED)
    assert ask(tmp_path / "backup" / "watchlist.toml", "SELECT count(*) FROM notes") == [(3,)]
    said = newslake("forget", url, "--until", "2026-12-31", "--dry-run", "-c", config)
    assert said.returncode == 2 and "no source is called" in said.stderr
    said = newslake("forget", url, "--dry-run", "-c", config)
    assert "Would remove 1 article with all revisions and 1 note, " in said.stdout
    assert f"Next: newslake forget --config {config} {shlex.quote(url)}\n" in said.stdout
    said = newslake("forget", "nonsuch", "-c", config)
    assert said.returncode == 2 and "newslake search" in said.stderr
    done = told(home, url, "--yes")
    assert (done["articles"], done["captures"]) == (1, would["captures"]) and done["captures"] >= 2
    assert [held["articles"] for held in done["backups"]] == [1]

    assert holding(home, passage) == holding(home, NOTED) == []
    with read_outbox(state) as left:
        assert left and [message.id for message in left.waiting()] == ["stays"] and not left.files()
    said = newslake("note", url, "Again", "-c", config)
    assert said.returncode == 2 and "was removed with newslake forget" in said.stderr
    for table in ("articles", "notes", "revisions", "matches", "copies", "fingerprints", "fetches", "urls"):
        assert ask(config, f"SELECT count(*) FROM {table} WHERE article_id = '{article_id}'") == [(0,)]
    assert ask(config, f"SELECT count(*) FROM urls WHERE url = '{url}'") == [(0,)]
    assert ask(config, "SELECT count(*) FROM ducklake_snapshots('lake')")[0][0] <= 2
    said = newslake("sql", "FROM articles AT (VERSION => 1)", "-c", config)
    assert said.returncode == 2 and "holds no state" in said.stderr and "lake.snapshots()" in said.stderr
    assert ask(config, "SELECT count(*) FROM fetches WHERE reason = 'forgotten'")[0][0] >= 2
    # the others are as they were, their captures at the same places, and all of it is proved
    assert ask(config, f"SELECT {columns} FROM articles ORDER BY ALL") == others
    assert [file.stat().st_size for file in captures] == sizes
    assert all(isinstance(capture, Capture) and capture.url != url for file in captures for capture in iter_captures(file))
    assert json.loads(newslake("maintain", "--json", "-c", config).stdout)["pointers_broken"] == 0
    assert newslake("verify", "-c", config).returncode == 0
    # neither a backfill nor a reclean brings it back
    assert newslake("backfill", archive, "--any-source", "-c", config).returncode == 0
    assert newslake("reclean", "-c", config).returncode == 0
    assert ask(config, f"SELECT count(*) FROM articles WHERE article_id = '{article_id}' OR url = '{url}'") == [(0,)]
    assert holding(home, passage) == []
    assert told(home, url, "--yes")["articles"] == 0  # asked for again, it is done already
    newslake("backup", tmp_path / "backup", "-c", config)
    assert holding(tmp_path / "backup", passage) == holding(tmp_path / "backup", NOTED) == []
    # a note on another article outlives all of this
    assert ask(config, "FROM notes") == kept == ask(tmp_path / "backup" / "watchlist.toml", "FROM notes")


def test_a_forget_that_is_killed_is_finished_by_the_next(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, url, passage = edited(home)

    def killed(*_given: Any) -> None:
        raise KeyboardInterrupt

    for step in ("flows.custody.forget.record", "flows.custody.forget.purge"):
        with monkeypatch.context() as patched:
            patched.setattr(step, killed)
            assert newslake("forget", url, "--yes", "-c", home / "watchlist.toml").returncode == 130
    assert "a forget was interrupted" in newslake("status", "-c", home / "watchlist.toml").stdout
    assert json.loads(newslake("status", "--json", "-c", home / "watchlist.toml").stdout)["forget_interrupted"]
    done = newslake("forget", "-c", home / "watchlist.toml")  # what it was is remembered
    assert done.returncode == 0 and "An earlier forget that was interrupted is finished now." in done.stdout
    assert newslake("forget", "-c", home / "watchlist.toml").returncode == 2
    assert "interrupted" not in newslake("status", "-c", home / "watchlist.toml").stdout
    assert holding(home, passage) == []
    assert newslake("verify", "-c", home / "watchlist.toml").returncode == 0


def test_a_revision_that_came_after_a_forget_was_killed_goes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_given: Any) -> None:
        raise KeyboardInterrupt

    with SampleSite() as site:
        config = site.watchlist(tmp_path)
        collect(load_watchlist(config))
        site.edition = 2
        with monkeypatch.context() as patched:
            patched.setattr("flows.custody.forget.forget_rows", killed)
            assert newslake("forget", "--until", "2100-01-01", "--yes", "-c", config).returncode == 130
        collect(load_watchlist(config))
    _, url, passage = edited(tmp_path)
    assert newslake("forget", "-c", config).returncode == 0
    assert ask(config, f"SELECT count(*) FROM articles WHERE url = '{url}'") == [(0,)]
    assert holding(tmp_path, passage) == []


def test_what_is_listed_again_is_not_fetched_again(tmp_path: Path) -> None:
    with SampleSite() as site:
        config = site.watchlist(tmp_path)
        collect(load_watchlist(config))
        ((source, count),) = ask(config, "SELECT source, count(*) AS n FROM articles GROUP BY 1 ORDER BY n DESC, 1 LIMIT 1")
        urls = {url for (url,) in ask(config, f"SELECT url FROM articles WHERE source = '{source}'")}
        done = newslake("forget", source, "-c", config, stdin="n\n")
        assert done.returncode == 1 and "Nothing was changed" in done.stderr
        assert ask(config, f"SELECT count(*) FROM articles WHERE source = '{source}'") == [(count,)]
        said = told(tmp_path, source, "--yes")
        assert said["articles"] == count and said["still_watched"]
        assert ask(config, f"SELECT count(*) FROM source_runs WHERE source = '{source}'") == [(0,)]
        collect(load_watchlist(config))
    assert ask(config, f"SELECT count(*) FROM articles WHERE source = '{source}'") == [(0,)]
    assert not urls & {url for (url,) in ask(config, "SELECT url FROM urls UNION SELECT url FROM fetches")}
    assert ask(
        config, "SELECT count(*) FROM runs WHERE discovered <> (SELECT sum(urls) FROM fetches AS f WHERE f.run_id = runs.run_id)"
    ) == [(0,)]


def test_articles_up_to_a_day_go_and_a_story_goes_on_without_its_head(home: Path) -> None:
    config = home / "watchlist.toml"
    ((day, before),) = ask(
        config,
        "SELECT strftime(day, '%Y-%m-%d'), (SELECT count(*) FROM articles WHERE published_at::DATE <= day) FROM ("
        "SELECT median(published_at)::DATE AS day FROM articles)",
    )
    assert told(home, "--until", day, "--yes")["articles"] == before > 0
    assert ask(config, f"SELECT count(*) FROM articles WHERE published_at::DATE <= '{day}'") == [(0,)]
    heads = "SELECT count(*) FROM copies WHERE of_article_id NOT IN (SELECT article_id FROM articles)"
    assert ask(config, heads) == [(0,)]
    assert newslake("sources", "-c", config).returncode == 0


@pytest.mark.parametrize("length", [*range(900, 920), 65_540, 66_000, 70_013, 200_001])
def test_a_record_without_content_has_any_length(length: int) -> None:
    data = removed(length)
    assert len(data) == length
    unpacker = zlib.decompressobj(wbits=31)
    assert unpacker.decompress(data).startswith(b"WARC/1.1") and unpacker.eof
    assert unpacker.unused_data == b""
