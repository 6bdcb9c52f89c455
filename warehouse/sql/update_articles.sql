-- needs: batch_current
-- Known articles with a new revision.
MERGE INTO articles USING (SELECT * FROM batch_current WHERE revision > 1 ORDER BY article_id) AS new USING (article_id)
WHEN MATCHED THEN UPDATE;
