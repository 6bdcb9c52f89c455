"""How long commands take that users wait for, and what Prefect costs."""
