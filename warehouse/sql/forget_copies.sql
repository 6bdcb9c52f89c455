-- needs: gone_articles
-- Articles of the same stories that stay: they have the same text, or parts of it, under another address.
SELECT url FROM articles
WHERE story_id IN (SELECT story_id FROM articles SEMI JOIN gone_articles USING (article_id))
    AND article_id NOT IN (SELECT article_id FROM gone_articles)
ORDER BY url
