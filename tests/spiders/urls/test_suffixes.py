"""Registrable domains are those that tldextract finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tldextract import TLDExtract

from spiders.urls.suffixes import registrable

EXTRACT = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
LABELS = ["a", "www", "example", "com", "co", "uk", "kr", "ck", "city", "jp", "kawasaki", "github", "io", "x_y", "-"]
LABELS += ["xn--p1ai", "xn--zz"]


@given(st.lists(st.sampled_from(LABELS), min_size=1, max_size=5).map(".".join))
def test_the_domain_of_a_host_is_that_of_tldextract(host: str) -> None:
    assert registrable(host) == EXTRACT.extract_str(host).top_domain_under_public_suffix


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("alice.github.io", "alice.github.io"),
        ("a.b.kawasaki.jp", "a.b.kawasaki.jp"),
        ("a.city.kawasaki.jp", "city.kawasaki.jp"),
        ("www.xn--80aswg.xn--p1ai", "xn--80aswg.xn--p1ai"),
        ("co.uk", ""),
        ("localhost", ""),
        ("127.0.0.1", ""),
        ("[::1]", ""),
        ("News.BBC.co.uk.", "BBC.co.uk"),  # no plain host
    ],
)
def test_some_domains(host: str, domain: str) -> None:
    assert registrable(host) == domain == EXTRACT.extract_str(host).top_domain_under_public_suffix
