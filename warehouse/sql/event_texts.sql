-- needs: batch_events
-- What is read of some articles to compare them.
SELECT article_id, coalesce(title, ''), left(coalesce(text, ''), $most), language FROM articles SEMI JOIN batch_events USING (article_id);
