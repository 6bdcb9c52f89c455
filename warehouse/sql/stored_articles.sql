-- The articles of a source whose capture is kept, with the time of the fetch that gave their current revision.
SELECT a.*, r.seen_at
FROM articles AS a JOIN revisions AS r USING (article_id, revision)
WHERE a.source = ? AND a.capture_file IS NOT NULL;
