"""For tests of whatever is built on newslake: a site on loopback that answers as the test wants. Needs nothing but Python."""

from newslake.testing.site import Answer, Asked, Raw, Route, Site

__all__ = ["Answer", "Asked", "Raw", "Route", "Site"]
