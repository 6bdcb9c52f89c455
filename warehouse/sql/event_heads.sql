-- needs: batch_events
-- Those of some articles that are the first of their story, and what their profiles depend on.
SELECT article_id, content_hash, coalesce(published_at, first_seen_at) AS dated_at
FROM articles SEMI JOIN batch_events USING (article_id) ANTI JOIN copies USING (article_id);
