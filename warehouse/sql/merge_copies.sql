-- needs: batch_copies, batch_heads
-- The head of a story is not a copy.
DELETE FROM copies WHERE article_id IN (SELECT article_id FROM batch_heads);

MERGE INTO copies USING (SELECT * FROM batch_copies ORDER BY article_id) AS new USING (article_id)
WHEN MATCHED AND (copies.of_article_id, copies.story_id, copies.similarity, copies.kind)
    IS DISTINCT FROM (new.of_article_id, new.story_id, new.similarity, new.kind) THEN UPDATE
WHEN NOT MATCHED THEN INSERT BY NAME;
