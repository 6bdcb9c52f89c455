-- needs: batch_current
-- known articles with another title or text
MERGE INTO articles USING (SELECT * FROM batch_current WHERE revision > 1 ORDER BY article_id) AS new USING (article_id)
WHEN MATCHED THEN UPDATE;
