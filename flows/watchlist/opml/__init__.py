"""OPML, the format in which feed readers exchange their lists of feeds: read as sources of a watchlist, and written of them."""
