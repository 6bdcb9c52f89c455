"""What every room of the project may know: the version and the one exception tree."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("newslake")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0+unknown"
