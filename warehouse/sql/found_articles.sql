-- needs: asked_docs
-- The articles of indexed texts.
SELECT d.doc, article_id, url, source, language, published_at, published_precision, first_seen_at
FROM articles JOIN (SELECT doc, article_id FROM docs SEMI JOIN asked_docs USING (doc)) AS d USING (article_id);
