"""Render pages of HTML from templates: every value is text unless a template says that it is markup. Pure."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from flows.reading.times import lag, shown
from newslake.text import counted, one_line

# What a page of one file may do: show itself, and nothing else, whatever got into it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def environment(package: str) -> Environment:
    """Return the templates of a package below `flows`, with those that all pages share as `pages/…`."""
    own = PackageLoader(f"flows.{package}")
    made = Environment(
        loader=PrefixLoader({package: own, "pages": PackageLoader("flows.pages")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(counted=counted, lag=lag, line=one_line, shown=shown)
    made.tests["address"] = is_address
    made.globals.update(policy=POLICY, style=style)
    return made


def render(package: str, template: str, **given: Any) -> str:
    """Return the page that a template of a package makes of values."""
    return environment(package).get_template(f"{package}/{template}").render(**given)


@cache
def style() -> Markup:
    """Return the style of all pages."""
    return Markup((files("flows.pages") / "templates" / "page.css").read_text("utf-8"))


def is_address(url: object) -> bool:
    """Return whether a page may link to this: an address of the web and no script."""
    return isinstance(url, str) and url.startswith(("http://", "https://")) and not any(map(str.isspace, url))
