"""What every package may use: the version, the exception tree, and small helpers for text, files and processes."""

from typing import TYPE_CHECKING

__all__ = ["__version__"]

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name):
        """Look up the version when it is asked for: `importlib.metadata` takes a fifth of the time of `newslake --help`."""
        if name != "__version__":
            raise AttributeError(f"module 'newslake' has no attribute {name!r}")
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("newslake")
        except PackageNotFoundError:  # a checkout that was never installed
            found = "0+unknown"
        globals()["__version__"] = found
        return found
