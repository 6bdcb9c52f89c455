"""Articles for sites of tests, in five languages, each like no other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Sentences with a number after every few words, so that no two articles share a run of words.
_SENTENCES = {
    "en": "The tanker {a} left pier {b} of Rason with {c} tonnes of coal, and a tug {d} waited {e} hours at buoy {f}",
    "ko": "유조선 {a}호는 라선항 {b}번 부두를 석탄 {c}톤을 싣고 떠났으며 예인선 {d}호는 {e}시간 동안 {f}번 부표에서 기다렸다",
    "ja": "タンカー第{a}号は羅先港の第{b}埠頭を石炭{c}トンを積んで出港し、曳船{d}号は{e}時間、第{f}ブイで待っていたという",
    "ru": "Танкер {a} покинул причал {b} порта Расон с грузом {c} тонн угля, а буксир {d} ждал {e} часов у буя {f}",
    "zh": "油轮{a}号载着{c}吨煤炭离开罗先港{b}号码头,拖船{d}号在{f}号浮标等候引航员{e}个小时,港口官员说",
}
_TITLES = {
    "en": "Tanker number {a} leaves the harbour of Rason",
    "ko": "유조선 {a}호 라선항 떠나 러시아로 향해",
    "ja": "タンカー第{a}号が羅先港を出港しロシアへ",
    "ru": "Танкер номер {a} вышел из порта Расон в Россию",
    "zh": "第{a}号油轮离开罗先港前往俄罗斯",
}
_ENDS = {"ja": "。", "zh": "。"}
PARAGRAPHS, SENTENCES = 4, 3


@dataclass(frozen=True, slots=True)
class Story:
    """The true values of an article."""

    language: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime

    @property
    def html(self) -> str:
        """The text as paragraphs of HTML."""
        return "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)

    @property
    def text(self) -> str:
        """The text, a paragraph a line."""
        return "\n".join(self.paragraphs)

    @property
    def iso(self) -> str:
        """When it was published, in ISO 8601."""
        return self.published.isoformat()

    @property
    def rfc(self) -> str:
        """The same as feeds write it."""
        return self.published.strftime("%a, %d %b %Y %H:%M:%S +0000")


def story(language: str, number: int) -> Story:
    """Return an article; those of different numbers have no run of five words in common."""
    end = _ENDS.get(language, ".")
    paragraphs = []
    for row in range(PARAGRAPHS):
        said = []
        for place in range(SENTENCES):
            seed = number * 97 + row * 31 + place * 7
            numbers = {name: seed * step % 8999 + 1000 for name, step in zip("abcdef", (1, 3, 7, 11, 13, 17), strict=True)}
            said.append(_SENTENCES[language].format(**numbers) + end)
        paragraphs.append(" ".join(said))
    when = datetime(2026, 11, 20, 3, 15, tzinfo=UTC) + timedelta(minutes=number % 600)
    return Story(language, _TITLES[language].format(a=number), tuple(paragraphs), when)
