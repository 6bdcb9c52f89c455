"""A corpus that is compared with two lists of names of the user."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flows.search.listed import compare_after_run
from flows.watchlist import load_watchlist
from tests.flows.command import newslake
from tests.flows.explore.corpus import WATCHLIST
from tests.warehouse.makers import MATCH, article, fetch, hours, run, words
from warehouse.database.connect import open_writer
from warehouse.load.run import load

A, B, C, D, E, F = (f"https://{name}.example/{name}" for name in ("harbour", "strait", "cape", "pier", "reef", "ness"))
LISTS = """
[[entity]]
name = "sanctions"
file = "sanctions.csv"
[[entity]]
name = "clients"
file = "clients.csv"
kind = "company"
"""
SANCTIONS = "name,aliases,kind\nAda Lund,Ада Лунд,person\nRi Jong Ho,이정호,person\nMV Grey Heron,,vessel\n"
HANBIT = "Hanbit <b>& Co</b>"  # a name that is out to harm pages
CLIENTS = f"name,aliases\n{HANBIT},Hanbit Shipping\nNever Seen GmbH,\n"
EDITED = f"{words('edited', 50)} oil."


def make(folder: Path, catalog: str = "data/news.duckdb", lists: str = LISTS) -> Path:
    """Make the corpus and return its watchlist: four articles name entries, one did until an edit, one was forgotten."""
    config = folder / "watchlist.toml"
    config.write_text(WATCHLIST.replace("CATALOG", catalog) + lists, "utf-8")
    (folder / "sanctions.csv").write_text(SANCTIONS, "utf-8")
    (folder / "clients.csv").write_text(CLIENTS, "utf-8")
    watchlist = load_watchlist(config)
    ours = f"The tanker Grey Heron left with oil, said Ada Lund. {words('a', 50)} Hanbit Shipping Co. took it."
    arms = replace(MATCH, topic="arms")
    first = [
        article(A, "harbour", ours, title="Ada Lund: oil leaves"),
        article(B, "strait", f"It was A. Lund who paid for oil. {words('b', 50)}", title="Who paid", published_at=hours(30)),
        article(C, "cape", f"어제 리정호가 회의에 참석했다. {words('c', 50)}", title="회의", language="ko", matches=(arms,)),
        article(D, "pier", f"Nobody is named with oil. {words('d', 50)}", title="Nobody"),
        article(E, "reef", f"Ada Lund sold oil. {words('e', 50)}", title="Sold"),
        article(F, "ness", f"Ada Lund is gone. {words('f', 50)}", title="Gone"),
    ]
    with open_writer(watchlist.warehouse, "test") as writer:
        load(writer, run(1, *map(fetch, first)))
    compare_after_run(watchlist, print)
    with open_writer(watchlist.warehouse, "test") as writer:
        load(writer, run(2, fetch(article(E, "reef", EDITED, title="Sold", seen_at=hours(2)))))
    compare_after_run(watchlist, print)
    done = newslake("forget", "-c", config, F, "--yes")
    assert done.returncode == 0, done.stderr
    return config
