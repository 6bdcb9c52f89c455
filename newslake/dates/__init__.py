"""Read dates as pages, feeds, sitemaps and archives write them: for machines or for readers, in the languages of outlets. Pure.

    read(value, ways)    the date that a value is: read to its end, or not at all
    find(line, ways)     the first date in a line, with the time beside it

`Ways` says what is known of the source. Without it, `3/4/2026` is not read, because nothing says what comes first.
"""

from newslake.dates.model import UNKNOWN, First, Precision, Read, Ways, first_in, ways_of
from newslake.dates.reader import find, read

__all__ = ["UNKNOWN", "First", "Precision", "Read", "Ways", "find", "first_in", "read", "ways_of"]
