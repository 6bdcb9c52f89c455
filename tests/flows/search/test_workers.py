"""Work of a search is spread over processes where there is much of it."""

from __future__ import annotations

import operator

import pytest

from flows.search.workers import spread


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize("count", [0, 3, 40])
def test_what_workers_make_comes_in_the_order_of_the_portions(workers: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLAKE_WORKERS", workers)
    portions = [f"portion {number}" for number in range(count)]
    assert list(spread(operator.methodcaller, ("upper",), iter(portions))) == [portion.upper() for portion in portions]


def test_an_error_of_a_worker_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLAKE_WORKERS", "2")
    with pytest.raises(AttributeError, match="no_such_method"):
        list(spread(operator.methodcaller, ("no_such_method",), iter(["portion"] * 10)))
