"""What users note on articles: read, written, edited and deleted."""
