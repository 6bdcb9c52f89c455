"""The cases can be read, and none expects what cannot be."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest

from tests.cases.rows import FIELDS, Case, load_cases

CASES = load_cases()


def test_names_are_unique_and_each_kind_has_three_cases() -> None:
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
    assert {kind: count for kind, count in Counter(case.kind for case in CASES).items() if count < 3} == {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_expects_known_values_of_its_own_pages(case: Case) -> None:
    paths = case.pages.keys() | case.moves.keys()
    assert case.wanted or case.asked
    assert case.wanted.keys() <= paths
    assert set(case.asked) <= paths | case.listings().keys() and not set(case.not_asked) & set(case.asked)
    assert not case.expect.keys() - case.wanted.keys() - {"asked", "not_asked"}
    for values in case.wanted.values():
        assert values.keys() <= FIELDS.keys()
        if values.get("published_at"):
            assert datetime.fromisoformat(values["published_at"]).tzinfo, "an instant has its zone"
