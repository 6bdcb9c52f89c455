"""A small corpus to search in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flows.watchlist import load_watchlist
from tests.warehouse.makers import MATCH, START, article, fetch, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load

WATCHLIST = """
[schedule]
interval = "1h"
timezone = "Asia/Seoul"
[[topic]]
name = "trade"
query = "oil"
[[source]]
name = "harbour"
url = "https://harbour.example/"
"""
TANKER, STORM, KOREAN, OLD = (f"https://harbour.example/{name}" for name in ("tanker", "storm", "korean", "old"))


def made(folder: Path, catalog: str = "ducklake:sqlite:data/catalog.sqlite") -> Path:
    """Write a watchlist and load four articles of two outlets; return the watchlist."""
    config = folder / "watchlist.toml"
    config.write_text(f'{WATCHLIST}[warehouse]\ncatalog = "{catalog}"\n', "utf-8")
    korean = "북한은 러시아에서 석유를 들여왔다. 대북한 제재는 계속된다. " * 3
    texts = (
        article(TANKER, title="Oil for Rason", text="A tanker took crude oil to Rason. The oil came by night. " * 3),
        article(
            STORM,
            "strait",
            title="Storm closes ports",
            text="Ports of the strait were closed; a tanker with oil waited. " * 3,
            matches=(),
            published_at=START + timedelta(days=2),
            tags=("Weather", "Straße", "Πόλεμος"),
        ),
        article(KOREAN, title="북한 석유", text=korean, language="ko", matches=()),
        article(
            OLD, title="Nets \x1b[31mand <b>boats", text="=Fishing nets, and no tanker. " * 3, matches=(MATCH,),
            published_at=START - timedelta(days=90), published_precision="day",
        ),
    )  # fmt: skip
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(1, *map(fetch, texts)))
    return config
