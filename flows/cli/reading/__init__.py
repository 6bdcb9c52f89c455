"""Commands that show what came into the corpus, and single articles: read, as fetched, cited."""
