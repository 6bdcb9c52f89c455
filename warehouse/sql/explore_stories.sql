-- Stories, the latest first, with their indexed articles that a topic selects, or that are among some (NULL: no matter which).
WITH members AS (
    SELECT article_id, story_id, title, language, source, coalesce(published_at, first_seen_at) AS dated_at
    FROM articles WHERE story_id IN (SELECT unnest($stories::UUID[]))
),
chosen AS (
    FROM members SEMI JOIN (
        SELECT article_id FROM docs
        WHERE article_id IN (SELECT article_id FROM members)
            AND ($topic::VARCHAR IS NULL OR list_contains(topics, $topic))
            AND ($ids::UUID[] IS NULL OR article_id IN (SELECT unnest($ids::UUID[])))
    ) USING (article_id)
)
SELECT
    story_id, arg_min(article_id, dated_at) AS article_id, arg_min(title, dated_at) AS title,
    arg_min(language, dated_at) AS language, list(DISTINCT source ORDER BY source) AS sources, count(*) AS articles,
    min(dated_at) AS first_at, max(dated_at) AS last_at
FROM chosen
GROUP BY story_id
ORDER BY last_at DESC, story_id;
