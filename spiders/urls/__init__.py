"""What URLs say by themselves: identity, articles, trackers and crawler traps. Pure."""

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
