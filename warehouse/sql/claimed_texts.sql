-- needs: batch_claimed
-- The texts of the articles at addresses that a page declares, at all their revisions.
SELECT article_id, content_hash, text
FROM revisions
WHERE article_id IN (SELECT article_id FROM batch_claimed)
ORDER BY article_id, revision;
