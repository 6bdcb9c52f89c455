"""Run the Prefect server in a process of its own: `python -m flows.orchestration.process PORT`.

It ends when its standard input closes. The parent closes it to stop the server, and the system does when the parent dies, so the
server of a killed parent does not keep the port.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from flows.orchestration.access import OwnPagesOnly
from newslake.children import wait_for_the_end
from newslake.secrecy import hide_secrets_of_tracebacks

GRACE_SECONDS = 5


def main() -> None:
    """Serve until standard input closes."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    hide_secrets_of_tracebacks()
    import uvicorn
    from prefect.server.api.server import create_app

    port = int(sys.argv[1])
    uvicorn.run(
        OwnPagesOnly(create_app(), port),
        lifespan="on",
        host="127.0.0.1",
        port=port,
        proxy_headers=False,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _end_with_parent() -> None:
    wait_for_the_end()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(2 * GRACE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
