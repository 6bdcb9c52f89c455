-- These articles by day of publication (UTC), as the view timeline counts those of a topic.
SELECT CAST(timezone('UTC', coalesce(published_at, first_seen_at)) AS DATE) AS day, count(*) AS articles
FROM articles
WHERE article_id IN (SELECT unnest($ids::UUID[])) AND day BETWEEN $first::DATE AND $last::DATE
GROUP BY day
ORDER BY day;
