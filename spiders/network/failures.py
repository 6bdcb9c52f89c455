"""Explains why a URL was not fetched, in words for users."""

from __future__ import annotations

import re
import zlib
from gzip import BadGzipFile
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost

from spiders.journal import End
from spiders.network.guard import PrivateAddress
from spiders.network.transport import MAX_HEAD, HeadTooLarge

NETWORK_ERRORS = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    TunnelError,
    ConnectError,
    ConnectionDone,
    ConnectionLost,
    OSError,
)

_CERTIFICATE = re.compile("certificate verify failed|VerificationError")
_TLS = re.compile(f"{_CERTIFICATE.pattern}|SSL")
_PROXY_STATUS = re.compile(r"'status': (\d{3})\b")


def explain(error: BaseException, url: str) -> tuple[End, str]:
    """Return the end and detail of a URL whose request failed with `error`."""
    host = urlsplit(url).netloc
    match error:
        case PrivateAddress():
            return "refused", str(error)
        case DownloadCancelledError():
            return "refused", "too large: more than max_bytes"
        case UnsupportedURLSchemeError():
            return "refused", f"not an http(s) address: {url}"
        case IgnoreRequest() if "DOWNLOAD_MAXSIZE" in str(error):
            return "refused", "too large: more than max_bytes after decompression"
        case IgnoreRequest() if "redirect" in str(error):
            return "http-error", "redirected too many times"
        case IgnoreRequest() if "robots.txt" in str(error):
            return "robots", "disallowed by robots.txt"
        case _ if isinstance(error, BadGzipFile | zlib.error) or type(error).__name__ == "ZstdError":
            return "network-error", f"{host} sent a compressed response that cannot be decompressed"
        case ValueError() if "invalid hostname" in str(error):
            return "refused", f"no valid host: {urlsplit(url).hostname}"
        case ValueError():
            return "http-error", f"it redirects to an invalid address: {error}"
        case CannotResolveHostError():
            return "network-error", f"no such host: {urlsplit(url).hostname}"
        case DownloadConnectionRefusedError():
            return "network-error", f"{host} refused the connection"
        case DownloadTimeoutError():
            return "network-error", f"no complete response from {host} in time"
        case ResponseDataLossError() | ConnectionDone() | ConnectionLost():
            return "network-error", f"{host} closed the connection before its response was complete"
        case TunnelError():
            status = _PROXY_STATUS.search(str(error))
            return "network-error", f"the proxy did not connect to {host}" + (f": it answered {status[1]}" if status else "")
        case DownloadFailedError() if HeadTooLarge.__name__ in str(error):
            return "refused", f"too large: headers of more than {MAX_HEAD // 1024} KiB"
        case DownloadFailedError():
            return "network-error", _failed(str(error), host)
        case ConnectError() | OSError():
            return "network-error", f"cannot connect to {host}: {error}"
    return "failed", f"{type(error).__name__}: {error}"


def is_of_host(error: BaseException) -> bool:
    """Whether no connection to the host is possible, so that its other URLs will fail too."""
    if isinstance(error, CannotResolveHostError | DownloadConnectionRefusedError | PrivateAddress):
        return True
    return isinstance(error, DownloadFailedError) and bool(_TLS.search(str(error)))


def _failed(reasons: str, host: str) -> str:
    """Describe a failed response by its reasons, which Twisted lists as text."""
    if _CERTIFICATE.search(reasons):
        return f"the TLS certificate of {host} is not valid"
    if _TLS.search(reasons):
        return f"no TLS connection with {host}: {reasons}"
    if "ParseError" in reasons:
        return f"{host} sent something that is not HTTP"
    return f"{host} closed the connection before its response was complete"
