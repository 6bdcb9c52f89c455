"""Split and fold words in the same way wherever words are compared: in topics, in the search index and in searches."""
