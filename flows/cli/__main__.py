"""`python -m flows.cli` is the command `newslake`."""

from flows.cli.app import main

main()
