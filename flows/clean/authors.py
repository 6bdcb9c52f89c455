"""Who wrote an article: people by name, an agency only where nobody else is named."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from typing import Any

from flows.clean.page import Page, class_and_id, squeeze
from flows.clean.screen import Line, Screen
from flows.clean.structured import Node, first_text, fold, texts, types
from spiders.warc.model import Hints

_AND = r"and|und|et|y|e|en|och|og|i|и|та|ve|و|dan|ja"
_SPLIT = re.compile(rf"\s*[,;/|•·、，；\n]\s*(?:(?:{_AND})\s+)?|\s+(?:{_AND}|with|mit|avec|con|com)\s+|\s*&\s*|\s+[-–—]\s+")
_BY = re.compile(
    r"^(?:(?:written|reported|posted|published|edited|words|story|text|article|analysis|opinion|review|updated|"
    r"created)?\s*by|von|vom|par|propos recueillis par|por|da|di|door|av|af|przez|автор[ы]?|текст|"
    r"text|texte|testo|texto|autor(?:es|en|in)?|auteurs?|authors?|redactie|oleh|yazan|reporter|writer|文|記者|"
    r"记者|作者|撰文|来源|글|الكاتب|كتب[ت]?|بقلم)\s*[:：]?\s+|^(?:by|von|par|por)\s*[:：]\s*|^(?:記者|记者|作者|文|글|撰文)\s*[:：/／]?\s*",
    re.I,
)
# What stands behind a name and says what its bearer does, in words that are never names.
_ROLE = re.compile(
    r"\b(?:(?:staff|senior|chief|contributing|political|business|diplomatic|foreign|national|sports?|science|"
    r"health|economics?|technology|investigative|special|digital|deputy|managing|associate|assistant|features?|"
    r"(?:home|foreign|social|religious|public|consumer|legal|rural)\s+affairs|courts?|crime|legal|transport|arts|culture|climate|"
    r"environmental|defen[cs]e|security|religion|energy|data|food|travel|housing|parliamentary|local\s+democracy|"
    r"news|"
    r"world|europe|asia|moscow|beijing|washington|berlin|paris|london|city|education|environment|lead|executive|"
    r"general|junior|trainee)\s+)*"
    r"(?:reporter|correspondent|editor(?:-in-chief)?|journalist|columnist|writer|contributor|producer|photographer|"
    r"freelancer?|analyst|critic|bureau chief|staff|intern|blogger|anchor|host|presenter|"
    r"redakteur(?:in)?|korrespondent(?:in)?|reporterin|autorin|journalistin|chefredakteur(?:in)?|volontär(?:in)?|"
    r"journaliste|rédact(?:eur|rice)(?: en chef)?|correspondante?|envoyée? spéciale?|envoyés spéciaux|"
    r"redactora?|corresponsal|periodista|enviad[oa] especial|repórter|jornalista|redatora?|inviat[oa]|giornalista|"
    r"corrispondente|корреспондент|обозреватель|журналист|редактор|muhabir[i]?|redacteur|verslaggever)\b.*$",
    re.I,
)
# "MND Staff", "9News Staff": a house, not a person with a role
_HOUSE_STAFF = re.compile(r"(?:the\s+)?[\w.&'’-]+(?:\s[\w.&'’-]+)?\s+staff(?:\s+(?:writers?|reporters?))?", re.I)
# What runs on behind a name where the page puts no mark between: the agency, the month of the date.
_TRAILING = re.compile(
    r"(?<=\w\w)\s+(?:the\s+associated\s+press|usa\s+today(?:\s+network)?|bloomberg\s+news|"
    r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|january|february|april|june|july|august|september|october|november|december)\.?)$",
    re.I,
)
# Degrees, posts and beats that stand behind a comma.
_CREDENTIAL = re.compile(
    r"(?-i:[A-Z]{2,5}|[BMD]\.?Sc)|(?:M\.?D|Ph\.?D|M\.?S|B\.?A)\.?|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|"
    r"(?:chief|vice|deputy|senior|executive|contributing)\s.*|(?:head|director|professor|president|author|founder)\s+(?:of|at)\s.*|"
    r".*\b(?:officer|director|professor|founder|fellow|ceo|cto)",
    re.I,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|autori|journalists?|reporters?|byline|correspondents?)/[^/?#]{3,}", re.I
)
_CJK_ROLE = re.compile(
    r"\s*(?:선임|수석|전문|인턴|대학생|정치|경제|사회|국제|객원|본지)?\s*(?:기자|특파원|논설위원|칼럼니스트|에디터|편집장|앵커|PD|記者|记者|特派員|編集委員|論説委員|特约记者|"
    r"主筆|编辑|編輯|責任編輯)(?:단)?$"
)
_AFTER_ROLE = re.compile(r"^(?:корреспондент|обозреватель|журналист|редактор|記者|记者|本报记者|新华社记者|특파원)\s+", re.I)
_AGENCY = re.compile(
    r"\b(?:reuters|associated press|agence france[- ]presse|bloomberg|xinhua|yonhap|kyodo|jiji press|kcna|interfax|"
    r"ria novosti|ansa|belga|dpa|press association|pa media|upi|ap|afp|efe|epd|kna|apa|tass|"
    r"sid|anp|ntb|tt|ritzau|lusa|pti|ani|ians|aap|cnn wire|the canadian press|keystone[- ]sda|sda|agenc(?:y|"
    r"ia|e|ies)|agenzia|agentur(?:en)?|news ?agency|wires?|newswire|news service|европейская правда)\b"
    r"|тасс|риа новости|интерфакс|"
    r"연합뉴스|뉴시스|뉴스1|共同通信|共同社|時事通信|新华社|新華社|中新社|وكالات|رويترز|فرانس برس|укринформ",
    re.I,
)
_STAFF = re.compile(
    r"\b(?:staff|editor(?:s|ial)?|redaktion|redacci[oó]n|redação|redazione|r[ée]daction|redactie|redakcja|redaksjonen|"
    r"redaktionen|newsroom|news ?desk|desk|team|admin(?:istrator)?|"
    r"newspaper|magazine|media|press|web ?desk|online|news|times|post|herald|gazette|journal|tribune|guardian|"
    r"correspondents?|reporters?|contributors?|guest|board|service|company|limited|group|inc|gmbh|ltd|llc|tv|"
    r"radio|"
    r"редакция|편집국|편집부|뉴스룸|온라인뉴스팀|디지털뉴스팀|編集部|编辑部|التحرير)\b|(?:뉴스팀|편집부|디지털팀|취재팀|編集局|取材班)$",
    re.I,
)
_JUNK = re.compile(
    r"https?:|www\.|@|\b[\w-]+\.(?:com|org|net|co|de|fr|kr|jp|ru|uk)\b|[<>{}\[\]=_#]|\d{3,}|^\d+$|\b(?:updated|"
    r"published|min read|read more|share|follow|subscribe|comments?|email|print|facebook|twitter|photo|image|"
    r"getty|"
    r"copyright|all rights|null|undefined|none|n/a|anonymous|unknown|view profile|see more|biography|author|authors|profile)\b",
    re.I,
)
# Where a byline goes on with the time or the length of the article.
_STAMP = re.compile(
    r"(?<=\S)\s*(?:\d{1,2}[:.]\d\d\s*(?:[ap]m)?\b|\d{1,2}\s*min(?:ute)?s?\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d|"
    r"\b(?:published|updated|posted|last updated)\b|\b(?:19|20)\d\d\b)",
    re.I,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w.-]+\.\w+|\(\s*\)|https?://\S+|(?<!\w)@\w+")
_KOREAN = re.compile(r"(?:^|[\s=/|(\[])([가-힣]{2,4})\s?(?:\S{1,4}\s?)?(?:기자|특파원|논설위원)(?=$|[\s)\]=,·|(])")
# "記者林曉青", but no press conference and no press club.
_CHINESE = re.compile(r"(?:^|[\s／/|(（【])(?:記者|记者)\s?(?![会會协協节節])([\u4e00-\u9fff]{2,4})(?=$|[\s／/|)）】、，])")
_VISIBLE = re.compile(
    r"^\W{0,3}(?:by|von|par|por|door|av|da|di|автор|текст|author|autor|auteur|yazan|oleh|作者|文|記者|记者|written "
    r"by|reported by|story by)(?:\s*[:：]\s*|\s+)(?P<names>\S.{1,120})$",
    re.I,
)
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|authors|writer|reporter|auteur|autor|journalist|contributor)s?(?:[\s_-]?(?:name|"
    r"names|link|list|info))?(?:$|[\s_-])",
    re.I,
)
_NOT_CLASS = re.compile(
    r"comment|bio|related|image|photo|avatar|caption|credit|date|time|social|follow|job|role|position|descr|"
    r"footer|sidebar|recommend",
    re.I,
)
_ELISION = re.compile(r"^(?:d|dell|all|l)['’](?=[^\W\d_])")
_NAME_WORDS = 6
_MAX = 20


def find_authors(
    page: Page, article: Node, micro: Node, screen: Screen, names: list[str], hints: Hints
) -> tuple[tuple[str, ...], str | None]:
    """Names in their order on the page, and where they came from. `names` are what the outlet calls itself, folded."""
    left_over: tuple[tuple[str, ...], str] | None = None
    sources: tuple[tuple[str, Callable[[], list[str]]], ...] = (
        ("json-ld", lambda: _of_node(article)),
        ("meta", lambda: _of_metas(page)),
        ("microdata", lambda: texts(micro.get("author"))),
        ("rel-author", lambda: _of_links(page)),
        ("visible", lambda: _of_lines(screen.around)),
        ("byline", lambda: _of_classes(page)),
        ("author-link", lambda: _of_author_pages(page)),
        ("feed", lambda: list(hints.authors)),
    )
    for source, read in sources:
        people, agencies = _sort_out(read(), names)
        if people:
            return tuple(people), source
        if agencies and left_over is None:
            left_over = tuple(agencies), source
    return left_over or ((), None)


def split_names(said: str) -> list[str]:
    """The names in one byline, without "By", roles, addresses and dates."""
    text = squeeze(_EMAIL.sub(" ", entities.unescape(said)))
    text = _STAMP.split(re.sub(r"\s*\((?:[^()]{0,60})\)", "", text), maxsplit=1)[0]
    found: list[str] = []
    for part in _SPLIT.split(_BY.sub("", text)):
        name = _BY.sub("", part).strip(" .:-–—•·*'\"|“”()")
        korean = _KOREAN.search(name)
        name = korean[1] if korean else _AFTER_ROLE.sub("", _CJK_ROLE.sub("", name))
        if not _AGENCY.search(name) and not _STAFF.fullmatch(name):
            whole, name = name, _ROLE.sub("", name)
            if _HOUSE_STAFF.fullmatch(whole):
                name = whole
            if found and name != whole and len(name.split()) < 2:
                continue  # "Jane Doe, Defence Correspondent": what is left of the second part is her beat
        name = re.sub(r"\s+(?:in|aus|à|en|in der)\s+[A-ZÄÖÜ]\w+$", "", name.strip(" .:-–—,|"))
        name = _TRAILING.sub("", name)
        if found and _CREDENTIAL.fullmatch(name) and not _AGENCY.search(name):
            continue
        if name:
            found.append(_cased(name))
    return found


def _sort_out(said: list[str], names: list[str]) -> tuple[list[str], list[str]]:
    people: dict[str, str] = {}
    agencies: dict[str, str] = {}
    for value in said[: _MAX * 3]:
        if len(value) > 400:
            continue
        for name in split_names(value):
            folded = fold(name)
            if not folded or _JUNK.search(name) or len(name) > 60 or not 1 <= len(name.split()) <= _NAME_WORDS or len(folded) < 2:
                continue
            is_house = folded in names or folded.replace(" ", "") in {n.replace(" ", "") for n in names}
            is_agency = is_house or bool(_AGENCY.search(name) or _STAFF.search(name))
            (agencies if is_agency else people).setdefault(folded, name)
    return list(people.values())[:_MAX], list(agencies.values())[:_MAX]


def _of_node(article: Node) -> list[str]:
    for key in ("author", "creator", "byline"):
        value = article.get(key)
        if value:
            said = [name for one in (value if isinstance(value, list) else [value]) for name in _names(one)]
            if said:
                return said
    return []


def _names(value: Any) -> list[str]:
    if isinstance(value, dict) and not value.get("name"):
        whole = " ".join(filter(None, (first_text(value.get(k)) for k in ("givenName", "familyName"))))
        return [whole] if whole else []
    if isinstance(value, dict) and "person" in types(value):
        # a person's name holds no list, but a comma may part it from a role
        return texts(value.get("name"))
    return texts(value)


def _of_metas(page: Page) -> list[str]:
    for key in (
        "author",
        "article:author",
        "og:article:author",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "dcterms.creator",
        "byl",
        "authors",
        "article:author_name",
        "articleauthor",
        "cxenseparse:author",
        "twitter:data1",
    ):
        said = [v for v in page.metas.get(key, ()) if "://" not in v and not v.startswith("/")]
        if key == "twitter:data1" and not re.search(
            r"written|author|verfasst|escrito|écrit|geschrieben", page.meta("twitter:label1") or "", re.I
        ):
            continue
        if said and any(_sort_out(said, [])[0]):
            return said
    return []


def _of_links(page: Page) -> list[str]:
    found = [
        squeeze(a.text_content()) for a in page.tree.iter("a") if "author" in (a.get("rel") or "").split() and not _in_comments(a)
    ]
    return list(dict.fromkeys(name for name in found if name))[:5]


def _of_classes(page: Page) -> list[str]:
    house = ""
    known: dict[str, bool] = {"  ": False}
    for n, element in enumerate(page.tree.iter("span", "div", "p", "a", "address", "li", "em", "strong")):
        mark = f"{class_and_id(element)} {element.get('itemprop') or ''}"
        if n > 20_000:
            break
        is_marked = known.get(mark)
        if is_marked is None:
            is_marked = known[mark] = _is_byline(mark)
        if is_marked and not _in_comments(element):
            text = squeeze(" ".join(element.itertext()))
            if 2 < len(text) < 160:
                people, agencies = _sort_out([text], [])
                if people and (all(map(_is_full_name, people)) or (len(people) == 1 and len(people[0]) > 3)):
                    return [text]
                house = house or (text if agencies else "")
    return [house] if house else []


def _is_byline(mark: str) -> bool:
    """Whether the class, id and property of an element say that it names an author."""
    if "uthor" in mark or "riter" in mark:
        mark = _CAMEL.sub("-", mark)
    return bool(_CLASS.search(mark)) and not _NOT_CLASS.search(mark)


def _of_author_pages(page: Page) -> list[str]:
    """Names that link to their bearers' own pages, the first of the page and those beside it."""
    found: list[str] = []
    first: Any = None
    for a in page.tree.iter("a"):
        if _AUTHOR_PATH.search(a.get("href") or "") and not _in_comments(a) and 3 < len(name := squeeze(a.text_content())) < 60:
            rooms = list(a.iterancestors())[:2]
            first = first if first is not None else rooms[-1] if rooms else None
            if first not in rooms or not _is_full_name(name):
                break
            found.append(name)
    return found[:5]


