"""Data of pages: literals of JavaScript are read as values and nothing is run; states are found in any of the usual forms."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newslake.embedded import ADDRESS, NotLiteral, Script, dicts, field, moment_of, read_literal, states, text_of

LONG = "é" * 40
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("{a:1,'b':[1,,2],\"c\":`x`,d:!0,e:void 0}", {"a": 1, "b": [1, None, 2], "c": "x", "d": True, "e": None}),
        (
            "{f:new Date(123), g:JSON.parse('{\"x\":1}'), h:'\\ud83d\\ude00\\u{1F600}\\x41'}",
            {"f": 123, "g": {"x": 1}, "h": "😀😀A"},
        ),
        ("/* a */ [ // b\n -1.5e3, .5, 0x1F,]", [-1500.0, 0.5, 31]),
        (
            '(function(a,b){return {title:a,free:b}}("Kim \\"and\\" Lee; {x}",false));',
            {"title": 'Kim "and" Lee; {x}', "free": False},
        ),
        ("(function(a,b){b.x=1;return {t:[a,b]}}('one',Array(2)))", {"t": ["one", None]}),
        ('{text:\'it\\\'s\', html:"<a href=\\"/x\\">\\u003c/a>"}', {"text": "it's", "html": '<a href="/x"></a>'}),
        ("{user:window.user, f:new Map([[1,2]])}", {"user": None, "f": None}),
    ],
)
def test_a_literal_is_read_as_a_value(script: str, value: object) -> None:
    assert read_literal(script)[0] == value


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_json_is_read_as_it_is_and_its_end_is_known(value: object) -> None:
    text = json.dumps(value)
    assert read_literal(f"x = {text}; y = 1", 4) == (value, 4 + len(text))


@pytest.mark.parametrize(
    "script",
    ["", "{", "{a:", "[1,2", "'open", "{a:function(){return 1}}", "[" * 5000, "{a:" * 5000, "(function(a){return", "`${x}`"],
)
def test_what_is_no_literal_is_refused(script: str) -> None:
    with pytest.raises(NotLiteral):
        read_literal(script)


@settings(max_examples=300, deadline=None)
@given(st.text("{}[]()\"'`\\,:a1!/*\n", max_size=60))
def test_anything_is_a_value_or_no_literal(script: str) -> None:
    with suppress(NotLiteral):
        read_literal(script)


@pytest.mark.parametrize("made", ["aData={" * 20_000, "x.state=[" * 20_000, "a.data=`" + "\\" * 200_000, "/*" * 100_000])
def test_scripts_made_to_keep_a_reader_busy_end_soon(made: str) -> None:
    started = time.process_time()
    list(states([Script("", "", made)]))
    assert time.process_time() - started < 5


def held(*scripts: Script) -> list[object]:
    return list(states(scripts))


def test_states_are_found_in_every_usual_form() -> None:
    article = {"title": "A tanker leaves", "body": "x" * 80}
    text = json.dumps(article)
    assert held(Script("application/json", "__NEXT_DATA__", text)) == [article]
    assert held(Script("", "", f"window.__INITIAL_STATE__ = {text};\nboot()")) == [article]
    assert held(Script("", "", f"window['__PRELOADED_STATE__']={text}")) == [article]
    assert held(Script("", "", f"var pageData = JSON.parse({json.dumps(text)});")) == [article]
    assert held(Script("", "", f"Fusion.globalContent={text};Fusion.contentCache={text};")) == [article, article]
    parts = [["Reactive", 1], {"title": 2, "body": 3}, article["title"], article["body"]]
    assert held(Script("application/json", "__NUXT_DATA__", json.dumps(parts))) == [article]
    stream = f'2:["$","div",null,{text}]\n'
    pushed = [Script("", "", f"self.__next_f.push({json.dumps([1, part])})") for part in (stream[:30], stream[30:])]
    assert held(*pushed) == [["$", "div", None, article]]
    rows = f"7:T{2 * len(LONG):x},{LONG}" + '3:{"title":"A tanker leaves","body":"$7"}\n'
    assert held(Script("", "", f"self.__next_f.push({json.dumps([1, rows])})")) == [{"title": "A tanker leaves", "body": LONG}]
    unnamed = Script("", "", f"self.__next_f.push({json.dumps([1, ':HL 1' + chr(10) + rows])})")
    assert held(unnamed) == [{"title": "A tanker leaves", "body": LONG}]
    assert held(Script("", "", "var x = 1; function data(a) { return a }")) == []


def test_parts_that_name_each_other_in_a_circle_have_an_end() -> None:
    (value,) = held(Script("application/json", "__NUXT_DATA__", "[[1,1],[0,0]]"))
    assert sum(1 for _ in dicts(value)) == 0


def test_fields_are_found_by_their_names_in_any_spelling() -> None:
    record = {"publish_date": "", "datePublished": "2026-11-20", "headlines": {"basic": "A tanker"}, "created_at": 1_763_600_000}
    assert field(record, ("publishdate", "datepublished")) == "2026-11-20"
    assert text_of(field(record, ("headlines",))) == "A tanker"
    created = moment_of(field(record, ("createdat",)))
    assert created is not None and not isinstance(created, str) and created.year == 2025
    assert moment_of(12) is None and moment_of(True) is None


@pytest.mark.parametrize("key", ["canonicalPath", "url_path", "fullPath", "relativeUrl", "pathname"])
def test_an_address_goes_by_many_names(key: str) -> None:
    assert field({"id": 7, key: "/2026/11/19/old-bridge"}, ADDRESS) == "/2026/11/19/old-bridge"
    assert field({key: "/2026/11/19/old-bridge", "url": "https://valley.example/old"}, ADDRESS) == "https://valley.example/old"
