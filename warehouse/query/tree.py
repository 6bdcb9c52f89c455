"""Read DuckDB's serialised tree of a SELECT, and name the parts that are not in the allow-list of `newslake sql`."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import duckdb

from newslake.errors import UsageError

# Characters that turn a name in FROM into a file or an address: DuckDB reads 'x.csv' and 's3://…' without a function.
FILE_NAME = re.compile(r"[./\\:*?\[\]]")
# A column of every table of a lake that no list of columns shows: the path of the data file that a row lies in.
HIDDEN = "filename"
# Where a query may use that word, since it only gives a name to something there.
NAMING = frozenset({"alias", "aliases", "column_name_alias", "column_aliases", "key", "table_name", "text", "value"})


@dataclass(frozen=True)
class Allowed:
    """The names listed in allowed.toml, casefolded."""

    functions: frozenset[str]
    table_functions: frozenset[str]
    system_views: frozenset[str]
    show: frozenset[str]
    pragmas: frozenset[str]
    settings: frozenset[str]
    expressions: frozenset[str]
    parts: frozenset[str]


class Surroundings:
    """The names that exist on a connection, casefolded. They decide about names that are not in the allow-list."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self.look_again()

    def look_again(self) -> None:
        """Read anew, when they are next asked for, the macros that exist; those of DuckDB stay as long as the connection."""
        self._new_macros = set[tuple[str, str]]()
        self._new_relations = set[str]()
        self.__dict__.pop("_stored_macros", None)

    def _names(self, sql: str) -> frozenset[str]:
        return frozenset(str(name).casefold() for (name,) in self._con.execute(sql).fetchall())

    def add_macro(self, name: str) -> None:
        """Let later statements use a temporary macro that an earlier one creates."""
        self._new_macros.add(("temp", name))

    def add_relation(self, name: str) -> None:
        """Let later statements drop a temporary table or view that an earlier one creates."""
        self._new_relations.add(name)

    @property
    def temporary(self) -> set[str]:
        """Return the names of the tables, views and macros that this session has created."""
        relations = "SELECT table_name FROM system.main.duckdb_tables() WHERE temporary AND NOT internal"
        views = "SELECT view_name FROM system.main.duckdb_views() WHERE temporary AND NOT internal"
        macros = {name for owner, name in self._stored_macros | self._new_macros if owner == "temp"}
        return {*self._names(relations), *self._names(views), *macros, *self._new_relations}

    def exists(self, name: str) -> bool:
        """Return whether a table, view or macro has this name, wherever it lies. DuckDB lets nobody drop its own functions."""
        tables = "SELECT table_name FROM system.main.duckdb_tables()"
        views = "SELECT view_name FROM system.main.duckdb_views()"
        macros = {known for _, known in self._stored_macros | self._new_macros}
        return name in {*self._names(f"{tables} UNION ALL {views}"), *macros, *self._new_relations}

    @cached_property
    def databases(self) -> frozenset[str]:
        """Return the databases that a query may read: the warehouse and `temp`."""
        return self._names("SELECT current_database()") | {"temp"}

    @cached_property
    def schemas(self) -> frozenset[str]:
        return self._names("SELECT schema_name FROM system.main.duckdb_schemas() WHERE database_name = current_database()")

    @cached_property
    def views(self) -> frozenset[str]:
        """Return the views of DuckDB and its extensions."""
        return self._names("SELECT view_name FROM system.main.duckdb_views() WHERE internal")

    @cached_property
    def functions(self) -> frozenset[str]:
        """Return the functions of DuckDB and its extensions. Listing them takes a tenth of a second, so it is done on demand.

        DuckLake accepts `lake.settings()` for `ducklake_settings('lake')`, but lists only the longer name.
        """
        names = self._names("SELECT DISTINCT function_name FROM system.main.duckdb_functions() WHERE internal")
        return names | {name.removeprefix("ducklake_") for name in names}

    @cached_property
    def _stored_macros(self) -> frozenset[tuple[str, str]]:
        sql = "SELECT DISTINCT database_name, function_name FROM system.main.duckdb_functions() WHERE NOT internal"
        return frozenset((str(database).casefold(), str(name).casefold()) for database, name in self._con.execute(sql).fetchall())

    def has_macro(self, name: str, database: str) -> bool:
        """Return whether the name is a macro of this database (of any, if empty) and not a function of DuckDB."""
        if name in self.functions:
            return False
        owners = {owner for owner, known in self._stored_macros | self._new_macros if known == name} & self.databases
        return database in owners if database else bool(owners)


@cache
def allowed() -> Allowed:
    """Read the allow-list."""
    lists = tomllib.loads(files("warehouse.query").joinpath("allowed.toml").read_text("utf-8"))
    return Allowed(
        functions=frozenset((*lists["functions"], *lists["aggregates"], *lists["operators"])),
        table_functions=frozenset((*lists["table_functions"], *lists["lake_functions"])),
        system_views=frozenset(lists["system_views"]),
        show=frozenset(lists["show"]),
        pragmas=frozenset(lists["pragmas"]),
        settings=frozenset(lists["settings"]),
        expressions=frozenset(lists["expressions"]),
        parts=frozenset(lists["parts"]),
    )


