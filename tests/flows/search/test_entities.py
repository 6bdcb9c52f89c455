"""`[[entity]]`: articles are compared with the user's lists, again whenever the list or the article changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.search.listed import compare_after_run
from flows.watchlist import load_watchlist
from newslake.errors import WatchlistError
from tests.flows.command import newslake
from tests.flows.search.corpus import WATCHLIST
from tests.warehouse.makers import article, fetch, run
from warehouse.database.connect import open_reader, open_writer
from warehouse.load.run import load

LIST = "name,aliases,kind\nRi Jong Ho,이정호,person\nSea Lantern,IMO 9123456,vessel\n"
TEXTS = {
    "one": "어제 리정호가 회의에 참석했다고 관계자가 밝혔다. 이정호는 말이 없었다.",
    "two": "The tanker Sea Lantern left the port on Tuesday.",
    "three": "Lee Jung-hee spoke.",
}


def made(folder: Path) -> Path:
    config = folder / "watchlist.toml"
    where = '[warehouse]\ncatalog = "data/news.duckdb"\nnames = false\n'
    config.write_text(f'{WATCHLIST}{where}[[entity]]\nname = "sanctions"\nfile = "list.csv"\n', "utf-8")
    (folder / "list.csv").write_text(LIST, "utf-8")
    articles = [article(f"https://harbour.example/{name}", title="News", text=text, matches=()) for name, text in TEXTS.items()]
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(1, *map(fetch, articles)))
    return config


def found(config: Path, columns: str = "entity, written") -> list[Any]:
    with open_reader(load_watchlist(config).warehouse) as con:
        return con.execute(f"SELECT {columns} FROM listed ORDER BY ALL").fetchall()


def maintained(config: Path, *words: str) -> int:
    done = newslake("maintain", "--json", *words, "-c", config)
    assert done.returncode in (0, 1), done.stderr  # 1: the made articles have no captures
    return int(json.loads(done.stdout)["lists_compared"])


def test_articles_are_compared_once_and_again_when_the_list_changes(tmp_path: Path) -> None:
    config, said = made(tmp_path), []
    compare_after_run(load_watchlist(config), said.append)
    assert found(config) == [("Ri Jong Ho", ["리정호", "이정호"]), ("Sea Lantern", ["Sea Lantern"])]
    assert found(config, "list, kind, match, reason, score, in_title, times") == [
        ("sanctions", "person", "exact", "as written", 1.0, False, 2),
        ("sanctions", "vessel", "exact", "as written", 1.0, False, 1),
    ]
    assert maintained(config, "--dry-run") == 0
    (tmp_path / "list.csv").write_text(LIST.replace("Sea Lantern,IMO 9123456,vessel", "Lee Jung-hee,,person"), "utf-8")
    assert maintained(config, "--dry-run") == 3
    assert maintained(config) == 3
    assert [entity for entity, _ in found(config)] == ["Lee Jung-hee", "Ri Jong Ho"]
    assert said == []


def test_what_a_run_brought_is_compared_before_what_is_older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.search.listed.AFTER_A_RUN", 0)
    config, said, began = made(tmp_path), list[str](), datetime.now(UTC)
    brought = article("https://harbour.example/four", title="News", text="The tanker Sea Lantern came back.", matches=())
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(2, fetch(brought)))
    compare_after_run(load_watchlist(config), said.append, began)
    assert found(config) == [("Sea Lantern", ["Sea Lantern"])]
    assert [line.partition(" still")[0] for line in said] == ["3 older articles"]


def test_an_edit_takes_a_name_out_and_a_list_that_is_gone_its_rows(tmp_path: Path) -> None:
    config = made(tmp_path)
    compare_after_run(load_watchlist(config), print)
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        edited = article(
            "https://harbour.example/two", title="News", text="The tanker Sea Falcon left the port on Tuesday.", matches=()
        )
        load(writer, run(2, fetch(edited)))
    assert [entity for entity, _ in found(config)] == ["Ri Jong Ho"]  # at once, and not only when it is compared again
    compare_after_run(load_watchlist(config), print)
    assert [entity for entity, _ in found(config)] == ["Ri Jong Ho"]
    config.write_text(config.read_text("utf-8").partition("[[entity]]")[0], "utf-8")
    assert maintained(config) == 0
    assert found(config) == []


def test_check_names_the_lines_that_are_no_names(tmp_path: Path) -> None:
    config = made(tmp_path)
    (tmp_path / "list.csv").write_text('name,kind\n"Ri Jong Ho,person\n***,\nAnna Petrova,wizard\n', "utf-8")
    said = newslake("check", "--offline", "-c", config).stdout
    plain = " ".join(said.split())
    assert '[[entity]] "sanctions": list.csv, line 2: "Ri Jong Ho,person: a quotation mark' in plain
    assert "line 3: ***" in plain and "line 4: the kind wizard is not person, company or vessel" in plain
    (tmp_path / "list.csv").unlink()
    assert '[[entity]] "sanctions": list.csv: cannot be read' in " ".join(
        newslake("check", "--offline", "-c", config).stdout.split()
    )
    notes: list[str] = []
    compare_after_run(load_watchlist(config), notes.append)
    assert notes == [
        'names of the list "sanctions" are not looked for: cannot be read: No such file or directory.'
        " Next: correct the file of [[entity]] sanctions"
    ]


@pytest.mark.parametrize(
    ("wrong", "why"), [('match = "loose"', "match"), ('kind = "ghost"', "kind"), ('colour = "red"', "unknown key")]
)
def test_mistakes_in_the_table_are_told_with_their_line(tmp_path: Path, wrong: str, why: str) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(f'{WATCHLIST}[[entity]]\nname = "sanctions"\nfile = "list.csv"\n{wrong}\n', "utf-8")
    with pytest.raises(WatchlistError) as error:
        load_watchlist(config)
    line = config.read_text("utf-8").splitlines().index(wrong) + 1
    assert f"watchlist.toml:{line}:" in str(error.value) and why in str(error.value)


@pytest.mark.parametrize("file", ["~nobody-of-that-name/list.csv", "list\\u0000.csv", "x" * 5_000, "."])
def test_a_list_of_a_file_that_cannot_be_stops_no_run_and_no_other_list(tmp_path: Path, file: str) -> None:
    config, said = made(tmp_path), list[str]()
    config.write_text(f'{config.read_text("utf-8")}[[entity]]\nname = "wrong"\nfile = "{file}"\n', "utf-8")
    compare_after_run(load_watchlist(config), said.append)
    assert [line.partition(":")[0] for line in said] == ['names of the list "wrong" are not looked for']
    assert len(found(config)) == 2
    assert '[[entity]] "wrong"' in " ".join(newslake("check", "--offline", "-c", config).stdout.split())
