"""Let Scrapy be imported faster. Import this module before any other of Scrapy.

Scrapy marks classes as deprecated when it is imported, and asks `inspect` for the whole stack to find the module of each: three
times, each of which reads the source of every module on the stack, together a fifth of what Scrapy takes to import.
"""

from __future__ import annotations

import inspect
import sys
from types import FrameType, ModuleType
from typing import Any

from scrapy.utils import deprecate


class _Inspect(ModuleType):
    """Answers as `inspect` does, but for the two questions about the stack, of which only the caller counts."""

    def __getattr__(self, name: str) -> Any:
        return getattr(inspect, name)

    @staticmethod
    def stack() -> list[tuple[FrameType | None]]:
        own = inspect.currentframe()
        asking = own and own.f_back
        return [(asking,), (asking and asking.f_back,)]

    @staticmethod
    def getmodule(frame: FrameType | None) -> ModuleType | None:
        return sys.modules.get(frame.f_globals["__name__"]) if frame else None


deprecate.inspect = _Inspect("inspect")  # type: ignore[attr-defined]
