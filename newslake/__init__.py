"""What every package may use (the version, the exceptions, helpers for text, files and processes), and `connect` for programs."""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names

__all__ = ["Connection", "__version__", "connect"]

if TYPE_CHECKING:
    from flows.python import Connection, connect

    __version__: str
else:
    # `connect` stands above all packages, like newslake.testing; `import newslake` alone loads none of them.
    _connecting = lazy_names(__name__, dict.fromkeys(("Connection", "connect"), "flows.python"))

    def __getattr__(name):
        """Look up what is asked for: `importlib.metadata` alone takes a fifth of the time of `newslake --help`."""
        if name != "__version__":
            return _connecting(name)
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("newslake")
        except PackageNotFoundError:  # a checkout that was never installed
            found = "0+unknown"
        globals()["__version__"] = found
        return found
