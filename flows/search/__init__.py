"""Search the corpus with the queries of topics: what is looked up, what only the text can tell, and how it is shown."""
