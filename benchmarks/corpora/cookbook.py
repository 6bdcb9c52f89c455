"""The questions of docs/cookbook.md, each asked of a made corpus in a fresh process, for `query.py`.

    python benchmarks/corpora/cookbook.py WATCHLIST

Output: {"cookbook_slowest_s": seconds, "cookbook_slowest": question, "cookbook_s": {question: seconds}, "cookbook_rows": …},
for a topic of one article in thirty; "cookbook_of_all_…" for one that nearly all articles have.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import newslake  # noqa: E402
from benchmarks.corpora.made import UNTIL  # noqa: E402
from benchmarks.corpora.questions import names  # noqa: E402
from benchmarks.corpora.questions import questions as questions_of  # noqa: E402

OUTLETS = {"harbor-ledger": "en000", "northwind-wire": "en001", "nurihang-ilbo": "ko000"}
COOKBOOK = ROOT / "docs" / "cookbook.md"
# An article with an edit and a copy, as the one that the cookbook asks about.
EDITED = """
    SELECT url FROM articles JOIN copies ON of_article_id = articles.article_id WHERE revision > 1
    ORDER BY first_seen_at DESC LIMIT 1
"""
PART = re.compile(r"^#{2,3} +(?P<heading>[^\n]+)$|^```sql\n(?P<sql>.*?)^```$", re.MULTILINE | re.DOTALL)


def questions(text: str) -> Iterator[tuple[str, str]]:
    """Yield the SQL of a document with the heading above it; the second one below a heading is numbered."""
    heading, nth = "", 0
    for part in PART.finditer(text):
        if part["heading"]:
            heading, nth = part["heading"], 0
        else:
            nth += 1
            yield (heading if nth == 1 else f"{heading} ({nth})"), part["sql"]


def asked(sql: str, topic: str, edited: str) -> str:
    """Return the SQL with the names and moments of a made corpus in place of those of the sample corpus."""
    sql = re.sub(r"url LIKE '%/[^']*'", f"url = '{edited}'", sql)
    for words, made_words in searched().items():
        sql = sql.replace(f"search('{words}')", f"search('{made_words}')")
    sql = sql.replace("'%worker%'", "'%an%'")
    sql = sql.replace("current_date", f"DATE '{UNTIL:%Y-%m-%d}'").replace("now()", f"TIMESTAMPTZ '{UNTIL}'")
    for name, made in (("trade-and-oil", topic), *OUTLETS.items()):
        sql = sql.replace(f"'{name}'", f"'{made}'")
    return sql


@cache
def searched() -> dict[str, str]:
    """Return the searches of the cookbook, each with one of made words (in 0.5 to 5 % of the articles), or a made name."""
    asked = questions_of(10_000, 500)
    both = next(one for one in asked["2"] if one.language == "en" and one.bands == ("common", "common"))
    name = next(name for name in names(100) if name.isascii())
    return {
        "tanker AND port": both.query,
        '"second tanker"': f'"{name}"',
        "tanker": both.words[0],
        "tanker -source:northwind-wire": f"{both.words[0]} -source:{OUTLETS['northwind-wire']}",
    }


def seconds(con: newslake.Connection, topic: str) -> tuple[dict[str, float], dict[str, int]]:
    """Ask each question once; return the seconds that it took and the number of its rows."""
    ((edited,),) = con.execute(EDITED).fetchall()
    took: dict[str, float] = {}
    rows: dict[str, int] = {}
    for question, sql in questions(COOKBOOK.read_text("utf-8")):
        began = time.perf_counter()
        rows[question] = len(con.execute(asked(sql, topic, edited)).fetchall())
        took[question] = round(time.perf_counter() - began, 3)
    return took, rows


def measure(watchlist: Path) -> dict[str, Any]:
    """Ask about a topic of one article in thirty, then about one that has nearly all articles."""
    with newslake.connect(watchlist) as con:
        con.execute("SELECT count(*) FROM articles").fetchall()  # opens files and loads modules
        searched()
        took, rows = seconds(con, "narrow")
        of_all, _ = seconds(con, "news")
    slowest = max(took, key=lambda question: took[question])
    return {
        "cookbook_slowest_s": took[slowest],
        "cookbook_slowest": slowest,
        "cookbook_s": took,
        "cookbook_rows": rows,
        "cookbook_of_all_slowest_s": max(of_all.values()),
        "cookbook_of_all_s": of_all,
    }


def main() -> None:
    json.dump(measure(Path(sys.argv[1])), sys.stdout)


if __name__ == "__main__":
    main()
