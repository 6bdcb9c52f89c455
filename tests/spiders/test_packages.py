"""Every package of `spiders` offers what its `__all__` lists."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import spiders

PACKAGES = ["spiders", *(f"spiders.{module.name}" for module in pkgutil.iter_modules(spiders.__path__) if module.ispkg)]


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_has_a_docstring_and_offers_what_it_lists(name: str) -> None:
    package = importlib.import_module(name)
    assert package.__doc__
    assert package.__all__
    for offered in package.__all__:
        assert getattr(package, offered) is not None


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_offers_nothing_else(name: str) -> None:
    package = importlib.import_module(name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        package.nothing  # noqa: B018
