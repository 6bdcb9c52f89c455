"""The watchlist: one TOML file that says what to watch, where, how often, and where to keep it.

Each package owns the tables it understands (`[crawl]` and `[[source]]`, `[[topic]]`, `[warehouse]`); this module composes
them, and turns every mistake in the file into one `WatchlistError` that names the line of each.

Passwords need not stand in the file: a PostgreSQL catalog takes PGPASSWORD, PGPASSFILE and PGSERVICE from the environment,
and object storage its own credentials, so nothing in the file is expanded.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import available_timezones

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from flows.reports.notify import Notify, mistakes
from flows.topics import Topic
from flows.watchlist.schedule import Maintenance, Schedule, WatchedSource
from flows.watchlist.toml_lines import KeyPath, key_lines
from newslake.errors import WatchlistError
from spiders.settings import CrawlSettings
from warehouse.location import Location


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A watchlist file, checked. All paths are absolute; those that the file gives are relative to its own folder."""

    path: Path
    schedule: Schedule
    warehouse: Location
    crawl: CrawlSettings
    topics: tuple[Topic, ...]
    sources: tuple[WatchedSource, ...]
    notify: Notify
    maintain: Maintenance

    @property
    def base(self) -> Path:
        """The folder of the watchlist file."""
        return self.path.parent

    @property
    def captures(self) -> Path:
        """The folder of the WARC files."""
        return self.base / Path(self.crawl.captures).expanduser()

    @property
    def state(self) -> Path:
        """The folder of run folders, the cache of feeds and sitemaps, and Prefect's own files."""
        return self.captures.parent / "state"


def check_places(watchlist: Watchlist) -> None:
    """WatchlistError where something stands in the way of the folders that a watchlist names. Creates nothing."""
    warehouse = watchlist.warehouse
    folders = {"[crawl] captures": watchlist.captures, "the folder of state": watchlist.state}
    if warehouse.is_lake and not warehouse.remote_data:
        folders["[warehouse] data"] = Path(warehouse.data)
    if warehouse.file is not None:
        folders["[warehouse] catalog"] = warehouse.file.parent
        if warehouse.file.is_dir():
            raise _in_the_way(watchlist, f"[warehouse] catalog: {warehouse.file} is a folder, and a file is needed")
    for key, folder in folders.items():
        there = next((path for path in (folder, *folder.parents) if path.exists()), folder)
        if there.exists() and not there.is_dir():
            raise _in_the_way(watchlist, f"{key}: {there} is a file, and a folder is needed")


def _in_the_way(watchlist: Watchlist, what: str) -> WatchlistError:
    return WatchlistError(
        f"the watchlist {watchlist.path} cannot be used: {what}",
        left="nothing was run",
        next="name another place or move that away, then `newslake check`",
    )


# The tables of the file and what each may hold. A tuple stands for an array of tables.
_TABLES: dict[str, type[BaseModel]] = {
    "schedule": Schedule,
    "warehouse": Location,
    "crawl": CrawlSettings,
    "notify": Notify,
    "maintain": Maintenance,
}
# What stands in these tables is never repeated in a message: a mistyped address may be a secret.
_SECRET = {"notify"}
_ARRAYS: dict[str, type[BaseModel]] = {"topic": Topic, "source": WatchedSource}
_DEFAULTS: dict[str, dict[str, Any]] = {"schedule": {"interval": "30m"}}

M = TypeVar("M", bound=BaseModel)


