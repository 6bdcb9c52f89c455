-- The articles of stories in the order in which they were reported, and by how much each came after the first of its story.
WITH members AS (
    SELECT
        a.*, c.kind, c.similarity,
        min(first_seen_at) OVER (PARTITION BY story_id)                 AS story_seen_at,
        coalesce(first_seen_at - published_at > INTERVAL 30 DAY, false) AS is_doubtful
    FROM articles AS a LEFT JOIN (SELECT article_id, kind, similarity FROM copies) AS c USING (article_id)
    WHERE a.story_id IN (SELECT unnest($stories::UUID[]))
),
-- The order of the view stories.
ordered AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY story_id
            ORDER BY first_seen_at - story_seen_at >= INTERVAL 6 HOUR, is_doubtful, published_at IS NULL, published_at,
                first_seen_at, article_id
        ) AS place
    FROM members
),
-- The times of the view first_reports.
head AS (
    SELECT story_id, CASE WHEN is_doubtful THEN first_seen_at ELSE coalesce(published_at, first_seen_at) END AS first_at
    FROM ordered WHERE place = 1
)
SELECT
    article_id, source, url, title, kind, similarity,
    CASE WHEN place = 1 THEN first_at
         WHEN coalesce(published_at < first_at OR is_doubtful, true) THEN greatest(first_seen_at, first_at)
         ELSE published_at END                                         AS reported_at,
    CAST(epoch(reported_at - first_at) AS BIGINT)                      AS lag_seconds,
    published_precision = 'day' AND reported_at = published_at         AS is_day,
    gone_at, story_id
FROM ordered JOIN head USING (story_id)
ORDER BY story_id, place > 1, reported_at, place;