def _of_lines(around: list[Line]) -> list[str]:
    for line in around:
        if line.distance > 15 or len(line.text) > 140:
            continue
        match = _VISIBLE.match(line.text)
        if match:
            names = re.split(r"\s*(?:[|•·]|\d|\bPublished\b|\bUpdated\b|\bPosted\b)", match["names"])[0]
            # "Jane Doe, staff writer (jane@…)": names are written large, what their bearers do is not
            named = [part for part in re.split(r"\s*,\s*(?:and\s+)?", _EMAIL.sub(" ", names)) if not _ROLE.fullmatch(part)]
            if _looks_like_names(" ".join(named)):
                return [names]
        if len(line.text) < 60:
            chinese = _CHINESE.findall(line.text)
            if chinese:
                return list(chinese)
            korean = _KOREAN.findall(line.text)
            if korean:
                return list(korean)
    return []


def _is_full_name(name: str) -> bool:
    """Whether a name has the form of a person's: two words or more that begin as names do, or a few Chinese or Korean letters."""
    if re.fullmatch(r"[\u3400-\u9fff\uac00-\ud7af]{2,5}", name):
        return True
    return len(name.split()) > 1 and len(name) < 40 and _looks_like_names(name)


def _looks_like_names(text: str) -> bool:
    """Whether every name begins as names do: with a capital, or in a script that has none."""
    words = [
        w
        for w in text.split()
        if w.lower()
        not in (
            "and",
            "und",
            "et",
            "y",
            "e",
            "de",
            "van",
            "von",
            "der",
            "la",
            "del",
            "da",
            "bin",
            "al",
            "и",
            "with",
            "of",
            "the",
            "di",
            "du",
            "den",
            "ten",
        )
    ]
    return 0 < len(words) <= 12 and all(not _ELISION.sub("", w)[:1].islower() for w in words)


def _in_comments(element: Any) -> bool:
    return any(
        re.search(r"comment|related|recommend|sidebar|footer|teaser", class_and_id(r), re.I)
        for r in [element, *element.iterancestors()][:12]
    )


def _cased(name: str) -> str:
    """`JANE DOE` as `Jane Doe`; short words in capitals (initials, agencies) stay."""
    if name.isupper() and len(name) > 5 and " " in name:
        return " ".join(w.title() if len(w) > 2 else w for w in name.split())
    return name
