"""Keep what was collected for years: copies of it, proof that it is unaltered, and its removal where it must go."""
