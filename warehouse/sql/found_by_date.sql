-- needs: asked_docs
-- Indexed texts, the latest first.
SELECT d.doc
FROM articles JOIN (SELECT doc, article_id FROM docs SEMI JOIN asked_docs USING (doc)) AS d USING (article_id)
ORDER BY coalesce(published_at, first_seen_at) DESC, d.doc DESC;
