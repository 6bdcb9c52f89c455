-- needs: batch_older
-- The revisions of articles of which an older capture is loaded late.
SELECT article_id, seen_at, title, text, word_count, content_hash, run_id, capture_file, capture_offset, rewritten_at
FROM revisions
WHERE article_id IN (SELECT article_id FROM batch_older)
ORDER BY article_id, revision;
