-- needs: batch_gone
-- Whether the staged articles are gone.
MERGE INTO articles USING (SELECT * FROM batch_gone ORDER BY article_id) AS new USING (article_id)
WHEN MATCHED AND (articles.gone_at, articles.gone_status) IS DISTINCT FROM (new.gone_at, new.gone_status) THEN UPDATE SET
    gone_at = new.gone_at,
    gone_status = new.gone_status;
