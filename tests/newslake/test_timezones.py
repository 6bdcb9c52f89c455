"""One table of time zones serves feeds and pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.clean.dates.parse import find_moment
from newslake.timezones import ABBREVIATIONS, AMBIGUOUS, PHRASES
from spiders.listings.values import date_of


@pytest.mark.parametrize("name", ABBREVIATIONS)
def test_a_zone_means_the_same_in_feeds_and_on_pages(name: str) -> None:
    in_feed, on_page = date_of(f"2017-07-25 11:52 {name}"), find_moment(f"25 July 2017 11:52 {name}", "visible")
    assert in_feed is not None and on_page is not None
    assert in_feed.utcoffset() == on_page.when.utcoffset() == timedelta(hours=ABBREVIATIONS[name])


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_name_of_several_zones_means_none_in_feeds(name: str) -> None:
    in_feed, on_page = date_of(f"2017-07-25 11:52 {name}"), find_moment(f"25 July 2017 11:52 {name}", "visible")
    assert in_feed is not None and on_page is not None
    assert in_feed.tzinfo is None
    assert on_page.when.utcoffset() == timedelta(hours=AMBIGUOUS[name])


@pytest.mark.parametrize("phrase", PHRASES)
def test_pages_name_zones_in_words(phrase: str) -> None:
    found = find_moment(f"25 июля 2017, 11:52 {phrase}", "visible")
    assert found is not None and found.when.utcoffset() == timedelta(hours=PHRASES[phrase])
