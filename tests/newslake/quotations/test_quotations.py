"""What counts as a quotation, and who says it, in each language."""

from __future__ import annotations

import pytest

from newslake.quotations import quotations

SAID = [
    ("en", "“We will sail on Monday,” said Ada Park.", "We will sail on Monday", "Ada Park"),
    ("en", "“We will sail,” said Foreign Ministry spokeswoman Ada Park in Rason.", "We will sail", "Ada Park"),
    ("en", "“We will sail,” said Prime Minister Ada Park, who leads the port.", "We will sail", "Ada Park"),
    ("en", "“We will sail,” Ada Park told reporters.", "We will sail", "Ada Park"),
    ("en", "“We will sail,” the ministry said in a statement.", "We will sail", "ministry"),
    ("en", "“We will sail,” said a spokesman for the port.", "We will sail", "spokesman for the port"),
    ("en", "“We will sail,” she said.", "We will sail", None),
    ("en", "“We will sail,” according to Ada Park.", "We will sail", "Ada Park"),
    ("en", "On Monday, Ada Park said: “We will sail.”", "We will sail.", "Ada Park"),
    ("en", "Ada Park, who leads the port, told reporters on Monday, “We will sail.”", "We will sail.", "Ada Park"),
    ("en", "According to Ada Park, “we will sail”.", "we will sail", "Ada Park"),
    ("en", '"We will sail," said Ada Park.', "We will sail", "Ada Park"),
    ("en", "“Will we sail?” asked Jan van der Berg.", "Will we sail?", "Jan van der Berg"),
    ("ru", "«Мы выйдем в море», — сказала Анна Лунина.", "Мы выйдем в море", "Анна Лунина"),
    ("ru", "«Мы выйдем», — заявил журналистам президент России Иван Лунин.", "Мы выйдем", "Иван Лунин"),
    ("ru", "«Мы выйдем», — сообщил глава МИД РФ Иван Петрович Лунин в понедельник.", "Мы выйдем", "Иван Петрович Лунин"),
    ("ru", "Анна Лунина заявила: «Мы выйдем в море».", "Мы выйдем в море", "Анна Лунина"),
    ("ru", "По словам Анны Луниной, «мы выйдем в море».", "мы выйдем в море", "Анны Луниной"),
    ("ru", "«Мы выйдем», — сообщили в МИД.", "Мы выйдем", "МИД"),
    ("uk", "«Ми вийдемо в море», — сказала Олена Луна.", "Ми вийдемо в море", "Олена Луна"),
    ("de", "„Wir laufen aus“, sagte Außenministerin Anna Lund am Montag.", "Wir laufen aus", "Anna Lund"),
    ("de", "Anna Lund sagte: „Wir laufen aus.“", "Wir laufen aus.", "Anna Lund"),
    ("de", "»Wir laufen aus«, so Lund.", "Wir laufen aus", "Lund"),
    ("fr", "« Nous partons », a déclaré Anne Lune lundi.", "Nous partons", "Anne Lune"),
    ("fr", "« Nous partons », a affirmé M. Lune.", "Nous partons", "Lune"),
    ("it", "«Partiamo lunedì», ha scritto su X Anna Luna.", "Partiamo lunedì", None),
    ("ko", "하지만 박민수 최고위원도 “배가 떠난다”고 말했다.", "배가 떠난다", "박민수"),
    ("fr", "Selon Anne Lune, « nous partons ».", "nous partons", "Anne Lune"),
    ("es", "“Zarpamos el lunes”, dijo Ana Luna.", "Zarpamos el lunes", "Ana Luna"),
    ("es", "Ana Luna afirmó que “zarpamos el lunes”.", "zarpamos el lunes", "Ana Luna"),
    ("it", "«Partiamo lunedì», ha detto Anna Luna.", "Partiamo lunedì", "Anna Luna"),
    ("pt", "“Partimos na segunda”, disse Ana Lua.", "Partimos na segunda", "Ana Lua"),
    ("ko", "박민수 장관은 10일 “배가 떠난다”라고 말했다.", "배가 떠난다", "박민수"),
    ("ko", "「배가 떠난다」라고 박민수 장관은 말했다.", "배가 떠난다", "박민수"),
    ("ko", "외무부의 안나 루니나 대변인은 “배가 떠난다”고 밝혔다.", "배가 떠난다", "안나 루니나 대변인"),
    ("ko", "지난달 배가 침몰한 뒤 박민수 장관이 10일 “배가 떠난다”고 강조했다.", "배가 떠난다", "박민수"),
    ("ko", "러시아를 떠나는 루닌은 “배가 떠난다”고 말했다.", "배가 떠난다", None),
    ("ko", "러시아 외무부는 “배가 떠난다”고 밝혔다.", "배가 떠난다", "러시아 외무부"),
    ("ko", "그는 “배가 떠난다”며 웃었다고 전했다.", "배가 떠난다", None),
    ("ja", "田中首相は10日、「船は月曜に出る」と述べた。", "船は月曜に出る", "田中"),
    ("ja", "外務省の鈴木報道官は「船は出る」と語った。", "船は出る", "鈴木"),
    ("ja", "「船は出る」と田中首相は強調した。", "船は出る", "田中"),
    ("zh", "外交部发言人李娜周一表示：“船会出发。”", "船会出发。", "李娜"),
    ("zh", "“船会出发”，李娜说。", "船会出发", "李娜"),
]


