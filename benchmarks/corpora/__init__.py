"""Made corpora of any size whose words are spread as in news, and lakes that are filled with them."""
