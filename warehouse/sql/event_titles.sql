-- needs: batch_events
-- The titles and languages of some articles.
SELECT article_id, coalesce(title, ''), language FROM articles SEMI JOIN batch_events USING (article_id);
