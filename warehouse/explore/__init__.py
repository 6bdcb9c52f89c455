"""Read what the explorer shows: what a search found as a whole, runs and how their addresses ended, stories of a topic."""
