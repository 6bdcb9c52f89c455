"""Load the public names of a package on first use, so that importing the package stays cheap; and what is not wanted, never.

The same for regular expressions, which are compiled when they are first used.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from typing import Any

__all__ = ["LazyPattern", "lazy_names", "without_pandas"]


def lazy_names(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a `__getattr__` (PEP 562) for a package that imports the module of a public name when the name is first used.

    Args:
        package: `__name__` of the package.
        homes: for each public name the module that defines it, as `import_module` takes it: ".read" is relative to the package.
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(homes[name], package), name)
        setattr(sys.modules[package], name, value)  # from now on Python finds it without this function
        return value

    return load


class LazyPattern:
    """A regular expression of which a command may have no need: all of some modules take longer to compile than a small query."""

    def __init__(self, pattern: str, flags: int | re.RegexFlag = 0) -> None:
        self._pattern = pattern
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(self._pattern, self._flags)


@contextmanager
def without_pandas() -> Iterator[None]:
    """Let `import pandas` fail inside the block, as where it is not installed.

    No command uses it. But DuckDB, which compares each parameter of a query with the NaT of pandas, and pyarrow load it wherever
    it is installed, which takes longer than all the rest of most commands.
    """
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _NoPandas:
    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("no command uses pandas", name=fullname)
