"""How long commands take that users wait for."""
