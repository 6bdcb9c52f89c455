"""The command `newslake explore`."""
