-- The stories of the latest indexed articles of a topic, or of some articles (NULL: no matter which): of $reach of them. `articles`
-- is how many were found.
WITH latest AS (
    SELECT article_id, coalesce(published_at, first_seen_at) AS dated_at
    FROM docs
    WHERE ($topic::VARCHAR IS NULL OR list_contains(topics, $topic))
        AND ($ids::UUID[] IS NULL OR article_id IN (SELECT unnest($ids::UUID[])))
    ORDER BY dated_at DESC, doc DESC
    LIMIT $reach
)
SELECT story_id, sum(count(*)) OVER () AS articles
FROM articles JOIN latest USING (article_id)
GROUP BY story_id
ORDER BY max(dated_at) DESC, story_id;
