-- needs: batch_recleaned
-- The article and the revision of the same capture. An article that has a newer revision by now is not changed.
MERGE INTO articles USING (SELECT * EXCLUDE (rewritten_at) FROM batch_recleaned ORDER BY article_id) AS new
ON articles.article_id = new.article_id
    AND articles.capture_file = new.capture_file AND articles.capture_offset = new.capture_offset
WHEN MATCHED THEN UPDATE BY NAME;

MERGE INTO revisions USING (SELECT * FROM batch_recleaned ORDER BY article_id) AS new
ON revisions.article_id = new.article_id
    AND revisions.capture_file = new.capture_file AND revisions.capture_offset = new.capture_offset
WHEN MATCHED AND (revisions.title, revisions.text) IS DISTINCT FROM (new.title, new.text) THEN UPDATE SET
    title = new.title,
    text = new.text,
    word_count = new.word_count,
    content_hash = new.content_hash,
    rewritten_at = new.rewritten_at;

-- Fingerprints of texts that no revision has any more.
DELETE FROM fingerprints
WHERE article_id IN (SELECT article_id FROM batch_recleaned)
    AND (article_id, content_hash) NOT IN (
        SELECT (article_id, content_hash) FROM revisions WHERE article_id IN (SELECT article_id FROM batch_recleaned)
    );
