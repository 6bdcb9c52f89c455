"""Read single articles: find them, and all that is known of one."""
