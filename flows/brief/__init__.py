"""Tell what is new on each topic: ranked stories, edits, take-downs, the topic's own past, and sources in trouble."""
