-- Articles of topics, or of a list, by the stretches of 24 hours before a moment that they were published in; 0 is the last one.
WITH chosen AS (
    SELECT m.topic, m.article_id FROM matches AS m WHERE list_contains($topics::VARCHAR[], m.topic)
    UNION ALL
    SELECT '', unnest($ids::UUID[])
),
dated AS (
    SELECT article_id, source, coalesce(published_at, first_seen_at) AS at
    FROM articles
    WHERE first_seen_at <= $until::TIMESTAMPTZ
)
SELECT
    c.topic, d.article_id, d.source,
    CAST(floor(epoch($until::TIMESTAMPTZ - d.at) / 86400) AS INTEGER) AS stretch
FROM chosen AS c JOIN dated AS d USING (article_id)
WHERE d.at <= $until::TIMESTAMPTZ AND d.at > $until::TIMESTAMPTZ - INTERVAL 1 DAY * $stretches::INTEGER
ORDER BY c.topic, stretch, d.article_id;
