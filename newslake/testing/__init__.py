"""Test what you build on newslake: a site on loopback that answers as you want, and golden pages for cleaning.

A façade above all packages; nothing else imports it. The site needs nothing but Python; golden pages load what cleans.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names
from newslake.testing.site import Answer, Asked, Raw, Route, Site

if TYPE_CHECKING:
    from newslake.testing.golden import GoldenPage, golden_pages

__all__ = ["Answer", "Asked", "GoldenPage", "Raw", "Route", "Site", "golden_pages"]

__getattr__ = lazy_names(__name__, {"GoldenPage": ".golden", "golden_pages": ".golden"})
