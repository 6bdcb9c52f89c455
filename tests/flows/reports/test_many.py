"""What is printed of thousands of sources stays readable."""

from __future__ import annotations

from pathlib import Path

from flows.cli.query import MOST_SOURCES
from flows.reports.summary import MOST, brief_list, outcome_rows
from tests.flows.command import newslake
from warehouse.database.connect import open_writer
from warehouse.load.health import COUNTED
from warehouse.location import Location

SOURCES = 2_000


def test_a_summary_shows_sources_with_news_or_failures_and_counts_the_others() -> None:
    outcomes = {f"source-{number:04}": {"unchanged": 2} for number in range(SOURCES)}
    outcomes["source-1999"] = {"loaded": 1, "unchanged": 3}
    outcomes["source-1000"] = {"failed": 5}
    headers, rows = outcome_rows(outcomes)
    assert len(rows) == MOST + 2
    names = [row[0] for row in rows]
    assert {"source-1999", "source-1000"} <= set(names)
    assert names[-2:] == [f"and {SOURCES - MOST} more", "all"]
    assert int(rows[-1][-1]) == sum(int(row[-1]) for row in rows[:-1]) == 2 * (SOURCES - 2) + 9
    assert headers[0] == "source" and headers[-1] == "URLs"


def test_few_sources_are_all_shown() -> None:
    assert [row[0] for row in outcome_rows({"b": {"loaded": 1}, "a": {"loaded": 1}})[1]] == ["a", "b", "all"]
    assert brief_list(["x"], "lines") == ["x"]
    assert brief_list(["x"] * (MOST + 3), "lines")[-1] == "and 3 more lines: newslake sources"


def test_a_run_of_many_sources_is_told_in_few_lines(tmp_path: Path) -> None:
    names = [f"source-{number:04}" for number in range(MOST + 20)]
    sources = "".join(f'[[source]]\nname = "{name}"\nfeeds = ["http://127.0.0.1:1/{name}"]\n' for name in names)
    config = tmp_path / "watchlist.toml"
    crawl = "[crawl]\ndelay = 0\nallow_private = true\n"
    topic = '[[topic]]\nname = "oil"\nquery = "oil"\n'
    config.write_text(f'[warehouse]\ncatalog = "news.duckdb"\n{crawl}{topic}{sources}', "utf-8")
    told = newslake("run", "--plain", "--config", config).stdout
    assert "and 20 more " in told and "and 20 more failed sources: newslake sources" in told
    # of each source at most a row of the table, a line of its failure, and one of its state
    assert sum("source-" in line for line in told.splitlines()) <= 3 * MOST


def test_sources_shows_those_in_trouble_first(tmp_path: Path) -> None:
    sources = "".join(f'[[source]]\nname = "source-{number:04}"\nurl = "http://127.0.0.1:1/"\n' for number in range(150))
    config = tmp_path / "watchlist.toml"
    config.write_text(f'[warehouse]\ncatalog = "news.duckdb"\n[[topic]]\nname = "oil"\nquery = "oil"\n{sources}', "utf-8")
    counts = ", ".join(f"{int(column in ('listings', 'visits'))} AS {column}" for column in COUNTED)
    with open_writer(Location(catalog=str(tmp_path / "news.duckdb")), purpose="test") as writer:
        writer.con.execute(
            "INSERT INTO source_runs BY NAME SELECT uuid() AS run_id, format('source-{:04d}', s) AS source, now() AS started_at, "
            f"true AS is_whole, {counts}, CAST(s < 149 AS BIGINT) AS answers FROM range(150) t(s)".replace("0 AS answers, ", "")
        )
    shown = newslake("sources", "--config", str(config))
    assert "source-0149" in shown.stdout  # it did not answer
    assert f"and {150 - MOST_SOURCES} more, all of them ok" in shown.stdout
