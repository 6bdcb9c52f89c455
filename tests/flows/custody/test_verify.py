"""`newslake verify`: whatever is done to the captures or to their manifest shows, and anyone can check it with sha256sum."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.custody import verify as verifying
from flows.demo.site import SampleSite
from flows.maintain import maintain
from flows.watchlist import load_watchlist
from spiders.warc.manifest import Event, record
from tests.flows.command import newslake
from tests.flows.custody.collected import two_editions
from warehouse.captures import forget_captures
from warehouse.database.connect import open_writer

FILES = 2


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two runs, the first of which is moved to the day before: its manifest has two files."""
    home = two_editions(tmp_path_factory.mktemp("collected") / "home")
    captures = home / "data/captures"
    day_before = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}.sha256"
    shutil.rmtree(captures / "manifest")
    first, second = sorted(captures.glob("*/*.warc.gz"))
    later = second.rename(home / "later")
    record(captures, Event.ADDED, [first])
    manifest = captures / "manifest" / day_before
    next((captures / "manifest").glob("*.sha256")).rename(manifest)
    record(captures, Event.ADDED, [later.rename(second)])
    return home


@pytest.fixture
def home(collected: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(collected, tmp_path / "home"))


def verified(home: Path, *options: str, code: int = 0) -> dict[str, Any]:
    done = newslake("verify", "--json", *options, "-c", home / "watchlist.toml")
    assert done.returncode == code, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["sound"] == (code == 0)
    return said


def captures(home: Path) -> list[Path]:
    return sorted((home / "data/captures").glob("*/*.warc.gz"))


def manifests(home: Path) -> list[Path]:
    return sorted((home / "data/captures/manifest").glob("*.sha256"))


def test_what_was_collected_is_sound_and_sha256sum_says_so_too(home: Path) -> None:
    said = verified(home)
    assert said["verified"] == len(captures(home)) == FILES
    names = [file.relative_to(home / "data/captures") for file in manifests(home)]
    done = subprocess.run(["sha256sum", "-c", *names], cwd=home / "data/captures", capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout.count(": OK") == FILES, done.stderr
    head = subprocess.run(["sha256sum", manifests(home)[-1]], capture_output=True, text=True, check=True).stdout.split()[0]
    assert said["head"] == head


def flip(home: Path) -> None:
    with captures(home)[0].open("r+b") as stream:
        stream.seek(100)
        byte = stream.read(1)
        stream.seek(100)
        stream.write(bytes([byte[0] ^ 1]))


def cut(home: Path) -> None:
    with captures(home)[0].open("r+b") as stream:
        stream.truncate(1000)


def plant(home: Path) -> None:
    shutil.copy(captures(home)[0], captures(home)[0].with_name("0b2c0f0e-0000-4000-8000-000000000000.warc.gz"))


def edit_line(home: Path) -> None:
    text = manifests(home)[0].read_text("utf-8")
    manifests(home)[0].write_text(text.replace(" added ", " found ", 1), "utf-8")


def drop_day(home: Path) -> None:
    manifests(home)[0].unlink()


def drop_entry(home: Path) -> None:
    """As if the first file had never been there."""
    captures(home)[0].unlink()
    lines = manifests(home)[0].read_text("utf-8").splitlines(keepends=True)
    manifests(home)[0].write_text("".join(lines[:2]), "utf-8")


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (flip, "altered"),
        (cut, "altered"),
        (plant, "extra"),
        (lambda home: captures(home)[0].unlink(), "missing"),
        (edit_line, "breaks"),
        (drop_day, "breaks"),
        (drop_entry, "breaks"),
        (lambda home: shutil.rmtree(manifests(home)[0].parent), "extra"),
    ],
)
def test_every_change_shows(home: Path, change: Callable[[Path], object], wrong: str) -> None:
    change(home)
    assert verified(home, code=1)[wrong]


def test_a_head_that_was_noted_stays_part_of_the_chain(home: Path) -> None:
    head = verified(home)["head"]
    extra = captures(home)[0].with_name("0b2c0f0e-0000-4000-8000-000000000001.warc.gz")
    shutil.copy(captures(home)[0], extra)
    record(home / "data/captures", Event.ADDED, [extra])
    assert verified(home, "--head", head)["head_is_known"]
    slipped_in = extra.with_name("slipped-in.warc.gz")
    shutil.copy(extra, slipped_in)
    told = newslake("verify", "-c", home / "watchlist.toml").stdout
    assert "from a backup" not in told and "move them out of" in told, told
    slipped_in.unlink()
    # written anew from the beginning, by someone who may write there: sound in itself, but not what was noted
    shutil.rmtree(home / "data/captures/manifest")
    record(home / "data/captures", Event.ADDED, captures(home))
    assert verified(home)["verified"] == FILES + 1
    assert verified(home, "--head", head, code=1)["head_is_known"] is False
    told = newslake("verify", "--head", head, "-c", home / "watchlist.toml").stdout
    assert "manifest was changed after you noted it, or the head is of other captures" in told and "backup" in told, told