def tree_of(con: duckdb.DuckDBPyConnection, text: str) -> dict[str, Any] | None:
    """Return DuckDB's serialised tree of exactly one SELECT; None if the text is anything else."""
    [(serialised,)] = con.execute("SELECT system.main.json_serialize_sql(?)", [text]).fetchall()
    try:
        tree: dict[str, Any] = json.loads(serialised)
    except RecursionError:
        raise UsageError(
            "the query is nested too deeply to be checked",
            left="nothing was run",
            next="split it, or write long chains of operators as a list: list_sum([…]), concat(…), IN (…)",
        ) from None
    return None if tree["error"] or len(tree["statements"]) != 1 else tree


def not_allowed(tree: Any, here: Surroundings) -> list[str]:
    """Describe every part of the tree that is not allowed, sorted and without repeats."""
    found = set[str]()
    pending: list[tuple[Any, bool]] = [(tree, False)]
    while pending:
        node, in_from = pending.pop()
        if isinstance(node, dict):
            found.update(_refused(node, in_from, here))
            is_table_function = node.get("type") == "TABLE_FUNCTION"
            pending.extend((value, is_table_function and key == "function") for key, value in node.items())
        elif isinstance(node, list):
            pending.extend((value, False) for value in node)
    return sorted(found)


def _refused(node: dict[str, Any], in_from: bool, here: Surroundings) -> Iterator[str]:
    kind, family, name = node.get("type"), node.get("class"), node.get("function_name")
    if isinstance(name, str) and not _function_allowed(node, name.casefold(), in_from, here):
        yield _described(name, in_from, here)
    if any(_names_hidden(key, value) for key, value in node.items()):
        yield f"the name {HIDDEN}, which shows where the files of the warehouse lie (for a column of your own, choose another)"
    # What this version of DuckDB does not have is on no list, so a new part of SQL is refused until somebody has looked at it.
    if isinstance(family, str):
        if family not in allowed().expressions:
            yield f"the expression {family.replace('_', ' ')}"
    elif isinstance(kind, str) and kind not in allowed().parts:
        yield f"the part {kind.removesuffix('_NODE').replace('_', ' ')}"
    elif kind == "BASE_TABLE" and not _table_allowed(node, here):
        yield f"the table {'.'.join(filter(None, _path(node)))}"
    elif kind == "SHOW_REF" and not _show_allowed(node, here):
        yield f"SHOW {'.'.join(filter(None, _path(node)))}"


def _described(name: str, in_from: bool, here: Surroundings) -> str:
    if name.casefold() in here.functions:
        return f"the function {name}, which may reach beyond the warehouse"
    like = get_close_matches(name.casefold(), allowed().table_functions if in_from else allowed().functions, n=1, cutoff=0.8)
    return f"the function {name}, which does not exist" + (f" (did you mean {like[0]}?)" if like else "")


def _names_hidden(key: str, value: Any) -> bool:
    words = value if isinstance(value, list) else [value]
    return key not in NAMING and any(isinstance(word, str) and word.casefold() == HIDDEN for word in words)


def _path(node: dict[str, Any]) -> tuple[str, str, str]:
    return str(node.get("catalog_name") or ""), str(node.get("schema_name") or ""), str(node.get("table_name") or "")


def _function_allowed(node: dict[str, Any], name: str, in_from: bool, here: Surroundings) -> bool:
    lists = allowed()
    if name in (lists.table_functions if in_from else lists.functions):
        return True
    if name == "current_setting":
        return _settings_asked(node) <= lists.settings
    catalog, schema = (str(node.get(part) or "").casefold() for part in ("catalog", "schema"))
    # `main.name` alone may not mean the warehouse: DuckDB has a schema `main`, too.
    if not catalog:
        return schema in {"", *here.databases} and here.has_macro(name, schema)
    return catalog in here.databases and schema in here.schemas and here.has_macro(name, catalog)


def _settings_asked(node: dict[str, Any]) -> set[str]:
    """Return the names that current_setting is given, casefolded; the empty string for what is no plain word."""
    given = node.get("children") or [one.get("expression") for one in node.get("arguments", ())]  # the latter in DuckDB 2
    return {_constant(one).casefold() for one in given or [None]}


def _constant(node: Any) -> str:
    """Return the value of a constant; the empty string for anything else."""
    match node:
        case {"class": "CONSTANT", "value": {"value": str(value)}} | {"class": "CONSTANT", "literal": {"text": str(value)}}:
            return value
    return ""


def _table_allowed(node: dict[str, Any], here: Surroundings) -> bool:
    catalog, schema, name = (part.casefold() for part in _path(node))
    if name in here.views or name in allowed().system_views:
        return name in allowed().system_views
    # A name that does not exist passes: DuckDB's own message suggests similar ones.
    return not FILE_NAME.search(name) and {catalog, schema} <= {"", *here.databases, *here.schemas}


def _show_allowed(node: dict[str, Any], here: Surroundings) -> bool:
    if node.get("show_type") == "SHOW":  # of one table, in DuckDB 2
        return _table_allowed(node, here)
    catalog, schema, name = (part.casefold() for part in _path(node))
    return (not name or name in allowed().show) and {catalog, schema} <= {"", *here.databases, *here.schemas}
