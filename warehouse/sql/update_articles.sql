-- needs: batch_edited
-- Known articles with a new revision, or with an earlier page of the current one.
MERGE INTO articles USING (SELECT * FROM batch_edited ORDER BY article_id) AS new USING (article_id)
WHEN MATCHED THEN UPDATE;
