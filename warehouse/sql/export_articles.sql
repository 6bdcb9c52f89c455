-- The articles to export (`chosen`, see chosen_articles.sql), each with the topics that select it, and those that only an
-- earlier revision of it matched.
SELECT a.*, coalesce(t.topics, []) AS topics, coalesce(t.earlier_topics, []) AS earlier_topics
FROM articles AS a
LEFT JOIN (
    SELECT
        article_id,
        list(topic ORDER BY topic) FILTER (current)     AS topics,
        list(topic ORDER BY topic) FILTER (NOT current) AS earlier_topics
    FROM matches
    GROUP BY ALL
) AS t USING (article_id)
WHERE article_id IN (FROM chosen)
