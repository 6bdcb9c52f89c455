"""Index what the search index lacks, after a run or during maintenance."""

from __future__ import annotations

from collections.abc import Callable

from newslake.errors import NewslakeError, WarehouseMissing, brief
from newslake.text import counted
from warehouse.location import Location
from warehouse.search.catch_up import catch_up


def index_rest(location: Location, note: Callable[[str], None]) -> None:
    """Index the articles of a corpus from before the search index. Trouble is noted, and the next run tries again."""

    def tell(left: int) -> None:
        note(f"indexing {counted(left, 'article')} from before the search index; it may be stopped and goes on with the next run")

    try:
        catch_up(location, tell, note)
    except WarehouseMissing:
        return
    except NewslakeError as error:
        note(f"not all articles are in the search index yet: {brief(error)}")
