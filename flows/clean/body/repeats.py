"""Keep once what a page prints more than once: for phones and desktops, as a summary, for the printer. Pure."""

from __future__ import annotations

from collections import Counter

from flows.clean.body.boilerplate import is_prose

__all__ = ["once"]

# Templates print a line twice; a line repeated this often was written that way.
_WRITTEN_SO = 3
# The share of a text's sentences that must be repeated for all of it to be; so many of them that the first need not be.
_MOST, _MANY = 0.6, 5
# Lines at the start of a text that may be its summary; the share of a line that others make up for it to be nothing else.
_TOP, _NEARLY_ALL = 4, 0.9
# Sentences at the start among which one is of the text, and not only of its summary.
_SUMMARY = 2
# Characters by which two lines are compared first.
_LOOK = 20
# What ends a summary that was cut short.
_CUT = " .…[]()→»"


def once(lines: list[str]) -> list[str]:
    """Return the lines without those that a template repeats.

    A text of which most sentences stand twice was printed twice: if they are few, one of the first must be among them. Single
    sentences that stand twice may have been written that way.
    """
    return _without_summary(_without_print(_distinct(lines)))


def _distinct(lines: list[str]) -> list[str]:
    if len(lines) == len(set(lines)):
        return lines
    times = Counter(lines)
    prose = [line for line in times if is_prose(line)]
    repeated = sum(times[line] > 1 for line in prose)
    if repeated > _MOST * len(prose) and (
        repeated >= _MANY or (repeated > 1 and any(times[line] > 1 for line in prose[:_SUMMARY]))
    ):
        return list(dict.fromkeys(lines))
    kept: list[str] = []
    for line in lines:
        if kept[-1:] != [line] or times[line] >= _WRITTEN_SO:
            kept.append(line)
    return kept


def _without_print(lines: list[str]) -> list[str]:
    """Return the lines without one that says all the others in a row, as a copy for printers does."""
    longest = max(lines, key=len, default="")
    others = [line for line in lines if line != longest]
    if len(others) < 2 or len(longest) * 2 < sum(map(len, others)):
        return lines
    said = sum(len(line) + 1 for line in others if line in longest)
    return others if said > _NEARLY_ALL * len(longest) else lines


def _without_summary(lines: list[str]) -> list[str]:
    """Return the lines without first sentences that the lines behind them say again, cut short or whole.

    A summary comes first: a sentence behind one that stands once was written twice.
    """
    while (first := next((n for n in range(min(_TOP, len(lines))) if _sums_up(lines[n])), None)) is not None:
        said = lines[first].rstrip(_CUT)
        again = [n for n in range(first + 1, len(lines)) if _says(lines, n, said)]
        if not again or len(again) >= _WRITTEN_SO - 1 or lines.count(lines[first]) >= _WRITTEN_SO:
            break
        lines = [*lines[:first], *lines[first + 1 :]]
    return lines


def _sums_up(line: str) -> bool:
    return is_prose(line) or (len(line) > _LOOK and line.endswith(("…", "...")))


def _says(lines: list[str], at: int, said: str) -> bool:
    """Return whether the lines from one on begin with a text."""
    if lines[at][:_LOOK] != said[:_LOOK]:
        return False  # nearly always true, and quick
    return " ".join(lines[at : at + _TOP]).startswith(said)
