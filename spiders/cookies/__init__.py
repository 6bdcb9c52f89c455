"""The cookies of subscribers: read from a file that the watchlist names, sent for its source alone, shown to nobody."""
