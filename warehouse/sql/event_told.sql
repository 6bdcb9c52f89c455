-- The events that some articles report, by article: how many stories and outlets report each, and in which languages, the earliest first.
WITH asked AS (
    SELECT article_id, event_id FROM events WHERE article_id IN (SELECT unnest($articles::UUID[]))
),
reports AS (
    SELECT e.event_id, e.story_id, d.source, d.language, coalesce(d.published_at, d.first_seen_at) AS dated_at
    FROM events AS e
    JOIN docs AS d USING (article_id)
    WHERE e.event_id IN (SELECT event_id FROM asked)
),
of_language AS (
    SELECT event_id, language, min(dated_at) AS first_at FROM reports WHERE language IS NOT NULL GROUP BY ALL
)
SELECT
    a.article_id,
    a.event_id,
    (SELECT count(DISTINCT r.story_id) FROM reports AS r WHERE r.event_id = a.event_id)                                     AS stories,
    (SELECT count(DISTINCT r.source) FROM reports AS r WHERE r.event_id = a.event_id)                                       AS outlets,
    (SELECT list(l.language ORDER BY l.first_at, l.language) FROM of_language AS l WHERE l.event_id = a.event_id)           AS languages
FROM asked AS a
ORDER BY a.article_id;
