-- needs: window_texts
-- Add the fingerprints of texts that are dated in a stretch of time to those of the batch.
INSERT INTO window_texts
SELECT article_id, content_hash, dated_at, seen_at, word_count, shingles, sketch, coalesce(is_digest, false), false
FROM fingerprints
WHERE dated_at BETWEEN $since AND $until
    AND (article_id, content_hash) NOT IN (SELECT (article_id, content_hash) FROM window_texts);
