"""What repeats across a source's articles is part of none of them, and everything else stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from flows.clean.words import count_words
from flows.refine.page import Refined, find_matches
from flows.refine.repeated_lines import cut, find_repeated, without_repeated
from flows.topics import Topic, compile_topics
from newslake.outcomes import Outcome, Reason
from tests.warehouse import makers
from warehouse.records import ArticleRecord, Place, RepeatedLine, StoredText
from warehouse.similarity.shingles import content_hash

FOLLOW = "Follow our harbour coverage on the Lantern channel."
FUNDED = (
    "This report was produced with support of the Brightwater Foundation, which has no say in what the Harbour Ledger writes "
    "about ports, ships, tariffs or the people who live from them."
)
BACKGROUND = (
    "Rason is an ice-free port near the border, leased in part to foreign companies since the nineties; its third pier was "
    "rebuilt with a wide-gauge railway, over which coal has left for the south."
)
MATCHER = compile_topics([Topic(name="harbours", query="harbour"), Topic(name="coal", query="coal AND NOT Lantern")])


def own(number: int, count: int = 4) -> list[str]:
    """Lines that no other article has."""
    return [f"Line {n} of report {number}: " + makers.words(f"word{number}x{n}y", 30) + "." for n in range(count)]


def article(number: int, *lines: str, title: str = "A report", **given: Any) -> ArticleRecord:
    text = "\n".join(lines)
    made = makers.article(f"https://harbour.example/{number}", text=text, title=title, **given)
    matches = find_matches(MATCHER, title, text, "en", "harbour")
    return makers.changed(made, word_count=count_words(text), content_hash=content_hash(text), matches=matches)


def stored(given: ArticleRecord) -> StoredText:
    page = given.page
    return StoredText(given.article_id, given.source, page.text, page.headings, page.word_count, given.content_hash)


def found(articles: Sequence[ArticleRecord], *memory: Any) -> dict[str, Place]:
    return {line.line: line.place for line in find_repeated(articles, *memory).values()}


def lines_left(articles: Sequence[ArticleRecord], *memory: Any) -> list[list[str]]:
    repeated = find_repeated(articles, *memory)
    return [cut(one, repeated, MATCHER).page.text.splitlines() for one in articles]


def test_a_footer_and_a_header_are_cut_whatever_the_order_of_their_lines() -> None:
    def footer(number: int) -> list[str]:
        return [FUNDED, FOLLOW] if number % 2 else [FOLLOW, FUNDED]

    articles = [article(n, "From our desk at the quay", *own(n), *footer(n)) for n in range(4)]
    assert lines_left(articles) == [own(n) for n in range(4)]


def test_what_stands_in_three_articles_stays() -> None:
    articles = [article(n, *own(n), FUNDED) for n in range(3)]
    assert found([*articles, article(3, *own(3))]) == {}


def test_quotes_case_and_spaces_do_not_tell_lines_apart() -> None:
    written = ["Read “Harbour” by post", 'READ "harbour" by  post', "Read 'Harbour' by post.", "— read Harbour by post —"]
    articles = [article(n, *own(n), line) for n, line in enumerate(written)]
    assert lines_left(articles) == [own(n) for n in range(4)]


def test_background_pasted_into_the_middle_stays() -> None:
    articles = [article(n, *own(n, 3), BACKGROUND, *own(n + 100, 1)) for n in range(12)]
    assert found(articles) == {}


def test_a_line_is_at_the_edge_only_behind_lines_that_are_repeated_themselves() -> None:
    """The last line is at four edges, so it is cut; the one before it is covered by it in three articles alone."""
    articles = [article(n, *own(n), BACKGROUND, FUNDED) for n in range(3)]
    articles += [article(3, *own(3, 3), BACKGROUND, *own(103, 1), FUNDED)]
    assert set(found(articles)) == {FUNDED}
    assert lines_left(articles)[0] == [*own(0), BACKGROUND]


def test_a_line_that_was_at_the_edge_thanks_to_another_falls_with_it() -> None:
    articles = [article(n, *own(n), FUNDED, BACKGROUND) for n in range(3)]
    articles += [article(3, *own(3), FUNDED), article(4, *own(4, 2), BACKGROUND, *own(104, 2))]
    assert found(articles) == {}


def test_a_short_line_in_the_middle_needs_more_articles() -> None:
    def with_line(count: int) -> list[ArticleRecord]:
        return [article(n, *own(n, 2), FOLLOW, *own(n + 100, 2)) for n in range(count)]

    assert found(with_line(5)) == {}
    assert found(with_line(6)) == {FOLLOW: Place.ANYWHERE}
    assert FOLLOW not in lines_left(with_line(6))[0]
    # a stock phrase is in six of many
    assert found([*with_line(6), *(article(n, *own(n)) for n in range(200, 225))]) == {}


def test_a_subheading_in_the_middle_stays() -> None:
    articles = [
        article(n, *own(n, 2), "What comes next", *own(n + 100, 2), headings=("What comes next",) if n == 5 else ())
        for n in range(8)
    ]
    assert found(articles) == {}
    known = RepeatedLine("harbour", content_hash("What comes next"), "What comes next", Place.ANYWHERE, 9)
    left = lines_left(articles, (), [known])
    assert "What comes next" in left[5] and "What comes next" not in left[0]


def test_copies_of_one_article_count_once() -> None:
    same = [article(n, *own(0), FUNDED) for n in range(3)]
    assert found([*same, article(9, *own(9), FUNDED)]) == {}
    again = [stored(replace(article(1, *own(n), FUNDED), article_id=same[0].article_id)) for n in range(1, 6)]
    assert found(same, again) == {}, "revisions of one article are one article"


def test_versions_of_one_report_are_no_evidence() -> None:
    """Each with a new first paragraph, as agencies update a report; a brief with the same end keeps it."""
    report = own(0, 6)
    versions = [article(n, *own(n, 2), *report) for n in range(1, 7)]
    brief = article(50, *own(50, 8), *report[-1:])
    assert found([*versions, brief]) == {}
    assert lines_left([*versions, brief])[-1] == [*own(50, 8), report[-1]]


@pytest.mark.parametrize(("own_lines", "is_cut"), [(0, False), (1, False), (2, True)])
def test_half_of_the_words_stay_or_all_do(own_lines: int, is_cut: bool) -> None:
    long_footer = [makers.words("support", 30) + " ends here today", makers.words("fund", 30)]
    articles = [article(n, *own(n, 6), *long_footer) for n in range(5)]
    short = article(9, *own(9, own_lines), *long_footer)
    left = lines_left([*articles, short])
    assert left[0] == own(0, 6)
    assert left[-1] == ([] if not own_lines else own(9, own_lines)) + ([] if is_cut else long_footer)


def test_texts_without_spaces() -> None:
    follow = "本紙の港湾取材は公式チャンネル「灯台」でもお読みいただけます。"
    subjects = ["石油", "石炭", "漁業", "鉄道", "関税"]
    bodies = [
        [f"{what}を積んだ船が羅先の港に入った。関係者が明らかにした。", f"{what}の量はこの一年で三割増えたという。"]
        for what in subjects
    ]
    articles = [article(n, *body, follow) for n, body in enumerate(bodies)]
    assert lines_left(articles) == bodies
    tiny = article(9, "短信。", follow)
    assert lines_left([*articles, tiny])[-1] == ["短信。", follow]


def test_a_stored_text_and_a_known_line_are_evidence() -> None:
    texts = [stored(article(n, *own(n), FUNDED)) for n in range(3)]
    new = article(9, *own(9), FUNDED)
    assert lines_left([new], texts) == [own(9)]
    (known,) = find_repeated([new], texts).values()
    assert (known.source, known.line, known.place, known.articles) == ("harbour", FUNDED, Place.EDGE, 4)
    assert lines_left([new], (), [known]) == [own(9)]
    middle = article(10, *own(10, 2), FUNDED, *own(110, 2))
    assert FUNDED in lines_left([middle], (), [known])[0], "known at the edge is not known in the middle"


def test_a_cut_article_is_whole_in_itself() -> None:
    articles = [article(n, *own(n, 2), "Own heading", *own(n + 100, 2), "About us", FUNDED) for n in range(4)]
    articles = [makers.changed(one, headings=("Own heading", "About us")) for one in articles]
    after = cut(articles[0], find_repeated(articles), MATCHER)
    assert after.page.text == "\n".join([*own(0, 2), "Own heading", *own(100, 2)])
    assert after.page.headings == ("Own heading",)
    assert after.page.word_count == count_words(after.page.text)
    assert after.content_hash == content_hash(after.page.text)
    assert (after.article_id, after.page.title, after.seen_at) == (
        articles[0].article_id,
        articles[0].page.title,
        articles[0].seen_at,
    )


def test_topics_match_what_is_left() -> None:
    """`harbour` stands in the footer, and so does what the topic `coal` excludes."""
    lines = [[*own(n), FOLLOW] for n in range(4)]
    lines[1].insert(1, "The harbour was closed.")
    lines[2].insert(1, "The coal was weighed.")
    pages = [Refined(str(n), article=article(n, *text)) for n, text in enumerate(lines)]
    assert [[m.topic for m in page.article.matches] for page in pages if page.article] == [["harbours"]] * 4
    after, met = without_repeated([*pages, Refined("x", Outcome.NOT_ARTICLE, Reason.LIST_PAGE, "a listing")], (), (), MATCHER)
    assert [[m.topic for m in page.article.matches] for page in after if page.article] == [[], ["harbours"], ["coal"], []]
    assert [page.outcome for page in after] == ["off-topic", None, None, "off-topic", "not-article"]
    assert [line.line for line in met] == [FOLLOW]


def test_each_source_has_its_own_lines() -> None:
    pages = [Refined(str(n), article=article(n, *own(n), FUNDED, source="harbour" if n < 3 else "strait")) for n in range(6)]
    after, met = without_repeated(pages, (), (), MATCHER)
    assert (after, met) == (pages, [])


def test_only_lines_that_are_new_or_met_again_are_reported() -> None:
    known = [RepeatedLine("harbour", content_hash(line), line, Place.EDGE, 9) for line in (FUNDED, FOLLOW)]
    pages = [Refined("1", article=article(1, *own(1), FUNDED))]
    _, met = without_repeated(pages, [stored(article(2, *own(2), FOLLOW))], known, MATCHER)
    assert [line.line for line in met] == [FUNDED]


def test_cutting_twice_is_cutting_once() -> None:
    """As when a run is taken up again after it was loaded: its own texts are stored, its lines known."""
    articles = [article(n, "From our desk", *own(n, 2), FOLLOW, *own(n + 100, 2), FUNDED) for n in range(8)]
    repeated = find_repeated(articles)
    once = [cut(one, repeated, MATCHER) for one in articles]
    again = find_repeated(articles, [stored(one) for one in once], repeated.values())
    assert again == repeated
    assert [cut(one, again, MATCHER) for one in articles] == once
    assert [cut(one, again, MATCHER) for one in once] == once
