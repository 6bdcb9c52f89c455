"""`newslake backup`: a copy from which a project goes on, made while others write, whole after any interruption."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.collect import collect
from flows.custody import copying
from flows.demo.site import SampleSite
from flows.search.listed import lists_of
from flows.watchlist import load_watchlist
from tests.flows.command import ask, newslake

TABLES = ("articles", "revisions", "fetches", "urls", "runs", "matches", "copies", "fingerprints", "source_states")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("collected") / "home"
    with SampleSite() as site:
        collect(load_watchlist(site.watchlist(home)))
    return home


@pytest.fixture
def home(collected: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(collected, tmp_path / "home"))


def backed_up(home: Path, folder: Path, code: int = 0) -> dict[str, Any]:
    done = newslake("backup", folder, "--json", "-c", home / "watchlist.toml")
    assert done.returncode == code, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
    return said


def rows(home: Path) -> dict[str, list[Any]]:
    return {table: ask(home / "watchlist.toml", f"FROM {table} ORDER BY ALL") for table in TABLES}


def test_the_copy_is_a_project_from_which_work_goes_on(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    backed_up(home, folder)
    before = rows(home)
    shutil.rmtree(home)
    shutil.move(folder, tmp_path / "restored")  # it may lie anywhere
    restored = tmp_path / "restored"
    assert rows(restored) == before and before["articles"]
    config = restored / "watchlist.toml"
    assert newslake("verify", "-c", config).returncode == 0
    maintained = newslake("maintain", "--json", "-c", config)
    assert maintained.returncode == 0 and json.loads(maintained.stdout)["pointers"] > 0
    again = newslake("reclean", "--json", "-c", config)
    assert set(json.loads(again.stdout)["outcomes"]) and again.returncode == 0
    assert len(rows(restored)["articles"]) == len(before["articles"])


def test_a_second_backup_copies_what_is_new_and_removes_what_is_gone(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    first = backed_up(home, folder)
    assert backed_up(home, folder)["copied"] == 0
    run = home / "data/state/runs/0b2c0f0e-0000-4000-8000-000000000000/crawl"
    run.mkdir(parents=True)
    (run / "journal.jsonl").write_text("{}\n", "utf-8")
    assert backed_up(home, folder)["copied"] == 1
    assert (folder / run.relative_to(home) / "journal.jsonl").read_text("utf-8") == "{}\n"
    shutil.rmtree(run.parent)
    again = backed_up(home, folder)
    assert again["removed"] == 1 and not (folder / run.parent.relative_to(home)).exists()
    assert again["kept"] == first["copied"]


def test_an_interrupted_backup_leaves_the_earlier_one_whole(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "backup"
    backed_up(home, folder)
    before = rows(folder)
    assert newslake("maintain", "-c", home / "watchlist.toml").returncode == 0  # other files, and a catalog that names them
    copies = copying.Copying.file
    left = 3

    def dying(self: copying.Copying, *given: Any, **options: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        copies(self, *given, **options)

    with monkeypatch.context() as patched:
        patched.setattr(copying.Copying, "file", dying)
        assert newslake("backup", folder, "-c", home / "watchlist.toml").returncode == 130
    assert rows(folder) == before
    said = (folder / "UNFINISHED.txt").read_text("utf-8")  # whoever finds it is told
    assert "The earlier backup in this folder is whole" in said and f"newslake backup {folder}" in said
    (folder / "data/lake/left.parquet.new").write_bytes(b"of a backup that was killed")
    done = newslake("backup", folder, "-c", home / "watchlist.toml")
    assert done.returncode == 0 and "An earlier backup into this folder had been interrupted" in done.stdout
    assert rows(folder) == before
    assert not [file for file in folder.rglob("*") if file.suffix == ".new" or file.name == "UNFINISHED.txt"]
    assert not backed_up(home, folder)["resumed"]


def test_a_first_backup_that_is_interrupted_is_not_taken_for_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(*_given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("flows.custody.backup.take_over", dying)
        assert newslake("backup", tmp_path / "backup", "-c", home / "watchlist.toml").returncode == 130
    assert "It is no backup yet" in (tmp_path / "backup/UNFINISHED.txt").read_text("utf-8")
    assert not (tmp_path / "backup/watchlist.toml").exists()
    assert backed_up(home, tmp_path / "backup")["resumed"]
    assert rows(tmp_path / "backup") == rows(home)


def test_places_outside_the_project_come_into_the_copy(home: Path, tmp_path: Path) -> None:
    config = home / "watchlist.toml"
    for name in ("catalog.sqlite", "lake"):
        shutil.move(home / "data" / name, tmp_path / name)
    text = config.read_text("utf-8")
    text = text.replace("ducklake:sqlite:data/catalog.sqlite", f"ducklake:sqlite:{tmp_path}/catalog.sqlite")
    config.write_text(text.replace("data/lake", f"{tmp_path}/lake"), "utf-8")
    before = rows(home)
    backed_up(home, tmp_path / "backup")
    for name in ("home", "lake"):
        shutil.rmtree(tmp_path / name)
    (tmp_path / "catalog.sqlite").unlink()
    assert rows(tmp_path / "backup") == before


def test_lists_of_names_come_into_the_copy_and_a_file_that_is_gone_leaves_its_earlier_copy(home: Path, tmp_path: Path) -> None:
    config, folder, ferries = home / "watchlist.toml", tmp_path / "backup", tmp_path / "ferries.csv"
    lists = f'[[entity]]\nname = "ports"\nfile = "ports.txt"\n[[entity]]\nname = "ferries"\nfile = "{ferries.as_posix()}"\n'
    config.write_text(f"{config.read_text('utf-8')}\n{lists}", "utf-8")
    (home / "ports.txt").write_text("Port Ostrava\n", "utf-8")
    ferries.write_text("name,aliases\nMercator,Меркатор\n", "utf-8")
    backed_up(home, folder)
    assert backed_up(home, folder)["copied"] == 0
    ferries.unlink()
    (home / "ports.txt").write_text("Port Ostrava\nPort Brno\n", "utf-8")
    assert backed_up(home, folder)["copied"] == 1
    shutil.rmtree(home)
    shutil.move(folder, tmp_path / "restored")
    restored = load_watchlist(tmp_path / "restored/watchlist.toml")
    assert [one.name for one in lists_of(restored, pytest.fail)] == ["ports", "ferries"]
    assert [len(one.entries) for one in lists_of(restored, pytest.fail)] == [2, 1]


def test_a_list_that_is_no_more_on_the_watchlist_leaves_the_copy(home: Path, tmp_path: Path) -> None:
    config, folder = home / "watchlist.toml", tmp_path / "backup"
    before = config.read_text("utf-8")
    config.write_text(f'{before}\n[[entity]]\nname = "ports"\nfile = "ports.txt"\n', "utf-8")
    (home / "ports.txt").write_text("Port Ostrava\n", "utf-8")
    backed_up(home, folder)
    config.write_text(before, "utf-8")
    assert backed_up(home, folder)["removed"] == 1


def test_a_capture_that_was_lost_or_altered_does_not_replace_its_copy(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    backed_up(home, folder)
    (capture,) = (home / "data/captures").glob("*/*.warc.gz")
    whole = capture.read_bytes()
    capture.write_bytes(whole[:-10])
    assert backed_up(home, folder, code=1)["altered"] == [str(capture)]
    capture.unlink()
    assert backed_up(home, folder, code=1)["missing"] == [str(capture)]
    assert (folder / capture.relative_to(home)).read_bytes() == whole


def test_a_folder_that_holds_something_else_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("words", "utf-8")
    for folder, why in (
        (tmp_path / "mine", "no backup of newslake"),
        (home / "data/captures/b", "part of the project"),
        (home, "part of"),
    ):
        done = newslake("backup", folder, "-c", home / "watchlist.toml")
        assert done.returncode == 2 and why in done.stderr
    folder = tmp_path / "backup"
    backed_up(home, folder)
    shutil.rmtree(home / "data")
    with SampleSite() as site:
        site.watchlist(home)
        collect(load_watchlist(home / "watchlist.toml"))
    refused = newslake("backup", folder, "-c", home / "watchlist.toml")
    assert refused.returncode == 2 and "1 run that" in refused.stderr
