-- needs: near_hashes, window_texts
-- The articles with a text that may be a copy. None was last seen before the first of these texts: this lets DuckDB skip files.
SELECT w.content_hash, w.article_id, w.dated_at, w.seen_at, w.word_count, w.in_batch, a.source, a.url, a.title, a.story_id, a.published_at
FROM window_texts AS w LEFT JOIN (FROM articles WHERE last_seen_at >= $since) AS a USING (article_id)
WHERE w.content_hash IN (SELECT content_hash FROM near_hashes);
