"""When an article was gone and when it came back follows from the answers of its addresses, in whatever order they are loaded."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from pathlib import Path
from uuid import UUID

from newslake.outcomes import Outcome, Reason
from tests.warehouse.makers import START, article, fetch, hours, page, run
from warehouse.database.connect import open_reader, open_writer
from warehouse.load.absences import Observation, absences
from warehouse.load.run import load
from warehouse.location import Location

A = "https://harbour.example/a"
ARTICLE, ADDRESS, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)


def seen(hour: float, reason: Reason | None, address: UUID = ADDRESS) -> Observation:
    return Observation(ARTICLE, address, UUID(int=int(hour * 10)), hours(hour), reason is not None, 404, reason)


def times(*observations: Observation) -> list[tuple[float, float | None]]:
    found = absences(observations)

    def since(at: object) -> float:
        return (at - START) / timedelta(hours=1)  # type: ignore[operator, no-any-return]

    return [(since(one.gone_at), since(one.came_back_at) if one.came_back_at else None) for one in found]


def test_an_article_is_gone_from_the_first_answer_that_says_so_until_it_is_seen() -> None:
    gone, back = seen(2, Reason.GONE), seen(9, None)
    assert times(seen(0, None), gone, seen(4, Reason.GONE), back) == [(2, 9)]
    assert times(seen(0, None), gone, back, seen(20, Reason.LED_AWAY)) == [(2, 9), (20, None)]


def test_an_article_with_two_addresses_is_gone_when_both_are() -> None:
    both = seen(0, None), seen(1, None, OTHER)
    assert times(*both, seen(2, Reason.GONE)) == []
    assert times(*both, seen(2, Reason.GONE), seen(5, Reason.GONE, OTHER)) == [(5, None)]


def test_what_went_with_the_whole_site_counts_if_it_lasts() -> None:
    assert times(seen(0, None), seen(2, Reason.SITE_WIDE), seen(8, Reason.SITE_WIDE)) == []
    assert times(seen(0, None), seen(2, Reason.SITE_WIDE), seen(8, Reason.SITE_WIDE), seen(15, Reason.SITE_WIDE)) == [(2, None)]
    assert times(seen(0, None), seen(2, Reason.SITE_WIDE), seen(8, None), seen(15, Reason.SITE_WIDE)) == []


def test_runs_that_are_loaded_late_tell_the_same(tmp_path: Path) -> None:
    first = run(1, fetch(article(A)))
    later = [
        run(2, page(A, Outcome.HTTP_ERROR, status=404, reason=Reason.GONE, requested_at=hours(2))),
        run(3, fetch(article(A, seen_at=hours(3)))),
        run(4, page(A, Outcome.HTTP_ERROR, status=410, reason=Reason.GONE, requested_at=hours(4))),
    ]
    told = []
    for place, order in enumerate(permutations(later)):
        location = Location(catalog=str(tmp_path / f"{place}.duckdb"))
        with open_writer(location, "test") as writer:
            for batch in (first, *order):
                load(writer, batch)
        with open_reader(location) as con:
            rows = con.execute(
                "SELECT gone_at, gone_status, reason, came_back_at, run_id, back_run_id FROM absences ORDER BY gone_at"
            )
            told.append((rows.fetchall(), con.execute("SELECT gone_at, gone_status, last_seen_at FROM articles").fetchall()))
    assert told[0] == (
        [
            (hours(2), 404, "gone", hours(3), UUID(int=2), UUID(int=3)),
            (hours(4), 410, "gone", None, UUID(int=4), None),
        ],
        [(hours(4), 410, hours(3))],
    )
    assert told == [told[0]] * 6
