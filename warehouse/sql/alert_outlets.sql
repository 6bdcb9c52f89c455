-- Outlets that had written of each of these topics, or have one of these articles, when nothing of `fresh` had come in.
WITH chosen AS (
    SELECT m.topic, m.article_id FROM matches AS m WHERE list_contains($topics::VARCHAR[], m.topic)
    UNION ALL
    SELECT '', unnest($ids::UUID[])
)
SELECT DISTINCT c.topic, a.source
FROM chosen AS c JOIN articles AS a USING (article_id)
WHERE a.first_seen_at <= $until::TIMESTAMPTZ AND a.article_id NOT IN (SELECT unnest($fresh::UUID[]))
ORDER BY ALL;
