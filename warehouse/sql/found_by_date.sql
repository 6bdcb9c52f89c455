-- needs: asked_docs
-- Indexed texts, the latest first; with a limit, only so many.
SELECT doc
FROM docs SEMI JOIN asked_docs USING (doc)
ORDER BY coalesce(published_at, first_seen_at) DESC, doc DESC
LIMIT $limit;
