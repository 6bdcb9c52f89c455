"""What a body is: by its header where that is a type, else by its bytes."""

from __future__ import annotations

import gzip
import random

import pytest

from newslake.http import is_text, page_type

HTML = b"\n<!DOCTYPE html><title>x</title>"
DECLARED = {
    "text/html; charset=utf-8": "text/html",
    "TEXT/HTML": "text/html",
    "text/html;": "text/html",
    " text/html ;charset": "text/html",
    "text/html,text/html; charset=utf-8": "text/html",
    "text/html, charset=utf-8": "text/html",
    "text/plain, text/html": "text/html",
    "text/html, */*": "text/html",
    'text/html; charset="a,b"': "text/html",
    "application/pdf": "application/pdf",
    "image/svg+xml": "image/svg+xml",
}
NO_TYPES = (
    None,
    "",
    "html",
    "text/html charset=utf-8",
    "text/html: charset=UTF-8",
    '"text/html"; charset=utf-8',
    "text / html",
    "/",
    "*/*",
    "unknown/unknown",
    "application/unknown",
    "application/octet-stream",
    "binary/octet-stream",
    "application/force-download",
    ";charset=utf-8",
    "charset=utf-8",
)


@pytest.mark.parametrize("declared", DECLARED)
def test_a_valid_type_is_believed(declared: str) -> None:
    assert page_type(declared, HTML) == (DECLARED[declared], False)


@pytest.mark.parametrize("declared", NO_TYPES)
def test_without_a_valid_type_the_bytes_decide(declared: str | None) -> None:
    assert page_type(declared, HTML) == ("text/html", True)
    assert page_type(declared, b"%PDF-1.7 ...") == ("application/pdf", True)
    assert page_type(declared, b"\x89PNG\r\n\x1a\n") == ("image/png", True)
    assert page_type(declared, b"<?xml version='1.0'?><html xmlns='...'>") == ("application/xhtml+xml", True)
    assert page_type(declared, "\ufeff<html>".encode("utf-16")) == ("text/html", True)
    assert page_type(declared, b"A letter") == ("text/plain", True)


KOREAN = "<html><title>북한 유조선</title><p>" + "평양에서 온 배. " * 300
TEXTS = {
    "nothing": b"",
    "UTF-8": KOREAN.encode(),
    "EUC-KR": KOREAN.encode("euc-kr"),
    "Shift JIS": ("<p>" + "北朝鮮のタンカー。" * 300).encode("shift-jis"),
    "ISO-2022-JP": ("<p>" + "北朝鮮のタンカー。" * 300).encode("iso-2022-jp"),
    "KOI8-R": ("<p>" + "танкер " * 300).encode("koi8-r"),
    "UTF-16 with a mark": KOREAN.encode("utf-16"),
    "UTF-16 without a mark": KOREAN.encode("utf-16-le"),
    "UTF-16 of the other order": KOREAN.encode("utf-16-be"),
    "stray control characters": b"<p>a tanker \x0b\x01 " * 2 + b"turns back " * 40,
    "NUL between": b"<p>a\0b\0</p>" + b"turns back " * 40,
}
_RANDOM = random.Random(1)
NO_TEXTS = {
    "gzip": gzip.compress(KOREAN.encode()),
    "random": _RANDOM.randbytes(20_000),
    "random and short": _RANDOM.randbytes(300),
    "zeros": bytes(5000),
    "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "PDF": b"%PDF-1.4\n1 0 obj",
}


def test_text_is_text_in_any_encoding() -> None:
    assert {name: is_text(body) for name, body in TEXTS.items()} == dict.fromkeys(TEXTS, True)


def test_other_bytes_are_not() -> None:
    assert {name: is_text(body) for name, body in NO_TEXTS.items()} == dict.fromkeys(NO_TEXTS, False)
