"""Text from the web stays text, whatever shows it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newslake.text import markdown, markdown_cell, one_line, plain, spreadsheet, squeeze, terminal, visible

HOSTILE = "a\x1b[2J\x9b2J\u202eb\x00\x07"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mred", "a\\u001b[31mred"),
        ("bell\x07 null\x00 csi\x9b2J del\x7f", "bell\\u0007 null\\u0000 csi\\u009b2J del\\u007f"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("return\r", "return\\u000d"),
        ("북한 ✓ 👩‍👧", "북한 ✓ 👩‍👧"),
    ],
)
def test_control_characters_become_visible(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert terminal(text) == shown


def test_a_terminal_gets_no_format_characters_and_data_keeps_them() -> None:
    assert terminal("a\u202eb\u200bc\ufeff") == "a\\u202eb\\u200bc\\ufeff"
    assert visible("a\u202eb") == "a\u202eb"
    assert terminal("می\u200cخواهم") == "می\u200cخواهم"


@given(st.text())
def test_escaped_json_means_the_same(text: str) -> None:
    assert json.loads(visible(json.dumps(text, ensure_ascii=False))) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x"])
def test_a_spreadsheet_runs_no_formula(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([spreadsheet(text)])
    assert next(csv.reader(io.StringIO(out.getvalue())))[0].startswith("'")


def test_other_cells_of_csv_stay_as_they_are() -> None:
    assert spreadsheet("5 = 2 + 3") == "5 = 2 + 3"
    assert spreadsheet("a\x1bb") == "a\\u001bb"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb\t c", "a b c"),
        (HOSTILE, "a[2J2Jb"),
        ("  ", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u2028b", "a b"),
        ("a \x00 b", "a b"),
    ],
)
def test_one_line_holds_no_breaks_and_nothing_hidden(text: str, line: str) -> None:
    assert one_line(text) == line


def test_markdown_has_no_markup_of_the_text() -> None:
    assert markdown("**a** [b](javascript:x) <b> | `c` ~~d~~ $e$ &lt; !") == (
        r"\*\*a\*\* \[b\](javascript:x) \<b\> \| \`c\` \~\~d\~\~ \$e\$ \&lt; \!"
    )
    assert markdown("a\n\n# b\u202e") == r"a \# b"


def test_a_cell_of_a_markdown_table_stays_one_cell_without_html_and_links() -> None:
    assert markdown_cell("a | b\nc <script>[x](y)") == r"a \| b c &lt;script>[x]&#40;y)"
    assert markdown_cell("\x1b[0m") == r"\u001b[0m"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (None, None),
        ("", None),
        ("<p>A &amp; B</p>", "A & B"),
        ("&lt;b&gt;twice&lt;/b&gt; &amp;amp; more", "twice & more"),
        ("a<script>alert(1)</script>b", "a b"),
        ("a < b", "a < b"),
        ("soft\u00adhyphen\x07", "softhyphen"),
        ("<i> </i>", None),
    ],
)
def test_plain_text_of_markup(markup: str | None, text: str | None) -> None:
    assert plain(markup, 100) == text


def test_plain_text_ends_at_its_limit() -> None:
    assert plain("one two three", 8) == "one two…"
    assert len(plain("x" * 500, 50) or "") == 50


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (None, ""),
        (" a \n b ", "a b"),
        ("a\u200bb\ufeff", "ab"),
        ("a\x00 \u200b b\ud800", "a b"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_squeezed_text_is_one_line(text: str | None, line: str) -> None:
    assert squeeze(text) == line


@given(st.text())
def test_what_is_one_line_stays_so(text: str) -> None:
    for make in (one_line, squeeze):
        once = make(text)
        assert make(once) == once and "\n" not in once
