-- The articles to export (`chosen`, see chosen_articles.sql), each with the topics that select it.
SELECT a.*, coalesce(t.topics, []) AS topics
FROM articles AS a
LEFT JOIN (SELECT article_id, list(topic ORDER BY topic) AS topics FROM matches GROUP BY ALL) AS t USING (article_id)
WHERE article_id IN (FROM chosen)
ORDER BY published_at, article_id
