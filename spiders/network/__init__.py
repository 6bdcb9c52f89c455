"""HTTP connections to public addresses only, with limits, and explanations of their failures."""

from spiders.network.failures import NETWORK_ERRORS, explain, is_of_host
from spiders.network.guard import DownloadHandler, GuardedResolver, PrivateAddress
from spiders.network.transport import MAX_HEAD, HeadTooLarge
from spiders.urls.hosts import is_public

__all__ = [
    "MAX_HEAD",
    "NETWORK_ERRORS",
    "DownloadHandler",
    "GuardedResolver",
    "HeadTooLarge",
    "PrivateAddress",
    "explain",
    "is_of_host",
    "is_public",
]
