"""Sites on loopback that the benchmarks collect from, and the real pages that they serve."""

__all__ = ["changing", "hostile", "listings", "pages"]
