"""The command line: `newslake …`."""

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line. Ctrl-C ends it in words also while its first libraries are loaded."""
    try:
        from flows.cli.app import main as run
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Nothing was changed.\n")
        sys.stderr.flush()
        os._exit(130)  # what is half loaded may crash when the interpreter ends in order
    run()
