-- Articles of each topic by day of publication (UTC), as the view timeline counts them. Articles come first, because those of a few
-- weeks are few, while the view counts the days of all.
SELECT topic, day, count(*) AS articles
FROM (
    SELECT article_id, CAST(timezone('UTC', coalesce(published_at, first_seen_at)) AS DATE) AS day
    FROM articles
    WHERE coalesce(published_at, first_seen_at) >= timezone('UTC', CAST($first::DATE AS TIMESTAMP))
        AND coalesce(published_at, first_seen_at) < timezone('UTC', CAST($last::DATE AS TIMESTAMP)) + INTERVAL 24 HOURS
) JOIN matches USING (article_id)
GROUP BY topic, day
ORDER BY topic, day;
