"""Name the speaker of a quotation in Korean, Japanese and Chinese, by the particles and verbs beside it."""

from __future__ import annotations

import re
from functools import cache

from newslake.quotations.speakers import Said, words

LANGUAGES = frozenset({"ko", "ja", "zh"})
_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나엄원천방공현함변염여추도소석선설마길"
    "연위표명기반라왕금옥육인맹제모"
)
_KO_NAME = re.compile(rf"^[{_SURNAMES}][가-힣]{{1,2}}$")
_KO_SAYS = re.compile(r"^\s*(?:이?라고도?|고도?|이?라며|며|이?라면서|면서|이?라는|는|이?란)(?=[\s,.]|$)")
_KO_ABOUT = re.compile("(?:는|란)$")  # "…”라는 말에": what follows is about the quotation, and may quote an answer
_KO_JOINS = re.compile(r"^\s*(?:이?라며|며|이?라면서|면서|이?라고도?|고도?|이고|이며)[\s,]*(?:또|이어|그리고)?\s*$")
_KO_QUOTED = re.compile(r"[“「『‘\"'][”」』’\"'][가-힣]*")  # emptied marks, and the particles behind them
_KO_SUBJECT = re.compile(r"(?P<head>[가-힣A-Za-z·]+?)(?P<particle>은|는|이|가|도|께서는)(?=[\s,]|$)")
# What speaks without being a person, and words before a name that are no part of it.
_KO_OFFICE = re.compile(
    r"(?:부|청|국|원|당|실|군|처|위|위원회|관계자|당국자?|전문가|통신|신문|방송|대사관|소식통|정부|기자|협회|연구소|단체)$"
)
_KO_NO_PART = re.compile(r"(?:[의에로일와과며고을를던한는은도]|에서|까지|부터|대해|관해|통해|위해|따라|뒤|후|중)$|\d")
_KO_PLACE = re.compile(r"(?:에서|에게|에|으로|까지|부터)$")  # "회의에서는" tells where
_KO_STEM = re.compile(r"[하되있없려오가르나주보지]$")  # "…하는" is a verb, and no subject
_KO_LINKS = {"하지만", "그러나", "이어", "이에", "그러면서", "또", "또한", "한편", "앞서", "다만", "특히", "한"}
_KO_KNOWN = {"이", "그", "저"}  # this or that one, who is named elsewhere
_JA_SAYS = re.compile(r"^\s*(?:など)?と(?:の|い|も|は|し)?")
_ZH_TIME = re.compile(
    r"(?:周[一二三四五六日]|星期.|[0-9０-９一二三四五六七八九十]+[日号號]|今天|今日|当天|當天|昨天|昨日|还|還|则|也|又)+$"
)
_NO_NAMES = {
    "그",
    "그녀",
    "이들",
    "그들",
    "이",
    "우리",
    "彼",
    "彼女",
    "同氏",
    "他",
    "她",
    "他们",
    "它",
    "我",
    "一人",
    "ひとり",
    "1人",
}


@cache
def _verbs(language: str) -> str:
    return "(?:" + "|".join(words()[language]["verbs"]) + ")"


def goes_on(between: str, language: str) -> bool:
    """Return whether the words between two quotations only join them, so that one person says both."""
    return language == "ko" and _KO_JOINS.match(between) is not None


def east_asian_speaker(before: str, after: str, language: str) -> Said:
    """Return who says what is quoted.

    Args:
        before: the words before it in its sentence.
        after: the words behind it in its paragraph.
    """
    return {"ko": _korean, "ja": _japanese, "zh": _chinese}[language](before, after)


def _korean(before: str, after: str) -> Said:
    says = _KO_SAYS.match(after)
    if says is None:
        return Said(False)
    rest = after[says.end() :]
    if not _KO_ABOUT.search(says.group()):
        rest = _KO_QUOTED.sub(" ", rest)
    # Up to the end of the sentence, or to a quotation that is not closed here.
    rest = re.split(r"(?<=[.!?])\s|[“”「」『』]", rest, maxsplit=1)[0]
    verb = re.search(_verbs("ko"), rest)
    if verb is None:
        return Said(False)
    return Said(True, _korean_subject(rest[: verb.start()]) or _korean_subject(before))


