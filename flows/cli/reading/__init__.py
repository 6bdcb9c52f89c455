"""Commands that show what came into the corpus."""
