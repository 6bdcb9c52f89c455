"""Read the articles of pages that scripts draw, from the data in their scripts."""
