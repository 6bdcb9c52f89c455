"""Make briefs on a schedule, write them into a folder, and hand them to the outbox."""
