"""A corpus that is out to harm whoever looks at it: in titles, texts, addresses, names, tags, notes and pages."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from flows.watchlist import load_watchlist
from newslake.outcomes import Outcome, Reason
from spiders.warc.model import Exchange, Hints
from spiders.warc.write import CaptureWriter
from tests.warehouse.makers import MATCH, START, article, fetch, hours, page, run, words
from warehouse.database.connect import open_writer
from warehouse.load.run import load
from warehouse.notes.read import Note
from warehouse.notes.write import add

SITE = "https://harbour.example"
SCRIPT = '<script>document.title="ran"</script><img src=x onerror="document.title=\'ran\'">'
NASTY = f"{SCRIPT} {{{{ 7*7 }}}} \x1b[31m\u202eevil\u202c \x00\x07 =1+1 '\"><b>"
ODD = 'west/../"coast" <i>&#39;\'?#%2e'  # the name of a source
SCRIPTED = 'javascript:document.title="ran"//"><script>'
WATCHLIST = f"""
[schedule]
interval = "1h"
timezone = "Asia/Seoul"
[warehouse]
catalog = "CATALOG"
[[topic]]
name = "trade"
query = "oil"
[[topic]]
name = "arms"
query = "missile"
[[source]]
name = "harbour"
url = "{SITE}/"
"""
LATER = "".join(f"<a href='http://elsewhere.example/{number}'>leave</a>" for number in range(3))
PAGE = f"""<html><head><meta http-equiv="refresh" content="0; url=http://elsewhere.example/"><title>x</title></head>
<body onload="document.title='ran'">{SCRIPT}<h1>As it was fetched</h1><form action="http://elsewhere.example"><button>go</button></form>
{LATER}</body></html>"""


def make(folder: Path, catalog: str = "data/news.duckdb") -> Path:
    """Make the corpus and return its watchlist."""
    config = folder / "watchlist.toml"
    config.write_text(WATCHLIST.replace("CATALOG", catalog))
    watchlist = load_watchlist(config)
    writer = CaptureWriter(folder, "made")
    exchange = Exchange(f"{SITE}/1", "GET", [], 200, [("Content-Type", "text/html")], PAGE.encode(), START, None, Hints(), {})
    place = writer.write(exchange)
    writer.close()
    wire = f"{words('wire', 60)} oil"
    kept = {"capture_file": str(folder / place.file), "capture_offset": place.offset}
    first = article(f"{SITE}/1", title="Oil at the pier", text=wire, **kept)
    nasty = article(
        f"{SITE}/nasty?a=\"'><script>",
        title=NASTY,
        text=f"{NASTY} oil\n{words('n')}",
        authors=(NASTY,),
        tags=(NASTY[:60], "ports"),
        headings=(NASTY,),
        description=NASTY,
        published_at=hours(-30),
        published_precision="day",
        matches=(MATCH,),
    )
    scripted = article(SCRIPTED, ODD, text=f"{words('j')} oil", title="Oil of the west", published_at=hours(-50), domain=SCRIPTED)
    copied = article("https://strait.example/w", "strait", text=wire + " more", title="Oil for all", published_at=hours(2))
    edited = article(f"{SITE}/1", title="Oil leaves the pier", text=wire.replace("wire3", "gone3"), seen_at=hours(8), **kept)
    left = page(SCRIPTED + "2", Outcome.OFF_TOPIC, ODD, reason=Reason.NO_MATCH, detail=NASTY)
    with open_writer(watchlist.warehouse, "test") as warehouse:
        load(warehouse, run(1, *map(fetch, (first, nasty, scripted, copied)), left))
        load(warehouse, run(8, fetch(edited)))
        add(
            warehouse,
            Note(UUID(int=1), first.article_id, NASTY[:80], hours(9), None, None, NASTY.replace("\0", ""), ["<b>tag</b>"]),
        )
    return config
