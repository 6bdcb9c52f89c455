-- needs: batch_linked
-- The stories of some articles, with when each of these is dated.
SELECT article_id, story_id, coalesce(published_at, first_seen_at) FROM articles SEMI JOIN batch_linked USING (article_id);
