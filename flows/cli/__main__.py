"""`python -m flows.cli` is the command `newslake`."""

from flows.cli import main

main()
