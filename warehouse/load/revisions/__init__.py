"""The revisions of an article: which edits make one, and their order."""
