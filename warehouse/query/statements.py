"""Check SQL of unknown origin: only statements that read the warehouse, or change what ends with the connection, may run.

DuckDB's own settings (see connect.open_reader, allow_files=False) block files and the network. They do not hide the catalog's
connection string, and the SQLite and PostgreSQL scanners open files and connections themselves. So each statement is checked
before it runs, and may use only what allowed.toml lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import duckdb

from newslake.errors import UsageError
from newslake.lazy import LazyPattern
from warehouse.query.pieces import arguments, pieces
from warehouse.query.pivot import with_columns_named
from warehouse.query.tree import Surroundings, allowed, not_allowed, tree_of

Kind = duckdb.StatementType
# Block comments only without * and / inside, so that none can nest.
REMARK = r"(?:\s|--[^\n\r]*[\n\r]|/\*[^*/]*\*/)"
NAME = r'(?:\w+|"[^"]+")'


def _form(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> LazyPattern:
    """Return the form of a statement, in any case; where it has white space, remarks may stand as well."""
    return LazyPattern(pattern.replace(r"\s*", f"{REMARK}*").replace(r"\s+", f"{REMARK}+"), re.I | flags)


# The heads of statements around a SELECT. They may contain only plain words, so the rest is the SELECT that DuckDB sees.
OPTION = r"(?:ANALYZE|FORMAT\s+\w+)"
EXPLAIN = _form(rf"\s*EXPLAIN\b\s*(?:ANALYZE\s+)?(?:\(\s*{OPTION}(?:\s*,\s*{OPTION})*\s*\)\s*)?")
TEMPORARY = r"\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:LOCAL\s+)?TEMP(?:ORARY)?\s+"
NAMED = rf"\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:temp\s*\.\s*)?(?P<name>{NAME})\s*"
RELATION = _form(rf"{TEMPORARY}(?P<what>VIEW|TABLE){NAMED}(?:\(\s*{NAME}(?:\s*,\s*{NAME})*\s*\)\s*)?\bAS\b")
MACRO = _form(rf"{TEMPORARY}(?:MACRO|FUNCTION){NAMED}(?=\()")
AS_BODY = _form(r"\s*AS\b(?P<table>\s+TABLE\b)?")
PARAMETER = _form(rf"\s*{NAME}(?:\s+\w+(?:\([\d,\s]+\))?)?\s*(?:(?::=|=>)(?P<default>.*))?", re.S)
PREPARE = _form(rf"\s*PREPARE\s+{NAME}\s+AS\b")
EXECUTE = _form(rf"\s*EXECUTE\s+{NAME}\s*(?P<given>\(.*\))?\s*", re.S)
SET_VARIABLE = _form(rf"\s*SET\s+VARIABLE\s+{NAME}\s*(?:=|\bTO\b)(?P<value>.*)", re.S)
DROP = _form(
    r"\s*DROP\s+(?:TABLE|VIEW|MACRO(?:\s+TABLE)?|FUNCTION)\s+(?P<if>IF\s+EXISTS\s+)?(?:temp\s*\.\s*)?" rf"(?P<name>{NAME})\s*"
)
PRAGMA = _form(rf"\s*PRAGMA\s+(?P<name>\w+)\s*(?:\(\s*(?:'[^']*'|{NAME}(?:\.{NAME})*)\s*\))?\s*")
USE = _form(rf"\s*USE\s+(?P<name>{NAME})(?:\.main)?\s*")
# Statements that are harmless as a whole.
HARMLESS = (
    (Kind.DROP, _form(rf"\s*DEALLOCATE\s+(?:PREPARE\s+)?{NAME}\s*")),
    (Kind.SET, _form(rf"\s*RESET\s+VARIABLE\s+{NAME}\s*")),
    (
        Kind.SET,
        _form(
            r"\s*(?:SET\s+(?:SESSION\s+|LOCAL\s+)?(?:TIME\s+ZONE\s*|TimeZone\s*(?:=|\bTO\b)\s*)(?:'[^']*'|\w+)"
            r"|RESET\s+(?:SESSION\s+|LOCAL\s+)?TimeZone)\s*"
        ),
    ),
)
NEEDS_FILES = {"COPY", "ATTACH", "DETACH", "LOAD", "INSTALL", "EXPORT", "IMPORT"}
FIRST_WORD = _form(r"\s*(\w+)")
REFUSED = "nothing was run"
INSTEAD = "write it as SELECT, FROM, DESCRIBE, SHOW or SUMMARIZE"


class Piece(NamedTuple):
    """The text between two semicolons, and the statements that DuckDB makes of it: several for a PIVOT in DuckDB 1, else one."""

    text: str
    statements: list[duckdb.Statement]

    @property
    def kind(self) -> duckdb.StatementType:
        """What it is. DuckDB 2 makes one statement of a PIVOT, whatever that stands in, and calls it MULTI."""
        kind = kind_of(self.statements[-1])
        return Kind.CREATE if kind == Kind.MULTI and first_word(self.text) == "CREATE" else kind

    @property
    def is_pivot(self) -> bool:
        """Whether it has a PIVOT whose columns come from the data. In DuckDB 1 the statements of such a one have no text."""
        last = self.statements[-1]
        return kind_of(last) == Kind.MULTI or len(self.statements) > 1 or not last.query.strip()


def kind_of(statement: duckdb.Statement) -> duckdb.StatementType:
    """Return the kind of a statement; INVALID for one that DuckDB has and its Python has no name for, as in 2.0."""
    try:
        return statement.type
    except ValueError:
        return Kind.INVALID


def first_word(text: str) -> str:
    """Return the first word of a statement in capitals; "" if it begins with none."""
    word = FIRST_WORD.compiled.match(text)
    return word[1].upper() if word else ""


def split(con: duckdb.DuckDBPyConnection, sql: str) -> list[Piece]:
    """Split SQL at its semicolons; empty pieces are left out.

    Raises:
        UsageError: DuckDB makes other statements of the pieces than of the whole.
        duckdb.Error: the text has a syntax error.
    """
    whole = con.extract_statements(sql)  # reports syntax errors with their position in the whole text
    # DuckDB takes a no-break space for a space, but not at the end of its text, where it becomes part of a name.
    texts = (piece.rstrip() for piece in pieces(sql))
    found = [Piece(text, made) for text in texts if (made := con.extract_statements(text))]
    if [*map(kind_of, whole)] != [kind_of(one) for piece in found for one in piece.statements]:
        raise UsageError("the statements of this query cannot be told apart", left=REFUSED, next="run them one by one")
    return [Piece(text, _without_wrapping(made)) for text, made in found]


def _without_wrapping(made: list[duckdb.Statement]) -> list[duckdb.Statement]:
    """Leave out what DuckDB puts around a PIVOT inside another statement, which has no text in any of its statements.

    That is BEGIN and COMMIT, which would hide the answer of EXPLAIN; or, while an answer is still open, two changes of a setting,
    which would fail because the settings are locked. What a PIVOT makes is a temporary type, which may stay.
    """
    is_wrapped = len(made) > 2 and kind_of(made[0]) in (Kind.TRANSACTION, Kind.SET) and kind_of(made[-1]) == kind_of(made[0])
    return made[1:-1] if is_wrapped and not any(statement.query.strip() for statement in made) else made


class Guard:
    """Lets through SQL that only reads the warehouse, or changes what ends with the connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._here = Surroundings(con)

    def check(self, sql: str) -> list[Piece]:
        """Return the statements of `sql` if each of them may run. Run these rather than the text.

        Statements may create temporary tables, views and macros, prepare statements, and set variables and the time zone, since
        all of these end with the connection.

        Raises:
            UsageError: a statement does more, or cannot be checked; nothing was run.
            duckdb.Error: the text has a syntax error.
        """
        self._here.look_again()
        found = split(self._con, sql)
        for piece in found:
            _Check(self._con, piece, self._here).run()
        return found


