"""When a spike is told again."""

from __future__ import annotations

from flows.alerts.again import DAY, MORE, Told, is_news


def test_a_spike_that_goes_on_is_told_again_only_if_it_grows_many_times_over() -> None:
    assert is_news(20, 0, None) == (True, Told(20, 0))
    assert is_news(30, DAY / 2, Told(20, 0)) == (False, Told(20, DAY / 2))
    assert is_news(MORE * 20, DAY / 2, Told(20, 0)) == (True, Told(MORE * 20, DAY / 2))
    assert is_news(None, DAY / 2, Told(20, 0)) == (False, Told(20, 0))
    assert is_news(20, DAY + 1, Told(20, 0)) == (True, Told(20, DAY + 1))


def test_a_clock_that_was_ahead_does_not_silence_later_spikes() -> None:
    ahead = Told(20, 400 * DAY)
    assert is_news(None, DAY, ahead) == (False, None)
    assert is_news(20, DAY, ahead) == (True, Told(20, DAY))
