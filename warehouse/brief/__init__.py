"""Read what a brief tells: what is new, the stories that it belongs to, and what is usual."""
