"""Messages to people: what they say, how each service shows it, and an outbox that loses none."""
