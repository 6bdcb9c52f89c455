"""Write records as JSON and read them back exactly, or raise an error.

Types come from the declared fields. A dataclass becomes an object with all its field names, so a record with other fields is
rejected, and values are never shifted or filled with defaults. pydantic does not fit: it rounds zone offsets to minutes, joins
tuples used as keys, and cannot write unpaired surrogates.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

Record = TypeVar("Record")
_Convert = Callable[[Any], Any]


def dump(kind: type[Record], record: Record) -> bytes:
    """Return the record as one line of ASCII JSON.

    Raises:
        TypeError: the type of a field is not supported.
    """
    return json.dumps(_plan(cast(Hashable, kind)).write(record), separators=(",", ":")).encode("ascii")


def load(kind: type[Record], data: bytes) -> Record:
    """Return the record that `dump` wrote.

    Raises:
        ValueError: the data are not exactly a record of this kind.
        TypeError: the type of a field is not supported.
    """
    try:
        record: Record = _plan(cast(Hashable, kind)).read(json.loads(data))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return record


def shape(kind: Any) -> dict[str, dict[str, str]]:
    """Return the fields of a dataclass and of the dataclasses in it, as {class name: {field name: type as text}}."""
    found: dict[str, dict[str, str]] = {}
    waiting = [kind]
    while waiting:
        each = waiting.pop()
        if isinstance(each, type) and is_dataclass(each):
            hints = get_type_hints(each)
            found[each.__name__] = {field.name: str(field.type) for field in fields(each)}
            waiting += hints.values()
        waiting += get_args(each)
    return found


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to write and read values of one type. `read` raises ValueError for data that `write` never produces."""

    write: _Convert
    read: _Convert


@cache
def _plan(kind: Any) -> _Plan:
    """Return the plan of a type; raise TypeError if the type is not supported."""
    if is_dataclass(kind):
        return _object(kind)
    if kind in (str, int, float, bool, NoneType):
        return _Plan(lambda value: value, lambda data: _checked(kind, data))
    if kind in _AS_TEXT:
        return _text(*_AS_TEXT[kind])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _Plan(lambda value: value.value, kind)
    origin, args = get_origin(kind), get_args(kind)
    if origin is Literal:
        return _Plan(lambda value: value, lambda data: _one_of(args, data))
    if origin in (Union, UnionType) and len(args) == 2 and NoneType in args:
        return _optional(_plan(next(arg for arg in args if arg is not NoneType)))
    if origin is list or (origin is tuple and args[1:] == (...,)):
        return _series(origin, _plan(args[0]))
    if origin is tuple:
        return _fixed([_plan(arg) for arg in args])
    if origin is Counter:
        return _counter(_plan(args[0]))
    raise TypeError(f"no exact JSON is known for {kind}")


def _checked(kind: type, data: Any) -> Any:
    if type(data) is not kind:  # bool is not accepted as int, nor int as float
        raise ValueError(f"{data!r} is not of type {kind.__name__}")
    return data


def _one_of(allowed: tuple[Any, ...], data: Any) -> Any:
    if data not in allowed:
        raise ValueError(f"{data!r} is not one of {allowed}")
    return data


def _text(write: _Convert, read: _Convert) -> _Plan:
    return _Plan(write, lambda data: read(_checked(str, data)))


_AS_TEXT: dict[Any, tuple[_Convert, _Convert]] = {
    datetime: (datetime.isoformat, datetime.fromisoformat),
    UUID: (str, UUID),
    Path: (str, Path),
    bytes: (lambda value: base64.b64encode(value).decode("ascii"), lambda data: base64.b64decode(data, validate=True)),
}


def _optional(inner: _Plan) -> _Plan:
    return _Plan(
        lambda value: None if value is None else inner.write(value),
        lambda data: None if data is None else inner.read(data),
    )


def _series(made: Callable[[list[Any]], Any], inner: _Plan) -> _Plan:
    return _Plan(
        lambda values: [inner.write(value) for value in values],
        lambda data: made([inner.read(value) for value in _checked(list, data)]),
    )


def _fixed(inner: list[_Plan]) -> _Plan:
    return _Plan(
        lambda values: [plan.write(value) for plan, value in zip(inner, values, strict=True)],
        lambda data: tuple(plan.read(value) for plan, value in zip(inner, _checked(list, data), strict=True)),
    )


def _counter(key: _Plan) -> _Plan:
    pairs = _series(list, _fixed([key, _plan(int)]))
    return _Plan(lambda counted: pairs.write(counted.items()), lambda data: Counter(dict(pairs.read(data))))


def _object(kind: Any) -> _Plan:
    hints = get_type_hints(kind)
    plans = {field.name: _plan(hints[field.name]) for field in fields(kind)}

    def write(record: Any) -> dict[str, Any]:
        return {name: plan.write(getattr(record, name)) for name, plan in plans.items()}

    def read(data: Any) -> Any:
        if _checked(dict, data).keys() != plans.keys():
            raise ValueError(f"the fields of a {kind.__name__} are {', '.join(plans)}, not {', '.join(data)}")
        return kind(**{name: plan.read(data[name]) for name, plan in plans.items()})

    return _Plan(write, read)
