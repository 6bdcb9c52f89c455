-- needs: batch_older
-- When which text of articles was seen of which an older capture is loaded late.
SELECT article_id, seen_at, text_id, run_id, capture_file, capture_offset
FROM fetches
WHERE text_id IS NOT NULL AND article_id IN (SELECT article_id FROM batch_older)
ORDER BY article_id, seen_at, url_id, run_id;
