"""Hide passwords, keys and tokens in text that people, logs or other programs get to see.

Libraries quote in their errors what they were given: a connection string, the address of a proxy, a signed address of object
storage. `NewslakeError` passes its sentences through `redacted`; so do the log, recorded tracebacks and Prefect's messages.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from newslake.lazy import LazyPattern

HIDDEN = "***"

# Words in the name of a setting, a parameter or an environment variable whose value is secret.
_NAMES = (
    r"pass(?:word|wd|phrase)|pwd|secret|(?:access|session|auth|api|bearer|refresh|security|id)[_-]?token|token"
    r"|(?:secret|access|account|api|private|storage)[_-]?(?:access[_-]?)?key(?:[_-]?id)?|key[_-]?id|auth[_-]?string|credentials?"
    r"|signature|\bsig"
)
_QUOTED = r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*\""""
_VALUE = rf"""(?:{_QUOTED}|[^\s'"&;,)\]}}]+)"""
_PATTERNS = (
    # scheme://user:password@host
    (LazyPattern(r"""(\b[a-z][a-z0-9+.-]*://[^\s:/@'"<>]*:)[^\s/'"<>]+(?=@)""", re.I), rf"\1{HIDDEN}"),
    # in the address of a database people leave a "/" of their password as it is
    (LazyPattern(r"""(\b(?:postgres|postgresql|mysql|redis|amqp)://[^\s:/@'"<>]*:)[^\s'"<>]+(?=@)""", re.I), rf"\1{HIDDEN}"),
    # scheme://token@host
    (LazyPattern(r"""(\b[a-z][a-z0-9+.-]*://)[^\s:/@'"<>]{16,}(?=@)""", re.I), rf"\1{HIDDEN}"),
    # password=two words, inside a connection string: no driver accepts that, so that all of them quote it in their errors
    (
        LazyPattern(rf"""((?:{_NAMES})\s*=\s*)[^\s'"]+(?:\s+(?!\w+\s*=)[^\s'"=]+)+(?=\s*["']|\s+\w+\s*=)""", re.I),
        rf"\1{HIDDEN}",
    ),
    # password=…, X-Amz-Signature=…, "secret_key": "…", SECRET '…'
    (LazyPattern(rf"""((?:{_NAMES})\s*=\s*){_VALUE}""", re.I), rf"\1{HIDDEN}"),
    (LazyPattern(rf"""((?:{_NAMES})["']\s*:\s*){_VALUE}""", re.I), rf"\1{HIDDEN}"),
    (LazyPattern(r"""(\b(?:secret|key_id|session_token|password|token)\s+)'(?:[^']|'')*'""", re.I), rf"\1{HIDDEN}"),
    # Authorization: Basic …
    (LazyPattern(r"(\b(?:Basic|Bearer|Digest)\s+)(?=[^\s]*[\d+/=._-])[A-Za-z0-9+/=._~-]{8,}"), rf"\1{HIDDEN}"),
    (LazyPattern(r"(\b(?:set-)?cookie\s*:\s*)[^\r\n]+", re.I), rf"\1{HIDDEN}"),
    # libpq quotes a piece of a connection string that it cannot read: that may be the rest of a password with a space in it
    (LazyPattern(r'((?:missing "=" after|invalid connection option) )"[^"]*"'), rf'\1"{HIDDEN}"'),
)
# In a connection string any other name may be that of the password, mistyped.
_HARMLESS = {
    *(
        "host",
        "hostaddr",
        "port",
        "dbname",
        "user",
        "service",
        "connect_timeout",
        "application_name",
        "client_encoding",
        "options",
    ),
    *("keepalives", "target_session_attrs", "sslmode", "sslrootcert", "sslcert", "gssencmode", "channel_binding"),
}
_PARAMETER = LazyPattern(rf"""\b(?!(?:catalog|data|data_path)\b)(\w+)\s*=\s*{_VALUE}""")
_SECRET_VARIABLE = LazyPattern(rf"(?:^|_)(?:{_NAMES})$|PGPASSWORD", re.I)
_PROXY_VARIABLE = LazyPattern(r"(?:http|https|all|ftp)_proxy|_URL$|_DSN$", re.I)
_PASSWORD_OF_ADDRESS = LazyPattern(r"://[^\s:/@]*:(.+)@")
# A shorter value would also hide ordinary words and numbers.
_SHORTEST = 6


def redacted(text: str) -> str:
    """Return the text with each password, key and token replaced by `***`; also those that the environment variables hold."""
    for secret in sorted(_of_environment(), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.compiled.sub(replacement, text)
    if "postgres" in text.casefold():
        text = _PARAMETER.compiled.sub(
            lambda found: found[0] if found[1].casefold() in _HARMLESS else f"{found[1]}={HIDDEN}", text
        )
    return text


def _without_value(found: re.Match[str]) -> str:
    """Return a parameter of a connection string, with its value if that tells nothing."""
    return found[0] if found[1].casefold() in _HARMLESS else f"{found[1]}={HIDDEN}"


def _of_environment() -> set[str]:
    found = set()
    for name, value in os.environ.items():
        if _PROXY_VARIABLE.compiled.search(name):
            match = _PASSWORD_OF_ADDRESS.compiled.search(value)
            value = match[1] if match else ""
        elif not _SECRET_VARIABLE.compiled.search(name):
            continue
        # A path that exists says where something lies: `PWD` is the current folder, and no password.
        if len(value) >= _SHORTEST and not (Path(value).is_absolute() and os.access(value, os.F_OK)):
            found |= {value, value.partition(":")[2] or value} if "auth_string" in name.lower() else {value}
    return found


def redacted_traceback(error: BaseException) -> str:
    """Return the traceback of an error and of its causes as Python prints it, without secrets."""
    return redacted("".join(traceback.format_exception(error)))


def hide_secrets_of_tracebacks() -> None:
    """Let Python print the tracebacks of this process without secrets, those of its threads included."""

    def print_main(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        sys.stderr.write(redacted_traceback(error))

    def print_thread(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None and not isinstance(given.exc_value, SystemExit):
            sys.stderr.write(redacted_traceback(given.exc_value))

    sys.excepthook, threading.excepthook = print_main, print_thread
