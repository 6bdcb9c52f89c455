"""What URLs say by themselves: identity, articles, trackers and crawler traps. Pure.

The names below are loaded on first use: to check an address of the watchlist takes none of the rules for articles.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from spiders.urls.article_shape import Shape, shape
    from spiders.urls.canonical import (
        absolute,
        canonicalise,
        check_http_url,
        declared_address,
        domain,
        identity,
        same_host,
        same_page_canonical,
        same_site,
        site,
        url_id,
        without_credentials,
    )
    from spiders.urls.tracking import tracks
    from spiders.urls.traps import braked

__all__ = [
    "Shape",
    "absolute",
    "braked",
    "canonicalise",
    "check_http_url",
    "declared_address",
    "domain",
    "identity",
    "same_host",
    "same_page_canonical",
    "same_site",
    "shape",
    "site",
    "tracks",
    "url_id",
    "without_credentials",
]

_HOMES = dict.fromkeys(__all__, ".canonical") | {
    "Shape": ".article_shape",
    "shape": ".article_shape",
    "tracks": ".tracking",
    "braked": ".traps",
}

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, _HOMES)
