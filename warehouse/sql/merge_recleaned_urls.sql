-- needs: batch_fetches
-- A reclean can find an article, or a copy of one, on a page that was off-topic, and can change the publication of an article.
MERGE INTO urls
USING (SELECT *, outcome IN ('loaded', 'copy') AS is_new FROM batch_fetches WHERE article_id IS NOT NULL ORDER BY url_id) AS new
USING (url_id)
WHEN MATCHED AND (new.is_new OR new.published_at IS DISTINCT FROM urls.published_at) THEN UPDATE SET
    last_outcome = CASE WHEN new.is_new THEN new.outcome ELSE urls.last_outcome END,
    failures = CASE WHEN new.is_new THEN 0 ELSE urls.failures END,
    article_id = CASE WHEN new.is_new THEN new.article_id ELSE urls.article_id END,
    is_carrier = urls.is_carrier OR new.is_carrier,
    published_at = coalesce(new.published_at, urls.published_at);
