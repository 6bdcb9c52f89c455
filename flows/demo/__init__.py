"""A sample news site: five fictitious outlets, all articles invented, served on loopback for `newslake demo` and the tests."""

from flows.demo.articles import WRITTEN_FOR
from flows.demo.site import SampleSite

__all__ = ["WRITTEN_FOR", "SampleSite"]