def load_watchlist(path: Path, text: str | None = None) -> Watchlist:
    """Read and check a watchlist file.

    Args:
        text: what the file said, where it was read before.
    Raises:
        WatchlistError: the file is missing, unreadable or wrong; every problem is in it, each with its line.
    """
    path = path.expanduser().resolve()
    text = read_watchlist(path) if text is None else text
    try:
        tables = tomllib.loads(text)
        lines = key_lines(text)
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        what = re.sub(r" \(at [^)]*\)$", "", str(error)).replace("\n", " ")
        raise _error(path, [Problem(line, "", f"not TOML: {what}")]) from None
    reader = _Checker(tables, lines)
    reader.check_names(tables, (*_TABLES, *_ARRAYS), ())
    schedule = reader.table("schedule", Schedule)
    warehouse = reader.table("warehouse", Location)
    crawl = reader.table("crawl", CrawlSettings)
    notify = reader.table("notify", Notify)
    maintain = reader.table("maintain", Maintenance)
    topics = reader.array("topic", Topic)
    sources = reader.array("source", WatchedSource)
    if reader.problems or None in (schedule, warehouse, crawl, notify, maintain):
        raise _error(path, reader.problems)
    assert schedule and warehouse and crawl and notify and maintain
    return Watchlist(path, schedule, warehouse.resolved(path.parent), crawl, topics, sources, notify, maintain)


def check_addresses(watchlist: Watchlist) -> None:
    """WatchlistError where an address of [notify] is none that apprise can use, each with its line. Sends nothing.

    Apart from `load_watchlist`, since apprise takes a second to load, and most commands send nothing.
    """
    if not (found := mistakes(watchlist.notify)):
        return
    lines = key_lines(read_watchlist(watchlist.path))
    problems = []
    for place, what in found:
        line = lines.get(("notify", "urls", place), lines.get(("notify", "urls"), 1))
        problems.append(Problem(line, f"[notify] → urls[{place}]", what))
    raise _error(watchlist.path, problems)


def read_watchlist(path: Path) -> str:
    """The text of a watchlist file, unchecked. WatchlistError where it is missing, unreadable or not UTF-8."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise WatchlistError(f"there is no watchlist at {path}", next="newslake init") from None
    except OSError as error:
        raise WatchlistError(f"cannot read the watchlist {path}: {error.strerror}", next=f"ls -l {path}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _error(path, [Problem(line, "", f"not UTF-8: byte 0x{data[error.start]:02x}; save the file as UTF-8")]) from None


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in the file. `where` is the key path in words, such as `[[source]] "chosun" → feeds[1]`."""

    line: int
    where: str
    what: str


def _error(path: Path, problems: Iterable[Problem]) -> WatchlistError:
    listed = []
    for problem in sorted(set(problems)):
        where = f"{problem.where}: " if problem.where else ""
        listed.append(f"  {path.name}:{problem.line}: {where}{problem.what}".replace("\n", "\n      "))
    count = f"{len(listed)} problems" if len(listed) > 1 else "a problem"
    happened = "\n".join([f"the watchlist {path} has {count}:", *listed])
    return WatchlistError(happened, left="nothing was run", next="mend the file, then `newslake check`")


