-- needs: gone_articles, gone_urls
-- The captures of all revisions, pages and fetches of these articles and URLs; of a source that is forgotten, its listings too.
SELECT capture_file, capture_offset FROM articles SEMI JOIN gone_articles USING (article_id) WHERE capture_offset IS NOT NULL
UNION
SELECT capture_file, capture_offset FROM revisions SEMI JOIN gone_articles USING (article_id) WHERE capture_offset IS NOT NULL
UNION
SELECT capture_file, capture_offset FROM parts SEMI JOIN gone_articles USING (article_id) WHERE capture_offset IS NOT NULL
UNION
SELECT capture_file, capture_offset FROM fetches
WHERE capture_offset IS NOT NULL AND (
    article_id IN (SELECT article_id FROM gone_articles) OR url_id IN (SELECT url_id FROM gone_urls) OR source = $source)
ORDER BY ALL
