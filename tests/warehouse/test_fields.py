"""The fields of an article are listed once, in newslake/article.py: a new one is stored and cleaned again like the others."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, get_type_hints

import duckdb
import pytest

from newslake.article import CleanArticle
from newslake.outcomes import Outcome
from tests.warehouse.makers import article, fetch, hours, run
from tests.warehouse.test_load import A, ask, load
from tests.warehouse.test_reclean import recleaned, stored
from warehouse.database import migrate
from warehouse.database.stage import columns_of
from warehouse.load.reclean import compare
from warehouse.location import Location

TYPES = get_type_hints(CleanArticle)
NAMES = [item.name for item in fields(CleanArticle)]
# One of two values of each type; the precision decides whether a newer date replaces an older.
VALUES: dict[Any, tuple[Any, Any]] = {
    str: ("one", "two"),
    str | None: ("one", "two"),
    tuple[str, ...]: (("one",), ("two", "three")),
    datetime | None: (hours(1), hours(2)),
    bool | None: (False, True),
    int: (1, 2),
    int | None: (1, 2),
}


def page(which: int) -> CleanArticle:
    """A page in which every field has a value of its own kind."""
    made = CleanArticle(**{name: VALUES[TYPES[name]][which] for name in NAMES})
    return replace(made, url=A, published_precision="second")


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_a_column(name: str) -> None:
    with duckdb.connect() as con:
        migrate.migrate(con)
        assert name in columns_of(con, "articles")


def test_every_field_is_stored_and_comes_back(file_location: Location) -> None:
    given = replace(article(A), page=page(0))
    load(file_location, run(1, fetch(given)))
    assert stored(file_location, A) == given
    values = ask(file_location, f"SELECT {', '.join(NAMES)} FROM articles")[0]
    assert [tuple(value) if isinstance(value, list) else value for value in values] == [getattr(page(0), name) for name in NAMES]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("url", "published_precision", "layout")])
def test_every_field_that_is_cleaned_otherwise_is_noticed(name: str) -> None:
    known = replace(article(A), page=page(0))
    other = replace(known, page=replace(known.page, **{name: getattr(page(1), name)}))
    found = compare(known, other)
    assert (found.outcome, found.detail) == (Outcome.UPDATED, f"cleaned again: {name}")
    assert found.article == other


def test_every_field_is_rewritten_in_place(file_location: Location) -> None:
    known = replace(article(A), page=page(0))
    load(file_location, run(1, fetch(known)))
    other = replace(known, page=page(1), content_hash="another")
    load(file_location, recleaned(2, other))
    assert stored(file_location, A).page == page(1)
