"""What the explorer reads of a warehouse, for the test that every statement answers alike on each catalog."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import duckdb
import numpy as np

from flows.search.search import Searcher
from tests.warehouse.makers import MATCH
from warehouse.database.statements import one_state
from warehouse.explore.found import Chosen
from warehouse.explore.runs import (
    Wanted,
    changes_of,
    fetches_given,
    fetches_query,
    outcomes_of,
    recent_runs,
    run_query,
    runs_query,
)
from warehouse.explore.stories import stories_of
from warehouse.search.plan import Only


def explored(con: duckdb.DuckDBPyConnection) -> list[Any]:
    """Articles as a whole and those of one source, runs, and the stories of a topic."""
    run = UUID(int=1)
    found: list[Any] = []
    for docs in (None, Searcher(con).within(Only(sources=("harbour",))), np.empty(0, np.int32)):
        with one_state(con):
            chosen = Chosen(con, Searcher(con).attributes, docs)
            found += [chosen.counts(), chosen.days(), chosen.total(), chosen.newest(1, 3, Only(names=("ada park",)))]
    wanted = fetches_given(Wanted(run, "loaded", "harbour"), 0, 5)
    fetches = con.execute(fetches_query(), wanted).fetchall()
    runs = con.execute(runs_query(), [3, 1]).fetchall()
    assert fetches and len(runs) == 3 and con.execute(run_query(), [run]).fetchall()
    found += [fetches, outcomes_of(con, run), changes_of(con, "harbour"), recent_runs(con, "harbour")]
    searcher = Searcher(con)
    with one_state(con):
        stories = stories_of(con, searcher.attributes, searcher.within(Only(topics=(MATCH.topic,))))
    assert stories
    return [*found, stories]
