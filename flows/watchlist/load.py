"""Read and check a watchlist file.

Each package defines the tables it uses (`[crawl]` and `[[source]]`, `[[topic]]`, `[warehouse]`). This module reads them all, and
reports every mistake in the file, each with its line, in one `WatchlistError`.

Environment variables in the file are not expanded. Passwords need not be in the file: a PostgreSQL catalog reads PGPASSWORD,
PGPASSFILE and PGSERVICE from the environment, and object storage its own credentials.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from flows.entities.table import Entity
from flows.topics import Topic
from flows.watchlist.alert import Alert
from flows.watchlist.brief import BriefTable
from flows.watchlist.model import Watchlist
from flows.watchlist.notify import Notify
from flows.watchlist.problems import Problem, in_words, watchlist_error
from flows.watchlist.schedule import Maintenance, Schedule, WatchedSource
from flows.watchlist.toml_lines import KeyPath, key_lines
from flows.watchlist.toml_mistakes import explain
from newslake.errors import WatchlistError
from spiders.settings import CrawlSettings
from warehouse.location import Location

# The tables of the file, and the model of each.
_TABLES: dict[str, type[BaseModel]] = {
    "schedule": Schedule,
    "warehouse": Location,
    "crawl": CrawlSettings,
    "notify": Notify,
    "maintain": Maintenance,
    "brief": BriefTable,
}
# Messages never quote values of these tables: a mistyped address may hold a secret.
_SECRET = {"notify"}
_URLS = '`urls`, such as urls = ["mailto://user:password@example.org?to=desk@example.org"]'
_ARRAYS: dict[str, type[BaseModel]] = {"topic": Topic, "source": WatchedSource, "alert": Alert, "entity": Entity}
_DEFAULTS: dict[str, dict[str, Any]] = {"schedule": {"interval": "30m"}}

M = TypeVar("M", bound=BaseModel)


def load_watchlist(path: Path, text: str | None = None) -> Watchlist:
    """Read and check a watchlist file.

    Args:
        path: the file, or a folder with a watchlist.toml.
        text: the contents of the file, if they were read before.
    Raises:
        WatchlistError: the file is missing, unreadable or wrong; the message lists every problem with its line.
    """
    path = path.expanduser().resolve()
    path = path / "watchlist.toml" if path.is_dir() else path
    text = read_watchlist(path) if text is None else text
    try:
        tables = tomllib.loads(text)
        lines = key_lines(text)
    except (ValueError, RecursionError) as error:
        line, cause = explain(text, error)
        raise watchlist_error(path, [Problem(line, "", cause)]) from None
    reader = _Checker(tables, lines)
    reader.check_names(tables, (*_TABLES, *_ARRAYS), ())
    schedule = reader.table("schedule", Schedule)
    warehouse = reader.table("warehouse", Location)
    crawl = reader.table("crawl", CrawlSettings)
    notify = reader.table("notify", Notify)
    maintain = reader.table("maintain", Maintenance)
    topics = reader.array("topic", Topic)
    sources = reader.array("source", WatchedSource)
    brief = reader.table("brief", BriefTable) if "brief" in tables else None
    alerts = reader.array("alert", Alert, at_least_one=False)
    entities = reader.array("entity", Entity, at_least_one=False)
    reader.check_told(notify, brief, alerts, [source.name for source in sources], [entity.name for entity in entities])
    if reader.problems or None in (schedule, warehouse, crawl, notify, maintain):
        raise watchlist_error(path, reader.problems)
    assert schedule and warehouse and crawl and notify and maintain
    location = warehouse.resolved(path.parent)
    if location.unusable:
        key, why = location.unusable
        reader.add(("warehouse", key), why)
        raise watchlist_error(path, reader.problems)
    sources = tuple(_with_cookies(source, path.parent) for source in sources)
    watchlist = Watchlist(path, schedule, location, crawl, topics, sources, notify, maintain, brief, alerts, entities)
    if brief and (owner := watchlist.owner_of(watchlist.briefs / "latest.html")):
        reader.add(("brief", "folder"), f"{brief.folder} is {owner}; name another folder, such as briefs")
        raise watchlist_error(path, reader.problems)
    return watchlist


def _with_cookies(source: WatchedSource, folder: Path) -> WatchedSource:
    """Return a source with the whole path of its file of cookies. Whether that can be used is found when it is read."""
    if source.cookies is None:
        return source
    file = Path(source.cookies)
    with suppress(RuntimeError):  # no such user: no such file
        file = file.expanduser()
    return source.model_copy(update={"cookies": str(folder / file)})


def read_watchlist(path: Path) -> str:
    """Return the text of a watchlist file, unchecked. Raises WatchlistError if it is missing, unreadable or not UTF-8."""
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
        raise watchlist_error(
            path, [Problem(line, "", f"not UTF-8: byte 0x{data[error.start]:02x}; save the file as UTF-8")]
        ) from None


class _Checker:
    """Validates table by table, and collects all problems instead of stopping at the first."""

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

    def array(self, name: str, model: type[M], *, at_least_one: bool = True) -> tuple[M, ...]:
        items = self.tables.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            self.add((name,), f"`{name}` is a list of tables: write each as [[{name}]]")
            return ()
        if not items and at_least_one:
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
        self.check_twice(data, path)
        try:
            # Strict, because TOML has its own types: "yes" is not a bool, and "32" is not a number.
            return model.model_validate(data, strict=True)
        except ValidationError as error:
            for detail in error.errors():
                if detail["type"] != "extra_forbidden":
                    self.add((*path, *detail["loc"]), in_words(detail, is_secret=path[0] in _SECRET))
            return None

    def check_names(self, data: Mapping[str, Any], known: Iterable[str], path: KeyPath) -> None:
        known = list(known)
        for key in data:
            if key not in known:
                self.add((*path, key), f"unknown key `{key}`; {_better_key(key, known)}")

    def check_twice(self, data: Mapping[str, Any], path: KeyPath) -> None:
        """Report what a list has twice. It may be an address with a secret, so it is not quoted."""
        for key, values in data.items():
            texts = [value if isinstance(value, str) else None for value in values] if isinstance(values, list) else []
            for place, text in enumerate(texts):
                if text is not None and (first := texts.index(text)) < place:
                    self.add((*path, key, place), f"the same as {key}[{first}]; leave one of them out")

    def check_told(
        self, notify: Notify | None, brief: BriefTable | None, alerts: tuple[Alert, ...], sources: list[str], lists: list[str]
    ) -> None:
        """Check that somebody gets the briefs that are to be sent, and that the sources and lists of alerts are there."""
        if notify and not notify.urls and brief and brief.send:
            self.add(("brief", "send"), f"there is nobody to send it to: [notify] has no {_URLS}")
        for index, alert in enumerate(alerts if len(alerts) == len(self.tables.get("alert", ())) else ()):
            for place, name in enumerate(alert.sources):
                if name not in sources:
                    self.add(("alert", index, "sources", place), f"there is no source {name!r}{_near(name, sources)}")
            for name in alert.list:
                if name not in lists:
                    self.add(("alert", index, "list"), f"there is no [[entity]] {name!r}{_near(name, lists)}")
            if alert.on == "listed" and not self.tables.get("entity"):
                self.add(("alert", index, "on"), "there is no [[entity]], whose names it could look for; see docs/name-lists.md")

    def add(self, path: KeyPath, what: str) -> None:
        self.problems.append(Problem(self.line(path), self.where(path), what))

    def line(self, path: KeyPath) -> int:
        """Return the line of a key, or of the closest table around it if the file does not have the key."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def where(self, path: KeyPath) -> str:
        """Return a key path as users write it, such as `[[source]] "chosun" → feeds[1]`."""
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


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _better_key(key: str, known: list[str]) -> str:
    if near := difflib.get_close_matches(key.casefold(), known, n=1, cutoff=0.9):
        return f"did you mean `{near[0]}`?"
    for table, model in {**_TABLES, **_ARRAYS}.items():
        if key in model.model_fields:
            return f"it belongs in {f'[[{table}]]' if table in _ARRAYS else f'[{table}]'}"
    if near := difflib.get_close_matches(key.casefold(), known, n=1):
        return f"did you mean `{near[0]}`?"
    return f"known are {', '.join(f'`{name}`' for name in known)}"
