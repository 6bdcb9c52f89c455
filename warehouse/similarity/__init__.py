"""Find copies of articles and group them into stories: characters, shingles, slots, then the comparison of two texts."""

__all__ = ["candidates", "characters", "compare", "shingles", "slots", "stories", "twins", "write_stories"]
