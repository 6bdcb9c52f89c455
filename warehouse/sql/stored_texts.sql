-- needs: batch_stored
-- The texts of staged revisions with their articles. The times let DuckDB skip the files of other weeks.
SELECT r.article_id, a.url, a.source, a.title, r.word_count, a.published_at, r.content_hash, r.text, r.seen_at
FROM revisions AS r JOIN articles AS a USING (article_id)
WHERE r.seen_at BETWEEN $since AND $until AND (r.article_id, r.revision) IN (SELECT (article_id, revision) FROM batch_stored)
ORDER BY r.seen_at, r.article_id;
