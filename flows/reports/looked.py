"""Remember how far each user has looked at what is new, in the folder of state; the corpus is not touched.

A mark is the moment at which the latest run was loaded that the user has seen. It is kept by user and warehouse, and by topic
for a user who looks at one topic only.
"""

from __future__ import annotations

import getpass
import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from newslake.disk import write_whole
from newslake.errors import StorageError

FOLDER = "looked"


@dataclass(frozen=True, slots=True)
class Looked:
    """The marks of one user for one warehouse.

    Args:
        state: the folder of state.
        warehouse: what tells warehouses apart.
    """

    state: Path
    warehouse: str

    @property
    def file(self) -> Path:
        """The file of the user who runs this program."""
        return self.state / FOLDER / f"{_user()}.json"

    def since(self, *topics: str) -> datetime | None:
        """Return how far the user has looked at topics, or at everything; None if never, or if the file cannot be read.

        Of several topics, the one that was looked at the longest ago decides.
        """
        marks = self._read().get(self._key, {})
        all_of_it = marks.get("all")
        found = [marks.get(f"topic {topic}") or all_of_it for topic in topics] or [all_of_it]
        with suppress(ValueError, TypeError):
            return min(map(datetime.fromisoformat, found)) if all(found) else None
        return None

    def remember(self, until: datetime, *topics: str) -> None:
        """Note that the user has seen what was loaded until then. Who has seen everything has seen every topic.

        Args:
            topics: what the user has seen is what these select.
        Raises:
            StorageError: the file cannot be written.
        """
        known = self._read()
        marks = {"all": until.isoformat()}
        if topics:
            marks = known.get(self._key, {}) | {f"topic {topic}": until.isoformat() for topic in topics}
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.file, json.dumps({**known, self._key: marks}, indent=1).encode(), durable=False)
        except OSError as error:
            raise StorageError(
                f"how far you looked cannot be noted in {self.file}: {error.strerror}",
                left="the corpus is as it was; the next newslake new shows the same again",
                next=f'newslake new --since "{until.isoformat(sep=" ", timespec="microseconds")}"  shows what comes after this',
            ) from error

    @property
    def _key(self) -> str:
        return sha256(self.warehouse.encode()).hexdigest()[:16]

    def _read(self) -> dict[str, Any]:
        try:
            known = json.loads(self.file.read_bytes())
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) and all(isinstance(marks, dict) for marks in known.values()) else {}


def _user() -> str:
    """Return the name of the user, as a file may be called."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run as a number without a name
        name = str(os.getuid()) if hasattr(os, "getuid") else "user"
    return re.sub(r"[^\w.-]", "_", name).lstrip(".") or "user"
