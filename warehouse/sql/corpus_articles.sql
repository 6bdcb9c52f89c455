-- All articles, unordered, so that they can be streamed.
SELECT a.article_id, a.url, a.source, a.title, a.text, a.language, a.published_at, m.article_id IS NOT NULL
FROM articles AS a
LEFT JOIN (SELECT article_id FROM matches WHERE topic = $topic) AS m USING (article_id)
WHERE $since IS NULL OR coalesce(a.published_at, a.first_seen_at) >= $since
