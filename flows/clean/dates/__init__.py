"""Find and parse dates of an article."""

__all__ = ["datelines", "fallback", "find", "parse", "signs", "timezones", "words"]
