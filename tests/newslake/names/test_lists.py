"""Lists of names: the labelled set of the benchmark, and what users see of a hit: where it is, how sure, and why."""

from __future__ import annotations

import re

import pytest

from benchmarks.name_lists.labelled import Listed, read
from newslake.names.lists import Entry, Hit, Kind, Match, NameList
from newslake.names.lists.vocabulary import Needed, Vocabulary
from newslake.words.terms import MARKS, terms_of, tokens_of

KINDS = {"person": Kind.PERSON, "company": Kind.ORGANISATION, "vessel": Kind.VESSEL}
KANA = re.compile("[ァ-ヺ]")  # of which an index tells too little


def found(entry: Entry, text: str, match: Match = Match.SOUND) -> list[Hit]:
    return NameList([entry], match).find(text)


@pytest.mark.parametrize("held_out", [False, True])
def test_the_labelled_set_is_found_and_its_look_alikes_are_not(held_out: bool) -> None:
    names, sentences = read()
    names = [one for one in names if one.held_out is held_out]
    compiled = NameList([Entry(one.name, one.aliases, KINDS[one.kind]) for one in names])
    right = wrong = missed = 0
    for sentence in (one for one in sentences if one.of.held_out is held_out):
        hits: set[Listed] = {names[hit.entry] for hit in compiled.find(sentence.text)}
        meant = sentence.means & set(names)
        right, wrong, missed = right + len(hits & meant), wrong + len(hits - meant), missed + len(meant - hits)
    assert right / (right + wrong) >= 0.95
    assert right / (right + missed) >= 0.90


@pytest.mark.parametrize(
    ("name", "kind", "text", "written", "match", "reason"),
    [
        ("Ким Чен Ын", Kind.PERSON, "김정은은 말했다.", "김정은", Match.SOUND, "transliterated from Ким Чен Ын"),
        ("Ri Jong Ho", Kind.PERSON, "Officials said Jong Ho Ri left.", "Jong Ho Ri", Match.SPELLING, "word order"),
        ("Ri Jong Ho", Kind.PERSON, "Lee Jung-ho left.", "Lee Jung-ho", Match.SOUND, "Lee Jung-ho for Ri Jong Ho"),
        ("Haesong Trading Ltd", Kind.ORGANISATION, "They paid Haesong Trading.", "Haesong Trading", Match.EXACT, "as written"),
        (
            "Oleg Kuznetsov",
            Kind.PERSON,
            "It was Oleg Kuznestov.",
            "Oleg Kuznestov",
            Match.SPELLING,
            "one letter differs: Kuznestov",
        ),
        ("Иванов Пётр Сергеевич", Kind.PERSON, "Вышел Пётр Иванов.", "Пётр Иванов", Match.SPELLING, "without the patronymic"),
        ("MV Sea Lantern", Kind.VESSEL, "The tanker Sea Lantern sank.", "Sea Lantern", Match.EXACT, "as written"),
        ("Sea Lantern, IMO 9123456", Kind.VESSEL, "A ship (IMO 9123456) sank.", "9123456", Match.EXACT, "by its IMO number"),
    ],
)
def test_a_hit_says_where_it_is_and_in_what_it_differs(
    name: str, kind: Kind, text: str, written: str, match: Match, reason: str
) -> None:
    (hit,) = found(Entry(name, (), kind), text)
    assert (hit.written, text[hit.start : hit.end], hit.match, hit.reason) == (written, written, match, reason)
    assert (hit.score == 1.0) is (match is Match.EXACT)


def test_a_stricter_list_finds_less() -> None:
    entry = Entry("Ri Jong Ho", (), Kind.PERSON)
    for text, at_least in (
        ("Ri Jong Ho left.", Match.EXACT),
        ("Jong Ho Ri left.", Match.SPELLING),
        ("Lee Jung-ho left.", Match.SOUND),
    ):
        levels = [match for match in Match if found(entry, text, match)]
        assert levels == list(Match)[list(Match).index(at_least) :]


def test_a_name_of_unknown_kind_is_found_as_written_in_any_case() -> None:
    assert [hit.written for hit in found(Entry("Crude Oil"), "The price of crude oil rose.")] == ["crude oil"]
    assert [hit.written for hit in found(Entry("北한빛"), "빛北한빛은")] == []


def test_each_mention_of_a_name_is_told_once() -> None:
    hits = found(
        Entry("Anna Petrova", ("Анна Петрова",), Kind.PERSON), "Анна Петрова ушла. У Анны Петровой дом. A. Petrova, Anna Petrova."
    )
    assert [hit.written for hit in hits] == ["Анна Петрова", "Анны Петровой", "A. Petrova", "Anna Petrova"]


def test_nothing_is_found_in_nothing() -> None:
    assert found(Entry("..."), "... and") == []
    assert NameList([]).find("Anna Petrova") == []
    assert found(Entry("Anna Petrova"), "") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [("유엔", "When it came."), ("ООН", "Own goals. Oon came."), ("МИД", "Mid July."), ("Will", "Oil for Rason. Well done.")],
)
def test_a_short_name_is_not_whatever_sounds_like_it(name: str, text: str) -> None:
    assert found(Entry(name), text) == found(Entry(name, (), Kind.ORGANISATION), text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [("Al Noor Petroleum", "Nor will the state pay."), ("Noor Bank", "Nor bank on it."), ("Tor Oil", "Tor Will")],
)
def test_what_many_companies_do_is_not_whatever_sounds_like_it(name: str, text: str) -> None:
    company = Entry(name, (), Kind.ORGANISATION)
    assert found(company, text) == []
    assert found(company, f"{name.removeprefix('Al ')} said."), "the name itself"