class _Check:
    """The check of one piece; each method raises UsageError unless the statement may run."""

    def __init__(self, con: duckdb.DuckDBPyConnection, piece: Piece, here: Surroundings) -> None:
        self.con, self.here = con, here
        self.text, self.kind, self.is_pivot = piece.text, piece.kind, piece.is_pivot
        self.word = first_word(self.text) or "this"

    def run(self) -> None:
        checks: dict[str, Callable[[], None]] = {
            "CREATE": self._create,
            "DROP": self._drop,
            "EXECUTE": self._execute,
            "PRAGMA": self._pragma,
            "PREPARE": self._prepare,
            "USE": self._use,
            "EXPLAIN": lambda: self._select(_explained(self.text)),
        }
        if any(self.kind == kind and form.compiled.fullmatch(self.text + "\n") for kind, form in HARMLESS):
            return
        if self.word == "SET" and (variable := SET_VARIABLE.compiled.fullmatch(self.text)):
            self._select(f"SELECT ({variable['value']}\n)")
        else:
            checks.get(self.word, lambda: self._select(self.text))()

    def refuse(self) -> UsageError:
        return UsageError(
            f"{self.word} is not allowed here: queries only read the warehouse",
            left=REFUSED,
            next=INSTEAD + ("; with --allow-files, this too" if self.word in NEEDS_FILES else ""),
        )

    def _select(self, text: str) -> None:
        if self.is_pivot:
            text = with_columns_named(text)
        tree = tree_of(self.con, text)
        if tree is None and self.is_pivot and self.word not in NEEDS_FILES:
            raise UsageError(
                "this PIVOT cannot be checked before it runs, or stands in a statement that is not allowed here",
                left=REFUSED,
                next="name its columns: PIVOT … ON x IN ('a', 'b'); or add --allow-files, if the query is yours",
            )
        if tree is None:
            raise self.refuse()
        if closed := not_allowed(tree, self.here):
            raise UsageError(
                f"this query may not use {'; '.join(closed)}",
                left=REFUSED,
                next="leave it out: queries read the tables of the warehouse and nothing else. --allow-files lifts this, "
                "for a query that you trust",
            )

    def _create(self) -> None:
        """Check a temporary table, view or macro: an allowed query, under a name that hides none of DuckDB's."""
        relation, macro = RELATION.compiled.match(self.text), MACRO.compiled.match(self.text)
        head = relation or macro
        if head is None or self.kind != Kind.CREATE:
            raise UsageError(
                "this CREATE is not allowed here: queries only read the warehouse",
                left=REFUSED,
                next="CREATE TEMP TABLE mine AS SELECT …, CREATE TEMP VIEW mine AS SELECT …, or "
                "CREATE TEMP MACRO mine(x) AS …: they end with the session",
            )
        name = head["name"].strip('"').casefold()
        if name in (self.here.functions if macro else self.here.views):
            raise UsageError(f"the name {name} is DuckDB's own", left=REFUSED, next="choose another name")
        if relation:
            self._select(self.text[relation.end() :])
            self.here.add_relation(name)
        elif macro:
            self._macro(self.text[macro.end() :])
            self.here.add_macro(name)

    def _macro(self, definition: str) -> None:
        """Check the rest of the definition of a macro: its parameters in brackets, and what it stands for."""
        parameters, rest = arguments(definition)
        head = AS_BODY.compiled.match(rest)
        if parameters is None or head is None:
            raise self.refuse()
        for parameter in parameters:
            form = PARAMETER.compiled.fullmatch(parameter)
            if form is None:
                raise self.refuse()
            if form["default"]:
                self._select(f"SELECT ({form['default']}\n)")
        body = rest[head.end() :]
        self._select(body if head["table"] else f"SELECT ({body}\n)")

    def _drop(self) -> None:
        form = DROP.compiled.fullmatch(self.text + "\n")
        name = form["name"].strip('"').casefold() if form else ""
        if form and form["if"] and not self.here.exists(name):
            return
        if name not in self.here.temporary:
            raise UsageError(
                "DROP is not allowed here: queries only read the warehouse",
                left=REFUSED,
                next="DROP TABLE, VIEW or MACRO works for what CREATE TEMP … made in this session",
            )

    def _prepare(self) -> None:
        form = PREPARE.compiled.match(self.text)
        if form is None:
            raise self.refuse()
        self._select(self.text[form.end() :])

    def _execute(self) -> None:
        """Check what a prepared statement is given; it was itself checked when it was prepared."""
        form = EXECUTE.compiled.fullmatch(self.text)
        if form is None or self.kind != Kind.EXECUTE:
            raise self.refuse()
        if form["given"]:
            self._select(f"SELECT struct_pack{form['given']}")

    def _pragma(self) -> None:
        form = PRAGMA.compiled.fullmatch(self.text + "\n")
        if form is None or form["name"].casefold() not in allowed().pragmas:
            raise self.refuse()

    def _use(self) -> None:
        form = USE.compiled.fullmatch(self.text + "\n")
        if form is None or form["name"].strip('"').casefold() not in self.here.databases - {"temp"}:
            raise self.refuse()


def _explained(piece: str) -> str:
    """Return what a statement explains, or the statement itself if it is no EXPLAIN.

    Only the very beginning counts: the word may also stand in a comment or string, and cutting there would change the statement.
    """
    head = EXPLAIN.compiled.match(piece)
    return piece[head.end() :] if head else piece