def test_a_head_with_a_slip_accuses_nobody(home: Path) -> None:
    head = verified(home)["head"]
    assert verified(home, "--head", f" {head.upper()} ")["head_is_known"]
    done = newslake("verify", "--head", head[:-1], "-c", home / "watchlist.toml")
    assert done.returncode == 2 and "64 digits" in done.stderr and "Next:" in done.stderr and done.stdout == "", done


def test_pruning_by_age_is_recorded_and_verifies(home: Path) -> None:
    report = maintain(load_watchlist(home / "watchlist.toml"), now=datetime.now(UTC) + timedelta(days=367))
    assert report.captures_pruned == FILES
    said = verified(home)
    assert (said["verified"], said["removed"]) == (0, FILES)


def test_nothing_collected_is_nothing_to_prove(tmp_path: Path) -> None:
    with SampleSite() as site:
        site.watchlist(tmp_path)
    assert verified(tmp_path)["head"] is None


def acknowledged(home: Path, *options: str) -> dict[str, Any]:
    done = newslake("maintain", "--forget-broken", "--json", *options, "-c", home / "watchlist.toml")
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_what_is_lost_for_good_is_told_apart_and_nothing_else_hides_behind_it(home: Path) -> None:
    first, second = captures(home)
    whole = first.read_bytes()
    first.unlink()
    second.write_bytes(second.read_bytes()[:4000])
    head = verified(home, code=1)["head"]
    assert acknowledged(home, "--even-most")["captures_lost"] == FILES
    said = verified(home, "--head", head)
    names = [file.relative_to(home / "data/captures").as_posix() for file in (first, second)]
    assert (said["lost"], said["missing"], said["altered"], said["verified"]) == (names, [], [], 0)
    shown = newslake("verify", "-c", home / "watchlist.toml")
    assert shown.returncode == 0 and f"lost, as acknowledged: {names[0]}" in shown.stdout
    assert acknowledged(home)["captures_lost"] == 0  # said once
    # what was damaged may not be altered again, nor vanish, and something else in the place of what was lost is no capture
    damaged = second.read_bytes()
    second.write_bytes(damaged[:-1])
    assert verified(home, code=1)["altered"] == [names[1]]
    second.unlink()
    assert verified(home, code=1)["missing"] == [names[1]]
    second.write_bytes(damaged)
    first.write_bytes(damaged)
    assert verified(home, code=1)["altered"] == [names[0]]
    # it may come back from a backup
    first.write_bytes(whole)
    assert (verified(home)["verified"], verified(home)["lost"]) == (1, [names[1]])


def test_a_loss_that_an_older_version_acknowledged_in_its_rows_alone_is_acknowledged(home: Path) -> None:
    first = captures(home)[0]
    first.unlink()
    with open_writer(load_watchlist(home / "watchlist.toml").warehouse, "test") as writer:
        name = first.relative_to(home / "data/captures").as_posix()
        forget_captures(writer, [name])
    assert verified(home, code=1)["missing"] == [name]
    assert acknowledged(home)["captures_lost"] == 1
    assert verified(home)["lost"] == [name]


def test_a_backup_keeps_its_copy_of_what_was_lost_and_finds_nothing_wrong(home: Path, tmp_path: Path) -> None:
    first, second = captures(home)
    backup = ("backup", tmp_path / "backup", "--json", "-c", home / "watchlist.toml")
    assert newslake(*backup).returncode == 0
    whole = {file: file.read_bytes() for file in (first, second)}
    first.unlink()
    second.write_bytes(whole[second][:4000])
    acknowledged(home, "--even-most")
    for _ in range(2):
        assert newslake(*backup).returncode == 0
        for file, data in whole.items():
            assert (tmp_path / "backup" / file.relative_to(home)).read_bytes() == data
    assert verified(tmp_path / "backup")["verified"] == FILES


def test_a_file_that_a_run_records_while_verify_looks_is_no_finding(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = captures(home)[0].with_name("0b2c0f0e-0000-4000-8000-000000000002.warc.gz")
    shutil.copy(captures(home)[0], new)  # as a run has it that is about to record it
    compare = verifying._compare

    def meanwhile(*given: Any) -> Any:
        record(home / "data/captures", Event.ADDED, [new])
        return compare(*given)

    monkeypatch.setattr(verifying, "_compare", meanwhile)
    assert verified(home)["verified"] == FILES + 1