@pytest.mark.parametrize(("name", "text"), [("기아", "Kia said."), ("삼성", "Samsung said."), ("НАТО", "NATO said.")])
def test_a_short_name_is_still_found_in_another_script(name: str, text: str) -> None:
    (hit,) = found(Entry(name), text)
    assert hit.match is Match.SOUND


@pytest.mark.parametrize("match", [Match.SOUND, Match.SPELLING])
def test_a_look_at_the_words_of_an_index_loses_hardly_a_hit(match: Match) -> None:
    names, sentences = read()
    entries = [Entry(one.name, one.aliases, KINDS[one.kind]) for one in names]
    vocabulary = Vocabulary(entries, match)
    terms = [{term for token in tokens_of()(one.text) for term in terms_of(token, clitics=True)[1]} for one in sentences]
    vocabulary.take(sorted(term for term in set[str]().union(*terms) if term[0] not in MARKS))
    ways = [[[set(vocabulary.terms_of(need)) for need in way] for way in vocabulary.ways(one)] for one in range(len(names))]
    needed = {
        number: Needed(
            set().union(*(each for way in some for each in way)), set().union(*(way[0] for way in some if len(way) == 1))
        )
        for number, some in enumerate(ways)
    }
    every, narrow = NameList(entries, match), NameList(entries, match, needed)
    found = lost = 0
    for sentence, have in zip(sentences, terms, strict=True):
        only = {number for number, some in enumerate(ways) if any(all(not each.isdisjoint(have) for each in way) for way in some)}
        hits = [hit for hit in every.find(sentence.text) if not KANA.search(hit.written)]
        found, lost = found + len(hits), lost + sum(hit.entry not in only for hit in hits)
        # Of names that the text may have by its terms, all are found.
        kept = {hit.written for hit in narrow.find(sentence.text, only)}
        assert {hit.written for hit in hits if hit.entry in only} <= kept | {"را"}, sentence.text  # two letters of Arya
    assert lost / found < 0.02


@pytest.mark.parametrize("name", ["No", "MV No", "no No"])
def test_a_ship_may_be_called_no(name: str) -> None:
    [hit] = found(Entry(name, (), Kind.VESSEL), "The tanker No left.")
    assert hit.written == "No"


@pytest.mark.parametrize("kind", [Kind.ORGANISATION, Kind.ANY])
@pytest.mark.parametrize(
    "name", ["Ministry of Defence of the Democratic People's Republic of Korea", " ".join(["Trading Shipping Marine Bank"] * 6)]
)
def test_a_name_of_many_words_is_found(name: str, kind: Kind) -> None:
    assert [hit.written for hit in found(Entry(name, (), kind), f"They paid. {name} paid.")] == [name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Rosneft", "He met Rosneft Chief Executive Igor Sechin."),
        ("Haesong Trading Co., Ltd.", "He met Haesong Trading President Kim."),
        ("Rosneft", "Output of Rosneft Tuesday fell."),
        ("Rosneft", "In Moscow on Monday Rosneft said so."),
        ("Rosneft", "It is the Moscow-based Rosneft that pays."),
        ("Rosneft", "It is the Russian Rosneft that pays."),
        ("Haesong Trading", "Why Haesong Trading Says No"),
        ("Security Council", "He told the UN Security Council so."),
        ("UN", "He told the UN Security Council so."),
        ("Совет Безопасности", "По санкциям Совета Безопасности ООН это нельзя."),
        ("ООН", "По санкциям Совета Безопасности ООН это нельзя."),
        ("Центробанк", "Так сообщил Центробанк России в среду."),
        ("Роснефть", "Глава Роснефти Игорь Сечин уехал."),
    ],
)
def test_a_company_is_found_beside_capitals_that_are_no_part_of_its_name(name: str, text: str) -> None:
    assert found(Entry(name, (), Kind.ORGANISATION), text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("VTB", "He left VTB Capital in May."),
        ("Haesong Trading", "He left New Haesong Trading in May."),
        ("Steel Corp.", "He left Korean Steel in May."),
        ("Сбербанк", "Он ушёл из Сбербанк Казахстан в мае."),
        ("Роснефть", "Он ушёл из Роснефть Трейдинг в мае."),
        ("ВТБ", "Он ушёл из Новый ВТБ в мае."),
    ],
)
def test_a_longer_name_of_a_company_is_another_one(name: str, text: str) -> None:
    assert not found(Entry(name, (), Kind.ORGANISATION), text)


@pytest.mark.parametrize(
    ("name", "aliases", "reason"),
    [
        ("Ada Lund", (), "initials"),
        ("Lund Ada", (), "word order, initials"),
        ("Lund Ada", ("Ада Лунд",), "word order, initials"),
        ("Lund, Ada", (), "word order, initials"),
        ("Lund Anna", (), "word order, initials"),
    ],
)
def test_initials_are_found_of_names_that_a_list_turns_round(name: str, aliases: tuple[str, ...], reason: str) -> None:
    (hit,) = found(Entry(name, aliases, Kind.PERSON), "Later A. Lund left.")
    assert (hit.written, hit.match, hit.reason) == ("A. Lund", Match.SPELLING, reason)
