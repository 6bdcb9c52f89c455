"""Make a golden page, or compare one with its record: python -m tests.golden NAME ADDRESS-OR-FILE [--update]."""

from __future__ import annotations

import sys
from pathlib import Path

from newslake.testing.golden import main

ROOT = Path(__file__).parent / "flows" / "clean" / "golden"

if __name__ == "__main__":
    sys.exit(main(ROOT))
