"""`FROM search('…')` in stock DuckDB: for plain words, the macro of the warehouse finds what newslake's own search does."""

from __future__ import annotations

import duckdb
import pytest

from flows.search.search import Searcher
from flows.topics import parse_query
from tests.warehouse.makers import article, fetch, run
from tests.warehouse.test_load import load
from warehouse.database.connect import open_reader
from warehouse.location import Location

TEXTS = (
    ("Oil for Rason", "A tanker with crude oil left Rason. The US did not object; let us see.", "en"),
    ("Łódź", "Straße nach Łódź, ein Café und l’Iran. Российский уголь йод", "de"),
    ("북한 석유", "남북한은 러시아에서 석유를 들여왔다. 대북한 제재", "ko"),
    ("朝鮮人民", "北朝鮮の人民軍は石油を輸入した。鮮人朝", "ja"),
    ("Coal", "Coal and more coal, no oil; Iran's ports.", "en"),
)
QUERIES = ("oil", "OIL rason", "oil AND coal", "US", "us", "lodz", "cafe", "российский", "йод", "북한", "북", "러시아", "석유를")
QUERIES += ("朝", "朝鮮", "朝鮮人民", "人民軍", "石油 北朝鮮", "zeppelin", "iran", "coal ports")


@pytest.mark.every_catalog
def test_plain_words_find_and_rank_as_in_newslake(location: Location) -> None:
    made = [
        fetch(article(f"https://harbour.example/{n}", title=title, text=text, language=language))
        for n, (title, text, language) in enumerate(TEXTS)
    ]
    load(location, run(1, *made))
    with open_reader(location) as con:
        for query in QUERIES:
            wanted = {hit.article.article_id: hit.score for hit in Searcher(con).search(parse_query(query)).hits}
            found = con.execute(f"SELECT article_id, score FROM search('{query}')").fetchall()
            assert dict(found) == pytest.approx(wanted, rel=1e-3), query
        ((snippet,),) = con.execute("SELECT snippet FROM search('crude')").fetchall()
        assert "crude oil left Rason" in snippet
        for query in ('"crude oil"', "oil OR coal", "title:oil", "oil NOT coal", "oil*", "oil -coal"):
            with pytest.raises(duckdb.InvalidInputException, match="stock DuckDB searches for plain words"):
                con.execute(f"FROM search('{query}')").fetchall()
