"""The explorer: local web pages that show the corpus. One process speaks HTTP, others read the warehouse and can be ended."""