def _korean_subject(words_before: str) -> str | None:
    """Return the first subject that is a person with a title or a name, or an office; else the word that begins the sentence."""
    first = None
    for found in _KO_SUBJECT.finditer(words_before):
        head = found["head"]
        is_too = found["particle"] == "도"  # also the end of many names
        if _is_title(head) or (not is_too and (_KO_NAME.match(head) or _KO_OFFICE.search(head))):
            return _korean_name([*words_before[: found.start()].split(), head])
        somebody = [*words_before[: found.start()].split()[-2:], head]
        if "한" in somebody[:-1] and found["particle"] in ("은", "는", "이", "가"):
            return " ".join(somebody[somebody.index("한") :])  # "한 무역업자": a trader
        is_noun = found["particle"] in ("은", "는") and len(head) > 1 and not _KO_STEM.search(head) and not _KO_PLACE.search(head)
        if first is None and is_noun and not words_before[: found.start()].strip():
            first = head
    return None if first in _NO_NAMES else first


def _is_title(word: str) -> bool:
    titles, endings = _titles()
    return word in titles or word.endswith(endings)


@cache
def _titles() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return Korean titles, and those of more than one syllable, which may also end a word."""
    titles = words()["ko"]["titles"]
    return frozenset(titles), tuple(title for title in titles if len(title) > 1)


def _korean_name(tokens: list[str]) -> str | None:
    begin = len(tokens) - 1
    while begin and len(tokens) - begin < 4 and not _is_apart(tokens[begin - 1].rstrip(",")):
        begin -= 1
    kept = tokens[begin:]
    if " ".join(kept) in _NO_NAMES or kept[0] in _KO_KNOWN:
        return None
    if len(kept) > 1 and _is_title(kept[-1]) and _KO_NAME.match(kept[-2]):
        return kept[-2]
    if begin and tokens[begin - 1] == "한":
        kept.insert(0, "한")
    return " ".join(kept)


def _is_apart(word: str) -> bool:
    return word in _KO_LINKS or bool(_KO_NO_PART.search(word))


def _japanese(before: str, after: str) -> Said:
    says = _JA_SAYS.match(after)
    rest = re.split(r"[。「]", after[says.end() :], maxsplit=1)[0] if says else ""
    if says is None or not re.search(_verbs("ja"), rest):
        return Said(False)
    behind = re.match(r"[、\s]*(?P<who>[^、。「」は]{1,20})(?:は|が)", rest)
    found = behind or re.match(r"[^、。「」]*?(?P<who>[^、。「」]{1,30}?)は(?:[、\s]|[^、。「」]{0,30}[、\s]|$)", before.strip())
    return Said(True, _plain_name(found["who"], "ja", "の") if found else None)


def _chinese(before: str, after: str) -> Said:
    verb = _verbs("zh")
    if found := re.search(rf"(?P<who>[^，。；：！？“”「」\s]{{1,24}}?){verb}(?:道)?[：:，,]?\s*$", before):
        return Said(True, _plain_name(_ZH_TIME.sub("", found["who"]), "zh", "的"))
    if found := re.match(rf"[，,。]?\s*(?P<who>[^，。；：！？“”「」\s]{{1,12}}?){verb}[。，：]", after):
        return Said(True, _plain_name(_ZH_TIME.sub("", found["who"]), "zh", "的"))
    return Said(False)


def _plain_name(phrase: str, language: str, possessive: str) -> str | None:
    name = phrase.rpartition(possessive)[2].strip(" 　,、")
    for title in words()[language]["titles"]:
        if language == "ja" and name.endswith(title) and len(name) > len(title) + 1:
            name = name.removesuffix(title)
            break
        if language == "zh" and title in name and not name.endswith(title):
            name = name.rpartition(title)[2]
            break
    return None if not name or name in _NO_NAMES else name
