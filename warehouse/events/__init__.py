"""Keep the events that articles report: with each load, and for what was loaded before."""
