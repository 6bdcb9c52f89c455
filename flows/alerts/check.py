"""Check that the topics which alerts and briefs name are there: topics of the watchlist, or saved searches of the warehouse."""

from __future__ import annotations

from difflib import get_close_matches

from flows.watchlist import Watchlist, read_watchlist
from flows.watchlist.problems import Problem, watchlist_error
from flows.watchlist.toml_lines import KeyPath, key_lines
from newslake.errors import NewslakeError, WarehouseMissing


def check_names(watchlist: Watchlist) -> None:
    """Raise WatchlistError for a name that nothing has; it names the line of each.

    Not part of `load_watchlist`, because saved searches are in the warehouse. While that cannot be read, nothing is wrong.
    """
    ours = {topic.name for topic in watchlist.topics}
    asked = [one for one in _asked(watchlist) if one[0] not in ours]
    if not asked:
        return
    from flows.search.called import missing_names  # with DuckDB, which a check of the file alone does not need
    from warehouse.database.connect import open_reader

    wanted = [name for name, _, _ in asked]
    try:
        with open_reader(watchlist.warehouse) as con:
            missing = missing_names(watchlist, con, wanted)
    except WarehouseMissing:
        missing = {name: _unknown(name, ours) for name in wanted}
    except NewslakeError:
        return
    lines = key_lines(read_watchlist(watchlist.path))
    problems = []
    for name, where, path in asked:
        if name in missing:
            line = next(lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines)
            problems.append(Problem(line, where, f"{missing[name]}; newslake topics  lists what there is"))
    if problems:
        raise watchlist_error(watchlist.path, problems)


def _unknown(name: str, topics: set[str]) -> str:
    near = get_close_matches(name, sorted(topics), n=1)
    meant = f": did you mean {near[0]}?" if near else ""
    return f"there is no topic {name!r}, and no saved search yet{meant}"


def _asked(watchlist: Watchlist) -> list[tuple[str, str, KeyPath]]:
    """Return each name, the key that has it as users write it, and its path."""
    found = list[tuple[str, str, KeyPath]]()
    if watchlist.brief:
        for place, name in enumerate(watchlist.brief.topics):
            found.append((name, f"[brief] → topics[{place}]", ("brief", "topics", place)))
    for index, alert in enumerate(watchlist.alerts):
        for place, name in enumerate(alert.topic):
            found.append((name, f'[[alert]] "{alert.name}" → topic', ("alert", index, "topic", place)))
    return found
