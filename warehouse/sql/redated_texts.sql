-- needs: batch_redated
-- The stored texts of these articles and their times. The times of the revisions let DuckDB skip the files of other weeks.
SELECT f.article_id, f.content_hash, a.url, a.source, a.title, f.word_count, any_value(r.text), f.seen_at, f.dated_at,
    coalesce(f.is_digest, false), a.story_id
FROM fingerprints AS f JOIN articles AS a USING (article_id)
JOIN revisions AS r ON r.article_id = f.article_id AND r.content_hash = f.content_hash
WHERE f.article_id IN (SELECT article_id FROM batch_redated) AND f.seen_at BETWEEN $since AND $until AND r.seen_at BETWEEN $since AND $until
GROUP BY ALL
ORDER BY f.article_id, f.content_hash;
