-- needs: asked_docs
-- Those of some indexed texts that topics match most strongly.
SELECT doc
FROM (SELECT doc, article_id, published_at, first_seen_at FROM docs SEMI JOIN asked_docs USING (doc))
JOIN (
    SELECT article_id, max(score) AS score
    FROM matches WHERE current AND list_contains($topics::VARCHAR[], topic)
    GROUP BY article_id
) USING (article_id)
ORDER BY score DESC, coalesce(published_at, first_seen_at) DESC, doc DESC
LIMIT $limit;