@pytest.mark.parametrize(("language", "text", "quoted", "speaker"), SAID)
def test_who_says_what(language: str, text: str, quoted: str, speaker: str | None) -> None:
    [found] = quotations(text, language)
    assert (found.text, found.speaker) == (quoted, speaker)
    assert text[found.position - 1 :].startswith(quoted)


TWICE = [
    (
        "ko",
        "항구의 한 무역업자는 20일 “배가 모자랄 정도”라며 “나가는 것은 석탄과 정유 제품, 들어오는 것은 밀가루”라고 말했다.",
        "한 무역업자",
    ),
    (
        "ko",
        "한 국책연구원 연구위원은 “선박만 늘려서는 안 된다”며 “항만 준설 공사가 시작되는지 봐야 한다”고 설명했다.",
        "한 국책연구원 연구위원",
    ),
    ("ko", "회의에 나온 한 의원은 19일 “선원들이 다시 모였다”며 “ 이번에는 더 많이 간다”고 전했다.", "한 의원"),
    ("ko", "박민수 장관은 “배가 떠난다”면서 “러시아는 항구를 연다”고 밝혔다.", "박민수"),
    ("ko", "“배가 떠난다”라며 “안나 루니나 대변인은 말이 없다”고 말했다.", None),
    ("ko", "“배가 떠난다”며 ‘이춘식 장관은 거짓말을 한다’고 말했다.", None),
    ("ko", "“배가 떠난다”라며 “김철수 의원은 말이 없었고", None),
    ("ko", "“러시아는 이란과 함께 먼 길을 간다”는 박민수 의원의 말에 그는 “이춘식 장관은 아니다”라고 답했다.", None),
    ("ja", "「船は出る」「田中首相は何も言わない」と述べた。", None),
    ("ja", "「船は月曜に出る」と『鈴木報道官は』述べた。", None),
    ("zh", "“船会出发，明天就走”，“李娜”表示。", None),
    ("en", "“We will sail,” “said Ada Park” was all there was.", None),
    ("en", "“We will sail on Monday,” ‘Ada Park’ said.", None),
    ("ru", "«Мы выйдем в море», «сказала Анна Лунина», «и всё».", None),
    ("uk", "«Ми вийдемо в море», «сказала Олена Луна».", None),
    ("de", "„Wir laufen am Montag aus“, „sagte Anna Lund“.", None),
    ("fr", "« Nous partons lundi », « a déclaré Anne Lune ».", None),
    ("es", "“Zarpamos el lunes”, “dijo Ana Luna”.", None),
    ("it", "«Partiamo lunedì», «ha detto Anna Luna».", None),
    ("pt", "“Partimos na segunda”, “disse Ana Lua”.", None),
]


