"""Explain why a URL was not fetched (host, proxy, TLS, timeout, size, redirects): as values, and in words for people."""

from __future__ import annotations

import re
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

from newslake.errors import brief
from newslake.http import CodingError, TooLarge
from newslake.outcomes import End, Outcome, Reason
from newslake.secrecy import redacted
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
# Names of the errors that Twisted lists for a response that it could not read.
_FRAMING = re.compile(rf"ParseError|BadResponseVersion|ValueError|MalformedChunked|{HeadTooLarge.__name__}")
_PROXY_STATUS = re.compile(r"'status': (\d{3})\b")


class NotSaved(IgnoreRequest):
    """A request of a replayed crawl to which its folder has no answer; the message names both."""


def explain(error: BaseException, url: str) -> End:
    """Return how a URL ended whose request failed with `error`.

    Scrapy and Twisted tell some errors apart only by their messages, so these are read here, and nowhere else.
    """
    host = urlsplit(url).netloc
    match error:
        case PrivateAddress():
            return End(Outcome.REFUSED, Reason.PRIVATE_ADDRESS, str(error))
        case NotSaved():
            return End(Outcome.NETWORK_ERROR, Reason.NOT_SAVED, str(error))
        case DownloadCancelledError():
            return End(Outcome.REFUSED, Reason.TOO_LARGE, "too large: more than max_bytes")
        case UnsupportedURLSchemeError():
            return End(Outcome.REFUSED, Reason.BAD_ADDRESS, f"not an http(s) address: {url}")
        case TooLarge():
            return End(Outcome.REFUSED, Reason.TOO_LARGE, "too large: more than max_bytes after decompression")
        case IgnoreRequest() if "redirect" in str(error):
            return End(Outcome.HTTP_ERROR, Reason.REDIRECT_LOOP, "redirected too many times")
        case IgnoreRequest() if "robots.txt" in str(error):
            return End(Outcome.ROBOTS, Reason.DISALLOWED, "disallowed by robots.txt")
        case CodingError():
            words = f"{host} sent a compressed response that cannot be decompressed"
            return End(Outcome.NETWORK_ERROR, Reason.BROKEN_ANSWER, words)
        case ValueError() if "invalid hostname" in str(error):
            return End(Outcome.REFUSED, Reason.BAD_ADDRESS, f"no valid host: {urlsplit(url).hostname}")
        case ValueError():
            return End(Outcome.HTTP_ERROR, Reason.BAD_REDIRECT, f"it redirects to an invalid address: {error}")
        case CannotResolveHostError():
            return End(Outcome.NETWORK_ERROR, Reason.NO_HOST, f"no such host: {urlsplit(url).hostname}")
        case DownloadConnectionRefusedError():
            return End(Outcome.NETWORK_ERROR, Reason.CONNECTION, f"{host} refused the connection")
        case DownloadTimeoutError():
            return End(Outcome.NETWORK_ERROR, Reason.TIMEOUT, f"no complete response from {host} in time")
        case ResponseDataLossError() | ConnectionDone() | ConnectionLost():
            return End(Outcome.NETWORK_ERROR, Reason.BROKEN_ANSWER, _closed(host))
        case TunnelError():
            status = _PROXY_STATUS.search(str(error))
            words = f"the proxy did not connect to {host}" + (f": it answered {status[1]}" if status else "")
            return End(Outcome.NETWORK_ERROR, Reason.PROXY, words)
        case DownloadFailedError() if HeadTooLarge.__name__ in str(error):
            return End(Outcome.REFUSED, Reason.TOO_LARGE, f"too large: headers of more than {MAX_HEAD // 1024} KiB")
        case DownloadFailedError():
            return _failed(str(error), host)
        case ConnectError() | OSError():
            return End(Outcome.NETWORK_ERROR, Reason.CONNECTION, f"cannot connect to {host}: {redacted(str(error))}")
    return End(Outcome.FAILED, Reason.ERROR, brief(error))


def is_of_host(error: BaseException) -> bool:
    """Whether no connection to the host is possible, so that its other URLs will fail too."""
    if isinstance(error, CannotResolveHostError | DownloadConnectionRefusedError | PrivateAddress):
        return True
    return isinstance(error, DownloadFailedError) and bool(_TLS.search(str(error)))


def is_of_page(error: BaseException) -> bool:
    """Whether the host answered, so that the failure says nothing about its other URLs: badly framed or cut off."""
    if isinstance(error, ResponseDataLossError):
        return True
    return isinstance(error, DownloadFailedError) and bool(_FRAMING.search(str(error)))


def _failed(reasons: str, host: str) -> End:
    """Explain a failed response by its reasons, which Twisted lists as text."""
    reason, words = Reason.BROKEN_ANSWER, _closed(host)
    if _CERTIFICATE.search(reasons):
        reason, words = Reason.TLS, f"the TLS certificate of {host} is not valid"
    elif _TLS.search(reasons):
        reason, words = Reason.TLS, f"no TLS connection with {host}: {reasons}"
    elif "ParseError" in reasons:
        words = f"{host} sent something that is not HTTP"
    return End(Outcome.NETWORK_ERROR, reason, words)


def _closed(host: str) -> str:
    return f"{host} closed the connection before its response was complete"
