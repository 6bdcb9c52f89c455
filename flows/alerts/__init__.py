"""Tell people of news on their topics: what is new, spikes, edits, take-downs, and outlets that never wrote of it before."""
