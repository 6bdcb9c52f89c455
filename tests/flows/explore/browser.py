"""A real Chromium without a window, told what to do over its debugging protocol."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: apt-get install chromium")


class Browser:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0
        self._session: str | None = None
        self.said: list[dict[str, Any]] = []  # what the browser reports: requests, dialogs, messages
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **given: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": given}
        self._socket.send(json.dumps(message | ({"sessionId": self._session} if self._session else {})))
        while True:
            got = json.loads(self._socket.recv(timeout=60))
            if got.get("id") == self._number:
                assert "error" not in got, got
                return dict(got["result"])
            self.said.append(got)

    def look(self, *, width: int, scheme: str) -> None:
        """See pages from now on with a width in pixels, light or dark."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, url: str) -> None:
        """Open a page, and wait until it is there."""
        self.said.clear()
        self.call("Page.navigate", url=url)
        until = time.monotonic() + 60
        while self.run("document.readyState") != "complete" or self.run("location.href") == "about:blank":
            assert time.monotonic() < until, f"{url} does not get ready"

    def run(self, script: str) -> Any:
        """Return what a script gives in the page. It runs as from the console, which the policy of a page does not stop."""
        return self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key: a character, Tab or Enter."""
        code = {"Tab": 9, "Enter": 13}.get(key, 0)
        text = {"Enter": "\r", "Tab": ""}.get(key, key)
        given = {"key": key, "windowsVirtualKeyCode": code} | ({"text": text} if text else {})
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **given)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def picture(self) -> bytes:
        """Return the whole page as PNG."""
        return b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def refused(self) -> list[str]:
        """Return what the page tried and its policy refused."""
        entries = (one["params"]["entry"]["text"] for one in self.said if one.get("method") == "Log.entryAdded")
        return [text for text in entries if "Content Security Policy" in text]

    def asked(self) -> list[str]:
        """Return the addresses that were asked for since the page was opened, without those that the browser then refused."""
        failed = (one["params"] for one in self.said if one.get("method") == "Network.loadingFailed")
        refused = {one["requestId"] for one in failed if one.get("blockedReason")}
        sent = (one["params"] for one in self.said if one.get("method") == "Network.requestWillBeSent")
        return [one["request"]["url"] for one in sent if one["requestId"] not in refused]


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Start a browser for the time of the block; `folder` is for its profile."""
    assert CHROMIUM
    options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0")
    profile = folder / "profile"
    process = subprocess.Popen(
        [CHROMIUM, *options, f"--user-data-dir={profile}", "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        place = profile / "DevToolsActivePort"
        until = time.monotonic() + 60
        while not (place.exists() and len(place.read_text().splitlines()) == 2):
            assert process.poll() is None and time.monotonic() < until, "the browser does not start"
            time.sleep(0.05)
        port, path = place.read_text().splitlines()
        with connect(f"ws://127.0.0.1:{port}{path}", max_size=None, open_timeout=30) as socket:
            yield Browser(socket)
    finally:
        process.kill()
        process.wait()
