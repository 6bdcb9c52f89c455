"""A scheduled collection or maintenance in a child process, as `newslake serve` starts, stops and ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

from flows.serving.process import Job
from flows.watchlist import Watchlist
from newslake import children


class Collection:
    """A child process (`flows.serving.process`) and what it was started for.

    Attributes:
        sources: the names of the sources it collects; empty for maintenance.
        began: when it was started, aware.
    """

    def __init__(self, watchlist: Watchlist, job: Job, url: str | None) -> None:
        """Start the process.

        Args:
            url: the API address of the Prefect server to use; None for a run without Prefect.
        Raises:
            OSError: the system is out of memory or processes.
        """
        self.task = job.task
        self.sources = job.sources
        self.began = job.at
        environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "flows.serving.process"],
            stdin=subprocess.PIPE,
            env=children.environment(environment | ({"PREFECT_API_URL": url} if url else {})),
            start_new_session=True,  # Ctrl-C reaches `serve` alone, which then stops this process in order
            text=True,
        )
        assert self._process.stdin
        with suppress(BrokenPipeError):  # the process died at once: its exit code says so
            self._process.stdin.write(job.line(watchlist.path))
            self._process.stdin.flush()

    def poll(self) -> int | None:
        """Return the exit code, or None while the process runs."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Close its standard input: the crawl stops, and what it fetched is loaded."""
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.close()

    def close(self) -> None:
        """Wait for the end of the process."""
        self.ask_to_stop()
        self._process.wait()

    def kill(self) -> None:
        """Kill the process and its cleaning workers. Its crawl notices and ends."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self.close()
