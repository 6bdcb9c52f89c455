-- needs: gone_articles
-- The URLs that gave these articles or repeat them, the articles' own ids, and all pages of a source that is forgotten as a whole.
SELECT url_id, source, url, canonical_url FROM urls
WHERE article_id IN (SELECT article_id FROM gone_articles) OR url_id IN (SELECT article_id FROM gone_articles)
   OR (kind = 'page' AND source = $source)
UNION
SELECT article_id, source, url, raw_url FROM articles SEMI JOIN gone_articles USING (article_id)
ORDER BY ALL
