-- needs: batch_compared
-- All texts of the staged articles, in order.
SELECT article_id, content_hash, text
FROM revisions
WHERE article_id IN (SELECT article_id FROM batch_compared) AND seen_at >= $since
ORDER BY article_id, revision;
