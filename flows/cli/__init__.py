"""The command line: `newslake …`."""

import atexit
import gc
import os
import sys

from newslake.lazy import without_pandas

__all__ = ["main"]


def main() -> None:
    """Run the command line. Ctrl-C ends it in words also while its first libraries are loaded."""
    # pydantic would read the entry points of every installed package for plugins of its own, of which no model here wants any.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    atexit.register(gc.freeze)  # or the interpreter looks for garbage among all that was loaded, just before all of it goes
    with without_pandas():
        try:
            from flows.cli.app import main as run
        except KeyboardInterrupt:
            sys.stderr.write("\nStopped. Nothing was changed.\n")
            sys.stderr.flush()
            os._exit(130)  # what is half loaded may crash when the interpreter ends in order
        run()
