"""Pages of an article whose addresses have no numbers are found by rel=next or rel=prev together with a pager."""

from __future__ import annotations

import pytest

from spiders.parts.continuation import find_paging

SITE = "https://outlet.example"
PROSE = f"<p>{'Words of an article that goes on behind the link below its text. ' * 8}</p>"


def pages_of(own: str, head: str, pager: str) -> dict[int, str] | None:
    """Return the number and path of each page, the page itself included."""
    body = (
        f"<html><head>{head}</head><body><article><h1>A story</h1>{PROSE}</article><div class=pager>{pager}</div></body></html>"
    )
    found = find_paging(SITE + own, body.encode())
    if found is None:
        return None
    assert not found.is_sure
    return {other.number: other.url.removeprefix(SITE) for other in found.others} | {found.number: own}


def link(path: str, label: str, rel: str = "") -> str:
    return f'<a href="{path}"{f" rel={rel}" if rel else ""}>{label}</a> '


def rel(kind: str, path: str) -> str:
    return f'<link rel="{kind}" href="{SITE}{path}">'


@pytest.mark.parametrize(
    ("own", "head", "pager", "pages"),
    [
        # words, with numbers in the pager
        (
            "/salt-road",
            rel("next", "/salt-road-part-two"),
            "1 " + link("/salt-road-part-two", "2") + link("/salt-road-part-three", "3"),
            {1: "/salt-road", 2: "/salt-road-part-two", 3: "/salt-road-part-three"},
        ),
        (
            "/salt-road-part-two",
            rel("prev", "/salt-road") + rel("next", "/salt-road-part-three"),
            link("/salt-road", "1") + " 2 " + link("/salt-road-part-three", "3"),
            {1: "/salt-road", 2: "/salt-road-part-two", 3: "/salt-road-part-three"},
        ),
        (
            "/salt-road-part-three",
            rel("prev", "/salt-road-part-two"),
            link("/salt-road", "1") + link("/salt-road-part-two", "2") + " 3",
            {1: "/salt-road", 2: "/salt-road-part-two", 3: "/salt-road-part-three"},
        ),
        # words, without numbers in the pager
        ("/ofen", "", link("/ofen-teil-zwei", "Weiterlesen", "next"), {1: "/ofen", 2: "/ofen-teil-zwei"}),
        (
            "/ofen-teil-zwei",
            "",
            link("/ofen", "Zurück", "prev") + link("/ofen-teil-drei", "Weiter", "next"),
            {1: "/ofen", 2: "/ofen-teil-zwei", 3: "/ofen-teil-drei"},
        ),
        ("/ofen-teil-1", "", link("/ofen-teil-2", "Weiter", "next"), {1: "/ofen-teil-1", 2: "/ofen-teil-2"}),
        ("/phare.html", rel("next", "/phare-deux.html"), "", {1: "/phare.html", 2: "/phare-deux.html"}),
        ("/phare-ii.html", rel("prev", "/phare.html"), "", {1: "/phare.html", 2: "/phare-ii.html"}),
        ("/mina-i", rel("next", "/mina-ii"), "", {1: "/mina-i", 2: "/mina-ii"}),
        ("/sol-b", rel("prev", "/sol-a") + rel("next", "/sol-c"), "", {1: "/sol-a", 2: "/sol-b", 3: "/sol-c"}),
        # addresses that say nothing
        (
            "/a/x7fq2",
            rel("next", "/a/k91mz"),
            "<b>1</b>" + link("/a/k91mz", "2") + link("/a/k91mz", "次へ", "next"),
            {1: "/a/x7fq2", 2: "/a/k91mz"},
        ),
        ("/a/k91mz", "", link("/a/x7fq2", "[1]", "prev") + "<b>[2]</b>", {1: "/a/x7fq2", 2: "/a/k91mz"}),
    ],
)  # fmt: skip
def test_a_pager_and_a_relation_name_the_pages(own: str, head: str, pager: str, pages: dict[int, str]) -> None:
    assert pages_of(own, head, pager) == pages


@pytest.mark.parametrize(
    ("own", "head", "pager"),
    [
        # the story before and the one behind, as blogs link them
        (
            "/2026/11/coal",
            rel("prev", "/2026/11/iron") + rel("next", "/2026/11/salt"),
            link("/2026/11/salt", "Salt is dear", "next"),
        ),
        # numbers that do not agree with the relation
        ("/coal", rel("next", "/salt"), "1 " + link("/iron", "2") + link("/salt", "9")),
        # most read stories with their places
        ("/coal", rel("next", "/salt"), link("/iron", "1") + link("/salt", "2") + link("/tin", "3")),
        # a number that leads to two pages
        ("/coal", rel("next", "/salt"), "1 " + link("/salt", "2") + link("/photos", "2")),
        # a pager without a relation
        ("/coal", "", "1 " + link("/salt", "2")),
        # the next story ends with a number in words, but is another one
        ("/coal-mine", rel("next", "/chapter-two"), ""),
        ("/coal", rel("next", "/coal-part-four"), ""),
    ],
)
def test_a_relation_alone_names_no_pages(own: str, head: str, pager: str) -> None:
    assert pages_of(own, head, pager) is None
