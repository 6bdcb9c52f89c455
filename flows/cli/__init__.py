"""The command line: `newslake …`."""

import atexit
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder

__all__ = ["main"]


def main() -> None:
    """Run the command line. Ctrl-C ends it in words also while its first libraries are loaded."""
    # pydantic would read the entry points of every installed package for plugins of its own, of which no model here wants any.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    atexit.register(gc.freeze)  # or the interpreter looks for garbage among all that was loaded, just before all of it goes
    with _without_pandas():
        try:
            from flows.cli.app import main as run
        except KeyboardInterrupt:
            sys.stderr.write("\nStopped. Nothing was changed.\n")
            sys.stderr.flush()
            os._exit(130)  # what is half loaded may crash when the interpreter ends in order
        run()


@contextmanager
def _without_pandas() -> Iterator[None]:
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


class _NoPandas(MetaPathFinder):
    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("no command uses pandas", name=fullname)
