"""Try sources without collecting: read their listings and some pages, store what they answered, and replay that."""

from flows.trial.attempt import Trial, attempt
from flows.trial.saved import Saved, begin, read_saved, saved_pages, write_saved

__all__ = ["Saved", "Trial", "attempt", "begin", "read_saved", "saved_pages", "write_saved"]
