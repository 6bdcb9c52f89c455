"""Articles on several pages: which pages belong together, and which of them a crawl fetches."""
