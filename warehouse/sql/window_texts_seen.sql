-- needs: window_texts
-- Add those of texts that were first seen in a stretch of time and are dated outside of it. This is a query of its own, as DuckDB
-- skips the files of other weeks by one column.
INSERT INTO window_texts
SELECT article_id, content_hash, dated_at, seen_at, word_count, shingles, sketch, coalesce(is_digest, false), false
FROM fingerprints
WHERE seen_at BETWEEN $since AND $until AND NOT dated_at BETWEEN $since AND $until
    AND (article_id, content_hash) NOT IN (SELECT (article_id, content_hash) FROM window_texts);
