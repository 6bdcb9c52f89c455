-- The other stories that report the event of some articles, each by its first article, in the order of time; and their copies' outlets.
WITH told AS (
    SELECT e.event_id, e.story_id AS of_story, min(a.language) AS of_language
    FROM events AS e JOIN articles AS a USING (article_id)
    WHERE e.article_id IN (SELECT unnest($articles::UUID[]))
    GROUP BY ALL
),
reports AS (
    SELECT
        t.of_story, t.of_language, e.event_id, e.score, e.story_id, a.article_id, a.source, a.url, a.title, a.language,
        a.published_at, a.published_precision, a.first_seen_at,
        row_number() OVER (PARTITION BY t.of_story, e.story_id ORDER BY c.article_id IS NOT NULL, a.first_seen_at, a.article_id) AS place
    FROM told AS t
    JOIN events AS e ON e.event_id = t.event_id AND e.story_id <> t.of_story
    JOIN articles AS a ON a.article_id = e.article_id
    LEFT JOIN (SELECT article_id FROM copies) AS c ON c.article_id = e.article_id
)
SELECT
    of_story, of_language, event_id, score, story_id, article_id, source, url, title, language,
    coalesce(published_at, first_seen_at)                            AS dated_at,
    published_at IS NOT NULL AND published_precision = 'day'         AS is_day
FROM reports
WHERE place = 1
ORDER BY of_story, dated_at, article_id;
