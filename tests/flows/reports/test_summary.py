"""What a run says that it brought: new articles, and edits of articles that were there."""

from __future__ import annotations

from pathlib import Path

from newslake.testing import Site
from tests.flows.command import newslake
from tests.flows.later import later
from tests.flows.runs.test_set_aside import other_words, put, watchlist


def test_the_first_revision_of_an_article_is_no_edit(tmp_path: Path) -> None:
    with Site() as site:
        for name in ("first", "second"):
            put(site, f"/news/{name}", f"Oil comes {name}", other_words(name))
        site.feed("/feed", "/news/first", "/news/second")
        config = watchlist(tmp_path, f"{site.url}/feed")
        config.write_text(config.read_text("utf-8").replace("revisit_hours = []", "revisit_hours = [1]"), "utf-8")
        assert "2 new articles, 0 edits of articles" in newslake("run", "--plain", "--config", config).stdout
        put(site, "/news/first", "Oil comes first", other_words("corrected"))
        later(config, 2)
        assert "0 new articles, 1 edit of articles" in newslake("run", "--plain", "--config", config).stdout
