-- needs: asked_articles
-- These articles, with the time of the fetch that gave their current revision.
SELECT a.*, r.seen_at
FROM articles AS a JOIN revisions AS r USING (article_id, revision)
WHERE a.article_id IN (SELECT article_id FROM asked_articles);
