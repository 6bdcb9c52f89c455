"""Check SQL of unknown origin: only statements that read the warehouse may run.

DuckDB's own settings (see connect.open_reader, allow_files=False) block files and the network. They do not hide the catalog's
connection string, and the SQLite and PostgreSQL scanners open files and connections themselves. So each statement is checked
before it runs, and may use only what sql_allowed.toml lists.
"""

from __future__ import annotations

import re

import duckdb

from newslake.errors import UsageError
from warehouse.query_pivot import pieces, with_columns_named
from warehouse.query_tree import Surroundings, not_allowed, tree_of

Kind = duckdb.StatementType
# Block comments only without * and / inside, so that none can nest.
REMARKS = r"(?:\s|--[^\n\r]*[\n\r]|/\*[^*/]*\*/)*"
NAME = r'(?:\w+|"[^"]+")'
# The head of a statement around a SELECT. It may contain only plain words, so the rest is the SELECT that DuckDB sees.
OPTION = r"(?:ANALYZE|FORMAT\s+\w+)"
EXPLAIN = re.compile(rf"{REMARKS}EXPLAIN\b\s*(?:ANALYZE\s+)?(?:\(\s*{OPTION}(?:\s*,\s*{OPTION})*\s*\)\s*)?", re.I)
TEMPORARY = rf"{REMARKS}CREATE\s+(?:OR\s+REPLACE\s+)?TEMP(?:ORARY)?\s+"
VIEW = re.compile(
    rf"{TEMPORARY}VIEW\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{NAME})\s*(?:\(\s*{NAME}(?:\s*,\s*{NAME})*\s*\)\s*)?\bAS\b", re.I
)
DEFAULT = r"(?:\s*:=\s*(?:-?\w+|'[^']*'))?"
MACRO = re.compile(
    rf"{TEMPORARY}(?:MACRO|FUNCTION)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{NAME})\s*"
    rf"\(\s*(?:{NAME}{DEFAULT}(?:\s*,\s*{NAME}{DEFAULT})*)?\s*\)\s*AS\b(?P<table>\s+TABLE\b)?",
    re.I,
)
TIME_ZONE = re.compile(
    rf"{REMARKS}(?:SET\s+(?:SESSION\s+|LOCAL\s+)?(?:TIME\s+ZONE\s*|TimeZone\s*(?:=|\bTO\b)\s*)(?:'[^']*'|\w+)"
    rf"|RESET\s+(?:SESSION\s+|LOCAL\s+)?TimeZone){REMARKS}",
    re.I,
)
NEEDS_FILES = {Kind.COPY, Kind.ATTACH, Kind.LOAD, Kind.EXPORT}
REFUSED = "nothing was run"
INSTEAD = "write it as SELECT, FROM, DESCRIBE, SHOW or SUMMARIZE"


def check_reads_only(con: duckdb.DuckDBPyConnection, sql: str) -> list[duckdb.Statement]:
    """Return the statements of `sql` if each of them only reads the warehouse. Run these rather than the text.

    Statements may create temporary views and macros and set the time zone, since these end with the connection.

    Raises:
        UsageError: a statement does more, or cannot be checked; nothing was run.
        duckdb.Error: the text has a syntax error.
    """
    con.extract_statements(sql)  # reports syntax errors with their position in the whole text
    here = Surroundings(con)
    statements = list[duckdb.Statement]()
    for piece in pieces(sql):
        found = con.extract_statements(piece)
        if found:
            _check(con, piece, found, here)
            statements += found
    return statements


def _check(con: duckdb.DuckDBPyConnection, piece: str, found: list[duckdb.Statement], here: Surroundings) -> None:
    """Raise UsageError unless the text between two semicolons may run."""
    kind = found[-1].type
    if len(found) > 1 or not found[0].query.strip():
        _check_pivot(con, piece, here, kind)
    elif kind == Kind.CREATE:
        _check_create(con, piece, here)
    elif kind == Kind.EXPLAIN:
        _check_select(con, _explained(piece), here, kind)
    elif not (kind == Kind.SET and TIME_ZONE.fullmatch(piece + "\n")):
        # A PRAGMA counts as a SELECT in DuckDB's list, but it cannot be serialised.
        _check_select(con, piece, here, kind)


def _explained(piece: str) -> str:
    """Return what a statement explains, or the statement itself if it is no EXPLAIN.

    Only the very beginning counts: the word may also stand in a comment or string, and cutting there would change the statement.
    """
    head = EXPLAIN.match(piece)
    return piece[head.end() :] if head else piece


def _check_select(con: duckdb.DuckDBPyConnection, text: str, here: Surroundings, kind: Kind) -> None:
    tree = tree_of(con, text)
    if tree is None:
        name = "PRAGMA" if kind == Kind.SELECT else kind.name.replace("_", " ").replace("???", "this statement")
        raise UsageError(
            f"{name} is not allowed here: queries only read the warehouse",
            left=REFUSED,
            next=INSTEAD + ("; with --allow-files, this too" if kind in NEEDS_FILES else ""),
        )
    if closed := not_allowed(tree, here):
        raise UsageError(
            f"{', '.join(closed)}: not among what a query may use, or it reaches beyond the warehouse",
            left=REFUSED,
            next="check the name, or leave it out; --allow-files lets SQL use everything, also files and the network",
        )


def _check_pivot(con: duckdb.DuckDBPyConnection, piece: str, here: Surroundings, kind: Kind) -> None:
    """Check a PIVOT whose columns come from the data; DuckDB splits it into several statements."""
    text = with_columns_named(_explained(piece))
    if "PIVOT" in piece.upper() and tree_of(con, text) is None:
        raise UsageError(
            "this PIVOT cannot be checked before it runs, or stands in a statement that is not allowed here",
            left=REFUSED,
            next="name its columns: PIVOT … ON x IN ('a', 'b'); or add --allow-files, if the query is yours",
        )
    _check_select(con, text, here, kind)


def _check_create(con: duckdb.DuckDBPyConnection, piece: str, here: Surroundings) -> None:
    """Check a temporary view or macro: its body must be an allowed query, and its name must not hide one of DuckDB's."""
    view, macro = VIEW.match(piece), MACRO.match(piece)
    head = view or macro
    if head is None:
        raise UsageError(
            "this CREATE is not allowed here: queries only read the warehouse",
            left=REFUSED,
            next="CREATE TEMP VIEW name AS SELECT …, or CREATE TEMP MACRO name(x) AS …: they end with the session",
        )
    name = head["name"].strip('"').casefold()
    if name in (here.functions if macro else here.views):
        raise UsageError(f"the name {name} is DuckDB's own", left=REFUSED, next="choose another name")
    body = piece[head.end() :]
    if macro and not macro["table"]:
        body = f"SELECT ({body}\n)"
    _check_select(con, body, here, Kind.CREATE)
    if macro:
        here.add_macro(name)
