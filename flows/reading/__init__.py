"""Single articles for their readers: finding, showing, citing and fetching them."""
