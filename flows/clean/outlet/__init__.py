"""What an outlet's pages have in common: name places on a page, observe what stands there, and read a page by a known layout."""
