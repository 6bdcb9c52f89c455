"""`FROM search('…')` in stock DuckDB: for plain words, the macro of the warehouse finds what newslake's own search does."""

from __future__ import annotations

from collections.abc import Iterator

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


MANY = (
    ("de", "Straße und WEISS", "Straße nach Weiß, Encyclopædia, Œuvre von Þór und Ærø. Łódź, Đà Nẵng, ħalf."),
    ("uk", "Київ", "У Києві, Україна. Їжак і ґудзик; Київ чекає."),
    ("ru", "Самолёт", "Самолёт Королёва, самолет. Королёв. США и КНДР, йод и иод. Российский ЕС; ее."),
    ("el", "Ελλάδα", "Η Ελλάδα και ο Οδυσσέας. ΝΑΤΟ."),
    ("th", "เกาหลีเหนือ", "เกาหลีเหนือกับรัสเซียขายน้ำมันให้จีน"),
    ("ja", "ロシアと北朝鮮", "ロシアの船。アレクサンドル・マツェゴラ大使はガスを買った。ﾛｼｱとｶﾞｽ"),
    ("ja", "ﾛｼｱ", "ﾛｼｱの船だけ。石油"),
    ("zh", "石油", "俄罗斯向朝鲜出口石油。朝鲜"),
    ("ko", "북러 무역", "북·러 무역, 북러 협력과 한미·일 훈련. 대북한 제재는 러시아에서."),
    (
        "en",
        "U.N. and the UN",
        "The U.N. voted; oil moved ship-to-ship by ship, un jour. ｏｉｌ. O'Brien's café; naïve résumé. us, US.",
    ),
    ("ar", "النفط", "وصل النفط إلى روسيا. كوريا الشمالية والنفط، مدرسة"),
    ("he", "נפט", "נפט הגיע לרוסיה"),
    ("hi", "तेल", "उत्तर कोरिया को तेल मिला"),
    ("tr", "İstanbul", "İstanbul’da ışık, Iğdır."),
    ("hy", "Հայաստան", "Հայաստան և Երևան"),
    ("ka", "საქართველო", "საქართველო და ნავთობი"),
    ("am", "ኢትዮጵያ", "ኢትዮጵያ ነዳጅ"),
)
WORDS = """
    Київ КИЇВ Україна україна Їжак ґудзик самолёт самолет Самолёт Королёв королев йод иод США сша КНДР
    ЕС ее её российский Straße STRASSE strasse Weiß weiss WEISS Encyclopædia encyclopaedia Œuvre oeuvre
    Þór thor Ærø Łódź lodz Đà Nẵng nang ħalf half Ελλάδα ελλαδα ΕΛΛΑΔΑ Οδυσσέας οδυσσεασ ΝΑΤΟ
    เกาหลีเหนือ เกาหลี รัสเซีย น้ำมัน น้ํามัน จีน ﾛｼｱ ロシア ガス ｶﾞｽ ガス シア 北朝鮮 朝鮮 ロシアと
    アレクサンドル・マツェゴラ アレクサンドルマツェゴラ マツェゴラ大使 石油 俄罗斯 朝鲜 鲜朝 북·러 북러
    북-러 러 무역 북한 러시아 시아 ｏｉｌ oil OIL U.N. UN un u.n. Ｕ.Ｎ. ＵＮ us US café cafe CAFÉ naive
    résumé O'Brien O’Brien brien ship, “none oil. (none) #oil النفط نفط النَّفْط مدرسه مدرسة روسيا والنفط
    נפט נֵפְט तेल कोरिया İstanbul istanbul ISTANBUL ışık isik Iğdır Հայաստան և եւ Երևան საქართველო ኢትዮጵያ
    ship-to-ship 한미·일 UN은 2026년 10.5 oil/coal R&D a_b ① ﬁn ĳs AND TO ㅋㅋ 'oil' /oil &
"""


REFUSED = """
    ship-to-ship 한미·일 UN은 2026년 10.5 oil/coal R&D a_b ① ﬁn ĳs AND TO ㅋㅋ 'oil' /oil & “none (none)
"""
OTHERS = ("самолёт Королёв", "oil AND un", "oil\u3000moved", "o\u00adil", "朝 鲜", "AND oil", "")


@pytest.fixture(scope="module")
def every_script(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("scripts")
    location = Location(catalog=f"{folder}/words.duckdb")
    made = [
        fetch(article(f"https://harbour.example/{n}", title=title, text=text, language=language))
        for n, (language, title, text) in enumerate(MANY)
    ]
    load(location, run(1, *made))
    with open_reader(location) as con:
        yield con


@pytest.mark.parametrize("word", [*WORDS.split(), *OTHERS])
def test_a_word_finds_what_newslake_finds_or_is_refused(word: str, every_script: duckdb.DuckDBPyConnection) -> None:
    is_refused = {*REFUSED.split(), "AND oil", ""}
    try:
        found = {row[0] for row in every_script.execute("SELECT article_id FROM search(?)", [word]).fetchall()}
    except duckdb.InvalidInputException as refused:
        assert "stock DuckDB searches for plain words" in str(refused)
        assert word in is_refused, "refused, and need not be"
        return
    assert found == {hit.article.article_id for hit in Searcher(every_script).search(parse_query(word)).hits}
    assert word not in is_refused, "answered"


def test_a_snippet_is_cut_at_spaces(location: Location) -> None:
    text = " ".join(f"harbour{n}" for n in range(60)) + " a tanker waited " + " ".join(f"ice{n}" for n in range(100))
    load(location, run(1, fetch(article("https://harbour.example/long", title="Ice", text=text, language="en"))))
    with open_reader(location) as con:
        [(snippet,)] = con.execute("SELECT snippet FROM search('tanker')").fetchall()
    assert "a tanker waited" in snippet
    assert snippet.startswith("… harbour") and snippet.endswith(" …")
    assert set(snippet.removeprefix("… ").removesuffix(" …").split()) <= set(text.split()), "cut inside a word"
