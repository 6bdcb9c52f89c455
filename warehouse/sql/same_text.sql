-- which articles had, at any revision, a text of the batch
SELECT DISTINCT content_hash, article_id
FROM revisions
WHERE content_hash IN (SELECT content_hash FROM batch_hashes) AND word_count >= ?;
