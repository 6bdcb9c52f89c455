"""One core decodes pages and listings; whatever a label says, nothing raises."""

from __future__ import annotations

import codecs

import pytest

from flows.clean.decode import decode
from newslake.decoding import by_label, by_mark
from spiders.listings.decoding import decoded


@pytest.mark.parametrize(
    ("label", "body", "text"),
    [
        ("iso-8859-1", b"\x93Ferry\x94", "“Ferry”"),
        ("euc-kr", "뷁".encode("cp949"), "뷁"),
        ("x-sjis", "①".encode("cp932"), "①"),
        ("utf-7", b"+ADw-", None),
        ("base64", b"RmVycnk=", None),
        ("undefined", b"Ferry", None),
        ("nonsense", b"Ferry", None),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str, body: bytes, text: str | None) -> None:
    assert by_label(body, label) == text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_decides_and_goes(mark: bytes, encoding: str) -> None:
    body = mark + "Fähre".encode(encoding)
    assert by_mark(body) == "Fähre"
    assert decode(body, "text/html; charset=iso-8859-1") == "Fähre"
    assert decoded(body, "text/html; charset=iso-8859-1") == "Fähre"


def test_without_a_mark_there_is_nothing_to_go_by() -> None:
    assert by_mark(b"Ferry") is None


@pytest.mark.parametrize("label", ["undefined", "base64", "idna", "nonsense"])
def test_a_label_that_names_no_encoding_is_ignored(label: str) -> None:
    body = "Die Fähre fährt wieder".encode()
    assert decoded(body, f"text/html; charset={label}") == body.decode()
    assert decode(body, f"text/html; charset={label}") == body.decode()
