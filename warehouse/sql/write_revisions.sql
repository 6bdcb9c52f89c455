DELETE FROM revisions WHERE article_id IN (SELECT article_id FROM batch_rewritten);

MERGE INTO revisions USING (SELECT * FROM batch_revisions ORDER BY article_id, revision) AS new USING (article_id, revision)
WHEN NOT MATCHED THEN INSERT BY NAME;
