-- needs: batch_seen
-- The articles among those seen that were gone at some time.
SELECT DISTINCT article_id
FROM absences
WHERE article_id IN (SELECT article_id FROM batch_seen);
