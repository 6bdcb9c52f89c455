"""Name the environment variables that hold the passwords and keys of Prefect servers."""

from __future__ import annotations

# "user:password", as a server asks for it and as its clients send it. Optional, for machines that people share.
SERVER_PASSWORD = "PREFECT_SERVER_API_AUTH_STRING"
PASSWORD = "PREFECT_API_AUTH_STRING"
KEY = "PREFECT_API_KEY"
