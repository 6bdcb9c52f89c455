"""The plain reading of a room, and leads: what pages do that is hard to bring together in one golden page."""

from __future__ import annotations

from lxml import html

from flows.clean.body.lead import find_lead
from flows.clean.body.text import read_plainly
from flows.clean.page import read_page
from tests.flows.clean.test_heads import article, page

FIRST = "The harbour board of Eastmere voted on Tuesday to close the old fish market on the northern quay."
SECOND = "Traders learned of the vote from a notice on the door, and asked for two more winters in a letter."


def test_a_list_is_read_as_a_whole_or_not_at_all() -> None:
    items = ("A knife with a short blade, for herring", "Scales", "Ice, before six")
    gear = "".join(f"<li>{item}</li>" for item in items)
    room = html.fromstring(
        f"<div><ul><li>Home</li><li>Harbour</li></ul><p>{FIRST}</p><h2>What it takes</h2><ul>{gear}</ul></div>"
    )
    assert read_plainly(room) == ([FIRST, "What it takes", *items], {"What it takes"})


def lead(shown: str, lines: list[str]) -> str | None:
    said = f"Share. {FIRST} {SECOND}"
    page = read_page(
        "https://quayside.example/market",
        f'<head><meta name="description" content="{said}"></head><body>{shown}<main><p>x</p></main></body>'.encode(),
        None,
    )
    place = page.tree.find(".//main")
    place.getparent().remove(place)
    return find_lead(page, place, lines, "Eastmere closes its old fish market")


def test_a_lead_is_put_before_a_text_that_lacks_it_and_never_twice() -> None:
    whole = f"Share. {FIRST} {SECOND}"
    shown = f"<div>{whole}</div>"
    assert lead(shown, ["“We were told there would be a hearing,” said a trader."]) == whole
    assert lead(shown, [FIRST, SECOND]) is None  # all but one word of it
    assert lead(shown, [whole]) is None
    assert lead("<div>Something else.</div>", [SECOND]) is None


def test_joiners_that_are_part_of_words_stay() -> None:
    first = "شورای بندر روز سه‌شنبه رأی داد که بازار کهنهٔ ماهی‌فروشان در اسکلهٔ شمالی بسته شود و نامه‌های فروشندگان را نخواند."
    second = "ফেরি ঘাটের র‍্যাম্প ভেঙে যাওয়ায় বুধবার সকালে তিনটি লঞ্চ ছাড়তে পারেনি বলে জানান ঘাটের কর্মীরা। 👩‍🚒 তাঁরা বলেন, মেরামত চলছে।"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in (first, second) * 2)
    found = article(page(title="Market", body=f"<article><h2>نامه‌ها</h2>{body}</article>"))
    assert found.text.splitlines()[-2:] == [first, second]
