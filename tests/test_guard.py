"""How `benchmarks/guard.py` tells a slowdown from noise."""

from __future__ import annotations

import pytest

from benchmarks.guard import verdict

BASE = [1.0, 1.6, 0.9, 1.2, 1.1, 1.0, 1.5, 1.3, 1.0]


def test_a_slowdown_shows_though_the_speed_of_the_machine_varies_more() -> None:
    found = verdict(BASE, [1.2 * seconds for seconds in BASE], 0.1)
    assert found["is_slower"] and found["ratio"] == pytest.approx(1.2)
    assert found["slower_in"] == 9 and found["chance"] == pytest.approx(1 / 2**9, abs=1e-4)


def test_noise_is_no_slowdown() -> None:
    some_slower = [seconds * (1.5 if number % 2 else 0.95) for number, seconds in enumerate(BASE)]
    assert not verdict(BASE, some_slower, 0.1)["is_slower"]
    mostly = [seconds * (1.3 if number < 6 else 0.8) for number, seconds in enumerate(BASE)]
    assert verdict(BASE, mostly, 0.1)["ratio"] == pytest.approx(1.3)
    assert not verdict(BASE, mostly, 0.1)["is_slower"]  # in six of nine rounds, as one time in four by chance


def test_what_is_a_little_slower_each_time_is_within_the_threshold() -> None:
    assert not verdict(BASE, [1.05 * seconds for seconds in BASE], 0.1)["is_slower"]
    assert verdict(BASE, [1.05 * seconds for seconds in BASE], 0.02)["is_slower"]
