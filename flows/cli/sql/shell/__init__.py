"""The interactive shell of `newslake sql`."""
