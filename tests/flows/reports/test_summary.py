"""What a run says that it brought: new articles, edits of articles that were there, and those that are gone."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from flows.cli.console import table
from flows.collect import collect
from flows.reports import summary_lines, summary_markdown
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from tests.flows.command import ask, newslake
from tests.flows.later import later
from tests.flows.runs.test_set_aside import other_words, put, watchlist


def test_one_is_not_told_as_many(tmp_path: Path) -> None:
    with Site() as site:
        put(site, "/news/first", "Oil comes first", other_words("first"))
        site.feed("/feed", "/news/first")
        config = watchlist(tmp_path, f"{site.url}/feed")
        told = newslake("run", "--plain", "--config", config).stdout
    assert "1 new article, 0 edits of articles, 0 new copies; 1 article in all." in told, told
    assert "1 of 1 article matches." in newslake("topics", "try", "oil", "--config", config).stdout
    assert "Wrote 1 article to" in newslake("export", tmp_path / "all.csv", "--config", config).stdout


def test_a_table_is_not_too_narrow_for_its_title() -> None:
    console = Console(width=60, file=StringIO(), record=True)
    console.print(table(("source", "URLs"), [("post", "1")], title="Run 83b482b8: what became of each URL"))
    assert "Run 83b482b8: what became of each URL\n" in console.export_text()


def test_the_first_revision_of_an_article_is_no_edit_and_a_take_down_is_told_everywhere(tmp_path: Path) -> None:
    with Site() as site:
        for name in ("first", "second"):
            put(site, f"/news/{name}", f"Oil comes {name}", other_words(name))
        site.feed("/feed", "/news/first", "/news/second")
        config = watchlist(tmp_path, f"{site.url}/feed")
        config.write_text(config.read_text("utf-8").replace("revisit_hours = []", "revisit_hours = [1]"), "utf-8")
        assert "2 new articles, 0 edits of articles" in newslake("run", "--plain", "--config", config).stdout
        put(site, "/news/first", "Oil comes first", other_words("corrected"))
        site.routes["/news/second"] = Answer(b"<p>gone", 410)
        later(config, 2)
        collected = collect(load_watchlist(config))
    assert ask(config, "SELECT title, gone_status FROM takedowns") == [("Oil comes second", 410)]
    # in the log of `newslake serve`, and in Prefect's artifact
    log, artifact = "\n".join(summary_lines(collected)), summary_markdown(collected)
    assert "0 new articles, 1 edit of articles" in log and "0 new articles, 1 edit of articles" in artifact
    assert "1 article was taken down: newslake sql" in log and "1 article was taken down: newslake sql" in artifact
