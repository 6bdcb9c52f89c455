"""How long a page of the explorer takes."""
