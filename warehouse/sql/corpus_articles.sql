-- All articles, unordered, so that they can be streamed, and whether the topic matches their current text.
SELECT a.article_id, a.url, a.source, a.title, a.text, a.language, a.published_at, a.published_precision, m.article_id IS NOT NULL
FROM articles AS a
LEFT JOIN (SELECT article_id FROM matches WHERE topic = $topic AND current) AS m USING (article_id)
WHERE $since IS NULL OR coalesce(a.published_at, a.first_seen_at) >= $since