class _Checker:
    """Validates table by table and collects what is wrong instead of stopping at the first mistake."""

    def __init__(self, tables: Mapping[str, Any], lines: Mapping[KeyPath, int]) -> None:
        self.tables = tables
        self.lines = lines
        self.problems: list[Problem] = []

    def table(self, name: str, model: type[M]) -> M | None:
        data = self.tables.get(name, _DEFAULTS.get(name, {}))
        if not isinstance(data, dict):
            self.add((name,), f"`{name}` is one table: write it as [{name}]")
            return None
        return self.validate(data, model, (name,))

    def array(self, name: str, model: type[M]) -> tuple[M, ...]:
        items = self.tables.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            self.add((name,), f"`{name}` is a list of tables: write each as [[{name}]]")
            return ()
        if not items:
            self.add((name,), f"the watchlist needs at least one [[{name}]]")
        first: dict[str, int] = {}
        for index, item in enumerate(items):
            label = str(item.get("name", "")).casefold()
            if label in first:
                line = self.line((name, first[label], "name"))
                self.add((name, index, "name"), f"the name is taken: line {line} has it too")
            elif label:
                first[label] = index
        checked = [self.validate(item, model, (name, index)) for index, item in enumerate(items)]
        return tuple(item for item in checked if item is not None)

    def validate(self, data: dict[str, Any], model: type[M], path: KeyPath) -> M | None:
        self.check_names(data, model.model_fields, path)
        try:
            # Strict, since TOML has types of its own: "yes" is no bool and "32" no number.
            return model.model_validate(data, strict=True)
        except ValidationError as error:
            for detail in error.errors():
                if detail["type"] != "extra_forbidden":
                    self.add((*path, *detail["loc"]), _in_words(detail, is_secret=path[0] in _SECRET))
            return None

    def check_names(self, data: Mapping[str, Any], known: Iterable[str], path: KeyPath) -> None:
        known = list(known)
        for key in data:
            if key not in known:
                self.add((*path, key), f"unknown key `{key}`; {_better_key(key, known)}")

    def add(self, path: KeyPath, what: str) -> None:
        self.problems.append(Problem(self.line(path), self.where(path), what))

    def line(self, path: KeyPath) -> int:
        """Of the key, or where the file does not have it, of the closest table around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def where(self, path: KeyPath) -> str:
        table, *rest = path
        shown = f"[{table}]"
        if table in _ARRAYS:
            shown = f"[[{table}]]"
            if rest:
                index, *rest = rest
                name = self.tables[str(table)][index].get("name")
                shown += f' "{name}"' if isinstance(name, str) else f" number {int(index) + 1}"
        elif table not in _TABLES:
            return str(table)
        keys = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in rest)
        return f"{shown} → {keys.removeprefix('.')}" if keys else shown


def _better_key(key: str, known: list[str]) -> str:
    for table, model in {**_TABLES, **_ARRAYS}.items():
        if key in model.model_fields:
            return f"it belongs in {f'[[{table}]]' if table in _ARRAYS else f'[{table}]'}"
    if near := difflib.get_close_matches(key.casefold(), known, n=1):
        return f"did you mean `{near[0]}`?"
    return f"known are {', '.join(f'`{name}`' for name in known)}"


def _in_words(detail: ErrorDetails, *, is_secret: bool = False) -> str:
    """A pydantic error in the words of the file, with the nearest valid value where one can be told."""
    given = detail["input"]
    context = detail.get("ctx", {})
    if detail["type"] == "missing":
        return f"the key `{detail['loc'][-1]}` is missing"
    if is_secret:
        return f"expected {context['expected']}" if "expected" in context else f"{detail['msg'][0].lower()}{detail['msg'][1:]}"
    if detail["type"] == "literal_error":
        return f"expected {context['expected']}, found {given!r}"
    if detail["type"] == "string_pattern_mismatch" and detail["loc"][-1] == "name":
        return f"a name is made of letters, digits, `.`, `_` and `-`, found {_shown(given)}"
    if detail["type"] != "value_error":
        return f"{detail['msg'][0].lower()}{detail['msg'][1:]}, found {_shown(given)}"
    error = context["error"]
    what = str(error)
    if detail["loc"] and detail["loc"][-1] == "timezone":
        near = difflib.get_close_matches(given, sorted(available_timezones()), n=1, cutoff=0.5)
        return f"{what}; did you mean {near[0]!r}?" if near else what
    if isinstance(given, str) and (position := _position(error)) is not None:
        return f"{what}\n{_caret(given, position)}"
    return what


# The user name and password of an address.
_USER = re.compile(r"""//[^/\s'"]*@""")


def _shown(value: object) -> str:
    shown = _USER.sub("//…@", repr(value))
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _position(error: BaseException | None) -> int | None:
    while error is not None:
        position = getattr(error, "position", None)
        if isinstance(position, int):
            return position
        error = error.__cause__ or error.__context__
    return None


def _caret(query: str, position: int) -> str:
    """The line of the query that holds the position, and a caret below it."""
    before = query[:position]
    start = before.rfind("\n") + 1
    line = query[start:].partition("\n")[0]
    return f"{line}\n{' ' * (position - start)}^"
