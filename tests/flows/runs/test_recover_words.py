"""What the commands say of runs that cannot be loaded: in words, with the next command, and that command works."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from newslake.testing import Site
from tests.flows.command import ask, newslake
from tests.flows.runs.test_set_aside import other_words, put, watchlist
from tests.flows.runs.test_set_aside_kinds import _copy, interrupted

pytestmark = pytest.mark.timeout(240)
# Names of errors and of their parts, which mean something to programmers only.
RAW = ("Errno", "FileNotFoundError", "JSONDecodeError", "KeyError", "IsADirectoryError", "NotADirectoryError", "Traceback")


def _teleported(folder: Path) -> object:
    journal = folder / "crawl/journal.jsonl"
    return journal.write_text(journal.read_text("utf-8").replace('"outcome": null', '"outcome": "teleported"'), "utf-8")


def _no_run_json(folder: Path) -> object:
    return (folder / "run.json").unlink()


def _cut_run_json(folder: Path) -> object:
    return (folder / "run.json").write_text('{"run_id": "0b2c', "utf-8")


def _a_time_out_of_range(folder: Path) -> object:
    described = json.loads((folder / "run.json").read_text("utf-8"))
    return (folder / "run.json").write_text(json.dumps(described | {"started_at": "0001-01-01T00:00:00+23:00"}), "utf-8")


def _no_journal(folder: Path) -> object:
    return (folder / "crawl/journal.jsonl").unlink()


def _nothing_left(folder: Path) -> object:
    (folder / "run.json").unlink()
    return shutil.rmtree(folder / "crawl")


def _a_damaged_capture(folder: Path) -> object:
    (capture,) = (folder / "crawl").glob("*.warc.gz")
    data = bytearray(capture.read_bytes())
    data[len(data) // 3 :] = b"\0" * (len(data) - len(data) // 3)
    return capture.write_bytes(bytes(data))


UNREADABLE: dict[Callable[[Path], object], str] = {
    _no_run_json: "run.json is missing",
    _cut_run_json: "run.json is not what newslake wrote there",
    _a_time_out_of_range: "run.json is not what newslake wrote there",
    _no_journal: "it has captures but no journal",
    _nothing_left: "run.json is missing",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Path]]:
    """A project with a run set aside for each reason; its watchlist, and the folders by the name of the reason."""
    home = tmp_path_factory.mktemp("home")
    with Site() as site:
        put(site, "/news/first", "Oil comes first", other_words("first"))
        site.feed("/feed", "/news/first")
        config = watchlist(home, f"{site.url}/feed")
        first = interrupted(config)
        folders = {damage.__name__: _copy(first) for damage in (_teleported, _a_damaged_capture, *UNREADABLE)}
        shutil.rmtree(first)
        _teleported(folders["_teleported"])
        _a_damaged_capture(folders["_a_damaged_capture"])
        aside = home / "data/state/set-aside"
        aside.mkdir()
        for damage in UNREADABLE:  # set aside, and damaged there, or put there by hand
            damage(folders[damage.__name__])
            folders[damage.__name__] = folders[damage.__name__].rename(aside / folders[damage.__name__].name)
        done = newslake("run", "--plain", "--config", config)
        assert done.returncode == 1 and not any(word in done.stdout + done.stderr for word in RAW), done.stdout + done.stderr
        assert "newslake recover" in done.stdout
    folders["_teleported"] = aside / folders["_teleported"].name
    return config, folders


def test_each_reason_is_in_words_with_the_next_command(project: tuple[Path, dict[str, Path]]) -> None:
    config, folders = project
    assert not folders["_a_damaged_capture"].exists()  # a capture that is damaged costs itself, and not the run
    listed = {aside["folder"]: aside for aside in json.loads(newslake("recover", "--json", "-c", config).stdout)}
    for damage, words in UNREADABLE.items():
        assert words in listed[str(folders[damage.__name__])]["message"], damage
        assert not listed[str(folders[damage.__name__])]["is_readable"]
    teleported = listed[str(folders["_teleported"])]
    assert teleported["is_readable"] and f"{folders['_teleported']}/crawl/journal.jsonl" in teleported["message"]
    for command in (["recover"], ["status"], ["sources"], ["recover", "--all"]):
        done = newslake(*command, "-c", config)
        said = done.stdout + done.stderr
        assert not any(word in said for word in RAW), said
        assert "newslake recover" in said
        if command[0] == "recover":
            assert f"newslake backfill --config {config} {folders['_no_journal']}/crawl" in said
            assert f"rm -r {folders['_nothing_left']}" in said
    assert f"{len(folders) - 1} runs are set aside" in newslake("status", "-c", config).stdout


def test_a_reason_that_cannot_be_read_hides_no_run(project: tuple[Path, dict[str, Path]]) -> None:
    config, folders = project
    reason = folders["_teleported"] / "reason.json"
    whole = reason.read_bytes()
    for data, words in (
        (b'{"run_id": 7', "reason.json is not what newslake wrote there"),
        (b"[1]", "reason.json is not what newslake wrote there"),
        (None, "reason.json is missing"),
    ):
        reason.unlink()
        if data:
            reason.write_bytes(data)
        listed = {aside["folder"]: aside for aside in json.loads(newslake("recover", "--json", "-c", config).stdout)}
        aside = listed[str(reason.parent)]
        assert words in aside["message"] and aside["run_id"] == reason.parent.name and aside["started_at"], aside
        shown = newslake("recover", "-c", config).stdout
        assert reason.parent.name in shown and not any(word in shown for word in RAW), shown
        if data:
            continue
        again = newslake("recover", reason.parent.name, "-c", config)
        assert again.returncode == 1 and "teleported" in again.stdout  # and the reason is known again
        assert json.loads(reason.read_text("utf-8"))["error"] == "CaptureError"
        reason.write_bytes(whole)


def test_captures_of_a_run_without_journal_are_loaded_as_an_archive_and_kept(tmp_path: Path) -> None:
    with Site() as site:
        put(site, "/news/first", "Oil comes first", other_words("first"))
        site.feed("/feed", "/news/first")
        config = watchlist(tmp_path, f"{site.url}/feed")
        run = interrupted(config)
    folder = tmp_path / "data/state/set-aside" / run.name
    shutil.move(run, folder)
    _no_journal(folder)
    done = newslake("backfill", folder / "crawl", "-c", config)
    assert done.returncode == 0, done.stdout + done.stderr
    ((file,),) = ask(config, "SELECT capture_file FROM articles")
    assert file.startswith("backfill/"), file
    shutil.rmtree(folder)  # as the message says
    assert json.loads(newslake("maintain", "--json", "-c", config).stdout)["pointers_broken"] == 0
    assert "No run is set aside" in newslake("recover", "-c", config).stdout
