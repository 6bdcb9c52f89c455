"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes is for the benchmarks to say; on a busy machine any may take long.
settings.register_profile("newslake", deadline=None)
settings.load_profile("newslake")