@pytest.mark.parametrize(("language", "text", "speaker"), TWICE)
def test_nobody_named_inside_a_quotation_is_its_speaker(language: str, text: str, speaker: str | None) -> None:
    assert {one.speaker for one in quotations(text, language)} <= {speaker}, "taken from quoted text"
    if speaker:
        assert len(quotations(text, language)) == 2


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "“The old ones are melted,” said one of the workers.", "one of the workers"),
        ("en", "“The old ones are melted,” one of the workers said.", "one of the workers"),
        ("en", "“The old ones are melted,” said one of them.", None),
        ("en", "In Moscow Ada Park said: “We will sail on Monday.”", None),
        ("en", "“The old ones are melted,” said those from the Port Office.", None),
        ("fr", "« Nous partons lundi », a déclaré un des marins.", "un des marins"),
        ("es", "“Zarpamos el lunes”, dijo uno de los marineros.", None),
        ("de", "„Wir laufen aus“, sagte eine der Frauen.", "eine der Frauen"),
        ("it", "Nel porto Anna Luna ha detto: «Partiamo lunedì».", "Anna Luna"),
        ("it", "Per Anna Luna ha detto: «Partiamo lunedì».", None),
        ("ru", "В Москве Анна Лунина заявила: «Мы выйдем в море».", "Анна Лунина"),
        ("zh", "在北京表示：“船会出发，明天就走。”", None),
        ("ja", "「船は月曜に出る」とは言った。", None),
        ("fr", "« Nous partons », a déclaré De Gaulle.", "De Gaulle"),
        ("ko", "회의에서는 “배가 떠난다”고 말했다.", None),
        ("ko", "이에 대해 외무부는 “배가 떠난다”고 밝혔다.", "외무부"),
        ("ko", "이 관계자는 “배가 떠난다”고 말했다.", None),
        ("zh", "他在会上强调，“船会出发，明天就走，后天回来”。", None),
        ("zh", "他信表示，“船会出发”。", "他信"),
        ("ja", "関係者の一人は「船は出る」と話した。", None),
    ],
)
def test_a_speaker_begins_with_no_preposition(language: str, text: str, speaker: str | None) -> None:
    assert [one.speaker for one in quotations(text, language)] == [speaker]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The tanker “Sea Star” left the port."),
        ("en", "They call it “the wall” in Rason."),
        ("en", 'A 6" pipe and a 7" one were seized.'),
        ("ru", "Танкер «Заря» вышел из порта, сообщает агентство «Порт»."),
        ("ko", "영화 ‘바다’와 “등대”가 상영됐다."),
        ("zh", "首届“中国和加勒比国家港口航运合作论坛”开幕。"),
        ("ja", "映画「海」と「灯台」を上映した。"),
        ("de", "Das Schiff „Morgenröte“ lief aus."),
        ("en", "He said nothing."),
        ("en", ""),
    ],
)
def test_names_and_words_in_doubt_are_no_quotations(language: str, text: str) -> None:
    assert quotations(text, language) == []


def test_the_next_sentence_does_not_tell_who_spoke() -> None:
    text = "“The port will stay closed until the end of May.” Ada Park said nothing about the tanker."
    [found] = quotations(text, "en")
    assert found.speaker is None


def test_the_subject_of_another_verb_is_no_speaker() -> None:
    assert [one.speaker for one in quotations("Ada Park was told: “You will not leave the port.”", "en")] == [None]


def test_a_quotation_of_several_paragraphs_is_one_for_each() -> None:
    text = "“The port will stay closed until May.\n“It opens when the ice is gone, and not before,” said Ada Park."
    assert [(one.text, one.speaker) for one in quotations(text, "en")] == [
        ("The port will stay closed until May.", None),
        ("It opens when the ice is gone, and not before", "Ada Park"),
    ]


def test_positions_count_characters_of_the_whole_text() -> None:
    text = "Первая строка.\nАнна Лунина заявила: «Мы выйдем в море»."
    [found] = quotations(text, "ru")
    assert text[found.position - 1 : found.position - 1 + len(found.text)] == "Мы выйдем в море"


def test_a_text_of_an_unknown_language_keeps_long_stretches_without_speakers() -> None:
    assert quotations("“Meie laev väljub esmaspäeval kell kaheksa hommikul,” ütles Anna.", "et")[0].speaker is None
    assert quotations("“Yes,” said Ada Park.", None) == []


@pytest.mark.parametrize(
    "text", ["“" * 5000, '"a ' * 5000, "« " * 5000 + "»" * 5000, "said " * 5000 + "“x”", "A said, " * 3000 + "“x”"]
)
def test_odd_texts_take_no_time(text: str) -> None:
    quotations(text, "en")
