"""Full-text search inside the warehouse: the index, kept by every load, and what is looked up in it. Knows no query syntax."""
