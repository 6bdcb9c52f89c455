-- What was loaded in a stretch of time, of one topic or of all.
SELECT kind, seen_at, source, title, url, article_id, topics, published_at, revision, of_article_id, reason, loaded_at
FROM new_since($since)
WHERE loaded_at <= $until AND ($topic::VARCHAR IS NULL OR list_contains(topics, $topic::VARCHAR))
ORDER BY loaded_at, seen_at, article_id, kind;
