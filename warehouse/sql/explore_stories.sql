-- The stories with the latest articles of a topic, or of given articles.
WITH chosen AS (
    SELECT article_id FROM matches WHERE current AND topic = $topic
    UNION
    SELECT unnest($ids::UUID[])
)
SELECT
    story_id, arg_min(a.article_id, dated_at) AS article_id, arg_min(title, dated_at) AS title,
    arg_min(language, dated_at) AS language, list(DISTINCT source ORDER BY source) AS sources, count(*) AS articles,
    min(dated_at) AS first_at, max(dated_at) AS last_at
FROM (SELECT *, coalesce(published_at, first_seen_at) AS dated_at FROM articles) AS a SEMI JOIN chosen USING (article_id)
GROUP BY story_id
ORDER BY last_at DESC, story_id
LIMIT $count;
