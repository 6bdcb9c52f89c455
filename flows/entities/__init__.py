"""The user's own lists of names: the `[[entity]]` tables of the watchlist. What is done with them is in flows.search.listed."""
